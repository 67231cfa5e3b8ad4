import type { Semantics } from "../../workloads/semantics/faults.ts";
import type { Policy } from "../policy.ts";
import { TokenLedger, tokenThreshold, type WaitingReading } from "../prema.ts";
import type { ReadyQueue } from "../ready-queue.ts";

interface ArtifactPremaOptions {
  readonly name: string;
  readonly sparse: boolean;
  readonly waiting: WaitingReading;
}

/**
 * PREMA with the artifact's departures, each a switch of its own. With none of them it decides as `Prema` does.
 *
 * - `prema-newcomers`: a request seen for the first time does not raise the largest token.
 * - `prema-shared-ratio`: the coefficient of the request admitted last scales the estimates of all candidates.
 */
export class ArtifactPrema implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private readonly sharesRatio: boolean;
  private readonly tokens: TokenLedger;

  constructor({ name, sparse, waiting }: ArtifactPremaOptions, faults: Semantics) {
    this.name = name;
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
    this.sharesRatio = faults.has("prema-shared-ratio");
    this.tokens = new TokenLedger(waiting, faults.has("prema-newcomers"));
  }

  pick(ready: ReadyQueue, now: number): number {
    const { order, count } = ready;
    const { tokens } = this;
    const threshold = tokenThreshold(tokens.update(ready, now));
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      if (tokens.of(order[position]) < threshold) continue;
      const remaining = this.remaining(ready, position);
      if (best >= 0 && !(remaining < least)) continue;
      best = position;
      least = remaining;
    }
    return best;
  }

  private remaining(ready: ReadyQueue, position: number): number {
    const { count, coefficient, remainingSeconds, scaledRemainingSeconds } = ready;
    if (!this.sharesRatio) return scaledRemainingSeconds[position];
    return coefficient[count - 1] * remainingSeconds[position];
  }
}
