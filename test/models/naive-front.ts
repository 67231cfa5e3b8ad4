/** The Pareto front and its knee by definition: every point against every other, distances by the formula of a line. */
import type { AxisScale, Costs } from "../../sim/study/explore/front.ts";

/** Indices of the points that no other point dominates. */
export function naiveFront(points: readonly Costs[]): number[] {
  const dominates = (a: Costs, b: Costs) => a[0] <= b[0] && a[1] <= b[1] && (a[0] < b[0] || a[1] < b[1]);
  return [...points.keys()].filter((k) => !points.some((other) => dominates(other, points[k])));
}

/**
 * How far each point lies on the good side of the line through the two ends of the front, axes scaled to 0 … 1; nowhere if
 * the costs of one axis agree to six digits.
 */
export function naiveDistances(front: readonly Costs[], scales: readonly [AxisScale, AxisScale]): number[] {
  const onAxis = (value: number, axis: 0 | 1) => (scales[axis] === "log" ? Math.log(value) : value);
  const scaled = (value: number, axis: 0 | 1) => {
    const all = front.map((costs) => onAxis(costs[axis], axis));
    return (onAxis(value, axis) - Math.min(...all)) / (Math.max(...all) - Math.min(...all));
  };
  const agree = (axis: 0 | 1) => {
    const all = front.map((costs) => onAxis(costs[axis], axis));
    const unit = scales[axis] === "log" ? 1 : Math.max(...all.map(Math.abs));
    return Math.max(...all) - Math.min(...all) <= 1e-6 * unit;
  };
  if (agree(0) || agree(1)) return front.map(() => 0);
  const placed = front.map(([a, b]) => [scaled(a, 0), scaled(b, 1)] as const);
  const start = placed.reduce((best, point) => (point[0] < best[0] ? point : best));
  const end = placed.reduce((best, point) => (point[0] > best[0] ? point : best));
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  // The cross product is the area of the parallelogram; by the length of the line it is the distance.
  return placed.map(([x, y]) => -(dx * (y - start[1]) - dy * (x - start[0])) / Math.hypot(dx, dy));
}
