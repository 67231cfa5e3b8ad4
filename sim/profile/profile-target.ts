/** What is profiled: a network with its weights as trained or pruned by a pattern, or one layer of a user's. */

import { ConfigError } from "../../workloads/input/errors.ts";
import { isAttention } from "../../workloads/layers/attention.ts";
import { batchOf, type Layer } from "../../workloads/layers/layer.ts";
import { attentionLayerMasks } from "../../workloads/masks/attention-layer-masks.ts";
import { type BitMask, density, joinedMasks, type LayerMasks } from "../../workloads/masks/bit-mask.ts";
import type { WeightPattern } from "../../workloads/masks/weight-pattern.ts";
import {
  layerFileFingerprint,
  layerFileKept,
  layerFileMasks,
  loadLayerFile,
  type TensorSource,
} from "../../workloads/networks/layer-file.ts";
import type { Network } from "../../workloads/networks/network.ts";
import { NetworkMasks } from "../../workloads/networks/network-masks.ts";
import { networkOf } from "../../workloads/networks/networks.ts";

export type ProfileTarget = (
  | { readonly kind: "network"; readonly name: string; readonly pattern?: WeightPattern; readonly seed: number }
  | { readonly kind: "layer-file"; readonly path: string; readonly seed: number }
) & {
  /** Images that are computed together, two or more; absent: one. A sample is then so many inputs. */
  readonly batch?: number;
};

/** Shares of non-zeros that a layer is expected to have, or has, 0..1. */
interface Densities {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

/** One layer with what its masks are drawn from. */
export interface TargetLayer {
  /** What the mapping is chosen for. */
  readonly layer: Layer;
  /** Only where samples differ in size: what the mapping must be legal for too. */
  readonly largest?: { readonly layer: Layer; readonly weightMask: () => BitMask };
  /** Whether weights are the same for all samples; what stands in their place where two activations are multiplied is not. */
  readonly keepsWeights: boolean;
  /** What the mapper may know: the mean over samples. */
  readonly expected: Densities;
  /** The layer as the sample has it. */
  layerOf(sample: number): Layer;
  densities(sample: number): Densities;
  masks(sample: number): LayerMasks;
  /** The kept scores [heads, queries, keys]; only of the layers of an attention. */
  readonly kept?: (sample: number) => BitMask;
  /** At the size that the mapping is chosen for. */
  weightMask(): BitMask;
  outputMask(sample: number): BitMask;
}

/** Samples that an expectation is taken over, where they do not end. */
const expectationSamples = 24;

/** Networks this thread has read. */
const networks = new Map<string, Network>();

function network(name: string): Network {
  const known = networks.get(name) ?? networkOf(name);
  networks.set(name, known);
  return known;
}

/** At the size that mappings are chosen for. */
export function targetLayers(target: ProfileTarget): readonly Layer[] {
  const layers = target.kind === "network" ? network(target.name).layers : [loadLayerFile(target.path).layer];
  const { batch } = target;
  return batch === undefined ? layers : layers.map((layer) => batchOf(layer, batch));
}

/** Whether its layers have the same shapes in every sample. */
export function hasOneSize(target: ProfileTarget): boolean {
  return target.kind !== "network" || network(target.name).sizes === undefined;
}

/** What to know of the target's cycles wherever they are shown. */
export function targetNote(target: ProfileTarget): string | undefined {
  if (target.kind !== "network") return undefined;
  const { note, given, layers, fingerprint } = network(target.name);
  if (fingerprint === undefined || target.pattern === undefined) return note;
  const isReal = layers.some((_, index) => given?.weightNumbers(index) !== undefined);
  const weights = isReal ? "its own weights are pruned by magnitude" : "its weights are generated, since it has none";
  return note === undefined ? weights : `${note}; ${weights}`;
}

/** Changes with whatever a layer of a file is made of; undefined for built-in networks. Draws nothing. */
export function targetFingerprint(target: ProfileTarget, layer: number): readonly string[] | undefined {
  if (target.kind !== "network") return layerFileFingerprint(loadLayerFile(target.path));
  const { name, fingerprint, given, readers = [] } = network(target.name);
  if (fingerprint === undefined) return undefined;
  // What a layer writes can be the mask that its reader is given.
  const masks = [layer, readers[layer] ?? -1].map((index) => (index < 0 ? "" : (given?.fingerprint(index) ?? "")));
  return [name, fingerprint, ...masks];
}

/** @throws ConfigError for an unknown network, a bad layer file, or a layer of which there is no batch. */
export function targetLayer(target: ProfileTarget, index: number): TargetLayer {
  const single = target.kind === "network" ? networkLayer(target, index) : fileLayer(target.path, target.seed);
  return target.batch === undefined ? single : batchedLayer(single, target.batch);
}

/** Sample s of a batch of N has the inputs N·s … N·s + N − 1. */
function batchedLayer(single: TargetLayer, batch: number): TargetLayer {
  const { layer, expected, weightMask, keepsWeights, largest } = single;
  if (!keepsWeights) throw noBatch(layer, batch, "multiplies two activations, which images do not share");
  if (largest !== undefined) throw noBatch(layer, batch, "differs in size between inputs");
  const batched = batchOf(layer, batch);
  const inputs = (sample: number) => Array.from({ length: batch }, (_, image) => sample * batch + image);
  return {
    layer: batched,
    keepsWeights,
    expected,
    layerOf: () => batched,
    densities: (sample) => meanDensities(batch, (image) => single.densities(sample * batch + image)),
    masks(sample) {
      const images = inputs(sample).map((input) => single.masks(input));
      const joined = (tensor: "input" | "output") => joinedMasks(images.map((masks) => masks[tensor]));
      return { input: joined("input"), weight: images[0].weight, output: joined("output") };
    },
    weightMask,
    outputMask: (sample) => joinedMasks(inputs(sample).map((input) => single.outputMask(input))),
  };
}

function noBatch({ name }: Layer, batch: number, why: string): ConfigError {
  return new ConfigError(`--batch ${batch}: there is no batch of layer "${name}", which ${why}`);
}

/** The block that each layer belongs to, where a request can be put aside only at a block's end. */
export function targetBlocks(target: ProfileTarget): readonly number[] | undefined {
  return target.kind === "network" ? network(target.name).blocks : undefined;
}

function networkLayer(target: Extract<ProfileTarget, { kind: "network" }>, index: number): TargetLayer {
  const { name, pattern, seed } = target;
  const { layers, densities: own, sizes, activationPairs, attention } = network(name);
  const masks = new NetworkMasks(network(name), pattern === undefined ? { seed } : { seed, pattern });
  const weight = masks.weightDensity(index);
  const keepsWeights = activationPairs?.has(index) !== true;
  let drawnWeights: BitMask | undefined;
  const weightMask = () => {
    drawnWeights ??= masks.weightMask(index);
    return drawnWeights;
  };
  const densities = (sample: number): Densities => {
    const { input, output } = masks.densities(sample);
    return { input: input[index], weight, output: output[index] };
  };
  const kept = isAttention(layers[index]) ? attention?.keptOf.bind(attention, index) : undefined;
  return {
    layer: layers[index],
    ...(kept && { kept: (sample: number) => kept(sample, seed) }),
    ...(sizes && { largest: largestOf(masks, index, sizes.largest[index]) }),
    keepsWeights,
    expected: meanDensities(Math.min(own.sampleCount, expectationSamples), densities),
    layerOf: (sample) => masks.layerOf(index, sample),
    densities,
    masks: (sample) => {
      if (kept !== undefined) return attentionLayerMasks(masks.layerOf(index, sample), kept(sample, seed));
      return keepsWeights
        ? { ...masks.activationMasks(index, sample), weight: weightMask() }
        : masks.masks(index, sample);
    },
    weightMask,
    outputMask: (sample) => masks.outputMask(index, sample),
  };
}

function largestOf(masks: NetworkMasks, index: number, layer: Layer) {
  return { layer, weightMask: () => masks.weightMask(index, layer) };
}

function fileLayer(path: string, seed: number): TargetLayer {
  const file = loadLayerFile(path);
  if (file.kept !== undefined) return attentionFileLayer(file.layer, (sample) => layerFileKept(file, seed, sample));
  const share = (source: TensorSource) => ("mask" in source ? density(source.mask) : source.density);
  const expected = { input: share(file.input), weight: share(file.weight), output: share(file.output) };
  return {
    layer: file.layer,
    keepsWeights: true,
    expected,
    layerOf: () => file.layer,
    densities: () => expected,
    masks: (sample) => layerFileMasks(file, seed, sample),
    weightMask: () => layerFileMasks(file, seed, 0).weight,
    outputMask: (sample) => layerFileMasks(file, seed, sample).output,
  };
}

function attentionFileLayer(layer: Layer, kept: (sample: number) => BitMask): TargetLayer {
  const masks = (sample: number) => attentionLayerMasks(layer, kept(sample));
  const densities = (sample: number) => {
    const { input, weight, output } = masks(sample);
    return { input: density(input), weight: density(weight), output: density(output) };
  };
  return {
    layer,
    kept,
    keepsWeights: false,
    expected: densities(0),
    layerOf: () => layer,
    densities,
    masks,
    weightMask: () => masks(0).weight,
    outputMask: (sample) => masks(sample).output,
  };
}

function meanDensities(count: number, of: (sample: number) => Densities): Densities {
  const samples = Array.from({ length: count }, (_, sample) => of(sample));
  const mean = (name: keyof Densities) => samples.reduce((sum, each) => sum + each[name], 0) / count;
  return { input: mean("input"), weight: mean("weight"), output: mean("output") };
}
