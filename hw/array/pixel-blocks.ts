/**
 * How the pixels of a layer are cut: into tiles (one pass each), each tile into blocks (one PE each), each block into
 * units (what lies between two barriers: a window, or the whole block); and the activations of every unit and column.
 */
import type { ActivationSums } from "./layer-sums.ts";
import type { LoopNest } from "./loop-nest.ts";

/** Ways to cut that are kept per layer: candidates of a mapping search often cut alike. */
const keptCuts = 4;
const kept = new WeakMap<ActivationSums, Map<string, PixelBlocks>>();

/** The pixels of a layer cut into tiles, blocks and units; the same object while it is kept. */
export function pixelBlocks(nest: LoopNest, sums: ActivationSums, cut: PixelCut): PixelBlocks {
  const known = kept.get(sums) ?? new Map<string, PixelBlocks>();
  kept.set(sums, known);
  const key = `${cut.pixelsPerTile},${cut.blocksPerTile},${cut.pixelsPerUnit}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= keptCuts) known.clear();
  const made = new PixelBlocks(nest, sums, cut);
  known.set(key, made);
  return made;
}

interface PixelCut {
  readonly pixelsPerTile: number;
  readonly blocksPerTile: number;
  readonly pixelsPerUnit: number;
}

export class PixelBlocks {
  readonly tileCount: number;
  /** Pixels of each unit. */
  readonly pixels: Int32Array;
  /** Activations walked per unit and column; [units, groups · columns]. */
  readonly activations: Int32Array;
  readonly columnsPerUnit: number;
  private readonly nest: LoopNest;
  private readonly pixelsPerTile: number;
  private readonly blocks: number;
  private readonly pixelsPerUnit: number;
  /** First unit of each (tile, block); a block has the units up to the next entry. */
  private readonly firstUnit: Int32Array;

  constructor(nest: LoopNest, sums: ActivationSums, { pixelsPerTile, blocksPerTile, pixelsPerUnit }: PixelCut) {
    this.nest = nest;
    this.columnsPerUnit = nest.groups * nest.columns;
    this.pixelsPerTile = pixelsPerTile;
    this.blocks = blocksPerTile;
    this.pixelsPerUnit = pixelsPerUnit;
    this.tileCount = Math.ceil(nest.pixels / pixelsPerTile);
    this.firstUnit = new Int32Array(this.tileCount * blocksPerTile + 1);
    const ends = this.cut();
    this.pixels = ends.map((end, unit) => end - (unit === 0 ? 0 : ends[unit - 1]));
    this.activations = sums.isSkipping ? sums.lattice.countsBetween(ends) : this.everyPosition();
  }

  /** First and end pixel of a tile. */
  tile(tile: number): [number, number] {
    return [tile * this.pixelsPerTile, Math.min((tile + 1) * this.pixelsPerTile, this.nest.pixels)];
  }

  pixelsIn(tile: number): number {
    const [first, end] = this.tile(tile);
    return end - first;
  }

  /** Units of the longest block of a tile. */
  unitCount(tile: number): number {
    return Math.ceil(Math.ceil(this.pixelsIn(tile) / this.blocks) / this.pixelsPerUnit);
  }

  /** The index of a unit, or −1 when the block has no such unit. */
  unit(tile: number, block: number, position: number): number {
    const at = tile * this.blocks + block;
    const unit = this.firstUnit[at] + position;
    return unit < this.firstUnit[at + 1] ? unit : -1;
  }

  /** End of every unit, where the next one begins. */
  private cut(): Int32Array {
    const ends: number[] = [];
    for (let tile = 0; tile < this.tileCount; tile++) {
      const [start, end] = this.tile(tile);
      const each = Math.ceil((end - start) / this.blocks);
      for (let block = 0; block < this.blocks; block++) {
        this.firstUnit[tile * this.blocks + block] = ends.length;
        const endBlock = Math.min(start + (block + 1) * each, end);
        for (let first = start + block * each; first < endBlock; first += this.pixelsPerUnit) {
          ends.push(Math.min(first + this.pixelsPerUnit, endBlock));
        }
      }
    }
    this.firstUnit[this.firstUnit.length - 1] = ends.length;
    return Int32Array.from(ends);
  }

  /** What PEs walk that skip nothing. */
  private everyPosition(): Int32Array {
    const counts = new Int32Array(this.pixels.length * this.columnsPerUnit);
    for (const [unit, pixels] of this.pixels.entries()) {
      counts.fill(pixels, unit * this.columnsPerUnit, (unit + 1) * this.columnsPerUnit);
    }
    return counts;
  }
}
