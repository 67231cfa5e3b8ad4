/** The passes of a layer as ranges of its loops, in the order in which the array runs them. */
import type { LoopNest } from "./loop-nest.ts";
import type { Mapping, Spread } from "./mapping.ts";

/** A half-open range of iterations of one loop. */
export type Range = readonly [first: number, end: number];

/** The part of each loop that one pass covers; channels, filters and kernel rows are counted within their group. */
export interface PassRange {
  readonly groups: Range;
  readonly pixels: Range;
  readonly filters: Range;
  readonly kernelRows: Range;
  readonly channels: Range;
}

/** From the outside in: group tiles, pixel tiles, filter tiles, kernel-row tiles, channel tiles. */
export function* passRanges(nest: LoopNest, mapping: Mapping, spread: Spread): Generator<PassRange> {
  const groupTiles = tiles(nest.groups, spread.groups);
  const pixelTiles = tiles(nest.pixels, mapping.pixelsPerTile);
  for (const groups of groupTiles) {
    for (const pixels of pixelTiles) yield* passesOfTile(nest, mapping, spread, groups, pixels);
  }
}

function* passesOfTile(
  nest: LoopNest,
  mapping: Mapping,
  spread: Spread,
  groups: Range,
  pixels: Range,
): Generator<PassRange> {
  const rowTiles = tiles(nest.kernelRows, spread.kernelRows * mapping.kernelRowsPerPe);
  const channelTiles = tiles(nest.channels, spread.channels * mapping.channelsPerPe);
  for (const filters of tiles(nest.filters, spread.filters * mapping.filtersPerPe)) {
    for (const kernelRows of rowTiles) {
      for (const channels of channelTiles) yield { groups, pixels, filters, kernelRows, channels };
    }
  }
}

function tiles(bound: number, size: number): Range[] {
  const ranges: Range[] = [];
  for (let first = 0; first < bound; first += size) ranges.push([first, Math.min(first + size, bound)]);
  return ranges;
}

export function lengthOf([first, end]: Range): number {
  return end - first;
}

/** Partial sums that the array writes in a pass. */
export function psumsOf({ groups, filters, pixels }: PassRange): number {
  return lengthOf(groups) * lengthOf(filters) * lengthOf(pixels);
}

/** Whether the sums of a pass are final, so that its outputs leave the array. */
export function isLastReduction({ kernelRows, channels }: PassRange, nest: LoopNest): boolean {
  return kernelRows[1] === nest.kernelRows && channels[1] === nest.channels;
}
