import type { Semantics } from "../workloads/semantics/faults.ts";
import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { artifactLargest, firstLargest } from "./scan.ts";

/**
 * SDRM3 (published as DREAM, ASPLOS'23): MapScore = urgency + α · fairness, the largest runs (paper, section 6.1).
 *
 * Urgency = remaining time / time to the deadline, at most 1, and 1 once the deadline has passed. Fairness = time since
 * the last layer / time of the next layer, unbounded. Preference for one accelerator of several (Pref) is not modelled.
 * `sdrm3_sparse` knows the pattern's averages and scales them by the measured density. Fault: `sdrm3-late-last`.
 */
export class Sdrm3 implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private readonly alpha: number;
  private readonly lateLast: boolean;

  constructor({ sparse, alpha }: { sparse: boolean; alpha: number }, semantics: Semantics) {
    this.name = sparse ? "sdrm3_sparse" : "sdrm3";
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
    this.alpha = alpha;
    this.lateLast = semantics.has("sdrm3-late-last");
  }

  pick(ready: ReadyQueue, now: number): number {
    const score = (request: number) => this.urgency(ready, request, now) + this.alpha * fairness(ready, request, now);
    return this.lateLast ? artifactLargest(ready, score) : firstLargest(ready, score);
  }

  private urgency(ready: ReadyQueue, request: number, now: number): number {
    const { deadline, scaledRemainingSeconds, secondsPerTick } = ready;
    if (deadline[request] <= now && !this.lateLast) return 1;
    const toDeadlineSeconds = (deadline[request] - now) * secondsPerTick;
    return Math.min(1, scaledRemainingSeconds[request] / toDeadlineSeconds);
  }
}

function fairness(ready: ReadyQueue, request: number, now: number): number {
  const { lastRun, coefficient, nextLayerSeconds, secondsPerTick } = ready;
  const waitedSeconds = (now - lastRun[request]) * secondsPerTick;
  return waitedSeconds === 0 ? 0 : waitedSeconds / (coefficient[request] * nextLayerSeconds[request]);
}
