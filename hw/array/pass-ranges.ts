/** The passes of a layer as ranges of its loops, in the order in which the array runs them. */
import type { LoopNest } from "./loop-nest.ts";
import { filtersPerPass, filtersPerTile, imagesPerTile, type Mapping, type Spread } from "./mapping.ts";

/** A half-open range of iterations of one loop. */
export type Range = readonly [first: number, end: number];

/** The part of each loop that one pass covers; channels, filters and kernel rows are counted within their group. */
export interface PassRange {
  readonly groups: Range;
  readonly images: Range;
  readonly pixels: Range;
  readonly filters: Range;
  readonly kernelRows: Range;
  readonly channels: Range;
  /** Whether the pass before it, with other filters of its tile, read the same activations. */
  readonly readsAgain: boolean;
}

type TileRange = Pick<PassRange, "groups" | "images" | "pixels">;

/** From the outside in: group tiles, image tiles, pixel tiles, filter tiles, kernel-row tiles, channel tiles, passes of a filter tile. */
export function* passRanges(nest: LoopNest, mapping: Mapping, spread: Spread): Generator<PassRange> {
  const groupTiles = tiles([0, nest.groups], spread.groups);
  const imageTiles = tiles([0, nest.images], imagesPerTile(nest, mapping));
  const pixelTiles = tiles([0, nest.pixels], mapping.pixelsPerTile);
  for (const groups of groupTiles) {
    for (const images of imageTiles) {
      for (const pixels of pixelTiles) yield* passesOfTile(nest, mapping, spread, { groups, images, pixels });
    }
  }
}

function* passesOfTile(nest: LoopNest, mapping: Mapping, spread: Spread, tile: TileRange): Generator<PassRange> {
  const rowTiles = tiles([0, nest.kernelRows], spread.kernelRows * mapping.kernelRowsPerPe);
  const channelTiles = tiles([0, nest.channels], spread.channels * mapping.channelsPerPe);
  const { groups, images, pixels } = tile;
  const reductions = rowTiles.flatMap((kernelRows) => channelTiles.map((channels) => ({ kernelRows, channels })));
  for (const kept of tiles([0, nest.filters], filtersPerTile(mapping, spread))) {
    const filterTiles = tiles(kept, filtersPerPass(mapping, spread));
    for (const { kernelRows, channels } of reductions) {
      // Field by field: there are millions of passes.
      for (const filters of filterTiles) {
        yield { groups, images, pixels, filters, kernelRows, channels, readsAgain: filters[0] > kept[0] };
      }
    }
  }
}

function tiles([start, bound]: Range, size: number): Range[] {
  const ranges: Range[] = [];
  for (let first = start; first < bound; first += size) ranges.push([first, Math.min(first + size, bound)]);
  return ranges;
}

export function lengthOf([first, end]: Range): number {
  return end - first;
}

/** Partial sums that the array writes in a pass. */
export function psumsOf({ groups, images, filters, pixels }: PassRange): number {
  return lengthOf(groups) * lengthOf(images) * lengthOf(filters) * lengthOf(pixels);
}

/** Unfinished sums that it reads back first. */
export function psumsReadBy(pass: PassRange): number {
  return pass.kernelRows[0] === 0 && pass.channels[0] === 0 ? 0 : psumsOf(pass);
}

/** Whether the sums of a pass are final, so that its outputs leave the array. */
export function isLastReduction({ kernelRows, channels }: PassRange, nest: LoopNest): boolean {
  return kernelRows[1] === nest.kernelRows && channels[1] === nest.channels;
}
