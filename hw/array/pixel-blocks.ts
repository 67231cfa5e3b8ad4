/**
 * How the pixels of a layer are cut: into tiles (one pass each) of some pixels in some images, each tile into blocks (one
 * PE each), each block into units (what lies between two barriers: a window of one image, or the whole block in all images
 * of the tile); and the activations of every unit and column.
 *
 * The activations of all units are counted at once where they are few. Those of a large layer are counted for as many
 * windows at a time as fit a bounded memory, in the order in which the passes ask for them.
 */
import type { ActivationSums } from "./activation-sums.ts";
import type { LoopNest } from "./loop-nest.ts";
import { lengthOf, type Range } from "./pass-ranges.ts";

/** Ways to cut that are kept per layer: candidates of a mapping search often cut alike. */
const keptCuts = 4;
const kept = new WeakMap<ActivationSums, Map<string, PixelBlocks>>();

/** Counts (4 bytes each) that are kept at a time, unless one window of one pass has more. */
const keptCounts = 2 ** 22;

/** The pixels of a layer cut into tiles, blocks and units; the same object while it is kept. */
export function pixelBlocks(nest: LoopNest, sums: ActivationSums, cut: PixelCut): PixelBlocks {
  const known = kept.get(sums) ?? new Map<string, PixelBlocks>();
  kept.set(sums, known);
  const { pixelsPerTile, imagesPerTile, blocksPerTile, pixelsPerUnit, imagesPerUnit } = cut;
  const key = [pixelsPerTile, imagesPerTile, blocksPerTile, pixelsPerUnit, imagesPerUnit].join();
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= keptCuts) known.clear();
  const made = new PixelBlocks(nest, sums, cut, keptCounts);
  known.set(key, made);
  return made;
}

interface PixelCut {
  readonly pixelsPerTile: number;
  readonly imagesPerTile: number;
  readonly blocksPerTile: number;
  readonly pixelsPerUnit: number;
  /** One, or all of a tile. */
  readonly imagesPerUnit: number;
}

/** The units that lie between the same two barriers: one of each block that has as many. */
export interface Window {
  readonly unitCount: number;
  /** Units that `activations` holds, and the place of the first of this window among them. */
  readonly units: number;
  readonly firstUnit: number;
  /** Pixels of each unit in every image, and the images of all of them. */
  readonly pixels: Int32Array;
  readonly images: number;
  /** Activations walked per unit and column, of at least the columns asked for. */
  readonly activations: Int32Array;
  /** Where in `activations` column 0 of each unit is, or would be. */
  readonly offsets: Float64Array;
}

/** Windows `first` … `end` − 1 (over all tiles) by some of the columns. */
interface Slab {
  readonly windows: Range;
  readonly columns: Range;
  readonly activations: Int32Array;
}

const noSlab: Slab = { windows: [0, 0], columns: [0, 0], activations: new Int32Array() };

export class PixelBlocks {
  private readonly nest: LoopNest;
  private readonly sums: ActivationSums;
  private readonly cut: PixelCut;
  private readonly pixelsPerTile: number;
  private readonly blocks: number;
  private readonly pixelsPerUnit: number;
  /** Tiles of an image tile. */
  private readonly pixelTiles: number;
  private readonly maxCounts: number;
  /** Of every tile but the last, which can have fewer. */
  private readonly windowsPerTile: number;
  private readonly windowCount: number;
  private readonly pixels: Int32Array;
  private readonly offsets: Float64Array;
  private slab = noSlab;
  /** What a PE walks between two barriers, some pixels in some images: the unit that was found last. */
  private readonly unit = { firstImage: 0, endImage: 0, firstPixel: 0, endPixel: 0 };

  /** @param maxCounts kept at a time, unless one window of the columns asked for has more */
  constructor(nest: LoopNest, sums: ActivationSums, cut: PixelCut, maxCounts: number) {
    this.nest = nest;
    this.sums = sums;
    this.cut = cut;
    this.pixelsPerTile = cut.pixelsPerTile;
    this.blocks = cut.blocksPerTile;
    this.pixelsPerUnit = cut.pixelsPerUnit;
    this.maxCounts = maxCounts;
    this.pixelTiles = Math.ceil(nest.pixels / cut.pixelsPerTile);
    const tiles = this.pixelTiles * Math.ceil(nest.images / cut.imagesPerTile);
    this.windowsPerTile = this.windowsOf(0);
    this.windowCount = (tiles - 1) * this.windowsPerTile + this.windowsOf(tiles - 1);
    this.pixels = new Int32Array(this.blocks);
    this.offsets = new Float64Array(this.blocks);
  }

  /** Windows of a tile: units of its longest block. */
  windowsOf(tile: number): number {
    const imageUnits = Math.ceil(this.imagesOf(tile) / this.cut.imagesPerUnit);
    return Math.ceil(this.blockPixels(tile) / this.pixelsPerUnit) * imageUnits;
  }

  private imagesOf(tile: number): number {
    const first = Math.floor(tile / this.pixelTiles) * this.cut.imagesPerTile;
    return Math.min(this.cut.imagesPerTile, this.nest.images - first);
  }

  /**
   * Finds the unit of a block that a PE comes to as its `position`-th of a tile.
   *
   * @returns whether there is one; `unit` has it.
   */
  private findUnit(tile: number, block: number, position: number): boolean {
    const { unit, cut } = this;
    const start = (tile % this.pixelTiles) * this.pixelsPerTile;
    const each = this.blockPixels(tile);
    const first = start + block * each;
    const end = Math.min(first + each, start + this.pixelsPerTile, this.nest.pixels);
    if (end <= first) return false;
    const perImage = Math.ceil((end - first) / this.pixelsPerUnit);
    const imageTile = Math.floor(position / perImage);
    const firstOfTile = Math.floor(tile / this.pixelTiles) * cut.imagesPerTile;
    const endImage = Math.min(firstOfTile + cut.imagesPerTile, this.nest.images);
    unit.firstImage = firstOfTile + imageTile * cut.imagesPerUnit;
    unit.endImage = Math.min(unit.firstImage + cut.imagesPerUnit, endImage);
    unit.firstPixel = first + (position - imageTile * perImage) * this.pixelsPerUnit;
    unit.endPixel = Math.min(unit.firstPixel + this.pixelsPerUnit, end);
    return unit.firstImage < endImage;
  }

  /**
   * A window of a tile; what was found before is overwritten.
   *
   * @param position of the window in its tile
   * @param groups half-open range of the groups whose columns are needed
   * @param columns half-open range of the columns needed, within each group
   */
  window(tile: number, position: number, groups: Range, columns: Range): Window {
    const { pixels, offsets, blocks, unit } = this;
    const at = tile * this.windowsPerTile + position;
    const { windows, columns: counted, activations } = this.slabWith(at, groups, columns);
    const perUnit = lengthOf(counted);
    const firstUnit = (at - windows[0]) * blocks;
    const offset = firstUnit * perUnit - counted[0];
    let unitCount = 0;
    let images = 0;
    for (; unitCount < blocks; unitCount++) {
      if (!this.findUnit(tile, unitCount, position)) break;
      images = unit.endImage - unit.firstImage;
      pixels[unitCount] = unit.endPixel - unit.firstPixel;
      offsets[unitCount] = offset + unitCount * perUnit;
    }
    return { unitCount, units: blocks * lengthOf(windows), firstUnit, pixels, images, activations, offsets };
  }

  /** Pixels of a tile's blocks, but of its last ones, which can have fewer or none. */
  private blockPixels(tile: number): number {
    const start = (tile % this.pixelTiles) * this.pixelsPerTile;
    const pixels = Math.min(this.pixelsPerTile, this.nest.pixels - start);
    return Math.ceil(pixels / this.blocks);
  }

  private slabWith(window: number, groups: Range, columns: Range): Slab {
    const first = groups[0] * this.nest.columns + columns[0];
    const end = (groups[1] - 1) * this.nest.columns + columns[1];
    const { windows, columns: counted } = this.slab;
    const isThere = window >= windows[0] && window < windows[1] && first >= counted[0] && end <= counted[1];
    if (!isThere) this.slab = this.counted(window, this.columnsWorthCounting(groups, [first, end]));
    return this.slab;
  }

  /** All columns where all windows fit, those of the groups where one window fits, else those that are needed. */
  private columnsWorthCounting(groups: Range, needed: Range): Range {
    const { nest, blocks, windowCount, maxCounts } = this;
    const all: Range = [0, nest.groups * nest.columns];
    const ofGroups: Range = [groups[0] * nest.columns, groups[1] * nest.columns];
    if (windowCount * blocks * lengthOf(all) <= maxCounts) return all;
    return blocks * lengthOf(ofGroups) <= maxCounts ? ofGroups : needed;
  }

  private counted(window: number, columns: Range): Slab {
    const { blocks, windowCount, maxCounts } = this;
    const perWindow = blocks * lengthOf(columns);
    const room = Math.max(1, Math.floor(maxCounts / perWindow));
    const first = room >= windowCount ? 0 : window;
    const windows: Range = [first, Math.min(first + room, windowCount)];
    this.slab = noSlab;
    const activations = new Int32Array(perWindow * lengthOf(windows));
    if (this.nest.images === 1) this.sums.countWalked(columns, this.bounds(windows, 0), activations);
    else this.countImages(windows, columns, activations);
    return { windows, columns, activations };
  }

  /** Adds up the activations of the images of each unit. */
  private countImages(windows: Range, columns: Range, into: Int32Array): void {
    const { images, groups, columns: perGroup } = this.nest;
    const ofImage = new Int32Array(into.length);
    for (let image = 0; image < images; image++) {
      const shift = image * groups * perGroup;
      this.sums.countWalked([shift + columns[0], shift + columns[1]], this.bounds(windows, image), ofImage);
      for (let at = 0; at < into.length; at++) into[at] += ofImage[at];
    }
  }

  /**
   * First and end pixel of every unit of the windows in an image, block by block; equal where a block has no such unit, or
   * the unit is not of that image.
   */
  private bounds(windows: Range, image: number): Int32Array {
    const { blocks, windowsPerTile, unit } = this;
    const bounds = new Int32Array(2 * blocks * lengthOf(windows));
    for (let at = windows[0], into = 0; at < windows[1]; at++) {
      const tile = Math.floor(at / windowsPerTile);
      for (let block = 0; block < blocks; block++, into += 2) {
        if (!this.findUnit(tile, block, at - tile * windowsPerTile)) continue;
        if (image < unit.firstImage || image >= unit.endImage) continue;
        bounds[into] = unit.firstPixel;
        bounds[into + 1] = unit.endPixel;
      }
    }
    return bounds;
  }
}
