/**
 * The sub-rows of an operation, counted: from popcounts of the mask, and for windows from the places of the kept entries.
 * `stepped` finds the same ones by looking at every entry (`stream.ts`).
 */
import { getBit, popcountRange } from "../../workloads/bit-mask.ts";
import type { AttentionArray } from "./description.ts";
import { type Pass, PassBuilder, slotsOf, splittingOf } from "./mapping.ts";
import { allowedColumns, type AttentionOperation, type Operation } from "./operation.ts";

/** The passes of an operation, and bits of outputs that no pass stores (of masks without any entry). */
export interface PassList {
  readonly passes: readonly Pass[];
  readonly storeBitsWithoutPass: number;
}

export function countedPasses(operation: Operation, hardware: AttentionArray): PassList {
  const builder = new PassBuilder(operation, hardware);
  for (let head = 0; head < operation.heads; head++) {
    builder.beginHead(head);
    if (operation.kind === "attention" && splittingOf(operation, hardware) === "window") {
      addWindows(operation, head, hardware, builder);
    } else {
      addVectors(operation, head, hardware, builder);
    }
    builder.endHead();
  }
  return { passes: builder.passes, storeBitsWithoutPass: builder.carriedStoreBits };
}

function addVectors(operation: Operation, head: number, hardware: AttentionArray, builder: PassBuilder): void {
  const { tileColumns, skipEmptyVectors } = hardware;
  const { rows, columns } = operation;
  const slots = slotsOf(operation, hardware);
  for (let first = 0; first < columns; first += tileColumns) {
    const end = Math.min(first + tileColumns, columns);
    for (let row = 0; row < rows; row++) {
      const entries = entriesOf(operation, head, row, first, end);
      if (entries === 0 && (skipEmptyVectors || operation.kind === "prediction")) continue;
      let left = entries;
      do {
        builder.add(row, first, end, Math.min(left, slots));
        left -= slots;
      } while (left > 0);
    }
  }
}

/** Entries of a vector: allowed ones of a prediction, kept ones of an attention, all of a dense product. */
function entriesOf(operation: Operation, head: number, row: number, first: number, end: number): number {
  if (operation.kind === "product") return end - first;
  if (operation.kind === "prediction") return Math.max(0, Math.min(end, allowedColumns(operation, row)) - first);
  const start = (head * operation.rows + row) * operation.columns;
  return popcountRange(operation.kept, start + first, start + end);
}

/** For every tile of rows, windows that end where the first of the rows would exceed its slots. */
function addWindows(
  operation: AttentionOperation,
  head: number,
  hardware: AttentionArray,
  builder: PassBuilder,
): void {
  const { rows: tileRows, tileColumns, packing, skipEmptyVectors } = hardware;
  const { rows, columns } = operation;
  for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
    const count = Math.min(tileRows, rows - firstRow);
    const places = Array.from({ length: count }, (_, i) => keptColumns(operation, head, firstRow + i));
    const width = packing === "tile" ? tileColumns : columns;
    for (let first = 0; first < columns; first += width) {
      const end = Math.min(first + width, columns);
      const inRange = places.map((row) => row.filter((column) => column >= first && column < end));
      if (inRange.some((row) => row.length > 0)) addWindowsOf(inRange, firstRow, hardware.slots, builder);
      else if (!skipEmptyVectors) for (let i = 0; i < count; i++) builder.add(firstRow + i, first, end, 0);
    }
  }
}

function addWindowsOf(places: readonly number[][], firstRow: number, slots: number, builder: PassBuilder): void {
  const next = places.map(() => 0);
  for (;;) {
    const first = Math.min(...places.map((row, i) => row[next[i]] ?? Infinity));
    if (first === Infinity) return;
    const end = Math.min(...places.map((row, i) => row[next[i] + slots] ?? Infinity));
    const taken = places.map((row, i) => row.slice(next[i]).findIndex((column) => column >= end));
    const counts = taken.map((count, i) => (count < 0 ? places[i].length - next[i] : count));
    const last = Math.max(...counts.map((count, i) => (count === 0 ? -1 : places[i][next[i] + count - 1])));
    for (const [i, count] of counts.entries()) {
      if (count > 0) builder.add(firstRow + i, first, last + 1, count);
      next[i] += count;
    }
  }
}

/** Columns of the kept entries of a query, ascending. */
function keptColumns({ rows, columns, kept }: AttentionOperation, head: number, row: number): number[] {
  const start = (head * rows + row) * columns;
  const found: number[] = [];
  for (let column = 0; column < columns; column++) if (getBit(kept, start + column) === 1) found.push(column);
  return found;
}
