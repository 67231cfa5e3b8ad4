/** One layer on one accelerator, sample by sample: what a worker thread does for `dysta profile`. */

import type { Hardware } from "../../hw/array/description.ts";
import type { EnergyTable } from "../../hw/array/energy.ts";
import type { WeightSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { mappingKey, mappingRequest, searchMappings } from "../../hw/array/mapper.ts";
import { describeMapping, type Mapping } from "../../hw/array/mapping.ts";
import type { Objective } from "../../hw/array/objective.ts";
import { type LayerResult, runLayer } from "../../hw/array/run-layer.ts";
import type { LayerObservers } from "../../hw/array/stepped.ts";
import { artifactCycles, artifactShape } from "../../hw/artifact/eyeriss.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { denseMacs } from "../../workloads/layers/layer.ts";
import { density } from "../../workloads/masks/bit-mask.ts";
import { Cache, cacheKey } from "../results/cache.ts";
import { task } from "../threads/task.ts";
import type { Accelerator, ArrayAccelerator } from "./accelerator.ts";
import { artifactSangerRun, attentionRun, freeSample } from "./attention-run.ts";
import { DrawnLayer } from "./drawn-layer.ts";
import { expectedRun } from "./expected-run.ts";
import type { LayerProfile, LayerRun, LayerSample, MappingAlternatives } from "./layer-sample.ts";
import { type ProfileTarget, type TargetLayer, targetFingerprint } from "./profile-target.ts";

/** One layer on every one of these accelerators. */
export interface ProfileLayerJob extends Omit<LayerToProfile, "accelerator"> {
  readonly accelerators: readonly Accelerator[];
}

export const profileLayerTask = task<ProfileLayerJob, readonly LayerProfile[]>("profile-layer");

export interface LayerToProfile extends LayerToRun {
  readonly samples: number;
}

/** A layer on an accelerator. */
interface LayerToRun {
  readonly accelerator: Accelerator;
  readonly target: ProfileTarget;
  /** Index of the layer in the target. */
  readonly layer: number;
  /** Used instead of the mapper's choice. */
  readonly mapping?: Mapping | undefined;
  /** What the mapper looks for; default: `balanced`. */
  readonly objective?: Objective;
  /** Default: the ratios of Eyeriss (ISCA 2016). */
  readonly energy?: EnergyTable;
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/**
 * Profiles one layer on each accelerator, from the cache as far as it reaches. Masks are drawn once for all.
 *
 * @throws ConfigError if the layer cannot be run on one of them, after the others have been run (and kept).
 */
export function profileLayerOnEach({ accelerators, ...layer }: ProfileLayerJob): LayerProfile[] {
  const drawn = new DrawnLayer(layer.target, layer.layer);
  const outcomes = accelerators.map((accelerator) => attempt(() => profileLayer({ ...layer, accelerator }, drawn)));
  return outcomes.map((outcome) => {
    if (outcome instanceof ConfigError) throw outcome;
    return outcome;
  });
}

function attempt<T>(act: () => T): T | ConfigError {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/**
 * Profiles one layer, from the cache as far as it reaches.
 *
 * @param drawn the same layer, for what is drawn already
 * @throws ConfigError if the layer cannot be run on the accelerator.
 */
export function profileLayer(
  layer: LayerToProfile,
  drawn: DrawnLayer = new DrawnLayer(layer.target, layer.layer),
): LayerProfile {
  if (layer.cache === undefined) return freshProfile(layer, drawn, []);
  const cache = new Cache(layer.cache);
  const key = keyOf(layer);
  const kept = cache.read<LayerProfile>(key);
  if (kept !== undefined && kept.samples.length >= layer.samples) {
    return { ...kept, samples: kept.samples.slice(0, layer.samples) };
  }
  const profile = freshProfile(layer, drawn, kept?.samples ?? []);
  cache.write(key, profile);
  return profile;
}

/** Whether `profileLayerOnEach` has nothing to do but to read the cache. */
export function isKept({ accelerators, ...layer }: ProfileLayerJob): boolean {
  if (layer.cache === undefined) return false;
  const cache = new Cache(layer.cache);
  const samplesOf = (accelerator: Accelerator) =>
    cache.read<LayerProfile>(keyOf({ ...layer, accelerator }))?.samples.length ?? 0;
  return accelerators.every((accelerator) => samplesOf(accelerator) >= layer.samples);
}

function keyOf({ samples: _, cache: __, ...inputs }: LayerToProfile): string {
  return cacheKey(withFileContents(inputs));
}

/** A network or layer file is known by what it says and the masks it names, not by where it lies. */
function withFileContents(inputs: Omit<LayerToProfile, "samples" | "cache">): unknown {
  const { target, layer } = inputs;
  const contents = targetFingerprint(target, layer);
  if (contents === undefined) return inputs;
  return { ...inputs, target: { ...target, ...(target.kind === "network" ? { name: contents } : { path: contents }) } };
}

function freshProfile(job: LayerToProfile, drawn: DrawnLayer, known: readonly LayerSample[]): LayerProfile {
  const { target } = drawn;
  const common = { name: target.layer.name, weightDensity: target.expected.weight };
  const run = runOn(job, drawn);
  const samples = [...known];
  for (let sample = known.length; sample < job.samples; sample++) samples.push(run.sample(sample));
  return { ...common, ...run.mapped, samples };
}

function runOn(job: LayerToProfile, drawn: DrawnLayer): LayerRun {
  const { accelerator, energy } = job;
  switch (accelerator.kind) {
    case "artifact":
      return artifactRun(drawn);
    case "artifact-sanger":
      return artifactSangerRun(drawn);
    case "attention":
      return attentionRun(drawn, accelerator, energy);
    case "array":
      return arrayRun(job, accelerator, drawn);
  }
}

function artifactRun(drawn: DrawnLayer): LayerRun {
  const { target } = drawn;
  return {
    mapped: { weightDensity: density(target.weightMask()) },
    sample(index) {
      const { input, weight, output } = drawn.masks(index);
      const layer = target.layerOf(index);
      const { cycles, effectualMacs } = artifactCycles(artifactShape(layer), input, weight);
      const densities = { inputDensity: density(input), outputDensity: density(output) };
      return { cycles, denseMacs: denseMacs(layer), effectualMacs, ...densities };
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
  const drawn = new DrawnLayer(job.target, job.layer);
  const { mapping, weights } = mapLayer(job, hardware, drawn);
  const options = { fidelity: "stepped", ...observers, ...keptWeights(drawn.target, weights) } as const;
  const { cycles } = runLayer(drawn.target.layerOf(sample), drawn.masks(sample), hardware, mapping, options);
  return { cycles, mapping };
}

interface MappedLayer {
  readonly weights: WeightSums;
  readonly mapping: Mapping;
  /** Where the mapper chose. */
  readonly alternatives?: MappingAlternatives;
}

function mapLayer(job: LayerToRun, hardware: Hardware, drawn: DrawnLayer): MappedLayer {
  const weights = drawn.weightSums(hardware);
  if (job.mapping !== undefined) return { weights, mapping: job.mapping };
  // A monitor changes no mapping: the mapper does not know of it, so that arrays with and without one compare.
  return { weights, ...chosenMapping(job, { ...hardware, monitor: null }, drawn) };
}

/** The sums of a layer's weights, where these are the same for every sample. */
function keptWeights({ keepsWeights }: TargetLayer, weights: WeightSums): { readonly weights?: WeightSums } {
  return keepsWeights ? { weights } : {};
}

function arrayRun(job: LayerToProfile, { hardware, fidelity }: ArrayAccelerator, drawn: DrawnLayer): LayerRun {
  const { target } = drawn;
  if (target.layer.kind === "softmax" || target.layer.kind === "attention-prediction") {
    return { mapped: { weightDensity: 1 }, sample: (index) => freeSample(drawn, index) };
  }
  if (fidelity === "expected") return expectedRun(job, hardware, target);
  const { weights, mapping, alternatives } = mapLayer(job, hardware, drawn);
  const energy = job.energy === undefined ? {} : { energy: job.energy };
  const options = { fidelity, ...keptWeights(target, weights), ...energy };
  const sample = (index: number): LayerSample => {
    const layer = target.layerOf(index);
    const sums = fidelity === "counted" ? { activations: drawn.activationSums(index, hardware) } : {};
    return sampleOf(runLayer(layer, drawn.masks(index), hardware, mapping, { ...options, ...sums }));
  };
  return {
    mapped: {
      weightDensity: density(target.weightMask()),
      mapping,
      mappingText: describeMapping(loopNest(target.layer, hardware), mapping, hardware),
      ...(alternatives === undefined ? {} : { alternatives }),
    },
    sample,
  };
}

interface ChosenMapping {
  readonly mapping: Mapping;
  readonly alternatives: MappingAlternatives;
}

function drawnLargest({ layer, weightMask }: NonNullable<TargetLayer["largest"]>) {
  return { layer, weight: weightMask() };
}

/** The choices made for a layer while it runs on several arrays, by `mappingKey`. */
const choicesOf = new WeakMap<DrawnLayer, Map<string, ChosenMapping>>();

/** The mapper's choice, kept by what it depends on: the same for every fidelity, sample and seed of activations. */
function chosenMapping(job: LayerToRun, hardware: Hardware, drawn: DrawnLayer): ChosenMapping {
  const { cache: folder, objective, energy } = job;
  const { layer, expected, largest, weightMask } = drawn.target;
  const request = {
    ...mappingRequest(layer, weightMask(), hardware, expected, largest && drawnLargest(largest)),
    ...(objective === undefined ? {} : { objective }),
    ...(energy === undefined ? {} : { energy }),
  };
  const cache = folder === undefined ? undefined : new Cache(folder);
  const choices = choicesOf.get(drawn) ?? new Map<string, ChosenMapping>();
  choicesOf.set(drawn, choices);
  const key = cacheKey(["mapping", mappingKey(request)]);
  const kept = choices.get(key) ?? cache?.read<ChosenMapping>(key);
  if (kept !== undefined) return kept;
  const { mapping, counters, energyPj, candidateCount, runnersUp } = searchMappings(
    request,
    drawn.standInSums(request),
  );
  const nest = loopNest(layer, hardware);
  const chosen = {
    mapping,
    alternatives: {
      candidateCount,
      cycles: counters.cycles,
      energyPj,
      runnersUp: runnersUp.map((other) => ({
        mapping: describeMapping(nest, other.mapping, hardware),
        cycles: other.counters.cycles,
        energyPj: other.energyPj,
        lostBy: other.lostBy,
      })),
    },
  };
  choices.set(key, chosen);
  cache?.write(key, chosen);
  return chosen;
}

function sampleOf(result: LayerResult): LayerSample {
  const { cycles, denseMacs, effectualMacs, inputDensity, outputDensity } = result;
  const { stalls, floors, bytes, firstLoadBytes, energyPj } = result;
  const dramBytes = bytes.dramActivations + bytes.dramWeights + bytes.dramOutputs;
  const work = { cycles, denseMacs, effectualMacs, inputDensity, outputDensity };
  return { ...work, stalls, floors, bytes, dramBytes, firstLoadBytes, energyPj };
}
