/**
 * A layer as the loops that the array runs: for each group a product of a weight matrix [filters × columns] with an
 * activation matrix [columns × pixels], where a column is one (channel, kernel row, kernel column).
 */
import { imageCount, type Layer, outputHeight, outputWidth } from "../../workloads/layers/layer.ts";
import type { Hardware, Mechanisms } from "./description.ts";

export interface LoopNest {
  readonly layer: Layer;
  /** Images of the batch, all with the same weights. */
  readonly images: number;
  readonly groups: number;
  /** Filters, channels and columns of one group. */
  readonly filters: number;
  readonly channels: number;
  /** channels · kernelRows · kernelColumns, in this order. */
  readonly columns: number;
  /**
   * Rows of the kernel and columns of each; the loop that PEs and passes share is the one over rows. Where a PE's SPads
   * do not hold one row of one channel, rows are cut into single taps: then these are kernel taps, of one column each.
   */
  readonly kernelRows: number;
  readonly kernelColumns: number;
  readonly cutsKernelRows: boolean;
  /** Output pixels of one image, row by row, and the pixels of one row. */
  readonly pixels: number;
  readonly outputWidth: number;
}

export function loopNest(layer: Layer, hardware: Pick<Hardware, "spad">): LoopNest {
  const [rows, rowColumns] = layer.kernel;
  const cutsKernelRows = !holdsKernelRow(layer, hardware);
  const [kernelRows, kernelColumns] = cutsKernelRows ? [rows * rowColumns, 1] : [rows, rowColumns];
  const channels = layer.inputChannels / layer.groups;
  const width = outputWidth(layer);
  return {
    layer,
    images: imageCount(layer),
    groups: layer.groups,
    filters: layer.outputChannels / layer.groups,
    channels,
    columns: channels * kernelRows * kernelColumns,
    kernelRows,
    kernelColumns,
    cutsKernelRows,
    pixels: outputHeight(layer) * width,
    outputWidth: width,
  };
}

/** Whether the SPads of a PE hold one row of the kernel of one channel, and the part of the input that it walks over. */
function holdsKernelRow({ kernel, stride }: Layer, { spad }: Pick<Hardware, "spad">): boolean {
  const columns = kernel[1];
  return (
    columns <= Math.min(spad.weightAddresses, spad.activationEntries) &&
    Math.ceil(columns / stride[1]) <= spad.activationAddresses
  );
}

/** The kernel row and kernel column of a column of the nest, given as its kernel row (or tap) and column there. */
export function kernelPosition(nest: LoopNest, row: number, column: number): readonly [row: number, column: number] {
  if (!nest.cutsKernelRows) return [row, column];
  const [, columns] = nest.layer.kernel;
  return [Math.floor(row / columns), row % columns];
}

/** Whether the PEs skip this layer's zero activations. */
export function skipsActivations(layer: Layer, mechanisms: Mechanisms): boolean {
  return mechanisms.skipActivations && (layer.kind !== "depthwise" || mechanisms.skipDepthwise);
}
