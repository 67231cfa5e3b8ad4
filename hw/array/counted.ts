/**
 * One layer on the array, counted: the cycles and counters of `stepped`, exactly, without walking anything.
 *
 * A PE's walk over a block of pixels takes Σ over its columns of (non-zero activations of the column in these pixels) ×
 * (cycles per activation of the column): a tiny matrix product over prefix sums. The rest is the pass structure.
 */
import { popcountRange } from "../../workloads/masks/bit-mask.ts";
import { type Counters, zeroCounters } from "./counters.ts";
import { clusterCount, entryBits, type Hardware, peCount } from "./description.ts";
import { blockTotals, type LayerSums, type WeightColumns } from "./layer-sums.ts";
import { inputRows, type LoopNest } from "./loop-nest.ts";
import { type Mapping, type Spread, spreadOf, windowPixels } from "./mapping.ts";
import { Timeline } from "./pass-schedule.ts";
import { PixelBlocks } from "./pixel-blocks.ts";

/** Counts a layer under a legal mapping. */
export function countLayer(sums: LayerSums, mapping: Mapping, hardware: Hardware): Counters {
  return new CountedLayer(sums, mapping, hardware).run();
}

class CountedLayer {
  private readonly counters: Counters = zeroCounters();
  private readonly sums: LayerSums;
  private readonly nest: LoopNest;
  private readonly mapping: Mapping;
  private readonly hardware: Hardware;
  private readonly spread: Spread;
  private readonly columns: WeightColumns;
  private readonly pixelBlocks: PixelBlocks;
  private readonly timeline: Timeline;
  /** Blocks of columns: channel blocks × kernel-row blocks; and the weights of each for each filter block. */
  private readonly rowBlocks: number;
  private readonly channelBlocks: number;
  private readonly heldWeights: Int32Array;
  private readonly nonZeroWeights: Int32Array;
  private readonly windowPixels: number;
  /** Cycles of each PE since the last barrier. */
  private readonly spadLoad: Float64Array;
  private readonly fill: Float64Array;
  private readonly walk: Float64Array;
  private readonly drain: Float64Array;
  /** Of the window at hand, by pixel block: the unit, and the cycles in which its partial sums are drained. */
  private readonly units: Int32Array;
  private readonly drained: Float64Array;

  constructor(sums: LayerSums, mapping: Mapping, hardware: Hardware) {
    const { nest } = sums;
    const { channelsPerPe, kernelRowsPerPe } = mapping;
    this.sums = sums;
    this.nest = nest;
    this.mapping = mapping;
    this.hardware = hardware;
    this.spread = spreadOf(nest, mapping, hardware);
    this.columns = sums.weights.columns(mapping.filtersPerPe);
    this.rowBlocks = Math.ceil(nest.kernelRows / kernelRowsPerPe);
    this.channelBlocks = Math.ceil(nest.channels / channelsPerPe);
    this.heldWeights = blockTotals(nest, this.columns.held, channelsPerPe, kernelRowsPerPe);
    this.nonZeroWeights =
      this.columns.held === this.columns.nonZeros
        ? this.heldWeights
        : blockTotals(nest, this.columns.nonZeros, channelsPerPe, kernelRowsPerPe);
    this.windowPixels = Math.min(windowPixels(mapping, hardware), nest.pixels);
    const unit = hardware.mechanisms.barrier === "window" ? this.windowPixels : nest.pixels;
    this.pixelBlocks = new PixelBlocks(nest, sums.activations, mapping.pixelsPerTile, this.spread.pixels, unit);
    this.timeline = new Timeline(hardware, this.counters);
    const pes = Object.values(this.spread).reduce((product, length) => product * length, 1);
    this.spadLoad = new Float64Array(pes);
    this.fill = new Float64Array(pes);
    this.walk = new Float64Array(pes);
    this.drain = new Float64Array(pes);
    this.units = new Int32Array(this.spread.pixels);
    this.drained = new Float64Array(this.spread.pixels);
  }

  run(): Counters {
    const { nest, mapping, spread, counters } = this;
    const filterBlocks = this.columns.filterBlocks;
    for (let group = 0; group < nest.groups; group += spread.groups) {
      const endGroup = Math.min(group + spread.groups, nest.groups);
      for (let tile = 0; tile < this.pixelBlocks.tileCount; tile++) {
        const resident = this.staysInBuffer(group, endGroup, tile);
        for (let filter = 0; filter < filterBlocks; filter += spread.filters) {
          const endFilter = Math.min(filter + spread.filters, filterBlocks);
          for (let row = 0; row < this.rowBlocks; row += spread.kernelRows) {
            const endRow = Math.min(row + spread.kernelRows, this.rowBlocks);
            for (let channel = 0; channel < this.channelBlocks; channel += spread.channels) {
              const endChannel = Math.min(channel + spread.channels, this.channelBlocks);
              this.pass({ group, endGroup, tile, filter, endFilter, row, endRow, channel, endChannel, resident });
            }
          }
        }
      }
    }
    if (this.hardware.mechanisms.barrier === "layer") this.timeline.closeLayer(this.meet());
    this.timeline.finish();
    counters.effectualMacs = dot(this.sums.activations.nonZeros, this.sums.weights.nonZeros);
    counters.activationsWalked = this.walkedActivations() * Math.ceil(nest.filters / mapping.filtersPerPe);
    return counters;
  }

  private pass(pass: PassBlocks): void {
    const { barrier } = this.hardware.mechanisms;
    let peCycles = 0;
    const windows = this.pixelBlocks.unitCount(pass.tile);
    for (let window = 0; window < windows; window++) {
      this.addWork(pass, window);
      if (barrier !== "layer") peCycles += this.meet();
    }
    const { counters } = this;
    const entries = this.activationEntries(pass, this.rowsOf(pass.tile, pass.row, pass.endRow));
    const psums = (pass.endGroup - pass.group) * this.filtersIn(pass) * this.pixelBlocks.pixelsIn(pass.tile);
    counters.bufferActivationReads += entries;
    counters.bufferPsumWrites += psums;
    counters.spadActivationWrites += entries * (pass.endFilter - pass.filter);
    this.timeline.addPass({
      peCycles,
      bufferEntries: entries,
      psums,
      activationBits: this.loadedEntries(pass, entries) * entryBits(this.hardware, "activation"),
      weightBits: this.weightEntries(pass) * entryBits(this.hardware, "weight"),
      storeBits: this.isLastReduction(pass) ? this.storeOutputs(pass) : 0,
    });
  }

  /** Adds the cycles of one window (or of the whole pixel block) of a pass to its PEs. */
  private addWork(pass: PassBlocks, window: number): void {
    const { spread, nest, columns, rowBlocks, channelBlocks, units, drained, counters } = this;
    const { weightsLoadedPerCycle, pipelineFillCycles } = this.hardware.mechanisms;
    const columnBlocks = (pass.endChannel - pass.channel) * (pass.endRow - pass.row);
    const unitCount = this.findUnits(pass.tile, window);
    for (let group = pass.group; group < pass.endGroup; group++) {
      for (let filter = pass.filter; filter < pass.endFilter; filter++) {
        const filterBlock = group * columns.filterBlocks + filter;
        counters.psumsDrained += this.drainUnits(this.filtersOf(filter), unitCount) * columnBlocks;
        for (let channel = pass.channel; channel < pass.endChannel; channel++) {
          for (let row = pass.row; row < pass.endRow; row++) {
            const held = this.heldWeights[(filterBlock * channelBlocks + channel) * rowBlocks + row];
            const position =
              ((group - pass.group) * spread.filters + filter - pass.filter) * spread.channels + channel - pass.channel;
            const pe = (position * spread.kernelRows + row - pass.row) * spread.pixels;
            for (let block = 0; block < unitCount; block++) this.drain[pe + block] += drained[block];
            if (window === 0) {
              const load = Math.ceil(held / weightsLoadedPerCycle);
              for (let block = 0; block < unitCount; block++) {
                this.spadLoad[pe + block] += load;
                this.fill[pe + block] += pipelineFillCycles;
              }
              counters.spadWeightWrites += held * unitCount;
            }
            this.walkColumns(pe, units, unitCount, group * nest.columns, filterBlock * nest.columns, channel, row);
          }
        }
      }
    }
  }

  /** Finds the unit of each block in this window. @returns how many blocks have one; they are the first. */
  private findUnits(tile: number, window: number): number {
    const { pixelBlocks, units } = this;
    let count = 0;
    while (count < units.length) {
      const unit = pixelBlocks.unit(tile, count, window);
      if (unit < 0) break;
      units[count] = unit;
      count += 1;
    }
    return count;
  }

  /** Cycles in which each unit's partial sums of so many filters are drained. @returns these sums. */
  private drainUnits(filters: number, unitCount: number): number {
    const { units, drained, pixelBlocks } = this;
    let sums = 0;
    for (let block = 0; block < unitCount; block++) {
      const pixels = pixelBlocks.pixels[units[block]];
      drained[block] = this.drainCycles(filters, pixels);
      sums += filters * pixels;
    }
    return sums;
  }

  /** Adds the cycles in which PEs (one per unit, from `pe` on) walk the columns of a block, each over its unit of pixels. */
  private walkColumns(
    pe: number,
    units: Int32Array,
    unitCount: number,
    activationColumn: number,
    weightColumn: number,
    channelBlock: number,
    rowBlock: number,
  ): void {
    const { kernelRows, kernelColumns, channels, groups, columns } = this.nest;
    const { channelsPerPe, kernelRowsPerPe } = this.mapping;
    const { activations } = this.pixelBlocks;
    const { cycles } = this.columns;
    const { walk } = this;
    const firstRow = rowBlock * kernelRowsPerPe;
    const rowCount = Math.min(kernelRowsPerPe, kernelRows - firstRow);
    const firstChannel = channelBlock * channelsPerPe;
    const endChannel = Math.min(firstChannel + channelsPerPe, channels);
    const allRows = rowCount === kernelRows;
    const runs = allRows ? 1 : endChannel - firstChannel;
    const length = rowCount * kernelColumns * (allRows ? endChannel - firstChannel : 1);
    const first = (firstChannel * kernelRows + firstRow) * kernelColumns;
    const stride = kernelRows * kernelColumns;
    for (let block = 0; block < unitCount; block++) {
      let from = weightColumn + first;
      const shift = units[block] * groups * columns + activationColumn - weightColumn;
      let total = 0;
      for (let run = 0; run < runs; run++) {
        for (let k = from; k < from + length; k++) total += activations[k + shift] * cycles[k];
        from += stride;
      }
      walk[pe + block] += total;
    }
  }

  /** Each window of pixels is drained by itself. */
  private drainCycles(filters: number, pixels: number): number {
    const { psumsDrainedPerCycle } = this.hardware.mechanisms;
    const windows = Math.floor(pixels / this.windowPixels);
    const rest = pixels - windows * this.windowPixels;
    const perWindow = Math.ceil((filters * this.windowPixels) / psumsDrainedPerCycle);
    return windows * perWindow + Math.ceil((filters * rest) / psumsDrainedPerCycle);
  }

  /** The PEs meet: books the cycles of the one that finishes last. @returns these cycles. */
  private meet(): number {
    const { walk, drain, fill, spadLoad, counters } = this;
    let last = 0;
    let lastTotal = -1;
    let walked = 0;
    for (let pe = 0; pe < walk.length; pe++) {
      const total = walk[pe] + drain[pe] + fill[pe] + spadLoad[pe];
      walked += walk[pe];
      if (total > lastTotal) {
        last = pe;
        lastTotal = total;
      }
    }
    const evenly = Math.min(walk[last], Math.ceil(walked / peCount(this.hardware)));
    counters.walkPeCycles += walked;
    counters.compute += evenly;
    counters.imbalance += walk[last] - evenly;
    counters.drain += drain[last];
    counters.fill += fill[last];
    counters.spadLoad += spadLoad[last];
    for (const cycles of [walk, drain, fill, spadLoad]) cycles.fill(0);
    return lastTotal;
  }

  private filtersOf(filterBlock: number): number {
    const { filtersPerPe } = this.mapping;
    return Math.min(filtersPerPe, this.nest.filters - filterBlock * filtersPerPe);
  }

  private filtersIn(pass: PassBlocks): number {
    const { filtersPerPe } = this.mapping;
    return Math.min(pass.endFilter * filtersPerPe, this.nest.filters) - pass.filter * filtersPerPe;
  }

  private isLastReduction(pass: PassBlocks): boolean {
    return pass.endRow === this.rowBlocks && pass.endChannel === this.channelBlocks;
  }

  /** Input rows that the kernel-row blocks `row` … `endRow` − 1 need for a pixel tile. */
  private rowsOf(tile: number, row: number, endRow: number): [number, number] {
    const { kernelRowsPerPe } = this.mapping;
    const [p0, p1] = this.pixelBlocks.tile(tile);
    return inputRows(
      this.nest,
      p0,
      p1,
      row * kernelRowsPerPe,
      Math.min(endRow * kernelRowsPerPe, this.nest.kernelRows),
    );
  }

  /** Compressed activations of the pass's channels in input rows [y0, y1). */
  private activationEntries(pass: PassBlocks, [y0, y1]: readonly [number, number]): number {
    const { nest } = this;
    const { channelsPerPe } = this.mapping;
    const firstChannel = pass.channel * channelsPerPe;
    const endChannel = Math.min(pass.endChannel * channelsPerPe, nest.channels);
    const { beforeRow } = this.sums.activations;
    const width = nest.layer.inputHeight + 1;
    let entries = 0;
    for (let group = pass.group; group < pass.endGroup; group++) {
      const from = (group * nest.channels + firstChannel) * width;
      const to = (group * nest.channels + endChannel) * width;
      entries += beforeRow[to + y1] - beforeRow[to + y0] - beforeRow[from + y1] + beforeRow[from + y0];
    }
    return entries;
  }

  private staysInBuffer(group: number, endGroup: number, tile: number): boolean {
    const { channelBlocks, rowBlocks, hardware } = this;
    const whole = { group, endGroup, tile, filter: 0, endFilter: 0, row: 0, endRow: 0, channel: 0, resident: false };
    const rows = this.rowsOf(tile, 0, rowBlocks);
    const entries = this.activationEntries({ ...whole, endChannel: channelBlocks }, rows);
    const capacityBits = clusterCount(hardware) * hardware.buffer.activationBytes * 8;
    return entries * entryBits(hardware, "activation") <= capacityBits;
  }

  /** Activations fetched for a pass: all it reads, or of what stays in the buffer only what is not there yet. */
  private loadedEntries(pass: PassBlocks, entries: number): number {
    if (!pass.resident) return entries;
    if (pass.filter > 0) return 0;
    const [first, end] = this.rowsOf(pass.tile, pass.row, pass.endRow);
    const fetchedEnd = pass.row === 0 ? first : this.rowsOf(pass.tile, 0, pass.row)[1];
    return this.activationEntries(pass, [Math.min(Math.max(first, fetchedEnd), end), end]);
  }

  /** Weights have no global buffer: every pass fetches its own. */
  private weightEntries(pass: PassBlocks): number {
    const { rowBlocks, channelBlocks, columns, nonZeroWeights } = this;
    let entries = 0;
    for (let group = pass.group; group < pass.endGroup; group++) {
      for (let filter = pass.filter; filter < pass.endFilter; filter++) {
        const blocks = (group * columns.filterBlocks + filter) * channelBlocks * rowBlocks;
        for (let channel = pass.channel; channel < pass.endChannel; channel++) {
          for (let row = pass.row; row < pass.endRow; row++) {
            entries += nonZeroWeights[blocks + channel * rowBlocks + row];
          }
        }
      }
    }
    return entries;
  }

  /** Counts the finished outputs of a pass. @returns their size on the DRAM channel in bits. */
  private storeOutputs(pass: PassBlocks): number {
    const { nest, counters, hardware } = this;
    const [p0, p1] = this.pixelBlocks.tile(pass.tile);
    const firstFilter = pass.filter * this.mapping.filtersPerPe;
    const filters = this.filtersIn(pass);
    let nonZeros = 0;
    for (let group = pass.group; group < pass.endGroup; group++) {
      for (let filter = firstFilter; filter < firstFilter + filters; filter++) {
        const row = (group * nest.filters + filter) * nest.pixels;
        nonZeros += popcountRange(this.sums.output, row + p0, row + p1);
      }
    }
    const outputs = (pass.endGroup - pass.group) * filters * (p1 - p0);
    counters.outputs += outputs;
    counters.outputNonZeros += nonZeros;
    return hardware.mechanisms.compressOutputs
      ? nonZeros * entryBits(hardware, "activation")
      : outputs * hardware.wordBits.activation;
  }

  private walkedActivations(): number {
    const { beforePixel } = this.sums.activations;
    const width = this.nest.pixels + 1;
    let walked = 0;
    for (let at = width - 1; at < beforePixel.length; at += width) walked += beforePixel[at];
    return walked;
  }
}

/** Half-open ranges of group, filter, kernel-row and channel blocks, and the pixel tile of one pass. */
interface PassBlocks {
  readonly group: number;
  readonly endGroup: number;
  readonly tile: number;
  readonly filter: number;
  readonly endFilter: number;
  readonly row: number;
  readonly endRow: number;
  readonly channel: number;
  readonly endChannel: number;
  /** Whether the activations of the pixel tile stay in the global buffer. */
  readonly resident: boolean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
