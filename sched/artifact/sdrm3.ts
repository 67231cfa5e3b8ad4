import type { Policy } from "../policy.ts";
import type { ReadyQueue } from "../ready-queue.ts";
import { artifactLargest } from "./scan.ts";

/**
 * SDRM3 under the fault `sdrm3-late-last`: the urgency of a late request is negative, so it comes last, and of late
 * ones only, the last admitted runs.
 */
export class ArtifactSdrm3 implements Policy {
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
    return artifactLargest(ready, (position) => this.score(ready, position, now));
  }

  private score(ready: ReadyQueue, position: number, now: number): number {
    const { deadline, lastRun, scaledRemainingSeconds, coefficient, nextLayerSeconds, secondsPerTick } = ready;
    const toDeadline = (deadline[position] - now) * secondsPerTick;
    const urgency = Math.min(1, scaledRemainingSeconds[position] / toDeadline);
    const waited = (now - lastRun[position]) * secondsPerTick;
    const fairness = waited === 0 ? 0 : waited / (coefficient[position] * nextLayerSeconds[position]);
    return urgency + this.alpha * fairness;
  }
}
