import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * Planaria (MICRO'20) on one undivided accelerator, as in the paper's section 6.1, by the rule of its own public
 * scheduler: a request that can no longer meet its deadline gets nothing while another still can.
 *
 * Slack is the time to the deadline. Feasible requests (estimated remaining time ≤ slack): the largest priority / slack
 * runs. If none is feasible: the largest priority / remaining time. Its resource estimate is 1 here, so spatial fission
 * is not modelled. What the public artifact of Dysta does instead is `planaria_artifact`.
 */
export class Planaria implements Policy {
  readonly name = "planaria";
  readonly estimates = "model";
  readonly monitored = false;

  pick(ready: ReadyQueue, now: number): number {
    const { count, priority, deadline, scaledRemainingSeconds, secondsPerTick } = ready;
    let best = 0;
    let bestScore = Number.NEGATIVE_INFINITY;
    let isBestFeasible = false;
    for (let position = 0; position < count; position++) {
      const slack = (deadline[position] - now) * secondsPerTick;
      const remaining = scaledRemainingSeconds[position];
      const isFeasible = slack > 0 && remaining <= slack;
      if (isBestFeasible && !isFeasible) continue;
      const score = priority[position] / (isFeasible ? slack : remaining);
      if (isFeasible === isBestFeasible && score <= bestScore) continue;
      best = position;
      bestScore = score;
      isBestFeasible = isFeasible;
    }
    return best;
  }
}
