import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * Planaria (MICRO'20) on one undivided accelerator, as in the paper's section 6.1: the largest priority / slack runs,
 * slack being the time to the deadline (its resource estimate is 1 here, so spatial fission is not modelled).
 *
 * A request at or past its deadline has no slack left: it comes before all others, by priority, then by deadline.
 */
export class Planaria implements Policy {
  readonly name = "planaria";
  readonly estimates = "model";
  readonly monitored = false;

  pick(ready: ReadyQueue, now: number): number {
    const { order, count } = ready;
    let best = 0;
    for (let position = 1; position < count; position++) {
      if (isMoreUrgent(ready, order[position], order[best], now)) best = position;
    }
    return best;
  }
}

function isMoreUrgent(ready: ReadyQueue, a: number, b: number, now: number): boolean {
  const { deadline, priority, secondsPerTick } = ready;
  const aLate = deadline[a] <= now;
  const bLate = deadline[b] <= now;
  if (aLate !== bLate) return aLate;
  if (!aLate) {
    const scoreA = priority[a] / ((deadline[a] - now) * secondsPerTick);
    const scoreB = priority[b] / ((deadline[b] - now) * secondsPerTick);
    return scoreA > scoreB;
  }
  return priority[a] > priority[b] || (priority[a] === priority[b] && deadline[a] < deadline[b]);
}
