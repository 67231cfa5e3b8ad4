import type { Policy } from "../policy.ts";
import type { ReadyQueue } from "../ready-queue.ts";
import { artifactLargest } from "./scan.ts";

/**
 * Planaria under the fault `planaria-late-last`: priority / time to the deadline turns negative for late requests, so
 * they come last, and of late ones only, the last admitted runs.
 */
export class ArtifactPlanaria implements Policy {
  readonly name = "planaria";
  readonly estimates = "model";
  readonly monitored = false;

  pick(ready: ReadyQueue, now: number): number {
    const { priority, deadline, secondsPerTick } = ready;
    return artifactLargest(ready, (request) => priority[request] / ((deadline[request] - now) * secondsPerTick));
  }
}
