/** What is profiled: a network with its weights as trained or pruned by a pattern, or one layer of a user's. */
import { type BitMask, density, type LayerMasks } from "../workloads/bit-mask.ts";
import type { Layer } from "../workloads/layer.ts";
import { layerFileMasks, loadLayerFile, type TensorSource } from "../workloads/layer-file.ts";
import { patternDensity, type WeightPattern } from "../workloads/masks/weight-pattern.ts";
import { handsOn, type Network } from "../workloads/networks/network.ts";
import { NetworkMasks } from "../workloads/networks/network-masks.ts";
import { networkOf } from "../workloads/networks.ts";

export type ProfileTarget =
  | { readonly kind: "network"; readonly name: string; readonly pattern?: WeightPattern; readonly seed: number }
  | { readonly kind: "layer-file"; readonly path: string; readonly seed: number };

/** Shares of non-zeros that a layer is expected to have, or has, 0..1. */
export interface Densities {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

/** One layer with what its masks are drawn from. */
export interface TargetLayer {
  readonly layer: Layer;
  /** Whether the next layer reads the very tensor that this one writes. */
  readonly isHandedOn: boolean;
  /** What the mapper may know: the mean over samples. */
  readonly expected: Densities;
  densities(sample: number): Densities;
  masks(sample: number): LayerMasks;
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

export function targetLayers(target: ProfileTarget): readonly Layer[] {
  return target.kind === "network" ? network(target.name).layers : [loadLayerFile(target.path).layer];
}

/** @throws ConfigError for an unknown network or a bad layer file. */
export function targetLayer(target: ProfileTarget, index: number): TargetLayer {
  return target.kind === "network" ? networkLayer(target, index) : fileLayer(target.path, target.seed);
}

function networkLayer(target: Extract<ProfileTarget, { kind: "network" }>, index: number): TargetLayer {
  const { name, pattern, seed } = target;
  const { layers, densities: own } = network(name);
  const masks = new NetworkMasks(network(name), pattern === undefined ? { seed } : { seed, pattern });
  const weight = patternDensity(masks.patternOf(index));
  const densities = (sample: number): Densities => {
    const { input, output } = masks.densities(sample);
    return { input: input[index], weight, output: output[index] };
  };
  return {
    layer: layers[index],
    isHandedOn: handsOn(layers, index),
    expected: meanDensities(Math.min(own.sampleCount, expectationSamples), densities),
    densities,
    masks: (sample) => masks.masks(index, sample),
    weightMask: () => masks.weightMask(index),
    outputMask: (sample) => masks.outputMask(index, sample),
  };
}

function fileLayer(path: string, seed: number): TargetLayer {
  const file = loadLayerFile(path);
  const share = (source: TensorSource) => ("mask" in source ? density(source.mask) : source.density);
  const expected = { input: share(file.input), weight: share(file.weight), output: share(file.output) };
  return {
    layer: file.layer,
    isHandedOn: false,
    expected,
    densities: () => expected,
    masks: (sample) => layerFileMasks(file, seed, sample),
    weightMask: () => layerFileMasks(file, seed, 0).weight,
    outputMask: (sample) => layerFileMasks(file, seed, sample).output,
  };
}

function meanDensities(count: number, of: (sample: number) => Densities): Densities {
  const samples = Array.from({ length: count }, (_, sample) => of(sample));
  const mean = (name: keyof Densities) => samples.reduce((sum, each) => sum + each[name], 0) / count;
  return { input: mean("input"), weight: mean("weight"), output: mean("output") };
}
