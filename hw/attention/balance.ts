/**
 * Load balance: the share of multipliers that have something to do, for three ways of cutting and packing a mask. The
 * literature calls each of them "load balance"; a figure means nothing without its name.
 */
import type { AttentionArray } from "./description.ts";
import type { AttentionOperation } from "./operation.ts";
import { countedPasses } from "./sub-rows.ts";

export interface LoadBalance {
  /** Kept entries / (sub-rows × slots), every vector cut by itself, empty ones dropped. */
  readonly row: number;
  /** The same over the places of windows that run along whole rows and end for all rows of a tile at once. */
  readonly window: number;
  /** The same over the places of passes that are filled from one block of columns and hold `rows` sub-rows each. */
  readonly tile: number;
}

export interface MaskFacts {
  readonly loadBalance: LoadBalance;
  /** Kept entries / all entries. */
  readonly keptDensity: number;
  /** Σ ⌈kept entries of a vector / slots⌉. */
  readonly subRows: number;
  /** Vectors in all, and those with a kept entry. */
  readonly vectors: number;
  readonly nonEmptyVectors: number;
}

/** Whatever the splitting and packing of the hardware; only its sizes count. An empty mask has a balance of 1. */
export function maskFacts(operation: AttentionOperation, hardware: AttentionArray): MaskFacts {
  const { heads, rows, columns } = operation;
  const skipping: AttentionArray = { ...hardware, skipEmptyVectors: true };
  const byRow = countedPasses(operation, { ...skipping, splitting: "row", packing: "column-block" }).passes;
  const byWindow = countedPasses(operation, { ...skipping, splitting: "window", packing: "fractional" }).passes;
  const kept = byRow.reduce((sum, pass) => sum + pass.totalEntries, 0);
  const subRows = byRow.reduce((sum, pass) => sum + pass.entries.length, 0);
  const nonEmpty = byRow.flatMap(({ at }) => at.map(([row, column]) => row * columns + column));
  const share = (places: number) => (places === 0 ? 1 : kept / places);
  const perPass = hardware.rows * hardware.slots;
  return {
    loadBalance: {
      row: share(subRows * hardware.slots),
      window: share(byWindow.length * perPass),
      tile: share(byRow.length * perPass),
    },
    keptDensity: kept / (heads * rows * columns),
    subRows,
    vectors: heads * rows * Math.ceil(columns / hardware.tileColumns),
    nonEmptyVectors: nonEmpty.filter((place, i) => place !== nonEmpty[i - 1]).length,
  };
}
