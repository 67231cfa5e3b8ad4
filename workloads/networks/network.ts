/** A network as the list of its layers, with the densities that its tensors have on real (or assumed) inputs. */
import { inputShape, type Layer, outputShape } from "../layers/layer.ts";
import type { BitMask } from "../masks/bit-mask.ts";
import type { MaskStatistics } from "../masks/statistics.ts";
import type { GivenMasks } from "./given-masks.ts";

export interface Network {
  /** As users name it, e.g. `resnet50`. */
  readonly name: string;
  /** One line: variant, input size, origin of the shapes. */
  readonly description: string;
  /** In order of execution; names are unique. */
  readonly layers: readonly Layer[];
  readonly densities: NetworkDensities;
  /** Index of the layer that reads each layer's output, −1 for none; where absent, `consumers` finds them by shape. */
  readonly readers?: readonly number[];
  /** Only of networks whose inputs differ in size; `layers` are then those of the size that mappings are chosen for. */
  readonly sizes?: InputSizes;
  /**
   * Indices of layers that multiply two activations. The second stands where a layer has its weights, differs from sample to
   * sample, is not known before the layer begins, and is dense.
   */
  readonly activationPairs?: ReadonlySet<number>;
  /** The block that each layer belongs to, from 0 up: a request can be put aside only at a block's end. Absent: at any layer's. */
  readonly blocks?: readonly number[];
  /** Of networks with attention layers: which scores are kept. */
  readonly attention?: AttentionMasks;
  /** How the non-zeros of generated masks lie; absent: as measured. */
  readonly statistics?: MaskStatistics;
  /** Masks that are given; where absent, and for layers without them, masks are generated from the densities. */
  readonly given?: GivenMasks;
  /** Changes with every byte of the files that a network was read from; absent for built-in networks. */
  readonly fingerprint?: string;
  /** What to know of its cycles wherever they are shown, a sentence without its full stop. */
  readonly note?: string;
}

export interface AttentionMasks {
  /** [heads, queries, keys] of an attention layer (by index) for one sample. */
  keptOf(layer: number, sample: number, seed: number): BitMask;
}

/** How the layers follow the size of an input, e.g. the length of a sentence. Names and kinds are the same at any size. */
export interface InputSizes {
  /** Samples past the last begin again. */
  layersOf(sample: number): readonly Layer[];
  /** At the largest size; mappings must be legal for it. */
  readonly largest: readonly Layer[];
}

export interface NetworkDensities {
  /** One sentence: whether the densities are measured, published or assumed, and where. */
  readonly source: string;
  /** Share of non-zero weights per layer as the network was trained; all 1 if it was not pruned. */
  readonly weight: Float64Array;
  /** Number of input samples that differ: 24 photographs, say; Infinity where they are drawn from a seed. */
  readonly sampleCount: number;
  /** Share of non-zeros at the input of each layer, 0..1, for one sample. Samples past the last begin again. */
  inputOf(sample: number, seed: number): Float64Array;
  /** Likewise at the output; where absent or NaN, the input density of the layer that reads it. */
  outputOf?(sample: number): Float64Array;
}

/**
 * The layer that reads what each layer writes, −1 for none: the next later layer of that very input shape, else the
 * next with as many input channels (a pooling or an explicit padding lies between), else the next layer. Where a
 * network adds or joins tensors this is the nearest to a reader that a list of layers can name.
 */
export function consumers(layers: readonly Layer[]): number[] {
  return layers.map((layer, index) => {
    const shape = outputShape(layer);
    const later = layers.slice(index + 1);
    const reader = [
      later.findIndex((other) => inputShape(other).every((size, axis) => size === shape[axis])),
      later.findIndex((other) => other.inputChannels === layer.outputChannels),
      later.length > 0 ? 0 : -1,
    ].find((found) => found >= 0);
    return reader === undefined ? -1 : index + 1 + reader;
  });
}
