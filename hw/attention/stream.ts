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

/** Each vector by itself: an entry that finds all slots of the sub-row taken begins the next one. */
function streamVectors(operation: Operation, head: number, hardware: AttentionArray, builder: PassBuilder): void {
  const { tileColumns, skipEmptyVectors } = hardware;
  const slots = slotsOf(operation, hardware);
  const takesEmpty = !skipEmptyVectors && operation.kind !== "prediction";
  for (let first = 0; first < operation.columns; first += tileColumns) {
    const end = Math.min(first + tileColumns, operation.columns);
    for (let row = 0; row < operation.rows; row++) {
      let taken = 0;
      let subRows = 0;
      for (let column = first; column < end; column++) {
        if (!isEntry(operation, head, row, column)) continue;
        if (taken === slots) {
          builder.add(row, first, end, taken);
          subRows += 1;
          taken = 0;
        }
        taken += 1;
      }
      if (taken > 0 || (subRows === 0 && takesEmpty)) builder.add(row, first, end, taken);
    }
  }
}

/** All rows of a tile together, column by column: an entry that finds no slot ends the window for all of them. */
function streamColumns(operation: Operation, head: number, hardware: AttentionArray, builder: PassBuilder): void {
  const { rows: tileRows, tileColumns, packing, slots, skipEmptyVectors } = hardware;
  const { rows, columns } = operation;
  for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
    const endRow = Math.min(firstRow + tileRows, rows);
    const taken = new Int32Array(endRow - firstRow);
    let first = -1;
    let last = -1;
    const emit = () => {
      for (const [i, count] of taken.entries()) if (count > 0) builder.add(firstRow + i, first, last + 1, count);
      taken.fill(0);
      first = -1;
    };
    let tileIsEmpty = true;
    for (let column = 0; column < columns; column++) {
      const hits: number[] = [];
      for (let row = firstRow; row < endRow; row++)
        if (isEntry(operation, head, row, column)) hits.push(row - firstRow);
      if (hits.some((i) => taken[i] === slots)) emit();
      if (hits.length > 0) {
        if (first < 0) first = column;
        last = column;
        tileIsEmpty = false;
      }
      for (const i of hits) taken[i] += 1;
      const isEdge = column + 1 === columns || (packing === "tile" && (column + 1) % tileColumns === 0);
      if (!isEdge) continue;
      if (!tileIsEmpty) emit();
      else if (!skipEmptyVectors) {
        const from = packing === "tile" ? Math.floor(column / tileColumns) * tileColumns : 0;
        for (let row = firstRow; row < endRow; row++) builder.add(row, from, column + 1, 0);
      }
      tileIsEmpty = true;
    }
  }
}
