/**
 * Everything `counted` needs to know of a sample's activations: how many of them are walked in any range of output pixels
 * of a column, and how many lie in any region of the input. Both are differences of running counts: of a table of sums
 * over the input (`input-lattice.ts`) where the input is small enough for it, else of the mask's own words. What is kept
 * grows with the input, not with columns × pixels.
 */
import { type BitMask, emptyMask, getBit, popcountRange, setBit } from "../../workloads/masks/bit-mask.ts";
import type { Hardware } from "./description.ts";
import { InputLattice } from "./input-lattice.ts";
import type { InputRegion } from "./input-region.ts";
import { type LoopNest, skipsActivations } from "./loop-nest.ts";
import { lengthOf, type Range } from "./pass-ranges.ts";
import { RunningCounts } from "./running-counts.ts";
import { storedWords } from "./zero-runs.ts";

/** Entries of the table of sums over the input (4 bytes each) up to which there is one. */
const maxLatticeEntries = 2 ** 24;
/** Regions whose counts are kept, as entries of their channels. */
const keptRegionEntries = 2 ** 20;

export class ActivationSums {
  /** Non-zero activations of each column over all pixels and images; [groups · columns]. */
  readonly nonZeros: Float64Array;
  /** Activations of all columns that a PE walks, once over all pixels and images. */
  readonly walked: number;
  private readonly nest: LoopNest;
  private readonly skips: boolean;
  /** Non-zero inputs by region, and the words that they take off the chip. */
  readonly entries: RegionCounts;
  readonly words: RegionCounts;
  /** Of the input by its phases; whole rows lie where they lie in the input. */
  private readonly counts: RunningCounts;
  private readonly phases: readonly Phase[];
  /** Answers faster than the running counts, in 32 times the memory. */
  private readonly lattice: InputLattice | undefined;

  /**
   * @param input [C, H, W] of the nest's layer
   * @param maxEntries of a table of sums over the input; a larger input is counted from its bits, each time anew
   */
  constructor(nest: LoopNest, input: BitMask, hardware: Hardware, maxEntries = maxLatticeEntries) {
    const { inputWidth, stride } = nest.layer;
    this.nest = nest;
    this.skips = skipsActivations(nest.layer, hardware.mechanisms);
    this.phases = phasesOf(inputWidth, stride[1]);
    this.lattice = InputLattice.entries(nest) <= maxEntries ? new InputLattice(nest, input) : undefined;
    const isInPlace = stride[1] === 1 || this.lattice !== undefined;
    this.counts = new RunningCounts(isInPlace ? input : byPhases(input, this.phases));
    this.entries = new RegionCounts(input, this.counts);
    const words = storedWords(input, hardware.mechanisms.zeroRunBits);
    this.words = words === input ? this.entries : new RegionCounts(words, new RunningCounts(words));
    const columns = nest.groups * nest.columns;
    this.nonZeros = this.sumOverImages(columns);
    const all = columns * nest.pixels * nest.images;
    this.walked = this.skips ? this.nonZeros.reduce((sum, each) => sum + each, 0) : all;
  }

  private sumOverImages(columns: number): Float64Array {
    const { images, pixels } = this.nest;
    const counts = new Int32Array(columns * images);
    this.countNonZeros([0, columns * images], Int32Array.of(0, pixels), counts);
    const sums = Float64Array.from(counts.subarray(0, columns));
    for (let at = columns; at < counts.length; at++) sums[at % columns] += counts[at];
    return sums;
  }

  /**
   * Counts the activations of columns (over all groups and then images, one after the other) that are walked in each
   * range of output pixels.
   *
   * @param bounds first and end pixel of each range, one pair after the other
   * @param into gets [ranges, columns]
   */
  countWalked(columns: Range, bounds: Int32Array, into: Int32Array): void {
    if (this.skips) {
      this.countNonZeros(columns, bounds, into);
      return;
    }
    for (let range = 0, at = 0; range < bounds.length; range += 2, at += lengthOf(columns)) {
      into.fill(bounds[range + 1] - bounds[range], at, at + lengthOf(columns));
    }
  }

  private countNonZeros(columns: Range, bounds: Int32Array, into: Int32Array): void {
    if (this.lattice !== undefined) {
      this.lattice.count(columns, bounds, into);
      return;
    }
    for (let column = columns[0]; column < columns[1]; column++) {
      const walk = this.walkOf(column);
      for (let range = 0, at = column - columns[0]; range < bounds.length; range += 2, at += lengthOf(columns)) {
        into[at] = this.nonZerosOf(walk, bounds[range], bounds[range + 1]);
      }
    }
  }

  private nonZerosOf(walk: Walk, first: number, end: number): number {
    const { outputWidth, layer } = this.nest;
    const { stride, inputHeight, inputWidth } = layer;
    if (walk.isContiguous) {
      const top = walk.top * inputWidth;
      const from = clamp(top + first, 0, inputHeight * inputWidth);
      const to = clamp(top + end, 0, inputHeight * inputWidth);
      return this.counts.before(walk.plane + to) - this.counts.before(walk.plane + from);
    }
    let sum = 0;
    const lastRow = Math.floor((end - 1) / outputWidth);
    for (let row = Math.floor(first / outputWidth); row <= lastRow; row++) {
      const y = walk.top + row * stride[0];
      if (y < 0 || y >= inputHeight) continue;
      const from = clamp(walk.left + Math.max(0, first - row * outputWidth), 0, walk.phase.length);
      const to = clamp(walk.left + Math.min(outputWidth, end - row * outputWidth), 0, walk.phase.length);
      const start = walk.plane + y * inputWidth + walk.phase.start;
      if (to > from) sum += this.counts.before(start + to) - this.counts.before(start + from);
    }
    return sum;
  }

  /** Where the output pixels of a column (channel, kernel row, kernel column) read the input. */
  private walkOf(column: number): Walk {
    const { layer, outputWidth } = this.nest;
    const { kernel, stride, dilation, padding, inputHeight, inputWidth } = layer;
    const channel = Math.floor(column / (kernel[0] * kernel[1]));
    const tap = column % (kernel[0] * kernel[1]);
    const top = Math.floor(tap / kernel[1]) * dilation[0] - padding[0];
    const x = (tap % kernel[1]) * dilation[1] - padding[2];
    const left = Math.floor(x / stride[1]);
    const isContiguous = stride[0] === 1 && stride[1] === 1 && left === 0 && outputWidth === inputWidth;
    const phase = this.phases[x - left * stride[1]];
    return { plane: channel * inputHeight * inputWidth, top, left, phase, isContiguous };
  }
}

/** Ones of a mask [C, H, W] by channels and region. */
export class RegionCounts {
  private readonly mask: BitMask;
  private readonly counts: RunningCounts;
  /** Ones in channels before c of the regions asked for last; [C + 1] each. */
  private readonly regions = new Map<string, Float64Array>();

  /** @param counts of the mask where it is counted in whole rows. */
  constructor(mask: BitMask, counts: RunningCounts) {
    this.mask = mask;
    this.counts = counts;
  }

  /** Ones of channels `channels` (of all groups and then images, one after the other) in a region. */
  inRegion(channels: Range, region: InputRegion): number {
    const { rows, columns } = region;
    const key = `${rows[0]},${rows[1]},${columns[0]},${columns[1]}`;
    let before = this.regions.get(key);
    if (before === undefined) {
      before = this.beforeChannels(region);
      if ((this.regions.size + 1) * before.length > keptRegionEntries) this.regions.clear();
      this.regions.set(key, before);
    }
    return before[channels[1]] - before[channels[0]];
  }

  private beforeChannels({ rows, columns }: InputRegion): Float64Array {
    const [channels, height, width] = this.mask.shape;
    const isWhole = columns[0] === 0 && columns[1] === width;
    const before = new Float64Array(channels + 1);
    for (let channel = 0, row = 0; channel < channels; channel++, row += height) {
      const [first, end] = [(row + rows[0]) * width, (row + rows[1]) * width];
      let count = isWhole ? this.counts.before(end) - this.counts.before(first) : 0;
      for (let at = first; !isWhole && at < end; at += width) {
        count += popcountRange(this.mask, at + columns[0], at + columns[1]);
      }
      before[channel + 1] = before[channel] + count;
    }
    return before;
  }
}

/** The elements of an input row that are read with the same remainder by the stride. */
interface Phase {
  /** Of its first element, when a row's elements are sorted by phase. */
  readonly start: number;
  readonly length: number;
}

/** How a column goes over the input while the output pixels go by. */
interface Walk {
  /** First element of its channel. */
  readonly plane: number;
  /** Input row of the first output row. */
  readonly top: number;
  /** Element of the phase that the first output of a row reads; negative within the padding. */
  readonly left: number;
  readonly phase: Phase;
  /** Whether the output pixels read the channel from one element to the next, from row to row. */
  readonly isContiguous: boolean;
}

function phasesOf(width: number, stride: number): Phase[] {
  const phases: Phase[] = [];
  for (let phase = 0, start = 0; phase < stride; phase++) {
    const length = Math.max(0, Math.ceil((width - phase) / stride));
    phases.push({ start, length });
    start += length;
  }
  return phases;
}

/** The input with the elements of every row sorted by phase: what a column reads of a row lies side by side. */
function byPhases(input: BitMask, phases: readonly Phase[]): BitMask {
  const [channels, height, width] = input.shape;
  const sorted = emptyMask(input.shape);
  for (let row = 0; row < channels * height; row++) {
    for (let x = 0; x < width; x++) {
      const to = phases[x % phases.length].start + Math.floor(x / phases.length);
      if (getBit(input, row * width + x) === 1) setBit(sorted, row * width + to);
    }
  }
  return sorted;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
