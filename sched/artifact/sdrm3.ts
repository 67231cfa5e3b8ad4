import type { Policy } from "../policy.ts";
import type { ReadyQueue } from "../ready-queue.ts";
import { fairness, shareOfTimeLeft } from "../sdrm3.ts";
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
    return artifactLargest(
      ready,
      (request) => shareOfTimeLeft(ready, request, now) + this.alpha * fairness(ready, request, now),
    );
  }
}
