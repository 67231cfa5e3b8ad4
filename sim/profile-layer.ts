/** One layer on one accelerator, sample by sample: what a worker thread does for `dysta profile`. */
import { estimateLayer, type LayerResult, type MemoryBytes, runLayer } from "../hw/accelerator.ts";
import { artifactCycles, artifactShape } from "../hw/artifact-eyeriss.ts";
import type { CyclePart } from "../hw/counters.ts";
import type { Hardware } from "../hw/description.ts";
import type { EnergyTable } from "../hw/energy.ts";
import { WeightSums } from "../hw/layer-sums.ts";
import { loopNest } from "../hw/loop-nest.ts";
import { chooseMapping, mappingKey, mappingRequest } from "../hw/mapper.ts";
import { describeMapping, type Mapping } from "../hw/mapping.ts";
import type { LayerObservers } from "../hw/stepped.ts";
import { type BitMask, density } from "../workloads/bit-mask.ts";
import { denseMacs, elementCount, inputShape, outputShape } from "../workloads/layer.ts";
import type { Accelerator, ArrayAccelerator } from "./accelerator.ts";
import { Cache, cacheKey } from "./cache.ts";
import { type ProfileTarget, type TargetLayer, targetLayer } from "./profile-target.ts";

export interface ProfileLayerJob extends LayerToRun {
  readonly kind: "profile-layer";
  readonly accelerator: Accelerator;
  readonly samples: number;
  /** Default: the ratios of Eyeriss (ISCA 2016). */
  readonly energy?: EnergyTable;
}

/** A layer on an accelerator. */
export interface LayerToRun {
  readonly accelerator: Accelerator;
  readonly target: ProfileTarget;
  /** Index of the layer in the target. */
  readonly layer: number;
  /** Used instead of the mapper's choice. */
  readonly mapping?: Mapping | undefined;
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/** One sample of a layer. What the fidelity does not know is absent. */
export interface LayerSample {
  readonly cycles: number;
  readonly effectualMacs: number;
  /** Of this very mask, 0..1. */
  readonly inputDensity: number;
  readonly outputDensity: number;
  /** Where the cycles went; they sum to `cycles`. */
  readonly stalls?: Readonly<Record<CyclePart, number>>;
  readonly bytes?: MemoryBytes;
  readonly dramBytes?: number;
  /** What the first pass waits for. */
  readonly firstLoadBytes?: number;
  readonly energyPj?: number;
}

/** Cycles here are of the mapper's stand-in activations: comparable with each other, not with a sample's. */
export interface MappingAlternatives {
  readonly candidateCount: number;
  readonly cycles: number;
  /** Each in words. */
  readonly runnersUp: readonly { readonly mapping: string; readonly cycles: number; readonly lostBy: string }[];
}

export interface LayerProfile {
  readonly name: string;
  readonly denseMacs: number;
  /** Elements of its input and output. */
  readonly inputs: number;
  readonly outputs: number;
  /** Whether the next layer reads the very tensor that this one writes. */
  readonly isHandedOn: boolean;
  readonly weightDensity: number;
  readonly mapping?: Mapping;
  /** The mapping in words. */
  readonly mappingText?: string;
  /** What the mapper weighed against it; absent where the mapping was given. */
  readonly alternatives?: MappingAlternatives;
  readonly samples: readonly LayerSample[];
}

/** Profiles one layer, from the cache as far as it reaches. */
export function profileLayer(job: ProfileLayerJob): LayerProfile {
  if (job.cache === undefined) return freshProfile(job, []);
  const cache = new Cache(job.cache);
  const { samples: count, cache: _, ...inputs } = job;
  const key = cacheKey(withFileContents(inputs));
  const kept = cache.read<LayerProfile>(key);
  if (kept !== undefined && kept.samples.length >= count) return { ...kept, samples: kept.samples.slice(0, count) };
  const profile = freshProfile(job, kept?.samples ?? []);
  cache.write(key, profile);
  return profile;
}

/** A layer file is known by what it says and the masks it names, not by where it lies. */
function withFileContents(inputs: Omit<ProfileLayerJob, "samples" | "cache">): unknown {
  if (inputs.target.kind === "network") return inputs;
  const { layer, masks } = targetLayer(inputs.target, 0);
  const { input, weight, output } = masks(0);
  const words = [input, weight, output].map((mask) =>
    Buffer.from(mask.words.buffer, mask.words.byteOffset, mask.words.byteLength).toString("base64"),
  );
  return { ...inputs, target: { layer, words, seed: inputs.target.seed } };
}

function freshProfile(job: ProfileLayerJob, known: readonly LayerSample[]): LayerProfile {
  const target = targetLayer(job.target, job.layer);
  const { layer, isHandedOn } = target;
  const common = {
    name: layer.name,
    denseMacs: denseMacs(layer),
    inputs: elementCount(inputShape(layer)),
    outputs: elementCount(outputShape(layer)),
    isHandedOn,
    weightDensity: target.expected.weight,
  };
  const run = job.accelerator.kind === "artifact" ? artifactRun(target) : arrayRun(job, job.accelerator, target);
  const samples = [...known];
  for (let sample = known.length; sample < job.samples; sample++) samples.push(run.sample(sample));
  return { ...common, ...run.mapped, samples };
}

interface LayerRun {
  readonly mapped: Pick<LayerProfile, "weightDensity" | "mapping" | "mappingText" | "alternatives">;
  sample(index: number): LayerSample;
}

function artifactRun(target: TargetLayer): LayerRun {
  return {
    mapped: { weightDensity: density(target.weightMask()) },
    sample(index) {
      const { input, weight, output } = target.masks(index);
      const { cycles, effectualMacs } = artifactCycles(artifactShape(target.layer), input, weight);
      return { cycles, effectualMacs, inputDensity: density(input), outputDensity: density(output) };
    },
  };
}

/**
 * Steps one sample of a layer while observers look on.
 *
 * @returns the cycles, and the mapping: the given one, else the mapper's choice.
 * @throws ConfigError if the layer cannot be run on the array.
 */
export function observeLayer(
  job: LayerToRun & { readonly accelerator: ArrayAccelerator },
  sample: number,
  observers: LayerObservers,
): { readonly cycles: number; readonly mapping: Mapping } {
  const { hardware } = job.accelerator;
  const target = targetLayer(job.target, job.layer);
  const { mapping, weights } = mapLayer(job, hardware, target);
  const options = { ...observers, weights };
  const { cycles } = runLayer(target.layer, target.masks(sample), hardware, mapping, "stepped", options);
  return { cycles, mapping };
}

interface MappedLayer {
  readonly weightMask: BitMask;
  readonly weights: WeightSums;
  readonly mapping: Mapping;
  /** Where the mapper chose. */
  readonly alternatives?: MappingAlternatives;
}

function mapLayer(job: LayerToRun, hardware: Hardware, target: TargetLayer): MappedLayer {
  const weightMask = target.weightMask();
  const weights = new WeightSums(loopNest(target.layer), weightMask, hardware);
  if (job.mapping !== undefined) return { weightMask, weights, mapping: job.mapping };
  return { weightMask, weights, ...chosenMapping(job, hardware, target, weightMask, weights) };
}

function arrayRun(job: ProfileLayerJob, { hardware, fidelity }: ArrayAccelerator, target: TargetLayer): LayerRun {
  const { layer } = target;
  const { weightMask, weights, mapping, alternatives } = mapLayer(job, hardware, target);
  const options = { weights, ...(job.energy === undefined ? {} : { energy: job.energy }) };
  const sample = (index: number): LayerSample => {
    if (fidelity !== "expected") {
      return sampleOf(runLayer(layer, target.masks(index), hardware, mapping, fidelity, options));
    }
    const densities = target.densities(index);
    const { cycles, effectualMacs, dramBits } = estimateLayer(layer, densities, hardware, mapping);
    const { input: inputDensity, output: outputDensity } = densities;
    return { cycles, effectualMacs, inputDensity, outputDensity, dramBytes: dramBits / 8 };
  };
  return {
    mapped: {
      weightDensity: density(weightMask),
      mapping,
      mappingText: describeMapping(loopNest(layer), mapping, hardware),
      ...(alternatives === undefined ? {} : { alternatives }),
    },
    sample,
  };
}

interface ChosenMapping {
  readonly mapping: Mapping;
  readonly alternatives: MappingAlternatives;
}

/** The mapper's choice, kept by what it depends on: the same for every fidelity, sample and seed of activations. */
function chosenMapping(
  { cache: folder }: LayerToRun,
  hardware: Hardware,
  { layer, expected }: TargetLayer,
  weight: BitMask,
  weights: WeightSums,
): ChosenMapping {
  const request = mappingRequest(layer, weight, hardware, expected);
  const cache = folder === undefined ? undefined : new Cache(folder);
  const key = cacheKey(["mapping", mappingKey(request)]);
  const kept = cache?.read<ChosenMapping>(key);
  if (kept !== undefined) return kept;
  const { mapping, counters, candidateCount, runnersUp } = chooseMapping(request, weights);
  const nest = loopNest(layer);
  const chosen = {
    mapping,
    alternatives: {
      candidateCount,
      cycles: counters.cycles,
      runnersUp: runnersUp.map((other) => ({
        mapping: describeMapping(nest, other.mapping, hardware),
        cycles: other.counters.cycles,
        lostBy: other.lostBy,
      })),
    },
  };
  cache?.write(key, chosen);
  return chosen;
}

function sampleOf(result: LayerResult): LayerSample {
  const { cycles, effectualMacs, inputDensity, outputDensity, stalls, bytes, firstLoadBytes, energyPj } = result;
  const dramBytes = bytes.dramActivations + bytes.dramWeights + bytes.dramOutputs;
  return { cycles, effectualMacs, inputDensity, outputDensity, stalls, bytes, dramBytes, firstLoadBytes, energyPj };
}
