/** The masks and densities of a whole network, layer by layer and sample by sample. */

import { inputShape, type Layer, outputShape } from "../layers/layer.ts";
import { type BitMask, density, type LayerMasks } from "../masks/bit-mask.ts";
import { generateInputMask, generateOutputMask, generateWeightMask, type MaskRequest } from "../masks/layer-masks.ts";
import { prunedByMagnitude } from "../masks/magnitude-pruning.ts";
import { type MaskStatistics, measuredStatistics } from "../masks/statistics.ts";
import { patternDensity, type WeightPattern } from "../masks/weight-pattern.ts";
import { consumers, type Network } from "./network.ts";

/** Shares of non-zeros per layer, 0..1. */
interface LayerDensities {
  readonly input: Float64Array;
  readonly weight: Float64Array;
  /** Of what is written back: the input density of the layer that reads it; 1 where none does. */
  readonly output: Float64Array;
}

interface NetworkMaskOptions {
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
  private readonly weightDensities: number[] = [];

  constructor(
    network: Network,
    { seed, pattern, statistics = network.statistics ?? measuredStatistics }: NetworkMaskOptions,
  ) {
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
      weight: Float64Array.from(layers, (_, layer) => this.weightDensity(layer)),
      output: this.outputDensities(sample, input),
    };
  }

  /** Share of non-zero weights of a layer (by index): counted where the weights are given, else what is asked for. */
  weightDensity(layer: number): number {
    const known = this.weightDensities[layer];
    if (known !== undefined) return known;
    const given = this.givenWeights(layer, this.network.layers[layer]);
    const share = given === undefined ? patternDensity(this.patternOf(layer)) : density(given);
    this.weightDensities[layer] = share;
    return share;
  }

  private outputDensities(sample: number, input: Float64Array): Float64Array {
    const given = this.network.densities.outputOf?.(sample);
    return Float64Array.from(this.readers, (reader, layer) => {
      if (given !== undefined && !Number.isNaN(given[layer])) return given[layer];
      return reader < 0 ? 1 : input[reader];
    });
  }

  /** The network's own weights, pruned by magnitude if a pattern is asked for; undefined if it has none. */
  private givenWeights(layer: number, of: Layer): BitMask | undefined {
    const { given, activationPairs } = this.network;
    if (given === undefined || activationPairs?.has(layer)) return undefined;
    if (this.pattern === undefined) return given.weight(layer, of);
    const numbers = given.weightNumbers(layer);
    return numbers === undefined ? undefined : prunedByMagnitude(of, numbers, this.pattern);
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
    return { ...this.activationMasks(layer, sample), weight: this.weightMask(layer, this.layerOf(layer, sample)) };
  }

  /** What one layer (by index) reads and writes back for one sample, without its weights. */
  activationMasks(layer: number, sample: number): Omit<LayerMasks, "weight"> {
    const given = this.network.given?.input(layer, sample, this.layerOf(layer, sample));
    return { input: given ?? generateInputMask(this.requestOf(layer, sample)), output: this.outputMask(layer, sample) };
  }

  /** What one layer (by index) writes back for one sample, without its other masks. */
  outputMask(layer: number, sample: number): BitMask {
    return this.givenOutput(layer, sample) ?? generateOutputMask(this.requestOf(layer, sample));
  }

  /** The weights of one layer (by index), the same for all samples, or the dense operand in their place at the size of `of`. */
  weightMask(layer: number, of: Layer = this.network.layers[layer]): BitMask {
    return this.givenWeights(layer, of) ?? generateWeightMask({ ...this.keyOf(of), pattern: this.patternOf(layer) });
  }

  /** A mask of the output itself, or of the input of the layer that reads that very tensor. */
  private givenOutput(layer: number, sample: number): BitMask | undefined {
    const { given } = this.network;
    if (given === undefined) return undefined;
    const own = given.output(layer, sample, this.layerOf(layer, sample));
    const reader = this.readers[layer];
    if (own !== undefined || reader < 0) return own;
    const next = this.layerOf(reader, sample);
    const isSame = inputShape(next).join() === outputShape(this.layerOf(layer, sample)).join();
    return isSame ? given.input(reader, sample, next) : undefined;
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
