import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { firstLargest } from "./scan.ts";

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
    return firstLargest(ready, (request) => urgency(ready, request, now) + this.alpha * fairness(ready, request, now));
  }
}

function urgency(ready: ReadyQueue, request: number, now: number): number {
  return ready.deadline[request] <= now ? 1 : shareOfTimeLeft(ready, request, now);
}

/** Remaining time / time to the deadline, at most 1. */
export function shareOfTimeLeft(ready: ReadyQueue, request: number, now: number): number {
  const { deadline, scaledRemainingSeconds, secondsPerTick } = ready;
  return Math.min(1, scaledRemainingSeconds[request] / ((deadline[request] - now) * secondsPerTick));
}

/** Time since the last layer / time of the next layer. */
export function fairness(ready: ReadyQueue, request: number, now: number): number {
  const { lastRun, coefficient, nextLayerSeconds, secondsPerTick } = ready;
  const waitedSeconds = (now - lastRun[request]) * secondsPerTick;
  return waitedSeconds === 0 ? 0 : waitedSeconds / (coefficient[request] * nextLayerSeconds[request]);
}
