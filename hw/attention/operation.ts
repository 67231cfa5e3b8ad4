/**
 * What the attention array is asked to do at a time.
 *
 * - `product`: a dense matrix product [rows × depth] · [depth × columns], `heads` of them side by side: projections,
 *   feed-forward layers, classifiers.
 * - `prediction`: the scores of all queries and keys in low precision, which decide what is kept.
 * - `attention`: the kept scores, their softmax and their product with the values. The scores stay in the array from the
 *   first to the last of these, so the three cannot be separated in time.
 */
import type { BitMask } from "../../workloads/masks/bit-mask.ts";

interface Shape {
  readonly heads: number;
  /** Queries, or rows of the left operand. */
  readonly rows: number;
  /** Keys, or columns of the right operand. */
  readonly columns: number;
  /** Elements of a query and a key: the length of the sums. */
  readonly depth: number;
}

interface ProductOperation extends Shape {
  readonly kind: "product";
  /** What is written back: 1 = non-zero. Absent: no zero. */
  readonly outputs?: OutputBits;
}

interface PredictionOperation extends Shape {
  readonly kind: "prediction";
  /** Keys behind the query are masked: key 0 to `row + columns − rows` are allowed. */
  readonly causal: boolean;
  /** The mask that is written back, one bit for each score. Absent: everything is kept. */
  readonly outputs?: OutputBits;
}

export interface AttentionOperation extends Shape {
  readonly kind: "attention";
  /** [heads, rows, columns], 1 = kept. */
  readonly kept: BitMask;
  readonly outputs?: OutputBits;
}

export type Operation = ProductOperation | PredictionOperation | AttentionOperation;

/** A mask of outputs: output (head, row, column) is bit `head · headStride + row · rowStride + column · columnStride`. */
export interface OutputBits {
  readonly mask: BitMask;
  readonly headStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** The parts of an operation that are reported apart. */
export const stages = ["prediction", "scores", "softmax", "values", "product"] as const;
export type Stage = (typeof stages)[number];

/** The stage that waits for loads, and the one that waits for stores. */
export function endStages({ kind }: Operation): { readonly first: Stage; readonly last: Stage } {
  return kind === "attention" ? { first: "scores", last: "values" } : { first: kind, last: kind };
}

/** Outputs of one row: of an attention the elements of a value, else the columns. */
export function outputColumns(operation: Operation): number {
  return operation.kind === "attention" ? operation.depth : operation.columns;
}

/** How many keys from the first on a query may look at. */
export function allowedColumns({ rows, columns, causal }: PredictionOperation, row: number): number {
  return causal ? Math.max(0, Math.min(columns, row + 1 + columns - rows)) : columns;
}
