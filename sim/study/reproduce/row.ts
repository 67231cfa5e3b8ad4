/** One published value with ours beside it, and when the two count as the same. */
import type { Estimate } from "../run/summary.ts";

/** Ours: a mean over seeds with the half-width of its 95 % interval, or a number that no seed changes (`ci95` null). */
export type Ours = Pick<Estimate, "mean" | "ci95">;

/** Where a value stands in the paper, what it is, and ours; what there is none of is left out. */
export interface RowFacts {
  /** A panel of a figure, or a table's heading. */
  readonly panel: string;
  readonly line: string;
  readonly column: string;
  readonly unit: string;
  readonly paper?: number | undefined;
  readonly artifact?: Ours | undefined;
  readonly sameTables?: Ours | undefined;
  readonly corrected?: Ours | undefined;
}

export interface ReproducedRow {
  readonly what: string;
  readonly panel: string;
  readonly line: string;
  readonly column: string;
  readonly unit: string;
  readonly paper: number | null;
  /** The artifact's semantics, on tables that have the paper's latencies or stand in for them. */
  readonly artifact: number | null;
  readonly artifactCi95: number | null;
  /** Artifact − paper. */
  readonly artifactDifference: number | null;
  /** The papers' own rules on the tables of `artifact`: what the artifact's faults change. */
  readonly sameTables: number | null;
  readonly sameTablesCi95: number | null;
  /** The papers' own rules on modelled hardware. */
  readonly corrected: number | null;
  readonly correctedCi95: number | null;
  /** Corrected − paper. */
  readonly correctedDifference: number | null;
}

/** A number that no seed changes. */
export function fixed(mean: number): Ours {
  return { mean, ci95: null };
}

export function rowOf({ panel, line, column, unit, paper, ...ours }: RowFacts): ReproducedRow {
  const { artifact, sameTables, corrected } = ours;
  const difference = (own: Ours | undefined) => (own === undefined || paper === undefined ? null : own.mean - paper);
  return {
    what: [panel, line, column].filter((part) => part !== "").join(", "),
    ...{ panel, line, column, unit },
    paper: paper ?? null,
    artifact: artifact?.mean ?? null,
    artifactCi95: artifact?.ci95 ?? null,
    artifactDifference: difference(artifact),
    sameTables: sameTables?.mean ?? null,
    sameTablesCi95: sameTables?.ci95 ?? null,
    corrected: corrected?.mean ?? null,
    correctedCi95: corrected?.ci95 ?? null,
    correctedDifference: difference(corrected),
  };
}

/** Two percentages agree within so many points, anything else within so much of the paper's value. */
const tolerance = { points: 3, share: 0.15 } as const;

/** Whether ours is the paper's value within `tolerance`. */
function agrees({ unit, paper }: ReproducedRow, ours: number): boolean {
  if (paper === null) return false;
  return Math.abs(ours - paper) <= (unit === "%" ? tolerance.points : tolerance.share * Math.abs(paper));
}

/** How many of the values that can be compared agree, counted for both columns, in words. */
export function verdictOf(rows: readonly ReproducedRow[]): string {
  const counts = (["artifact", "corrected"] as const).flatMap((column) => {
    const compared = rows.filter((row) => row.paper !== null && row[column] !== null);
    if (compared.length === 0) return [];
    const agreeing = compared.filter((row) => agrees(row, row[column] ?? 0)).length;
    return [`${column} ${agreeing} of ${compared.length}`];
  });
  if (counts.length === 0) return "nothing to compare";
  return `within ${tolerance.points} points, or ${tolerance.share * 100} % of the paper's value: ${counts.join(", ")}`;
}
