import type { Semantics } from "../workloads/faults.ts";
import { priorityLevels } from "../workloads/requests.ts";
import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * PREMA (HPCA'20) as the paper's section 6.1 uses it: waiting requests earn tokens in proportion to their priority and
 * slowdown; among those with enough tokens the least estimated remaining time wins.
 *
 * token = priority × (1 + waiting time / isolated time), where waiting counts from the request's last layer (or its
 * arrival), so each moment counts once and running resets it. Threshold: the largest priority level that the largest
 * token reaches. `prema_sparse` knows the pattern's averages and scales them by the measured density.
 *
 * Faults: `prema-newcomers`, `prema-recount`, `prema-shared-ratio`.
 */
export class Prema implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private readonly ignoresNewcomers: boolean;
  private readonly recounts: boolean;
  private readonly sharesRatio: boolean;
  /** Per request, grown on demand; 0 = not seen yet. */
  private tokens = new Float64Array(1024);

  constructor({ sparse }: { sparse: boolean }, semantics: Semantics) {
    this.name = sparse ? "prema_sparse" : "prema";
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
    this.ignoresNewcomers = semantics.has("prema-newcomers");
    this.recounts = semantics.has("prema-recount");
    this.sharesRatio = semantics.has("prema-shared-ratio");
  }

  pick(ready: ReadyQueue, now: number): number {
    const threshold = thresholdOf(this.updateTokens(ready, now));
    return this.shortestWithTokens(ready, threshold);
  }

  /** Updates the token of every ready request and returns the largest. */
  private updateTokens(ready: ReadyQueue, now: number): number {
    const { order, count, priority, lastRun, isolatedSeconds, coefficient, secondsPerTick } = ready;
    let largest = 0;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      const before = this.tokenOf(request);
      const isNew = before === 0;
      const waitedSeconds = (now - lastRun[request]) * secondsPerTick;
      const earned = priority[request] * (waitedSeconds / (coefficient[request] * isolatedSeconds[request]));
      const token = this.recounts ? (isNew ? priority[request] : before + earned) : priority[request] + earned;
      this.tokens[request] = token;
      if (token > largest && !(isNew && this.ignoresNewcomers)) largest = token;
    }
    return largest;
  }

  private tokenOf(request: number): number {
    if (request >= this.tokens.length) {
      const larger = new Float64Array(Math.max(request + 1, this.tokens.length * 2));
      larger.set(this.tokens);
      this.tokens = larger;
    }
    return this.tokens[request];
  }

  private shortestWithTokens(ready: ReadyQueue, threshold: number): number {
    const { order, count, coefficient, remainingSeconds } = ready;
    const shared = coefficient[order[count - 1]];
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      if (this.tokens[request] < threshold) continue;
      const ratio = this.sharesRatio ? shared : coefficient[request];
      const remaining = ratio * remainingSeconds[request];
      if (best < 0 || remaining < least) {
        best = position;
        least = remaining;
      }
    }
    return best;
  }
}

/** The largest priority level that `token` reaches, or the lowest level. */
function thresholdOf(token: number): number {
  const [low, middle, high] = priorityLevels;
  return token >= high ? high : token >= middle ? middle : low;
}
