/**
 * The cycles that PEs spend in the passes of a counted layer.
 *
 * A PE's walk over a block of pixels takes Σ over its columns of (non-zero activations of the column in these pixels) ×
 * (cycles per activation of the column): a tiny matrix product over prefix sums.
 */
import { type PeCycles, zeroPeCycles } from "./barrier.ts";
import type { Counters } from "./counters.ts";
import type { Hardware, Mechanisms } from "./description.ts";
import type { LayerSums, WeightColumns } from "./layer-sums.ts";
import type { LoopNest } from "./loop-nest.ts";
import { imagesPerTile, type Mapping, pesInUse, type Spread, spreadOf, windowPixels } from "./mapping.ts";
import type { PassRange, Range } from "./pass-ranges.ts";
import { type PixelBlocks, pixelBlocks, type Window } from "./pixel-blocks.ts";

export class PassWork {
  /** Of each PE since the last barrier; PEs in the order groups, filters, channels, kernel rows, pixels. */
  readonly cycles: PeCycles;
  private readonly nest: LoopNest;
  private readonly mapping: Mapping;
  private readonly mechanisms: Mechanisms;
  private readonly counters: Counters;
  private readonly spread: Spread;
  private readonly columns: WeightColumns;
  private readonly columnBlocks: readonly ColumnBlock[];
  /** Weights that the SPads hold of each (group, filter block, column block). */
  private readonly heldWeights: Int32Array;
  private readonly pixelBlocks: PixelBlocks;
  private readonly rowBlocks: number;
  private readonly windowPixels: number;
  private readonly imagesPerTile: number;
  /** Infinite where none are loaded. */
  private readonly addressesPerCycle: number;
  private readonly walkCycles: typeof walkCycles;
  private pass: BlockRange = { groups: [0, 0], filters: [0, 0], channels: [0, 0], kernelRows: [0, 0], tile: 0 };
  /** The units of pixels at hand, one per PE, and the cycles in which each is drained. */
  private window: Window = noWindow;
  private readonly drainCycles: Float64Array;
  /** The activations of column blocks of the units that were looked at last. */
  private summed: { readonly activations: Int32Array; readonly sums: Float64Array } = {
    activations: noWindow.activations,
    sums: new Float64Array(),
  };

  constructor(sums: LayerSums, mapping: Mapping, hardware: Hardware, counters: Counters) {
    const { nest, weights } = sums;
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
    this.nest = nest;
    this.mapping = mapping;
    this.mechanisms = hardware.mechanisms;
    this.counters = counters;
    this.spread = spreadOf(nest, mapping, hardware);
    this.columns = weights.columns(filtersPerPe);
    this.columnBlocks = columnBlocks(nest, mapping);
    this.heldWeights = weights.blocks(filtersPerPe, channelsPerPe, kernelRowsPerPe).held;
    this.rowBlocks = Math.ceil(nest.kernelRows / kernelRowsPerPe);
    this.addressesPerCycle = weights.usesAddresses ? hardware.mechanisms.addressesLoadedPerCycle : Infinity;
    this.windowPixels = Math.min(windowPixels(mapping, hardware), nest.pixels);
    const isWindow = hardware.mechanisms.barrier === "window";
    const unit = isWindow ? this.windowPixels : nest.pixels;
    this.imagesPerTile = imagesPerTile(nest, mapping);
    const imagesPerUnit = isWindow ? 1 : this.imagesPerTile;
    this.pixelBlocks = pixelBlocks(nest, sums.activations, {
      pixelsPerTile: mapping.pixelsPerTile,
      imagesPerTile: this.imagesPerTile,
      blocksPerTile: this.spread.pixels,
      pixelsPerUnit: unit,
      imagesPerUnit,
    });
    const longestWalk =
      Math.min(unit, nest.pixels) *
      imagesPerUnit *
      largestBlock(this.columnBlocks) *
      (filtersPerPe + hardware.mechanisms.lookUpCycles);
    this.walkCycles = longestWalk < 2 ** 31 ? walkCycles : longWalkCycles;
    this.cycles = zeroPeCycles(pesInUse(this.spread));
    this.drainCycles = new Float64Array(this.spread.pixels);
  }

  /** Turns to a pass. @returns the number of its windows: one, or under the `window` barrier that of its longest block. */
  begin({ groups, images, filters, channels, kernelRows, pixels }: PassRange): number {
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile } = this.mapping;
    const imageTile = images[0] / this.imagesPerTile;
    const tile = imageTile * Math.ceil(this.nest.pixels / pixelsPerTile) + pixels[0] / pixelsPerTile;
    this.pass = {
      groups,
      filters: [filters[0] / filtersPerPe, Math.ceil(filters[1] / filtersPerPe)],
      channels: [channels[0] / channelsPerPe, Math.ceil(channels[1] / channelsPerPe)],
      kernelRows: [kernelRows[0] / kernelRowsPerPe, Math.ceil(kernelRows[1] / kernelRowsPerPe)],
      tile,
    };
    return this.pixelBlocks.windowsOf(tile);
  }

  /** Adds the cycles of one window of the pass to its PEs; with the first also those before it. */
  addWindow(window: number): void {
    const { groups, filters, channels, kernelRows, tile } = this.pass;
    const columns = columnsBetween(this.columnBlocks, [
      channels[0] * this.rowBlocks + kernelRows[0],
      (channels[1] - 1) * this.rowBlocks + kernelRows[1] - 1,
    ]);
    this.window = this.pixelBlocks.window(tile, window, groups, columns);
    for (let group = groups[0]; group < groups[1]; group++) {
      for (let filter = filters[0]; filter < filters[1]; filter++) {
        this.drainUnits(filter);
        this.addFilterBlock(group, filter, window === 0);
      }
    }
  }

  /** Adds the PEs that have these filters, each with its channels, kernel rows and pixels. */
  private addFilterBlock(group: number, filter: number, isFirstWindow: boolean): void {
    const { spread, nest, columns, columnBlocks, rowBlocks } = this;
    const { groups, filters, channels, kernelRows } = this.pass;
    const filterBlock = group * columns.filterBlocks + filter;
    const activations = group * nest.columns;
    const weights = filterBlock * nest.columns;
    const even = columns.evenCycles[filterBlock];
    const position = ((group - groups[0]) * spread.filters + filter - filters[0]) * spread.channels;
    for (let channel = channels[0]; channel < channels[1]; channel++) {
      const positionOfRows = (position + channel - channels[0]) * spread.kernelRows;
      for (let row = kernelRows[0]; row < kernelRows[1]; row++) {
        const pe = (positionOfRows + row - kernelRows[0]) * spread.pixels;
        const block = channel * rowBlocks + row;
        if (isFirstWindow)
          this.addStart(pe, this.heldWeights[filterBlock * columnBlocks.length + block], columnBlocks[block]);
        this.addDrain(pe);
        if (even < 0) this.addWalk(pe, columnBlocks[block], activations, weights);
        else this.addEvenWalk(pe, group, block, even);
      }
    }
  }

  /** Weights written into the SPads, and the filling of the pipeline: once per pass. */
  private addStart(pe: number, heldWeights: number, { runs, length }: ColumnBlock): void {
    const { counters, addressesPerCycle } = this;
    const { unitCount } = this.window;
    const { spadLoad, fill } = this.cycles;
    const { weightsLoadedPerCycle, pipelineFillCycles } = this.mechanisms;
    const load = Math.ceil(heldWeights / weightsLoadedPerCycle) + Math.ceil((runs * length) / addressesPerCycle);
    for (let at = pe; at < pe + unitCount; at++) {
      spadLoad[at] += load;
      fill[at] += pipelineFillCycles;
    }
    counters.spadWeightWrites += heldWeights * unitCount;
  }

  private addDrain(pe: number): void {
    const { drainCycles } = this;
    const { unitCount } = this.window;
    const { drain } = this.cycles;
    for (let block = 0; block < unitCount; block++) drain[pe + block] += drainCycles[block];
  }

  /** PEs, one per unit of pixels from `pe` on, walk the columns of a block. */
  private addWalk(pe: number, block: ColumnBlock, activationRow: number, weightRow: number): void {
    const { walkCycles } = this;
    const { unitCount, activations, offsets } = this.window;
    const { walk } = this.cycles;
    const { cycles } = this.columns;
    const from = weightRow + block.first;
    for (let at = 0; at < unitCount; at++) {
      const shift = offsets[at] + activationRow - weightRow;
      walk[pe + at] += walkCycles(activations, cycles, shift, from, block);
    }
  }

  /** The same where every column of the filters takes `cycles`, as dense weights do. */
  private addEvenWalk(pe: number, group: number, block: number, cycles: number): void {
    const { unitCount, firstUnit } = this.window;
    const { walk } = this.cycles;
    const sums = this.blockSums();
    const width = this.nest.groups * this.columnBlocks.length;
    const first = firstUnit * width + group * this.columnBlocks.length + block;
    for (let at = 0, of = first; at < unitCount; at++, of += width) {
      if (sums[of] < 0) sums[of] = this.activationsOf(at, group, block);
      walk[pe + at] += sums[of] * cycles;
    }
  }

  /** Activations of each unit that is counted in each column block, −1 before they are summed; [units, groups · blocks]. */
  private blockSums(): Float64Array {
    const { activations, units } = this.window;
    if (this.summed.activations !== activations) {
      const sums = new Float64Array(units * this.nest.groups * this.columnBlocks.length).fill(-1);
      this.summed = { activations, sums };
    }
    return this.summed.sums;
  }

  private activationsOf(unit: number, group: number, block: number): number {
    const { activations, offsets } = this.window;
    const { first, runs, length, stride } = this.columnBlocks[block];
    let sum = 0;
    for (let run = 0, from = offsets[unit] + group * this.nest.columns + first; run < runs; run++, from += stride) {
      for (let k = from; k < from + length; k++) sum += activations[k];
    }
    return sum;
  }

  /** Finds the cycles in which each unit's partial sums of a filter block are drained. */
  private drainUnits(filterBlock: number): void {
    const { counters, drainCycles, mapping, nest } = this;
    const { unitCount, pixels: unitPixels, images } = this.window;
    const { channels, kernelRows } = this.pass;
    const columnBlocks = (channels[1] - channels[0]) * (kernelRows[1] - kernelRows[0]);
    const filters = Math.min(mapping.filtersPerPe, nest.filters - filterBlock * mapping.filtersPerPe);
    for (let at = 0; at < unitCount; at++) {
      const pixels = unitPixels[at];
      drainCycles[at] = images * this.cyclesOfDrain(filters, pixels);
      counters.psumsDrained += images * filters * pixels * columnBlocks;
    }
  }

  /** Each window of pixels is drained by itself. */
  private cyclesOfDrain(filters: number, pixels: number): number {
    const { psumsDrainedPerCycle } = this.mechanisms;
    const windows = Math.floor(pixels / this.windowPixels);
    const rest = pixels - windows * this.windowPixels;
    const perWindow = Math.ceil((filters * this.windowPixels) / psumsDrainedPerCycle);
    return windows * perWindow + Math.ceil((filters * rest) / psumsDrainedPerCycle);
  }
}

const noWindow: Window = {
  unitCount: 0,
  firstUnit: 0,
  units: 0,
  pixels: new Int32Array(),
  images: 0,
  activations: new Int32Array(),
  offsets: new Float64Array(),
};

/** A pass in blocks of PEs: half-open ranges of groups and of filter, channel and kernel-row blocks; its pixel tile. */
interface BlockRange {
  readonly groups: readonly [number, number];
  readonly filters: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly kernelRows: readonly [number, number];
  readonly tile: number;
}

/** Where the columns of a (channel block, kernel-row block) lie within a group: `runs` of `length`, `stride` apart. */
interface ColumnBlock {
  readonly first: number;
  readonly runs: number;
  readonly length: number;
  readonly stride: number;
}

function columnBlocks(nest: LoopNest, { channelsPerPe, kernelRowsPerPe }: Mapping): ColumnBlock[] {
  const { channels, kernelRows, kernelColumns } = nest;
  const stride = kernelRows * kernelColumns;
  const blocks: ColumnBlock[] = [];
  for (let channel = 0; channel < channels; channel += channelsPerPe) {
    const channelCount = Math.min(channelsPerPe, channels - channel);
    for (let row = 0; row < kernelRows; row += kernelRowsPerPe) {
      const rowCount = Math.min(kernelRowsPerPe, kernelRows - row);
      const runs = rowCount === kernelRows ? 1 : channelCount;
      const length = (rowCount * kernelColumns * channelCount) / runs;
      blocks.push({ first: (channel * kernelRows + row) * kernelColumns, runs, length, stride });
    }
  }
  return blocks;
}

/** The range of columns (within a group) from those of a block to those of another. */
function columnsBetween(blocks: readonly ColumnBlock[], [from, to]: Range): Range {
  const { first, runs, length, stride } = blocks[to];
  return [blocks[from].first, first + (runs - 1) * stride + length];
}

function largestBlock(blocks: readonly ColumnBlock[]): number {
  return blocks.reduce((largest, { runs, length }) => Math.max(largest, runs * length), 0);
}

/** Cycles of a walk over a block's columns, below 2^31: in whole numbers of 32 bits, which take half as long. */
function walkCycles(
  activations: Int32Array,
  cycles: WeightColumns["cycles"],
  shift: number,
  first: number,
  { runs, length, stride }: ColumnBlock,
): number {
  let total = 0;
  for (let run = 0, from = first; run < runs; run++, from += stride) {
    const end = from + length;
    for (let k = from; k < end; k++) total = (total + Math.imul(activations[k + shift], cycles[k])) | 0;
  }
  return total;
}

function longWalkCycles(
  activations: Int32Array,
  cycles: WeightColumns["cycles"],
  shift: number,
  first: number,
  { runs, length, stride }: ColumnBlock,
): number {
  let total = 0;
  for (let run = 0, from = first; run < runs; run++, from += stride) {
    for (let k = from; k < from + length; k++) total += activations[k + shift] * cycles[k];
  }
  return total;
}
