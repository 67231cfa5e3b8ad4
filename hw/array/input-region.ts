/**
 * The part of the input that a range of output pixels reads: whole input rows, or, for pixels of a single output row,
 * only the columns between the first and the last that they need. Both fidelities share this geometry; how many
 * activations lie in a region, each counts in its own way.
 */
import { kernelPosition, type LoopNest } from "./loop-nest.ts";
import type { PassRange, Range } from "./pass-ranges.ts";

export interface InputRegion {
  readonly rows: Range;
  readonly columns: Range;
}

/** What a range of kernel rows reads for a range of output pixels, clipped to the input; a row counts whole even if cut. */
export function inputRegion(nest: LoopNest, pixels: Range, kernelRows: Range): InputRegion {
  const { kernel, stride, dilation, padding, inputHeight, inputWidth } = nest.layer;
  const firstRow = Math.floor(pixels[0] / nest.outputWidth);
  const lastRow = Math.floor((pixels[1] - 1) / nest.outputWidth);
  const [firstKernelRow] = kernelPosition(nest, kernelRows[0], 0);
  const [lastKernelRow] = kernelPosition(nest, kernelRows[1] - 1, 0);
  const top = firstRow * stride[0] - padding[0] + firstKernelRow * dilation[0];
  const bottom = lastRow * stride[0] - padding[0] + lastKernelRow * dilation[0];
  const rows = clipped(top, bottom, inputHeight);
  if (firstRow !== lastRow) return { rows, columns: [0, inputWidth] };
  const left = (pixels[0] % nest.outputWidth) * stride[1] - padding[2];
  const right = ((pixels[1] - 1) % nest.outputWidth) * stride[1] - padding[2] + (kernel[1] - 1) * dilation[1];
  return { rows, columns: clipped(left, right, inputWidth) };
}

function clipped(first: number, last: number, size: number): Range {
  const start = Math.min(Math.max(first, 0), size);
  return [start, Math.max(start, Math.min(last + 1, size))];
}

/**
 * What a pass fetches into the buffer, where its pixel tile stays there: its region without what earlier kernel rows of
 * the tile have fetched, and without what the tile before it left, if that stayed too (`keepsLast`).
 *
 * Of the tile before, whole rows are kept, or the columns of the same output row.
 */
export function freshRegion(nest: LoopNest, pass: PassRange, pixelsPerTile: number, keepsLast: boolean): InputRegion {
  const { pixels, kernelRows } = pass;
  const region = inputRegion(nest, pixels, kernelRows);
  const earlier = kernelRows[0] === 0 ? region : after(region, inputRegion(nest, pixels, [0, kernelRows[0]]).rows);
  if (!keepsLast) return earlier;
  const last: Range = [pixels[0] - pixelsPerTile, pixels[0]];
  const kept = inputRegion(nest, last, [0, nest.kernelRows]);
  const isWhole = kept.columns[0] === 0 && kept.columns[1] === nest.layer.inputWidth;
  if (isWhole) return after(earlier, kept.rows);
  const isSameRow = Math.floor(last[0] / nest.outputWidth) === Math.floor((pixels[1] - 1) / nest.outputWidth);
  if (!isSameRow) return earlier;
  return { rows: earlier.rows, columns: rest(earlier.columns, kept.columns) };
}

function after({ rows, columns }: InputRegion, fetched: Range): InputRegion {
  return { rows: rest(rows, fetched), columns };
}

/** What of a range lies behind another. */
function rest([first, end]: Range, [, fetchedEnd]: Range): Range {
  return [Math.min(Math.max(first, fetchedEnd), end), end];
}
