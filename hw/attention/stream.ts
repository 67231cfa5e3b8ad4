/** The sub-rows of an operation as the splitting unit finds them: entry by entry, in the order in which they stream by. */
import { getBit } from "../../workloads/masks/bit-mask.ts";
import type { AttentionArray } from "./description.ts";
import { PassBuilder, slotsOf, splittingOf } from "./mapping.ts";
import { allowedColumns, type Operation } from "./operation.ts";
import type { PassList } from "./sub-rows.ts";

export function streamedPasses(operation: Operation, hardware: AttentionArray): PassList {
  const builder = new PassBuilder(operation, hardware);
  for (let head = 0; head < operation.heads; head++) {
    builder.beginHead(head);
    if (splittingOf(operation, hardware) === "window") streamColumns(operation, head, hardware, builder);
    else streamVectors(operation, head, hardware, builder);
    builder.endHead();
  }
  return { passes: builder.passes, storeBitsWithoutPass: builder.carriedStoreBits };
}

function isEntry(operation: Operation, head: number, row: number, column: number): boolean {
  switch (operation.kind) {
    case "product":
      return true;
    case "prediction":
      return column < allowedColumns(operation, row);
    case "attention":
      return getBit(operation.kept, (head * operation.rows + row) * operation.columns + column) === 1;
  }
}

/** Each vector by itself, tile by tile. */
function streamVectors(operation: Operation, head: number, hardware: AttentionArray, builder: PassBuilder): void {
  const { tileColumns, skipEmptyVectors } = hardware;
  const slots = slotsOf(operation, hardware);
  const takesEmpty = !skipEmptyVectors && operation.kind !== "prediction";
  for (let first = 0; first < operation.columns; first += tileColumns) {
    const end = Math.min(first + tileColumns, operation.columns);
    for (let row = 0; row < operation.rows; row++) {
      const isEntryAt = (column: number) => isEntry(operation, head, row, column);
      const hasEntries = streamVector(isEntryAt, [first, end], slots, (taken) => builder.add(row, first, end, taken));
      if (!hasEntries && takesEmpty) builder.add(row, first, end, 0);
    }
  }
}

/** Entry by entry: one that finds all slots of the sub-row taken begins the next. Returns whether there is any. */
function streamVector(
  isEntryAt: (column: number) => boolean,
  [first, end]: readonly [first: number, end: number],
  slots: number,
  emit: (taken: number) => void,
): boolean {
  let taken = 0;
  for (let column = first; column < end; column++) {
    if (!isEntryAt(column)) continue;
    if (taken === slots) {
      emit(taken);
      taken = 0;
    }
    taken += 1;
  }
  if (taken > 0) emit(taken);
  return taken > 0;
}

/** All rows of a tile together, column by column: an entry that finds no slot ends the window for all of them. */
function streamColumns(operation: Operation, head: number, hardware: AttentionArray, builder: PassBuilder): void {
  for (let firstRow = 0; firstRow < operation.rows; firstRow += hardware.rows) {
    const endRow = Math.min(firstRow + hardware.rows, operation.rows);
    streamTileRows(operation, hardware, builder, { head, firstRow, endRow });
  }
}

interface TileRows {
  readonly head: number;
  readonly firstRow: number;
  readonly endRow: number;
}

function streamTileRows(
  operation: Operation,
  { tileColumns, packing, slots, skipEmptyVectors }: AttentionArray,
  builder: PassBuilder,
  { head, firstRow, endRow }: TileRows,
): void {
  const { columns } = operation;
  const window = new SlotWindow(builder, firstRow, endRow - firstRow, slots);
  let tileIsEmpty = true;
  for (let column = 0; column < columns; column++) {
    const rows = rowsWithEntry(operation, head, column, [firstRow, endRow]);
    if (rows.length > 0) tileIsEmpty = false;
    window.add(column, rows);
    const isEdge = column + 1 === columns || (packing === "tile" && (column + 1) % tileColumns === 0);
    if (!isEdge) continue;
    window.emit();
    if (tileIsEmpty && !skipEmptyVectors) {
      const from = packing === "tile" ? Math.floor(column / tileColumns) * tileColumns : 0;
      for (let row = firstRow; row < endRow; row++) builder.add(row, from, column + 1, 0);
    }
    tileIsEmpty = true;
  }
}

/** Rows whose entry a column has, counted from `firstRow`. */
function rowsWithEntry(
  operation: Operation,
  head: number,
  column: number,
  [firstRow, endRow]: readonly [number, number],
) {
  const rows: number[] = [];
  for (let row = firstRow; row < endRow; row++) if (isEntry(operation, head, row, column)) rows.push(row - firstRow);
  return rows;
}

/** The slots of a tile's rows since the window began; the window ends when an entry finds its row's slots taken. */
class SlotWindow {
  private readonly builder: PassBuilder;
  private readonly firstRow: number;
  private readonly slots: number;
  private readonly taken: Int32Array;
  private first = -1;
  private last = -1;

  constructor(builder: PassBuilder, firstRow: number, rows: number, slots: number) {
    this.builder = builder;
    this.firstRow = firstRow;
    this.slots = slots;
    this.taken = new Int32Array(rows);
  }

  add(column: number, rows: readonly number[]): void {
    if (rows.some((row) => this.taken[row] === this.slots)) this.emit();
    if (rows.length === 0) return;
    if (this.first < 0) this.first = column;
    this.last = column;
    for (const row of rows) this.taken[row] += 1;
  }

  /** Ends the window, if it holds anything. */
  emit(): void {
    this.taken.forEach((count, row) => {
      if (count > 0) this.builder.add(this.firstRow + row, this.first, this.last + 1, count);
    });
    this.taken.fill(0);
    this.first = -1;
  }
}
