import type { Semantics } from "../../workloads/semantics/faults.ts";
import type { Policy } from "../policy.ts";
import { grown, slowdown, tokenThreshold } from "../prema.ts";
import type { ReadyQueue } from "../ready-queue.ts";

/**
 * PREMA with the artifact's departures, each a switch of its own. With none of them it decides as `Prema` does.
 *
 * - `prema-newcomers`: a request seen for the first time does not raise the largest token.
 * - `prema-recount`: every decision adds the whole waiting time since the last layer again, the first one nothing.
 * - `prema-shared-ratio`: the coefficient of the request admitted last scales the estimates of all candidates.
 */
export class ArtifactPrema implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private readonly ignoresNewcomers: boolean;
  private readonly recounts: boolean;
  private readonly sharesRatio: boolean;
  private tokens = new Float64Array(1024);
  private countedUntil = new Float64Array(1024);

  constructor({ sparse }: { sparse: boolean }, faults: Semantics) {
    this.name = sparse ? "prema_sparse" : "prema";
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
    this.ignoresNewcomers = faults.has("prema-newcomers");
    this.recounts = faults.has("prema-recount");
    this.sharesRatio = faults.has("prema-shared-ratio");
  }

  pick(ready: ReadyQueue, now: number): number {
    return this.shortestWithTokens(ready, tokenThreshold(this.updateTokens(ready, now)));
  }

  private updateTokens(ready: ReadyQueue, now: number): number {
    const { order, count, priority } = ready;
    this.reserve(order[count - 1]);
    const { tokens, countedUntil, recounts, ignoresNewcomers } = this;
    let largest = 0;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      const isNew = tokens[request] === 0;
      if (isNew) tokens[request] = priority[request];
      if (!(isNew && recounts)) {
        tokens[request] += priority[request] * slowdown(ready, request, this.countsFrom(ready, request), now);
      }
      countedUntil[request] = now;
      if (tokens[request] > largest && !(isNew && ignoresNewcomers)) largest = tokens[request];
    }
    return largest;
  }

  private countsFrom({ lastRun }: ReadyQueue, request: number): number {
    return this.recounts ? lastRun[request] : Math.max(lastRun[request], this.countedUntil[request]);
  }

  private shortestWithTokens(ready: ReadyQueue, threshold: number): number {
    const { order, count } = ready;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      if (this.tokens[order[position]] < threshold) continue;
      const remaining = this.remaining(ready, order[position]);
      if (best >= 0 && !(remaining < least)) continue;
      best = position;
      least = remaining;
    }
    return best;
  }

  private remaining(ready: ReadyQueue, request: number): number {
    const { order, count, coefficient, remainingSeconds, scaledRemainingSeconds } = ready;
    if (!this.sharesRatio) return scaledRemainingSeconds[request];
    return coefficient[order[count - 1]] * remainingSeconds[request];
  }

  private reserve(last: number): void {
    if (last < this.tokens.length) return;
    const length = Math.max(last + 1, this.tokens.length * 2);
    this.tokens = grown(this.tokens, length);
    this.countedUntil = grown(this.countedUntil, length);
  }
}
