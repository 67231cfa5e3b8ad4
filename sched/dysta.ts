import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/** Which of Dysta's knowledge a variant has. */
const variants = {
  /** The paper's Dysta. */
  dysta: { estimates: "pattern", monitored: true },
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
 *     slack   = deadline − now − T̂
 *     penalty = waiting time / isolated time / queue length
 *     score   = T̂ + η·(slack + penalty)               seconds; the least runs
 *
 * The penalty is a pure number added to times: the time unit is part of the policy, and it is the second.
 * Reciprocals stand for the divisions, as in the hardware's tables.
 */
export class Dysta implements Policy {
  readonly name: DystaVariant;
  readonly estimates: "pattern" | "model" | "true";
  readonly monitored: boolean;
  private readonly eta: number;
  private readonly slackFloor: number;

  constructor(name: DystaVariant, { eta, clampSlack }: { eta: number; clampSlack: boolean }) {
    this.name = name;
    this.estimates = variants[name].estimates;
    this.monitored = variants[name].monitored;
    this.eta = eta;
    this.slackFloor = clampSlack ? 0 : Number.NEGATIVE_INFINITY;
  }

  pick(ready: ReadyQueue, now: number): number {
    const { order, count } = ready;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const score = this.score(ready, order[position], now);
      if (score < least) {
        best = position;
        least = score;
      }
    }
    return best;
  }

  /** The score of one ready request among all, in seconds. */
  score(ready: ReadyQueue, request: number, now: number): number {
    const waited = (now - ready.lastRun[request]) * ready.secondsPerTick;
    const penalty = waited * ready.perIsolatedSecond[request] * (1 / ready.count);
    return this.scoreWith(penalty, ready, request, now);
  }

  protected scoreWith(penalty: number, ready: ReadyQueue, request: number, now: number): number {
    const remaining = ready.scaledRemainingSeconds[request];
    const slack = (ready.deadline[request] - now) * ready.secondsPerTick - remaining;
    return remaining + this.eta * ((slack < this.slackFloor ? this.slackFloor : slack) + penalty);
  }
}
