import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/** Which of Dysta's knowledge a variant has. */
export const variants = {
  /** The paper's Dysta. */
  dysta: { estimates: "pattern", monitored: true },
  /** Averages of the (model, pattern), without the monitor. */
  dysta_pattern: { estimates: "pattern", monitored: false },
  /** The paper's Dysta-w/o-sparse: neither the pattern nor the measured density. */
  dysta_naive: { estimates: "model", monitored: false },
  /** The same heuristic with true latencies; not an optimum. */
  dysta_oracle: { estimates: "true", monitored: false },
} as const;
export type DystaVariant = keyof typeof variants;

/**
 * The dynamic level of Dysta (paper, section 4.2.2, Alg. 2). For every ready request, at every layer boundary:
 *
 *     T̂       = α·γ · average time of its remaining layers
 *     slack   = deadline − now − T̂, at least 0
 *     penalty = waiting time / isolated time / queue length
 *     score   = T̂ + η·(slack + penalty)               seconds; the smallest runs
 *
 * Algorithm 2 does not bound the slack. Without a bound a late request scores the better the later it is, and under
 * overload the accelerator works on what is lost already; `clampSlack: false` is that reading (docs/model.md).
 * The penalty is a pure number added to times: the time unit is part of the policy, and it is the second.
 * Reciprocals stand for the divisions, as in the hardware's tables.
 */
export class Dysta implements Policy {
  readonly name: DystaVariant;
  readonly estimates: "pattern" | "model" | "true";
  readonly monitored: boolean;
  protected readonly eta: number;
  protected readonly slackFloor: number;

  constructor(name: DystaVariant, { eta, clampSlack }: { eta: number; clampSlack: boolean }) {
    this.name = name;
    this.estimates = variants[name].estimates;
    this.monitored = variants[name].monitored;
    this.eta = eta;
    this.slackFloor = clampSlack ? 0 : Number.NEGATIVE_INFINITY;
  }

  pick(ready: ReadyQueue, now: number): number {
    const { count, deadline, lastRun, scaledRemainingSeconds, reciprocalIsolatedSeconds, secondsPerTick } = ready;
    const { eta, slackFloor } = this;
    const reciprocalQueueLength = 1 / count;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const remaining = scaledRemainingSeconds[position];
      const slack = (deadline[position] - now) * secondsPerTick - remaining;
      const penalty =
        (now - lastRun[position]) * secondsPerTick * reciprocalIsolatedSeconds[position] * reciprocalQueueLength;
      const score = remaining + eta * ((slack < slackFloor ? slackFloor : slack) + penalty);
      if (score < least) {
        best = position;
        least = score;
      }
    }
    return best;
  }

  /** The score of the request at `position` among all, in seconds: what `pick` compares. */
  score(ready: ReadyQueue, position: number, now: number): number {
    const remaining = ready.scaledRemainingSeconds[position];
    const slack = (ready.deadline[position] - now) * ready.secondsPerTick - remaining;
    const waited = (now - ready.lastRun[position]) * ready.secondsPerTick;
    const penalty = waited * ready.reciprocalIsolatedSeconds[position] * (1 / ready.count);
    return remaining + this.eta * ((slack < this.slackFloor ? this.slackFloor : slack) + penalty);
  }
}
