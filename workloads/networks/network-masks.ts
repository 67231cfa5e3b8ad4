/** The masks and densities of a whole network, layer by layer and sample by sample. */

import type { Layer } from "../layers/layer.ts";
import type { BitMask, LayerMasks } from "../masks/bit-mask.ts";
import {
  generateInputMask,
  generateLayerMasks,
  generateOutputMask,
  generateWeightMask,
  type MaskRequest,
} from "../masks/layer-masks.ts";
import { type MaskStatistics, measuredStatistics } from "../masks/statistics.ts";
import { patternDensity, type WeightPattern } from "../masks/weight-pattern.ts";
import { consumers, type Network } from "./network.ts";

/** Shares of non-zeros per layer, 0..1. */
export interface LayerDensities {
  readonly input: Float64Array;
  readonly weight: Float64Array;
  /** Of what is written back: the input density of the layer that reads it; 1 where none does. */
  readonly output: Float64Array;
}

export interface NetworkMaskOptions {
  readonly seed: number;
  /** How the weights are pruned; without it, as much as the network was when its densities were taken. */
  readonly pattern?: WeightPattern;
  readonly statistics?: MaskStatistics;
}

/** Masks are generated when asked for and not kept: one layer of a large network is some megabytes. */
export class NetworkMasks {
  readonly network: Network;
  private readonly seed: number;
  private readonly pattern: WeightPattern | undefined;
  private readonly statistics: MaskStatistics;
  private readonly readers: readonly number[];

  constructor(network: Network, { seed, pattern, statistics = measuredStatistics }: NetworkMaskOptions) {
    this.network = network;
    this.seed = seed;
    this.pattern = pattern;
    this.statistics = statistics;
    this.readers = network.readers ?? consumers(network.layers);
  }

  /** The densities that the masks of this sample are generated with. */
  densities(sample: number): LayerDensities {
    const { densities, layers } = this.network;
    const input = densities.inputOf(sample, this.seed);
    return {
      input,
      weight: Float64Array.from(layers, (_, layer) => patternDensity(this.patternOf(layer))),
      output: Float64Array.from(this.readers, (reader) => (reader < 0 ? 1 : input[reader])),
    };
  }

  /** The layer with this index, as this sample has it. */
  layerOf(layer: number, sample: number): Layer {
    const { sizes, layers } = this.network;
    return (sizes === undefined ? layers : sizes.layersOf(sample))[layer];
  }

  /** How the weights of this layer are pruned; the second of two activations is not. */
  patternOf(layer: number): WeightPattern {
    if (this.network.activationPairs?.has(layer)) return { kind: "dense" };
    if (this.pattern !== undefined) return this.pattern;
    const density = this.network.densities.weight[layer];
    return density === 1 ? { kind: "dense" } : { kind: "unstructured", sparsity: 1 - density };
  }

  /** The masks of one layer (by index) and one sample. */
  masks(layer: number, sample: number): LayerMasks {
    return generateLayerMasks(this.requestOf(layer, sample));
  }

  /** What one layer (by index) reads and writes back for one sample, without its weights. */
  activationMasks(layer: number, sample: number): Omit<LayerMasks, "weight"> {
    const request = this.requestOf(layer, sample);
    return { input: generateInputMask(request), output: generateOutputMask(request) };
  }

  /** What one layer (by index) writes back for one sample, without its other masks. */
  outputMask(layer: number, sample: number): BitMask {
    return generateOutputMask(this.requestOf(layer, sample));
  }

  /** The weights of one layer (by index), the same for all samples, or the dense operand in their place at the size of `of`. */
  weightMask(layer: number, of: Layer = this.network.layers[layer]): BitMask {
    return generateWeightMask({ ...this.keyOf(of), pattern: this.patternOf(layer) });
  }

  private requestOf(layer: number, sample: number): MaskRequest {
    const { input, output } = this.densities(sample);
    const reader = this.readers[layer];
    return {
      ...this.keyOf(this.layerOf(layer, sample)),
      pattern: this.patternOf(layer),
      sample,
      inputDensity: input[layer],
      outputDensity: output[layer],
      consumer: reader < 0 ? undefined : this.layerOf(reader, sample),
    };
  }

  private keyOf(layer: Layer) {
    return {
      seed: this.seed,
      network: this.network.name,
      layer,
      statistics: this.statistics,
    };
  }
}
