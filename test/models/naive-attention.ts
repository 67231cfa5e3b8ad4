/**
 * The attention array as docs/attention.md defines it, in the plainest words: masks as arrays of numbers, passes as
 * lists, and the time added up slot by slot. Slow, shares no code with `hw/attention`.
 */

export interface NaiveArray {
  readonly rows: number;
  readonly slots: number;
  readonly tileColumns: number;
  readonly splitting: "row" | "window";
  readonly packing: "fractional" | "column-block" | "tile";
  readonly overlap: "none" | "skew" | "heads";
  readonly skipEmptyVectors: boolean;
  readonly predictionBits: number;
  readonly wordBits: number;
  readonly bufferBits: number;
  readonly bitsPerCycle: number;
  readonly latencyCycles: number;
}

export interface NaiveOperation {
  readonly kind: "product" | "prediction" | "attention";
  readonly depth: number;
  /** mask[head][row][column]: 1 where there is something to do. */
  readonly mask: readonly (readonly (readonly number[])[])[];
}

interface SubRow {
  readonly row: number;
  readonly first: number;
  readonly end: number;
  readonly entries: number;
}

interface NaivePass {
  readonly head: number;
  readonly subRows: readonly SubRow[];
  readonly opensBlock: boolean;
}

export interface NaiveResult {
  readonly cycles: number;
  readonly macs: number;
  readonly subRows: number;
  readonly passes: number;
  readonly loadBits: number;
  readonly storeBits: number;
}

const blockOf = (column: number, array: NaiveArray) => Math.floor(column / array.tileColumns);
const tileOf = (row: number, array: NaiveArray) => Math.floor(row / array.rows);

export function runNaively(operation: NaiveOperation, array: NaiveArray): NaiveResult {
  const passes = operation.mask.flatMap((head, index) => passesOfHead(head, index, operation, array));
  const { loads, stores, lateStore } = traffic(passes, operation, array);
  const cycles = timeOf(passes, loads, stores, lateStore, operation, array);
  const entries = passes.flatMap(({ subRows }) => subRows).reduce((sum, subRow) => sum + subRow.entries, 0);
  return {
    cycles,
    macs: entries * operation.depth * (operation.kind === "attention" ? 2 : 1),
    subRows: passes.reduce((sum, { subRows }) => sum + subRows.length, 0),
    passes: passes.length,
    loadBits: loads.reduce((sum, { rows, columns }) => sum + rows + columns, 0),
    storeBits: stores.reduce((sum, bits) => sum + bits, lateStore),
  };
}

function passesOfHead(
  mask: readonly (readonly number[])[],
  head: number,
  operation: NaiveOperation,
  array: NaiveArray,
): NaivePass[] {
  const isWindow = array.splitting === "window" && operation.kind === "attention";
  const lists = isWindow ? windows(mask, array) : packed(vectors(mask, operation, array), operation, array);
  return lists.map((subRows, index) => {
    const before = lists[index - 1];
    const same = (a: SubRow, b: SubRow) =>
      isWindow ? tileOf(a.row, array) === tileOf(b.row, array) : blockOf(a.first, array) === blockOf(b.first, array);
    const opensBlock = before === undefined || subRows.some((subRow) => !same(subRow, before[before.length - 1]));
    return { head, subRows, opensBlock };
  });
}

/** Sub-rows by row, block of columns after block of columns. */
function vectors(mask: readonly (readonly number[])[], operation: NaiveOperation, array: NaiveArray): SubRow[] {
  const slots = operation.kind === "prediction" ? array.tileColumns : array.slots;
  const columns = mask[0].length;
  const found: SubRow[] = [];
  for (let first = 0; first < columns; first += array.tileColumns) {
    const end = Math.min(columns, first + array.tileColumns);
    for (const [row, bits] of mask.entries()) {
      const kept = bits.slice(first, end).filter((bit) => bit === 1).length;
      const keepsEmpty = !array.skipEmptyVectors && operation.kind !== "prediction";
      const count = kept === 0 ? (keepsEmpty ? 1 : 0) : Math.ceil(kept / slots);
      for (let i = 0; i < count; i++) found.push({ row, first, end, entries: Math.min(slots, kept - i * slots) });
    }
  }
  return found;
}

function packed(subRows: readonly SubRow[], operation: NaiveOperation, array: NaiveArray): SubRow[][] {
  const packing =
    operation.kind === "prediction" || (operation.kind === "product" && array.splitting === "window")
      ? "tile"
      : array.packing;
  const key = ({ row, first }: SubRow) => {
    if (packing === "fractional") return "";
    return packing === "tile" ? `${blockOf(first, array)} ${tileOf(row, array)}` : `${blockOf(first, array)}`;
  };
  const lists: SubRow[][] = [];
  for (const subRow of subRows) {
    const list = lists[lists.length - 1];
    if (list !== undefined && list.length < array.rows && key(list[0]) === key(subRow)) list.push(subRow);
    else lists.push([subRow]);
  }
  return lists;
}

function windows(mask: readonly (readonly number[])[], array: NaiveArray): SubRow[][] {
  const columns = mask[0].length;
  const lists: SubRow[][] = [];
  const width = array.packing === "tile" ? array.tileColumns : columns;
  for (let top = 0; top < mask.length; top += array.rows) {
    const rows = mask.slice(top, top + array.rows);
    for (let first = 0; first < columns; first += width) {
      const end = Math.min(columns, first + width);
      const isEmpty = rows.every((bits) => bits.slice(first, end).every((bit) => bit === 0));
      if (isEmpty && !array.skipEmptyVectors) {
        lists.push(rows.map((_, i) => ({ row: top + i, first, end, entries: 0 })));
      }
      let start = first;
      while (start < end) {
        let stop = start;
        const fits = (to: number) =>
          rows.every((bits) => bits.slice(start, to).filter((bit) => bit === 1).length <= array.slots);
        while (stop < end && fits(stop + 1)) stop += 1;
        const used = Array.from({ length: stop - start }, (_, i) => start + i).filter((column) =>
          rows.some((bits) => bits[column] === 1),
        );
        const list = rows.flatMap((bits, i): SubRow[] => {
          const entries = bits.slice(start, stop).filter((bit) => bit === 1).length;
          return entries === 0 ? [] : [{ row: top + i, first: used[0], end: used[used.length - 1] + 1, entries }];
        });
        if (list.length > 0) lists.push(list);
        start = stop;
      }
    }
  }
  return lists;
}

interface Load {
  readonly rows: number;
  /** With the bits of the mask. */
  readonly columns: number;
}

function traffic(passes: readonly NaivePass[], operation: NaiveOperation, array: NaiveArray) {
  const { kind, depth, mask } = operation;
  const isWindow = array.splitting === "window" && kind === "attention";
  const [rows, columns] = [mask[0].length, mask[0][0].length];
  const word = kind === "prediction" ? array.predictionBits : array.wordBits;
  const rowBits = depth * word;
  const columnBits = depth * word * (kind === "attention" ? 2 : 1);
  const outputBits = kind === "prediction" ? 1 : array.wordBits;
  const held = rows * rowBits + (kind === "product" ? 0 : columns * columnBits);
  const stays = held <= array.bufferBits / 2;
  const hasMask = kind === "attention" && array.predictionBits > 0;
  const loads: Load[] = [];
  const haveRows = new Set<string>();
  const haveColumns = new Set<string>();
  for (const { head, subRows } of passes) {
    let rowLoad = 0;
    let columnLoad = 0;
    for (const { row, first, end } of subRows) {
      const again = stays ? "" : isWindow ? `${tileOf(row, array)}` : `${blockOf(first, array)}`;
      const rowKey = `${head} ${row} ${isWindow ? "" : again}`;
      if (!haveRows.has(rowKey)) {
        haveRows.add(rowKey);
        rowLoad += rowBits;
        if (hasMask && isWindow) columnLoad += columns;
      }
      for (let column = first; column < end; column++) {
        const columnKey = `${head} ${column} ${isWindow ? again : ""}`;
        if (haveColumns.has(columnKey)) continue;
        haveColumns.add(columnKey);
        columnLoad += columnBits + (hasMask && !isWindow ? rows : 0);
      }
    }
    loads.push({ rows: rowLoad, columns: columnLoad });
  }
  const stores = passes.map(() => 0);
  let lateStore = 0;
  for (const head of mask.keys()) {
    const whole = rows * (kind === "attention" ? depth : columns) * outputBits;
    const ofHead = [...passes.keys()].filter((index) => passes[index].head === head);
    if (ofHead.length === 0) {
      const before = passes.findLastIndex((pass) => pass.head < head);
      const after = passes.findIndex((pass) => pass.head > head);
      if (before >= 0) stores[before] += whole;
      else if (after >= 0) {
        const lastOfNext = passes.findLastIndex((pass) => pass.head === passes[after].head);
        stores[lastOfNext] += whole;
      } else lateStore += whole;
      continue;
    }
    const finals = finalUnits(
      ofHead.map((index) => passes[index]),
      operation,
      array,
    );
    const unit = kind === "attention" ? depth * outputBits : outputBits;
    let left = whole;
    for (const [i, index] of ofHead.entries()) {
      const bits = i + 1 === ofHead.length ? left : finals[i] * unit;
      stores[index] += bits;
      left -= bits;
    }
  }
  return { loads, stores, lateStore };
}

/** Rows (attention) or outputs that are final after each pass of a head. */
function finalUnits(ofHead: readonly NaivePass[], operation: NaiveOperation, array: NaiveArray): number[] {
  const [rows, columns] = [operation.mask[0].length, operation.mask[0][0].length];
  if (operation.kind === "product") {
    return ofHead.map(({ subRows }) => subRows.reduce((sum, { entries }) => sum + entries, 0));
  }
  if (operation.kind === "prediction") {
    return ofHead.map(({ subRows }) => subRows.length * Math.min(array.tileColumns, columns - subRows[0].first));
  }
  let stored = 0;
  const lastBlock = ofHead.findLastIndex(({ opensBlock }) => opensBlock);
  return ofHead.map(({ subRows }, i) => {
    let end = 0;
    if (array.splitting === "window") {
      const tile = tileOf(subRows[0].row, array);
      const next = ofHead[i + 1];
      if (next === undefined || tileOf(next.subRows[0].row, array) !== tile)
        end = Math.min(rows, (tile + 1) * array.rows);
    } else if (i >= lastBlock) end = subRows[subRows.length - 1].row;
    const count = Math.max(0, end - stored);
    stored += count;
    return count;
  });
}

/** Time: slots one after the other, each the longest of computing, loading, and loading and storing. */
function timeOf(
  passes: readonly NaivePass[],
  loads: readonly Load[],
  stores: readonly number[],
  lateStore: number,
  operation: NaiveOperation,
  array: NaiveArray,
): number {
  const { kind, depth } = operation;
  const isFractional = array.packing === "fractional" && kind !== "prediction" && array.splitting === "row";
  const feed = passes.map(({ subRows }) => (isFractional ? Math.ceil((depth * subRows.length) / array.rows) : depth));
  const skew = array.rows + array.tileColumns;
  const out = kind === "prediction" ? array.tileColumns : array.slots;
  const slots: { array: number; fetch: number; store: number }[] = [];
  const slotOf: number[] = [];
  const open = (cycles: number) => slots.push({ array: cycles, fetch: 0, store: 0 });
  for (const [i, pass] of passes.entries()) {
    slotOf.push(slots.length);
    const starts = array.overlap === "heads" ? i === 0 : i === 0 || passes[i - 1].head !== pass.head;
    const ends =
      array.overlap === "heads" ? i + 1 === passes.length : i + 1 === passes.length || passes[i + 1].head !== pass.head;
    if (array.overlap === "none") {
      open(kind === "attention" ? 1 + 2 * (feed[i] + skew) + 3 + out : 1 + feed[i] + skew + out);
    } else if (kind === "attention") {
      open((starts ? 1 : 0) + feed[i] + (starts ? 0 : Math.max(0, 3 - feed[i]) + feed[i - 1]));
      if (ends) open(3 + feed[i] + skew + out);
    } else if (kind === "prediction") {
      open((starts ? 1 : 0) + feed[i] + out + (ends ? skew : 0));
    } else {
      open((starts ? 1 : 0) + feed[i] + (ends ? skew + out : 0));
    }
  }
  let first = 0;
  let previousBlock = 0;
  for (const [i, { opensBlock }] of passes.entries()) {
    const { rows, columns } = loads[i];
    if (i === 0) first = rows + columns;
    else {
      slots[slotOf[i - 1]].fetch += rows;
      const before = opensBlock ? Array.from({ length: i - previousBlock }, (_, k) => previousBlock + k) : [i - 1];
      let given = 0;
      for (const [k, pass] of before.entries()) {
        const until = Math.floor((columns * (k + 1)) / before.length);
        slots[slotOf[pass]].fetch += until - given;
        given = until;
      }
    }
    if (opensBlock) previousBlock = i;
  }
  const products = kind === "attention" ? 2 : 1;
  const tail = skew + (kind === "prediction" ? 0 : array.slots);
  let last = lateStore;
  for (const [i, pass] of passes.entries()) {
    let at = slotOf[i] + (array.overlap === "none" ? 1 : products + Math.ceil(tail / (products * depth)));
    const next = passes.findIndex((other) => other.head > pass.head);
    if (array.overlap === "skew" && next >= 0) at = Math.min(at, slotOf[next]);
    if (at < slots.length) slots[at].store += stores[i];
    else last += stores[i];
  }
  const moving = (bits: number) => Math.ceil(bits / array.bitsPerCycle);
  let total = first > 0 ? array.latencyCycles + moving(first) : 0;
  for (const slot of slots) {
    const wait = slot.fetch > 0 ? array.latencyCycles : 0;
    total += Math.max(slot.array, wait + moving(slot.fetch), wait + moving(slot.fetch + slot.store));
  }
  return total + moving(last);
}
