/**
 * The sub-rows of an operation, counted: from popcounts of the mask, and for windows from the places of the kept entries.
 * `stepped` finds the same ones by looking at every entry (`stream.ts`).
 */
import { getBit, popcountRange } from "../../workloads/masks/bit-mask.ts";
import type { AttentionArray } from "./description.ts";
import { type Pass, PassBuilder, slotsOf, splittingOf } from "./mapping.ts";
import { type AttentionOperation, allowedColumns, type Operation } from "./operation.ts";

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
function addWindows(operation: AttentionOperation, head: number, hardware: AttentionArray, builder: PassBuilder): void {
  const { rows: tileRows, tileColumns, packing, skipEmptyVectors } = hardware;
  const { rows, columns } = operation;
  const width = packing === "tile" ? tileColumns : columns;
  for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
    const count = Math.min(tileRows, rows - firstRow);
    const tile = new WindowedTile(operation, head, firstRow, count);
    for (let first = 0; first < columns; first += width) {
      const end = Math.min(first + width, columns);
      if (tile.addUpTo(end, hardware.slots, builder) || skipEmptyVectors) continue;
      for (let i = 0; i < count; i++) builder.add(firstRow + i, first, end, 0);
    }
  }
}

/** The kept entries of a tile's rows, taken window by window. */
class WindowedTile {
  private readonly firstRow: number;
  /** Columns of the kept entries of each row, ascending, and the next one to be taken. */
  private readonly places: readonly Uint32Array[];
  private readonly next: Int32Array;

  constructor({ rows, columns, kept }: AttentionOperation, head: number, firstRow: number, count: number) {
    this.firstRow = firstRow;
    this.next = new Int32Array(count);
    this.places = Array.from({ length: count }, (_, i) => {
      const start = (head * rows + firstRow + i) * columns;
      const found = new Uint32Array(popcountRange(kept, start, start + columns));
      let at = 0;
      for (let column = 0; column < columns; column++) if (getBit(kept, start + column) === 1) found[at++] = column;
      return found;
    });
  }

  /** Adds the windows that end at column `limit` at the latest. @returns whether there was one. */
  addUpTo(limit: number, slots: number, builder: PassBuilder): boolean {
    const { places, next } = this;
    const counts = new Int32Array(next.length);
    for (let windows = 0; ; windows++) {
      let end = limit;
      let first = limit;
      for (const [i, columns] of places.entries()) {
        first = Math.min(first, columns[next[i]] ?? limit);
        end = Math.min(end, columns[next[i] + slots] ?? limit);
      }
      if (first === limit) return windows > 0;
      let last = -1;
      for (const [i, columns] of places.entries()) {
        let at = next[i];
        while (at < columns.length && columns[at] < end) at += 1;
        counts[i] = at - next[i];
        if (counts[i] > 0) last = Math.max(last, columns[at - 1]);
        next[i] = at;
      }
      for (const [i, count] of counts.entries()) if (count > 0) builder.add(this.firstRow + i, first, last + 1, count);
    }
  }
}
