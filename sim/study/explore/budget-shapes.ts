/** The array shapes that are tried within a budget of PEs where the user names none. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { isSameShape, type PeBudget, pesIn, type Shape } from "./shape.ts";

interface BudgetShapes {
  /** By PEs, then in the order of `alternatives`. */
  readonly shapes: readonly Shape[];
  /** Shapes there are by these rules; more than `shapes` where `limit` cuts. */
  readonly candidateCount: number;
}

/**
 * Shapes of `base` with another number of clusters (a power of two), first one per number of PEs: the grid of clusters whose
 * rows : columns come nearest to those of `base`. Then, as far as `limit` allows, others with the same numbers of PEs: flatter
 * grids, higher grids, fewer clusters of more PEs; the numbers of PEs nearest to that of `base` first.
 *
 * @throws ConfigError if the budget holds no power of two of the base's clusters.
 */
export function budgetShapes(base: Shape, budget: PeBudget, limit: number): BudgetShapes {
  const sizes = sizesWithin(base, budget);
  const byNearness = sizes.toSorted((a, b) => distance(a, base) - distance(b, base) || pesIn(a) - pesIn(b));
  const ranked = [...byNearness, ...byTurns(byNearness.map(alternatives))];
  const candidates = ranked.filter((shape, k) => ranked.findIndex((other) => isSameShape(shape, other)) === k);
  const shapes = candidates.slice(0, limit);
  return { shapes: shapes.toSorted((a, b) => pesIn(a) - pesIn(b)), candidateCount: candidates.length };
}

/** Octaves between the numbers of PEs. */
function distance(shape: Shape, base: Shape): number {
  return Math.abs(Math.log2(pesIn(shape) / pesIn(base)));
}

function sizesWithin(base: Shape, { least, most }: PeBudget): Shape[] {
  const pesPerCluster = base.peRows * base.peColumns;
  const sizes: Shape[] = [];
  let clusters = 1;
  for (; clusters * pesPerCluster <= most; clusters *= 2) {
    if (clusters * pesPerCluster >= least) sizes.push({ ...base, ...gridOf(clusters, base) });
  }
  if (sizes.length > 0) return sizes;
  const above = clusters * pesPerCluster;
  const nearest = clusters === 1 ? `the smallest has ${above}` : `the nearest have ${above / 2} and ${above}`;
  const range = least === most ? `${least}` : `${least}..${most}`;
  throw new ConfigError(
    `--pes ${range}: no array of 1, 2, 4, … clusters of ${base.peRows}x${base.peColumns} PEs is in this budget (${nearest}); --shapes names others`,
  );
}

/** `clusters` (a power of two) as a grid with the rows : columns of `base`, or as near as can be; ties to the flatter. */
function gridOf(
  clusters: number,
  { clusterRows, clusterColumns }: Shape,
): Pick<Shape, "clusterRows" | "clusterColumns"> {
  const wanted = Math.log2(clusterRows / clusterColumns);
  let [best, bestGap] = [1, Number.POSITIVE_INFINITY];
  for (let columns = clusters; columns >= 1; columns /= 2) {
    const gap = Math.abs(Math.log2(clusters / columns / columns) - wanted);
    if (gap < bestGap) [best, bestGap] = [columns, gap];
  }
  return { clusterRows: clusters / best, clusterColumns: best };
}

/** Other shapes with as many PEs. */
function alternatives(shape: Shape): Shape[] {
  const { clusterRows, clusterColumns, peRows, peColumns } = shape;
  const changes: Partial<Shape>[] = [
    { clusterRows: clusterRows / 2, clusterColumns: clusterColumns * 2 },
    { clusterRows: clusterRows * 2, clusterColumns: clusterColumns / 2 },
    { clusterRows: clusterRows / 2, peRows: peRows * 2 },
    { clusterRows: clusterRows / 2, peColumns: peColumns * 2 },
  ];
  return changes
    .map((change) => ({ ...shape, ...change }))
    .filter((changed) => Number.isInteger(changed.clusterRows) && Number.isInteger(changed.clusterColumns));
}

/** The first of each list, then the second of each, … */
function byTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, k) => lists.flatMap((list) => list.slice(k, k + 1))).flat();
}
