/**
 * A layer as the loops that the array runs: for each group a product of a weight matrix [filters × columns] with an
 * activation matrix [columns × pixels], where a column is one (channel, kernel row, kernel column).
 */
import { type Layer, outputHeight, outputWidth } from "../../workloads/layers/layer.ts";
import type { Mechanisms } from "./description.ts";

export interface LoopNest {
  readonly layer: Layer;
  readonly groups: number;
  /** Filters, channels and columns of one group. */
  readonly filters: number;
  readonly channels: number;
  /** channels · kernelRows · kernelColumns, in this order. */
  readonly columns: number;
  readonly kernelRows: number;
  readonly kernelColumns: number;
  /** Output pixels, row by row, and the pixels of one row. */
  readonly pixels: number;
  readonly outputWidth: number;
}

export function loopNest(layer: Layer): LoopNest {
  const [kernelRows, kernelColumns] = layer.kernel;
  const channels = layer.inputChannels / layer.groups;
  const width = outputWidth(layer);
  return {
    layer,
    groups: layer.groups,
    filters: layer.outputChannels / layer.groups,
    channels,
    columns: channels * kernelRows * kernelColumns,
    kernelRows,
    kernelColumns,
    pixels: outputHeight(layer) * width,
    outputWidth: width,
  };
}

/** Whether the PEs skip this layer's zero activations. */
export function skipsActivations(layer: Layer, mechanisms: Mechanisms): boolean {
  return mechanisms.skipActivations && (layer.kind !== "depthwise" || mechanisms.skipDepthwise);
}

/** Input rows [first, end), clipped to the input, that a range of kernel rows needs for a range of output pixels. */
export function inputRows(
  nest: LoopNest,
  [firstPixel, endPixel]: readonly [number, number],
  [firstTap, endTap]: readonly [number, number],
): [number, number] {
  const { stride, dilation, padding, inputHeight } = nest.layer;
  const firstRow = Math.floor(firstPixel / nest.outputWidth);
  const lastRow = Math.floor((endPixel - 1) / nest.outputWidth);
  const first = firstRow * stride[0] - padding[0] + firstTap * dilation[0];
  const last = lastRow * stride[0] - padding[0] + (endTap - 1) * dilation[0];
  const clippedFirst = Math.min(Math.max(first, 0), inputHeight);
  return [clippedFirst, Math.max(clippedFirst, Math.min(last + 1, inputHeight))];
}
