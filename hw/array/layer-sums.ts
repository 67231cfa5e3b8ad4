/**
 * Everything `counted` needs to know of the masks, summed once per layer: the activations (`activation-sums.ts`), and the
 * weights over the filters of a PE block. After that only the outputs' mask is looked at again, for what a pass stores.
 */
import { type BitMask, denseMask, density, type LayerMasks, toBytes } from "../../workloads/masks/bit-mask.ts";
import { ActivationSums } from "./activation-sums.ts";
import { type Hardware, usesAddresses } from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import { storedWords } from "./zero-runs.ts";

/** Counts per column of up to so many filters: a byte each where that is enough, since a layer has millions of them. */
type ColumnCounts = Uint8Array | Int32Array;

/** Columns of the weight blocks for one number of filters per PE; [groups, filter blocks, columns] each. */
export interface WeightColumns {
  readonly filterBlocks: number;
  readonly nonZeros: ColumnCounts;
  /** Places that they take in the SPad: one each, or in whole words; all weights' where zeros are not skipped. */
  readonly held: ColumnCounts;
  /** Cycles that one activation takes on this column. */
  readonly cycles: ColumnCounts;
  /** Of each (group, filter block) these cycles where all its columns take as many, else −1. */
  readonly evenCycles: Int32Array;
}

/** Weights of each (group, filter block, channel block, kernel-row block): non-zeros, and what the SPad holds. */
interface WeightBlocks {
  readonly nonZeros: Int32Array;
  readonly held: Int32Array;
}

export interface LayerSums {
  readonly nest: LoopNest;
  readonly activations: ActivationSums;
  readonly weights: WeightSums;
  readonly output: BitMask;
  /** Where the output has a word off the chip. */
  readonly outputWords: BitMask;
}

export function layerSums(nest: LoopNest, masks: LayerMasks, hardware: Hardware): LayerSums {
  return {
    nest,
    activations: new ActivationSums(nest, masks.input, hardware),
    weights: new WeightSums(nest, masks.weight, hardware),
    output: masks.output,
    outputWords: outputWords(masks.output, hardware),
  };
}

/** Where an output has a word off the chip. */
export function outputWords(output: BitMask, { mechanisms }: Hardware): BitMask {
  return mechanisms.compressOutputs ? storedWords(output, mechanisms.zeroRunBits) : denseMask(output.shape);
}

/** Bytes of column sums that are kept, unless those asked for last have more. */
const maxColumnBytes = 2 ** 26;

/** Weight columns by the number of filters per PE, summed when first asked for. */
export class WeightSums {
  /** Non-zero weights of each column over all filters; [groups · columns]. */
  readonly nonZeros: Float64Array;
  /** Whether PEs find the weights by their addresses. */
  readonly usesAddresses: boolean;
  private readonly nest: LoopNest;
  private readonly hardware: Hardware;
  private readonly bytes: Uint8Array;
  private readonly byFilters = new Map<number, WeightColumns>();
  private readonly largestBlocks = new Map<string, number>();
  /** Only those asked for last: small blocks of a large layer take as much memory as its weights. */
  private lastBlocks: { readonly key: string; readonly blocks: WeightBlocks } | undefined;

  constructor(nest: LoopNest, weight: BitMask, hardware: Hardware) {
    this.nest = nest;
    this.hardware = hardware;
    this.usesAddresses = usesAddresses(hardware, density(weight));
    this.bytes = toBytes(weight);
    this.nonZeros = new Float64Array(nest.groups * nest.columns);
    for (let row = 0; row < nest.groups * nest.filters; row++) {
      const group = Math.floor(row / nest.filters);
      for (let k = 0; k < nest.columns; k++) {
        this.nonZeros[group * nest.columns + k] += this.bytes[row * nest.columns + k];
      }
    }
  }

  columns(filtersPerPe: number): WeightColumns {
    const known = this.byFilters.get(filtersPerPe);
    if (known !== undefined) return known;
    const columns = this.sumColumns(filtersPerPe);
    const bytes = [...this.byFilters.values(), columns].reduce((sum, { cycles }) => sum + 2 * cycles.byteLength, 0);
    if (bytes > maxColumnBytes) this.byFilters.clear();
    this.byFilters.set(filtersPerPe, columns);
    return columns;
  }

  /** Weights per block of a PE. */
  blocks(filtersPerPe: number, channelsPerPe: number, kernelRowsPerPe: number): WeightBlocks {
    const key = `${filtersPerPe},${channelsPerPe},${kernelRowsPerPe}`;
    if (this.lastBlocks?.key === key) return this.lastBlocks.blocks;
    const { held, nonZeros } = this.columns(filtersPerPe);
    const heldBlocks = blockTotals(this.nest, held, channelsPerPe, kernelRowsPerPe);
    const isSame = held === nonZeros;
    const blocks = {
      held: heldBlocks,
      nonZeros: isSame ? heldBlocks : blockTotals(this.nest, nonZeros, channelsPerPe, kernelRowsPerPe),
    };
    this.lastBlocks = { key, blocks };
    return blocks;
  }

  /** Weights of the fullest block that a PE would hold with this block shape. */
  largestBlock(filtersPerPe: number, channelsPerPe: number, kernelRowsPerPe: number): number {
    const key = `${filtersPerPe},${channelsPerPe},${kernelRowsPerPe}`;
    let largest = this.largestBlocks.get(key);
    if (largest === undefined) {
      largest = 0;
      for (const weights of this.blocks(filtersPerPe, channelsPerPe, kernelRowsPerPe).held) {
        if (weights > largest) largest = weights;
      }
      this.largestBlocks.set(key, largest);
    }
    return largest;
  }

  private sumColumns(filtersPerPe: number): WeightColumns {
    const { groups, filters, columns } = this.nest;
    const { mechanisms, macsPerPe } = this.hardware;
    const filterBlocks = Math.ceil(filters / filtersPerPe);
    const lookUp = this.usesAddresses ? mechanisms.lookUpCycles : 0;
    const zeros = () => columnCounts(groups * filterBlocks * columns, filtersPerPe + macsPerPe + lookUp);
    const nonZeros = zeros();
    const held = mechanisms.skipWeights && !mechanisms.weightsInWholeWords ? nonZeros : zeros();
    for (let block = 0; block < groups * filterBlocks; block++) {
      const firstFilter = (block % filterBlocks) * filtersPerPe;
      const blockFilters = Math.min(filtersPerPe, filters - firstFilter);
      const firstRow = Math.floor(block / filterBlocks) * filters + firstFilter;
      const own = nonZeros.subarray(block * columns, (block + 1) * columns);
      for (let row = firstRow; row < firstRow + blockFilters; row++) addBytes(own, this.bytes, row * columns);
      if (!mechanisms.skipWeights) held.fill(blockFilters, block * columns, (block + 1) * columns);
    }
    const places = (weights: number) => (mechanisms.weightsInWholeWords ? wholeWords(weights, macsPerPe) : weights);
    if (held !== nonZeros) {
      const weights = mechanisms.skipWeights ? nonZeros : held;
      for (let i = 0; i < held.length; i++) held[i] = places(weights[i]);
    }
    const cyclesOf = Array.from(
      { length: places(filtersPerPe) + 1 },
      (_, weights) => Math.ceil(weights / macsPerPe) + lookUp,
    );
    cyclesOf[0] = (mechanisms.emptyColumnBubble ? 1 : 0) + lookUp;
    const cycles = zeros();
    for (let i = 0; i < cycles.length; i++) cycles[i] = cyclesOf[held[i]];
    const evenCycles = Int32Array.from({ length: groups * filterBlocks }, (_, block) =>
      evenValue(cycles, block * columns, (block + 1) * columns),
    );
    return { filterBlocks, nonZeros, held, cycles, evenCycles };
  }
}

/** Places of so many weights in words of `perWord`, the last of which can be filled in part. */
export function wholeWords(weights: number, perWord: number): number {
  return Math.ceil(weights / perWord) * perWord;
}

function columnCounts(length: number, largest: number): ColumnCounts {
  return largest <= 255 ? new Uint8Array(length) : new Int32Array(length);
}

/** The value that all of a range have, or −1. */
function evenValue(values: ColumnCounts, first: number, end: number): number {
  for (let i = first + 1; i < end; i++) if (values[i] !== values[first]) return -1;
  return values[first];
}

/** Adds `from[first …]` to `into`; four bytes at a time where both lie on whole words. No sum exceeds a byte. */
function addBytes(into: ColumnCounts, from: Uint8Array, first: number): void {
  const { length } = into;
  if (into instanceof Uint8Array && ((into.byteOffset | first | length) & 3) === 0) {
    const words = new Uint32Array(into.buffer, into.byteOffset, length >> 2);
    const more = new Uint32Array(from.buffer, from.byteOffset + first, length >> 2);
    for (let i = 0; i < words.length; i++) words[i] += more[i];
    return;
  }
  for (let i = 0; i < length; i++) into[i] += from[first + i];
}

/** Sums of a [groups · filter blocks, columns] array over the columns of each (channel block, kernel-row block). */
function blockTotals(nest: LoopNest, values: ColumnCounts, channelsPerPe: number, kernelRowsPerPe: number): Int32Array {
  const { columns, channels, kernelRows, kernelColumns } = nest;
  const rowBlocks = Math.ceil(kernelRows / kernelRowsPerPe);
  const blocks = Math.ceil(channels / channelsPerPe) * rowBlocks;
  const totals = new Int32Array((values.length / columns) * blocks);
  // Where a block has whole kernels, those of its channels lie one after the other.
  const channelsPerRun = rowBlocks === 1 ? channelsPerPe : 1;
  const length = rowBlocks === 1 ? Infinity : kernelRowsPerPe * kernelColumns;
  const kernel = kernelRows * kernelColumns;
  for (let filterBlock = 0; filterBlock < values.length / columns; filterBlock++) {
    for (let channel = 0; channel < channels; channel += channelsPerRun) {
      const block = filterBlock * blocks + Math.floor(channel / channelsPerPe) * rowBlocks;
      const first = filterBlock * columns + channel * kernel;
      const end = first + Math.min(channelsPerRun, channels - channel) * kernel;
      addRows(totals, block, values, [first, end], length);
    }
  }
  return totals;
}

/** Adds a range of values to totals, one after the other from `block` on, `length` values or what is left to each. */
function addRows(
  totals: Int32Array,
  block: number,
  values: ColumnCounts,
  [first, end]: readonly [number, number],
  length: number,
): void {
  for (let from = first, into = block; from < end; from += length, into++) {
    const last = Math.min(from + length, end);
    let sum = 0;
    for (let at = from; at < last; at++) sum += values[at];
    totals[into] += sum;
  }
}
