/**
 * How an operation is laid over the array: which sub-rows are in it together, and what they need from memory.
 *
 * A *vector* is the part of a query's row of the mask that lies in one block of `tileColumns` columns. A *sub-row* is what
 * a row of the array takes at a time, `slots` entries of one query at most. A *pass* is what the array does with one set
 * of sub-rows, `rows` of them at most.
 *
 * Splitting `row`: each vector is cut into sub-rows by itself, n entries into ⌈n / slots⌉. Blocks of columns come one
 * after the other, so that their keys and values are loaded once for a head. Passes are filled
 * - `tile`: from one tile (`rows` queries by `tileColumns` keys);
 * - `column-block`: from all tiles of one block of columns;
 * - `fractional`: from all of a head, and its last pass takes only the share of its time that its sub-rows fill: a bound
 *   rather than a machine, and what formulas with a "load balance" assume.
 *
 * Splitting `window`: the columns of `rows` queries stream by; when one of the queries would exceed its slots, the window
 * ends for all of them. A window is a pass. It ends at the edge of its tile (`tile`), or runs on (`fractional`).
 *
 * Dense products are cut as if everything were kept, always by `row`.
 */
import { ConfigError } from "../../workloads/input/errors.ts";
import type { AttentionArray } from "./description.ts";
import { type Operation, outputColumns } from "./operation.ts";

export interface Pass {
  readonly head: number;
  /** Entries of each of its sub-rows. */
  readonly entries: readonly number[];
  /** Row and first column of each of its sub-rows. */
  readonly at: readonly (readonly [row: number, column: number])[];
  readonly totalEntries: number;
  /** Cycles in which the operands of one product enter the array. */
  readonly feedCycles: number;
  /** Rows (of queries or activations) and columns (of keys and values, or weights) that it is the first to need. */
  newRows: number;
  newColumns: number;
  /** Bits of the mask that it is the first to need. */
  maskBits: number;
  /** Whether it begins a block of columns (of rows under `window`): these data are fetched during the last block. */
  readonly opensBlock: boolean;
  /** Rows of outputs that are final after it (attention), else its entries. */
  finalRows: number;
  storeBits: number;
}

/** Bits of one row, one column and one output on their way from and to DRAM. */
interface OperandBits {
  readonly row: number;
  readonly column: number;
  readonly output: number;
}

export function operandBits(operation: Operation, { wordBits, predictionBits }: AttentionArray): OperandBits {
  const { kind, depth } = operation;
  if (kind === "prediction") return { row: depth * predictionBits, column: depth * predictionBits, output: 1 };
  return { row: depth * wordBits, column: depth * wordBits * (kind === "attention" ? 2 : 1), output: wordBits };
}

/** @throws ConfigError for heads that are wider than the operand registers. */
export function checkOperation(name: string, operation: Operation, hardware: AttentionArray): void {
  if (operation.kind === "product" || operation.depth <= hardware.headWidth) return;
  throw new ConfigError(
    `layer "${name}": heads of ${operation.depth} elements exceed headWidth ${hardware.headWidth} of ${hardware.name}`,
  );
}

/** Multipliers of a row in the array that runs the operation: of the low-precision array one for each lane. */
export function slotsOf({ kind }: Operation, { slots, tileColumns }: AttentionArray): number {
  return kind === "prediction" ? tileColumns : slots;
}

/** How the sub-rows of an operation are formed: a dense one is never cut in windows. */
export function splittingOf({ kind }: Operation, { splitting }: AttentionArray) {
  return kind === "attention" ? splitting : "row";
}

/** A prediction fills its array with one tile at a time, whatever the packing of the other. */
function packingOf({ kind }: Operation, { packing, splitting }: AttentionArray) {
  if (kind === "prediction") return "tile";
  return kind === "product" && splitting === "window" ? "tile" : packing;
}

/** Collects sub-rows, in the order of execution, into passes. */
export class PassBuilder {
  readonly passes: Pass[] = [];
  private readonly operation: Operation;
  private readonly hardware: AttentionArray;
  private readonly bits: OperandBits;
  private readonly byWindow: boolean;
  private readonly packing: AttentionArray["packing"];
  private readonly isResident: boolean;
  private readonly rowsLoaded: Uint8Array;
  private readonly columnsLoaded: Uint8Array;
  private head = 0;
  private entries: number[] = [];
  private at: [number, number][] = [];
  private block = -1;
  private tile = -1;
  private opensBlock = false;
  private newRows = 0;
  private newColumns = 0;
  private maskBits = 0;
  private firstPassOfHead = 0;
  private loadedFirst = -1;
  private loadedEnd = -1;
  /** Outputs of heads without any pass: stored with a pass of a neighbour; what is left at the end has none. */
  carriedStoreBits = 0;

  constructor(operation: Operation, hardware: AttentionArray) {
    const { rows, columns, kind } = operation;
    this.operation = operation;
    this.hardware = hardware;
    this.bits = operandBits(operation, hardware);
    this.byWindow = splittingOf(operation, hardware) === "window";
    this.packing = packingOf(operation, hardware);
    const kept = kind === "product" ? rows * this.bits.row : rows * this.bits.row + columns * this.bits.column;
    this.isResident = kept <= (hardware.bufferBytes * 8) / 2;
    this.rowsLoaded = new Uint8Array(rows);
    this.columnsLoaded = new Uint8Array(columns);
  }

  beginHead(head: number): void {
    this.head = head;
    this.firstPassOfHead = this.passes.length;
    this.rowsLoaded.fill(0);
    this.columnsLoaded.fill(0);
    this.block = -1;
    this.tile = -1;
  }

  /** Adds a sub-row whose entries lie in columns `first` … `end` − 1; sub-rows come in the order of execution. */
  add(row: number, first: number, end: number, entries: number): void {
    const { rows, tileColumns } = this.hardware;
    const block = this.byWindow ? first : Math.floor(first / tileColumns);
    const tile = Math.floor(row / rows);
    if (this.mustClose(block, tile)) this.close();
    this.enterBlock(block, tile);
    this.load(row, first, end);
    this.entries.push(entries);
    this.at.push([row, first]);
  }

  endHead(): void {
    this.close();
    const { operation, bits, passes } = this;
    const whole = operation.rows * outputColumns(operation) * bits.output;
    const ofHead = passes.slice(this.firstPassOfHead);
    if (ofHead.length === 0) {
      this.carriedStoreBits += whole;
      if (passes.length > 0) this.giveCarried(passes[passes.length - 1]);
      return;
    }
    if (operation.kind === "attention") this.finishRows(ofHead);
    for (const pass of ofHead) pass.storeBits = pass.finalRows * this.bitsPerFinalRow();
    const last = ofHead[ofHead.length - 1];
    last.storeBits += whole - ofHead.reduce((sum, pass) => sum + pass.storeBits, 0);
    this.giveCarried(last);
  }

  private giveCarried(pass: Pass): void {
    pass.storeBits += this.carriedStoreBits;
    this.carriedStoreBits = 0;
  }

  private bitsPerFinalRow(): number {
    return this.operation.kind === "attention" ? this.operation.depth * this.bits.output : this.bits.output;
  }

  private mustClose(block: number, tile: number): boolean {
    if (this.entries.length === 0) return false;
    if (this.byWindow) return block !== this.block || tile !== this.tile;
    if (this.entries.length === this.hardware.rows) return true;
    if (this.packing === "fractional") return false;
    return block !== this.block || (this.packing === "tile" && tile !== this.tile);
  }

  /** Notes a new block; what does not stay in the buffer is needed again there. */
  private enterBlock(block: number, tile: number): void {
    const isNew = this.byWindow ? tile !== this.tile : block !== this.block;
    if (isNew) {
      this.opensBlock = true;
      this.loadedEnd = -1;
      if (!this.isResident) (this.byWindow ? this.columnsLoaded : this.rowsLoaded).fill(0);
    }
    this.block = block;
    this.tile = tile;
  }

  private load(row: number, first: number, end: number): void {
    const { rowsLoaded, columnsLoaded, operation, hardware } = this;
    const hasMask = operation.kind === "attention" && hardware.predictionBits > 0;
    if (rowsLoaded[row] === 0) {
      rowsLoaded[row] = 1;
      this.newRows += 1;
      if (hasMask && this.byWindow) this.maskBits += operation.columns;
    }
    if (first === this.loadedFirst && end === this.loadedEnd) return;
    this.loadedFirst = first;
    this.loadedEnd = end;
    for (let column = first; column < end; column++) {
      if (columnsLoaded[column] === 1) continue;
      columnsLoaded[column] = 1;
      this.newColumns += 1;
      if (hasMask && !this.byWindow) this.maskBits += operation.rows;
    }
  }

  private close(): void {
    const { entries, at, operation, hardware } = this;
    if (entries.length === 0) return;
    const { depth, kind } = operation;
    const share = this.packing === "fractional" && !this.byWindow ? entries.length / hardware.rows : 1;
    const totalEntries = entries.reduce((sum, count) => sum + count, 0);
    this.passes.push({
      head: this.head,
      entries,
      at,
      totalEntries,
      feedCycles: Math.ceil(depth * share),
      newRows: this.newRows,
      newColumns: this.newColumns,
      maskBits: this.maskBits,
      opensBlock: this.opensBlock,
      finalRows: kind === "product" ? totalEntries : 0,
      storeBits: 0,
    });
    if (kind === "prediction") this.finishTile();
    this.entries = [];
    this.at = [];
    this.opensBlock = false;
    this.newRows = 0;
    this.newColumns = 0;
    this.maskBits = 0;
  }

  /** All bits of a predicted tile leave, those of keys that are not allowed as zeros. */
  private finishTile(): void {
    const { tileColumns } = this.hardware;
    const width = Math.min(tileColumns, this.operation.columns - this.block * tileColumns);
    const pass = this.passes[this.passes.length - 1];
    pass.finalRows = pass.entries.length * width;
  }

  /**
   * Marks the rows of an attention that are final after each pass. By `row`: in the last block of a head those that the
   * passes have gone through. By `window`: those of a tile after its last window.
   */
  private finishRows(ofHead: readonly Pass[]): void {
    const { rows: tileRows } = this.hardware;
    const tileOf = (pass: Pass) => Math.floor(pass.at[0][0] / tileRows);
    let first = this.byWindow ? 0 : ofHead.length - 1;
    while (first > 0 && !ofHead[first].opensBlock) first -= 1;
    let stored = 0;
    for (let i = first; i < ofHead.length; i++) {
      const pass = ofHead[i];
      const isLastOfTile = i + 1 === ofHead.length || tileOf(ofHead[i + 1]) !== tileOf(pass);
      const windowEnd = isLastOfTile ? Math.min(this.operation.rows, (tileOf(pass) + 1) * tileRows) : 0;
      const end = this.byWindow ? windowEnd : pass.at[pass.at.length - 1][0];
      pass.finalRows = Math.max(0, end - stored);
      stored += pass.finalRows;
    }
  }
}
