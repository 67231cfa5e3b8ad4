/**
 * How the pixels of a layer are cut: into tiles (one pass each), each tile into blocks (one PE each), each block into
 * units (what lies between two barriers: a window, or the whole block); and the activations of every unit and column.
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
  const key = `${cut.pixelsPerTile},${cut.blocksPerTile},${cut.pixelsPerUnit}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= keptCuts) known.clear();
  const made = new PixelBlocks(nest, sums, cut, keptCounts);
  known.set(key, made);
  return made;
}

interface PixelCut {
  readonly pixelsPerTile: number;
  readonly blocksPerTile: number;
  readonly pixelsPerUnit: number;
}

/** The units that lie between the same two barriers: one of each block that has as many. */
export interface Window {
  readonly unitCount: number;
  /** Units that `activations` holds, and the place of the first of this window among them. */
  readonly units: number;
  readonly firstUnit: number;
  /** Pixels of each unit. */
  readonly pixels: Int32Array;
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
  private readonly pixelsPerTile: number;
  private readonly blocks: number;
  private readonly pixelsPerUnit: number;
  private readonly maxCounts: number;
  /** Of every tile but the last, which can have fewer. */
  private readonly windowsPerTile: number;
  private readonly windowCount: number;
  private readonly pixels: Int32Array;
  private readonly offsets: Float64Array;
  private slab = noSlab;

  /** @param maxCounts kept at a time, unless one window of the columns asked for has more */
  constructor(nest: LoopNest, sums: ActivationSums, cut: PixelCut, maxCounts: number) {
    this.nest = nest;
    this.sums = sums;
    this.pixelsPerTile = cut.pixelsPerTile;
    this.blocks = cut.blocksPerTile;
    this.pixelsPerUnit = cut.pixelsPerUnit;
    this.maxCounts = maxCounts;
    const tiles = Math.ceil(nest.pixels / cut.pixelsPerTile);
    this.windowsPerTile = this.windowsOf(0);
    this.windowCount = (tiles - 1) * this.windowsPerTile + this.windowsOf(tiles - 1);
    this.pixels = new Int32Array(this.blocks);
    this.offsets = new Float64Array(this.blocks);
  }

  /** Windows of a tile: units of its longest block. */
  windowsOf(tile: number): number {
    return Math.ceil(this.blockPixels(tile) / this.pixelsPerUnit);
  }

  /**
   * A window of a tile; what was found before is overwritten.
   *
   * @param position of the window in its tile
   * @param groups half-open range of the groups whose columns are needed
   * @param columns half-open range of the columns needed, within each group
   */
  window(tile: number, position: number, groups: Range, columns: Range): Window {
    const { pixels, offsets, blocks } = this;
    const at = tile * this.windowsPerTile + position;
    const { windows, columns: counted, activations } = this.slabWith(at, groups, columns);
    const perUnit = lengthOf(counted);
    const firstUnit = (at - windows[0]) * blocks;
    const offset = firstUnit * perUnit - counted[0];
    const start = tile * this.pixelsPerTile;
    const end = Math.min(start + this.pixelsPerTile, this.nest.pixels);
    const each = this.blockPixels(tile);
    let unitCount = 0;
    for (; unitCount < blocks; unitCount++) {
      const first = start + unitCount * each + position * this.pixelsPerUnit;
      const size = Math.min(this.pixelsPerUnit, each - position * this.pixelsPerUnit, end - first);
      if (size <= 0) break;
      pixels[unitCount] = size;
      offsets[unitCount] = offset + unitCount * perUnit;
    }
    return { unitCount, units: blocks * lengthOf(windows), firstUnit, pixels, activations, offsets };
  }

  /** Pixels of a tile's blocks, but of its last ones, which can have fewer or none. */
  private blockPixels(tile: number): number {
    const pixels = Math.min(this.pixelsPerTile, this.nest.pixels - tile * this.pixelsPerTile);
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
    const bounds = this.bounds(windows);
    this.slab = noSlab;
    const activations = new Int32Array(perWindow * lengthOf(windows));
    this.sums.countWalked(columns, bounds, activations);
    return { windows, columns, activations };
  }

  /** First and end pixel of every unit of the windows, block by block; equal where a block has no such unit. */
  private bounds(windows: Range): Int32Array {
    const { blocks, windowsPerTile, pixelsPerTile, pixelsPerUnit, nest } = this;
    const bounds = new Int32Array(2 * blocks * lengthOf(windows));
    for (let at = windows[0], into = 0; at < windows[1]; at++) {
      const tile = Math.floor(at / windowsPerTile);
      const start = tile * pixelsPerTile;
      const each = this.blockPixels(tile);
      for (let block = 0; block < blocks; block++, into += 2) {
        const end = Math.min(start + (block + 1) * each, start + pixelsPerTile, nest.pixels);
        const first = start + block * each + (at - tile * windowsPerTile) * pixelsPerUnit;
        bounds[into] = Math.min(first, end);
        bounds[into + 1] = Math.min(first + pixelsPerUnit, end);
      }
    }
    return bounds;
  }
}
