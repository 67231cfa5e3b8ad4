/** A block of work for a PE as lists of values, and what goes over the ports of hw/rtl/pe.sv for it. */
import type { Hardware } from "./description.ts";
import type { PeActivation, PePortOptions, PeWeight, PeWindow } from "./pe-port.ts";

/** The sizes and widths of a PE. */
export interface PeConfiguration extends PePortOptions {
  readonly weightWords: number;
  readonly columns: number;
  readonly activationBits: number;
  readonly weightBits: number;
  readonly runBits: number;
  readonly windowBits: number;
  /** False: whoever feeds the PE leaves out activations whose weight column is empty. */
  readonly emptyColumnBubble: boolean;
}

/** One PE of an array. */
export function peConfiguration({ macsPerPe, spad, wordBits, mechanisms }: Hardware): PeConfiguration {
  return {
    macsPerPe,
    activationEntries: spad.activationEntries,
    weightWords: Math.ceil(spad.weightEntries / macsPerPe),
    columns: spad.weightAddresses,
    psumEntries: spad.psumEntries,
    activationBits: wordBits.activation,
    weightBits: wordBits.weight,
    runBits: wordBits.count,
    psumBits: wordBits.psum,
    windowBits: Math.ceil(Math.log2(spad.psumEntries * spad.weightAddresses + 1)),
    pipelineFillCycles: mechanisms.pipelineFillCycles,
    psumsDrainedPerCycle: mechanisms.psumsDrainedPerCycle,
    emptyColumnBubble: mechanisms.emptyColumnBubble,
  };
}

/** Weights [column][filter] and activations [pixel][column]; most are zero. */
export interface PeBlock {
  readonly weights: readonly (readonly number[])[];
  readonly activations: readonly (readonly number[])[];
  readonly filters: number;
  readonly windowPixels: number;
}

/** A column as the SPad holds it; a run too long for its bits takes a stored zero. */
export function compressed(column: readonly number[], runBits: number): PeWeight[] {
  const entries: PeWeight[] = [];
  let run = 0;
  for (const value of column) {
    if (value === 0 && run < 2 ** runBits - 1) {
      run += 1;
      continue;
    }
    entries.push({ value, run });
    run = 0;
  }
  return stripTrailingZeros(entries);
}

function stripTrailingZeros(entries: readonly PeWeight[]): PeWeight[] {
  return entries.slice(0, entries.findLastIndex(({ value }) => value !== 0) + 1);
}

/** What goes over the ports for a block. */
export interface PeFeed {
  readonly columnEnds: readonly number[];
  readonly weights: readonly PeWeight[];
  readonly windows: readonly PeWindow[];
  readonly activations: readonly PeActivation[];
}

export function feedOf(block: PeBlock, { runBits, emptyColumnBubble }: PeConfiguration): PeFeed {
  const columns = block.weights.map((column) => compressed(column, runBits));
  let end = 0;
  const columnEnds = columns.map((column) => {
    end += column.length;
    return end;
  });
  const activations: PeActivation[] = [];
  const windows: PeWindow[] = [];
  for (let first = 0; first < block.activations.length; first += block.windowPixels) {
    const pixels = block.activations.slice(first, first + block.windowPixels);
    const before = activations.length;
    pixels.forEach((pixel, p) => {
      pixel.forEach((value, column) => {
        if (value !== 0 && (emptyColumnBubble || columns[column].length > 0))
          activations.push({ value, column, firstPsum: p * block.filters });
      });
    });
    const isLast = first + block.windowPixels >= block.activations.length;
    windows.push({ activations: activations.length - before, psums: pixels.length * block.filters, isLast });
  }
  return { columnEnds, weights: columns.flat(), windows, activations };
}
