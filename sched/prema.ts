import { priorityLevels } from "../workloads/requests/requests.ts";
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
 */
export class Prema implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private tokens = new Float64Array(1024);
  /** Until when each request's waiting has been counted. */
  private countedUntil = new Float64Array(1024);

  constructor({ sparse }: { sparse: boolean }) {
    this.name = sparse ? "prema_sparse" : "prema";
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
  }

  pick(ready: ReadyQueue, now: number): number {
    return this.shortestWithTokens(ready, tokenThreshold(this.updateTokens(ready, now)));
  }

  /** Updates the token of every ready request and returns the largest. */
  private updateTokens(ready: ReadyQueue, now: number): number {
    const { order, count, priority, lastRun } = ready;
    this.reserve(order[count - 1]);
    const { tokens, countedUntil } = this;
    let largest = 0;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      if (tokens[request] === 0) tokens[request] = priority[request];
      const since = Math.max(lastRun[request], countedUntil[request]);
      tokens[request] += priority[request] * slowdown(ready, request, since, now);
      countedUntil[request] = now;
      if (tokens[request] > largest) largest = tokens[request];
    }
    return largest;
  }

  private shortestWithTokens({ order, count, scaledRemainingSeconds }: ReadyQueue, threshold: number): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      if (this.tokens[request] < threshold) continue;
      const remaining = scaledRemainingSeconds[request];
      if (best >= 0 && !(remaining < least)) continue;
      best = position;
      least = remaining;
    }
    return best;
  }

  /** Makes room for requests up to `last`; admission is in the order of their numbers. */
  private reserve(last: number): void {
    if (last < this.tokens.length) return;
    const length = Math.max(last + 1, this.tokens.length * 2);
    this.tokens = grown(this.tokens, length);
    this.countedUntil = grown(this.countedUntil, length);
  }
}

/** Time that a request waited from `since` to `now`, relative to its estimated isolated time. */
export function slowdown(ready: ReadyQueue, request: number, since: number, now: number): number {
  const waitedSeconds = (now - since) * ready.secondsPerTick;
  return waitedSeconds === 0 ? 0 : waitedSeconds / (ready.coefficient[request] * ready.isolatedSeconds[request]);
}

/** The largest priority level that `token` reaches, or the lowest level. */
export function tokenThreshold(token: number): number {
  const [low, middle, high] = priorityLevels;
  return token >= high ? high : token >= middle ? middle : low;
}

export function grown(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}
