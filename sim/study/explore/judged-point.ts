/** An array's point beside what is asked of it: a share of the requests on time, and limits. */
import type { ArrayPoint } from "./array-point.ts";
import { isWithin, type Limits, pointFacts } from "./limits.ts";

export interface JudgedPoint extends ArrayPoint {
  /** Whether the requests that were run reach the target. */
  readonly reachesTarget: boolean;
  /** Whether the 95 % interval over the seeds lies on one side of the target, and on which. */
  readonly targetVerdict: "reaches" | "misses" | "not told apart";
  readonly withinLimits: boolean;
  /**
   * The highest rate that reaches the target, requests per second as `--rate` takes them; null for a trace and where the
   * search finds no end. Absent where no target is asked for.
   */
  readonly capacity?: number | null;
}

/** Shares are quotients of counts; what rounding leaves of them is no miss. */
const rounding = 1e-12;

/** @param target share of the requests on time, 0..1 */
export function judgedPoint(point: ArrayPoint, target: number, limits: Limits): JudgedPoint {
  const { violationRate, violationRateLow: low, violationRateHigh: high } = point;
  const allowed = 1 - target + rounding;
  const reaches = high !== null && high <= allowed;
  const misses = low !== null && low > allowed;
  return {
    ...point,
    reachesTarget: violationRate <= allowed,
    targetVerdict: reaches ? "reaches" : misses ? "misses" : "not told apart",
    withinLimits: isWithin(pointFacts(point), limits),
  };
}

/** Whether an array is what is asked for. */
export function isAnswer({ reachesTarget, withinLimits }: JudgedPoint): boolean {
  return reachesTarget && withinLimits;
}

/** By area where it is known, else by PEs, then by SRAM. */
export function bySize(a: ArrayPoint, b: ArrayPoint): number {
  return (a.area ?? 0) - (b.area ?? 0) || a.pes - b.pes || (a.sramBytes ?? 0) - (b.sramBytes ?? 0);
}
