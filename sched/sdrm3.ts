import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * SDRM3 (published as DREAM, ASPLOS'23): MapScore = urgency + α · fairness, the largest runs (paper, section 6.1).
 *
 * Urgency = remaining time / time to the deadline, at most 1, and 1 once the deadline has passed. Fairness = time since
 * the last layer / time of the next layer, unbounded. Preference for one accelerator of several (Pref) is not modelled.
 * `sdrm3_sparse` knows the pattern's averages and scales them by the measured density.
 */
export class Sdrm3 implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private readonly alpha: number;

  constructor({ sparse, alpha }: { sparse: boolean; alpha: number }) {
    this.name = sparse ? "sdrm3_sparse" : "sdrm3";
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
    this.alpha = alpha;
  }

  pick(ready: ReadyQueue, now: number): number {
    const { count, deadline, lastRun, scaledRemainingSeconds, coefficient, nextLayerSeconds, secondsPerTick } = ready;
    const { alpha } = this;
    let best = 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const share = scaledRemainingSeconds[position] / ((deadline[position] - now) * secondsPerTick);
      const urgency = deadline[position] <= now || share > 1 ? 1 : share;
      const waited = (now - lastRun[position]) * secondsPerTick;
      const fairness = waited === 0 ? 0 : waited / (coefficient[position] * nextLayerSeconds[position]);
      const score = urgency + alpha * fairness;
      if (score > largest) {
        best = position;
        largest = score;
      }
    }
    return best;
  }
}
