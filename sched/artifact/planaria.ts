import type { Policy } from "../policy.ts";
import type { ReadyQueue } from "../ready-queue.ts";
import { artifactLargest } from "./scan.ts";

/**
 * The artifact's Planaria: the largest priority / time to the deadline runs. The score of a late request is negative,
 * so late requests come last, and of late ones only, the last admitted runs.
 */
export class ArtifactPlanaria implements Policy {
  readonly name: string;
  readonly estimates = "model";
  readonly monitored = false;

  constructor(name: string) {
    this.name = name;
  }

  pick(ready: ReadyQueue, now: number): number {
    const { priority, deadline, secondsPerTick } = ready;
    return artifactLargest(ready, (position) => priority[position] / ((deadline[position] - now) * secondsPerTick));
  }
}
