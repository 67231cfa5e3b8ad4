/**
 * The Pareto front of points with two costs or more, all better the smaller; and the knee of a front of two.
 *
 * A point is dominated if another is no worse in any cost and better in one. Equal points do not dominate each other.
 */

/** Costs of a point: as many as there are objectives. */
export type Costs = readonly number[];

/** Indices of the points that none dominates, in the order of `points`. */
export function paretoFront(points: readonly Costs[]): number[] {
  return [...points.keys()].filter((k) => !points.some((other) => dominates(other, points[k])));
}

function dominates(a: Costs, b: Costs): boolean {
  return a.every((cost, k) => cost <= b[k]) && a.some((cost, k) => cost < b[k]);
}

/** How costs are put on the axes in which distances are measured. */
export type AxisScale = "log" | "linear";

/**
 * The knee of a front: the point farthest from the chord between its two ends, on the side of smaller costs, with each
 * axis scaled to 0 … 1 between the ends. An axis on which all costs agree to six digits has no knee (Das, "On characterizing the 'knee' of the Pareto curve", Structural Optimization
 * 18, 1999; for two costs the same as Kneedle, Satopää et al., ICDCSW 2011). Ties to the smaller first cost, then to the
 * earlier point.
 *
 * @param front points that do not dominate each other; on a `log` axis all more than 0
 * @returns an index in `front`; undefined if no point is on that side of the chord
 */
export function kneeOf(front: readonly Costs[], scales: readonly [AxisScale, AxisScale]): number | undefined {
  const placed = front.map((costs) =>
    scales.map((scale, axis) => (scale === "log" ? Math.log(costs[axis]) : costs[axis])),
  );
  const [x, y] = scales.map((scale, axis) =>
    normalised(
      placed.map((costs) => costs[axis]),
      scale,
    ),
  );
  if (x === undefined || y === undefined) return undefined;
  let knee: number | undefined;
  let farthest = minDistance;
  for (const k of front.keys()) {
    // The chord goes from (0, 1) to (1, 0).
    const distance = (1 - x[k] - y[k]) / Math.SQRT2;
    const isFarther = distance > farthest + minDistance;
    const isAsFar = knee !== undefined && Math.abs(distance - farthest) <= minDistance && front[k][0] < front[knee][0];
    if (isFarther || isAsFar) knee = k;
    if (isFarther) farthest = distance;
  }
  return knee;
}

/** Distances that differ by less are equal: the digits of costs say no more. */
const minDistance = 1e-6;

/** Costs whose largest and smallest differ by a smaller share are one cost: no axis is scaled to their last digits. */
const minSpread = 1e-6;

/** Values from 0 to 1; undefined if all are equal to six digits. */
function normalised(values: readonly number[], scale: AxisScale): number[] | undefined {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const unit = scale === "log" ? 1 : Math.max(Math.abs(low), Math.abs(high));
  return high - low <= minSpread * unit ? undefined : values.map((value) => (value - low) / (high - low));
}
