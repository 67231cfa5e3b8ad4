/**
 * What a sparse attention array consists of, and which mechanisms it has.
 *
 * The array keeps the scores of an attention in place (Sanger, MICRO'21, is the pattern): `rows` rows of `slots`
 * multipliers. A row takes one sub-row of the attention mask at a time, that is at most `slots` kept scores of one query.
 * Keys pass by on `tileColumns` lanes, one lane for each column of a tile, and each slot takes its operand from the lane
 * of its column. The same multipliers first form the kept scores (SDDMM) and then multiply them by the values (SpMM). A
 * second array of `rows × tileColumns` multipliers of low precision predicts beforehand which scores are kept.
 *
 * All sizes are required; `hw/attention/description-file.ts` merges a user's file over a preset and checks it once.
 * `Infinity` stands for "unlimited".
 */

/** How the kept scores of a query become sub-rows; see `mapping.ts`. */
export const splittings = ["row", "window"] as const;
type Splitting = (typeof splittings)[number];

/** Which sub-rows may share one load of the array; see `mapping.ts`. */
export const packings = ["fractional", "column-block", "tile"] as const;
type Packing = (typeof packings)[number];

/** Where the pipeline of the array is filled and drained: for every load, for every head, or once for a layer. */
export const overlaps = ["none", "skew", "heads"] as const;
type Overlap = (typeof overlaps)[number];

export interface AttentionArray {
  readonly kind: "attention-array";
  readonly name: string;
  readonly clockHz: number;
  /** Rows of the array: sub-rows that it holds at a time. */
  readonly rows: number;
  /** Multipliers of a row: the kept scores of a sub-row at most. */
  readonly slots: number;
  /** Columns of a tile of the mask, and lanes on which keys and values pass by. */
  readonly tileColumns: number;
  /** Elements of a query, key or value that the operand registers are laid out for: the widest head. */
  readonly headWidth: number;
  readonly splitting: Splitting;
  readonly packing: Packing;
  readonly overlap: Overlap;
  /** A vector (a query in one tile) without a kept score takes no sub-row (`false`: it takes an empty one). */
  readonly skipEmptyVectors: boolean;
  /** Bits of a query's and a key's element in the prediction pass. */
  readonly predictionBits: number;
  /** Bits of a query, key, value, weight, activation or output everywhere else. */
  readonly wordBits: number;
  /** On-chip memory for operands, in bytes. Half of it is in use while the other half is filled. */
  readonly bufferBytes: number;
  readonly dram: {
    /** One channel, shared by loads and stores. */
    readonly bytesPerSecond: number;
    /** From the request of a load to its first word; nothing else moves in these cycles. */
    readonly latencyCycles: number;
  };
}

/** Multiply-accumulates per cycle in the array's own precision. */
export function slotCount({ rows, slots }: Pick<AttentionArray, "rows" | "slots">): number {
  return rows * slots;
}

/** Whole bits that the DRAM channel moves per cycle (128 GB/s at 1 GHz: 1024). */
export function attentionDramBits({ dram, clockHz }: AttentionArray): number {
  return dram.bytesPerSecond === Infinity ? Infinity : Math.floor((dram.bytesPerSecond * 8) / clockHz);
}

/** Cycles from the first operand at the array's corner to the same operand at the opposite corner. */
export function skewCycles({ rows, tileColumns }: AttentionArray): number {
  return rows + tileColumns;
}

/**
 * Cycles of the steps of a load that neither the head width nor the skew decides, as the test bench of Sanger's
 * published RTL drives them: one clears the sums, three take the exponents (one idle, two in the exponent unit).
 */
export const clearCycles = 1;
export const exponentCycles = 3;

/** Cycles in which the exponents of a row are added up: they move through its slots one by one. */
export function rowSumCycles({ slots }: AttentionArray): number {
  return slots;
}
