import { priorityLevels } from "../workloads/requests/requests.ts";
import type { Semantics } from "../workloads/semantics/faults.ts";
import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * PREMA (HPCA'20) as the paper's section 6.1 uses it: waiting requests earn tokens in proportion to their priority and
 * slowdown; among those with enough tokens the least estimated remaining time wins.
 *
 * A request starts with its priority as token. At every decision it earns priority × (time waited since the last
 * decision / isolated time), so each moment of waiting counts once and running earns nothing; tokens are kept until the
 * request is done. Threshold: the largest priority level that the largest token reaches. `prema_sparse` knows the
 * pattern's averages and scales them by the measured density.
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
  private tokens = new Float64Array(1024);
  /** Until when each request's waiting has been counted. */
  private countedUntil = new Float64Array(1024);

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
      const isNew = this.isNew(request);
      if (isNew) this.tokens[request] = priority[request];
      const since = isNew || this.recounts ? lastRun[request] : Math.max(lastRun[request], this.countedUntil[request]);
      if (!(isNew && this.recounts)) {
        const waitedSeconds = (now - since) * secondsPerTick;
        const slowdown = waitedSeconds === 0 ? 0 : waitedSeconds / (coefficient[request] * isolatedSeconds[request]);
        this.tokens[request] += priority[request] * slowdown;
      }
      this.countedUntil[request] = now;
      if (this.tokens[request] > largest && !(isNew && this.ignoresNewcomers)) largest = this.tokens[request];
    }
    return largest;
  }

  /** Whether the request has no token yet; makes room for one. */
  private isNew(request: number): boolean {
    if (request >= this.tokens.length) {
      const length = Math.max(request + 1, this.tokens.length * 2);
      this.tokens = grown(this.tokens, length);
      this.countedUntil = grown(this.countedUntil, length);
    }
    return this.tokens[request] === 0;
  }

  private shortestWithTokens(ready: ReadyQueue, threshold: number): number {
    const { order, count, coefficient, remainingSeconds, scaledRemainingSeconds } = ready;
    const shared = coefficient[order[count - 1]];
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      if (this.tokens[request] < threshold) continue;
      const remaining = this.sharesRatio ? shared * remainingSeconds[request] : scaledRemainingSeconds[request];
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

function grown(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}
