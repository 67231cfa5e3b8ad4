/** Blocks for a PE out of the layers of a network: where zeros are is the layer's, values are made up. */
import { compressed, type PeBlock, type PeConfiguration } from "../../../hw/array/pe-feed.ts";
import { type Layer, outputHeight, outputWidth } from "../../../workloads/layers/layer.ts";
import type { BitMask, LayerMasks } from "../../../workloads/masks/bit-mask.ts";

/** An input channel and a place in the kernel: what a column of a PE's weights belongs to. */
interface Tap {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** Windows of pixels that a block has at most. */
const maxWindows = 3;

/** The first taps, filters and output pixels of a layer's first group, as many as the PE has room for. */
export function peBlock(layer: Layer, { input, weight }: LayerMasks, pe: PeConfiguration): PeBlock {
  const taps = tapsOf(layer).slice(0, pe.columns);
  const filters = Math.min(pe.psumEntries, layer.outputChannels / layer.groups);
  const windowPixels = Math.floor(pe.psumEntries / filters);
  const width = outputWidth(layer);
  const pixels = Math.min(maxWindows * windowPixels, outputHeight(layer) * width);
  let room = pe.weightWords * pe.macsPerPe;
  const weights = taps.map((tap) => {
    const column = Array.from({ length: filters }, (_, filter) =>
      valueAt(weight, weightIndex(layer, filter, tap), pe.weightBits),
    );
    const entries = compressed(column, pe.runBits).length;
    if (entries > room) return column.map(() => 0);
    room -= entries;
    return column;
  });
  const activations = Array.from({ length: pixels }, (_, pixel) =>
    taps.map((tap) => activationAt(layer, input, [Math.floor(pixel / width), pixel % width], tap, pe.activationBits)),
  );
  return { weights, activations, filters, windowPixels };
}

function tapsOf({ inputChannels, groups, kernel: [rows, columns] }: Layer): Tap[] {
  return Array.from({ length: inputChannels / groups }, (_, channel) => channel).flatMap((channel) =>
    Array.from({ length: rows * columns }, (_, place) => ({
      channel,
      row: Math.floor(place / columns),
      column: place % columns,
    })),
  );
}

function weightIndex({ inputChannels, groups, kernel: [rows, columns] }: Layer, filter: number, tap: Tap): number {
  return ((filter * (inputChannels / groups) + tap.channel) * rows + tap.row) * columns + tap.column;
}

/** What the tap meets at an output pixel; 0 in the padding. */
function activationAt(
  { inputHeight, inputWidth, stride, padding, dilation }: Layer,
  input: BitMask,
  [outputRow, outputColumn]: readonly [number, number],
  tap: Tap,
  bits: number,
): number {
  const row = outputRow * stride[0] + tap.row * dilation[0] - padding[0];
  const column = outputColumn * stride[1] + tap.column * dilation[1] - padding[2];
  if (row < 0 || row >= inputHeight || column < 0 || column >= inputWidth) return 0;
  return valueAt(input, (tap.channel * inputHeight + row) * inputWidth + column, bits);
}

/** Zero where the mask has a zero, else a number of this many bits that its place decides. */
function valueAt({ words }: BitMask, index: number, bits: number): number {
  if (((words[index >>> 5] >>> (index & 31)) & 1) === 0) return 0;
  const magnitude = 1 + ((index * 37) % (2 ** (bits - 1) - 1));
  return index % 2 === 0 ? magnitude : -magnitude;
}
