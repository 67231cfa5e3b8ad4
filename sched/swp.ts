import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * SWP, slack-weighted processing time: a score of ours that has fewer violations than Dysta at no cost in ANTT
 * (docs/schedulers.md). Per ready request, at every layer boundary, in seconds:
 *
 *     T = r · average time of its remaining layers      r = 1 + ε·(γ̄ − 1)
 *     P = r · average time of the whole network
 *     s = deadline − now − T                            its slack
 *     v = max(0, P − s/8) if s ≥ 0, else 0              urgency: 0 at slack 8 P, P at slack 0
 *     W = P − c·v                                       c = 1/2 below 8 ready requests, 1/4 below 32, else 1/8
 *     score = T · W                                     the smallest runs, of equals the first admitted
 *
 * With c = 0 the score is T·P, the index that minimises mean slowdown. W falls as a deadline draws near, because serving
 * a request that can still be late is worth more than its 1/P of slowdown; a lost deadline loses that bonus, and under
 * `swp_plus` it costs a quarter: W = 5/4 · P. γ̄ is the mean over the layers that have run of the measured density of
 * the layer's output / its average, ε the elasticity of the (model, pattern) (`sched/elasticity.ts`).
 */
export class Swp implements Policy {
  readonly name: "swp" | "swp_plus";
  readonly estimates = "pattern";
  readonly monitored = true;
  readonly predictor = "elastic";
  private readonly lostWeight: number;

  constructor(name: "swp" | "swp_plus") {
    this.name = name;
    this.lostWeight = name === "swp_plus" ? 1.25 : 1;
  }

  pick(ready: ReadyQueue, now: number): number {
    const { count, deadline, scaledRemainingSeconds, coefficient, isolatedSeconds, secondsPerTick } = ready;
    const { lostWeight } = this;
    const bonus = bonusShare(count);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const remaining = scaledRemainingSeconds[position];
      const isolated = coefficient[position] * isolatedSeconds[position];
      const slack = (deadline[position] - now) * secondsPerTick - remaining;
      const urgency = isolated - slack * 0.125;
      const weight = slack < 0 ? isolated * lostWeight : urgency > 0 ? isolated - bonus * urgency : isolated;
      const score = remaining * weight;
      if (score < least) {
        best = position;
        least = score;
      }
    }
    return best;
  }

  /** The score of the request at `position` among all, in s²: what `pick` compares. */
  score(ready: ReadyQueue, position: number, now: number): number {
    const remaining = ready.scaledRemainingSeconds[position];
    const isolated = ready.coefficient[position] * ready.isolatedSeconds[position];
    const slack = (ready.deadline[position] - now) * ready.secondsPerTick - remaining;
    if (slack < 0) return remaining * (isolated * this.lostWeight);
    return remaining * (isolated - bonusShare(ready.count) * Math.max(0, isolated - slack * 0.125));
  }
}

/** c: how much of its weight an urgent request is spared; less in long queues, where not all can be served in time. */
function bonusShare(queueLength: number): number {
  return queueLength < 8 ? 0.5 : queueLength < 32 ? 0.25 : 0.125;
}
