/** A network as the list of its layers, with the densities that its tensors have on real (or assumed) inputs. */
import { elementCount, inputShape, type Layer, outputShape } from "../layer.ts";

export interface Network {
  /** As users name it, e.g. `resnet50`. */
  readonly name: string;
  /** One line: variant, input size, origin of the shapes. */
  readonly description: string;
  /** In order of execution; names are unique. */
  readonly layers: readonly Layer[];
  readonly densities: NetworkDensities;
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

/** Whether the layer after this one reads the very tensor it writes: nothing pooled, padded or branched off in between. */
export function handsOn(layers: readonly Layer[], index: number): boolean {
  if (consumers(layers)[index] !== index + 1) return false;
  return elementCount(inputShape(layers[index + 1])) === elementCount(outputShape(layers[index]));
}
