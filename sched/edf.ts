import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { firstSmallest } from "./scan.ts";

/** Earliest deadline first. A yardstick of ours, not in the paper. */
export class Edf implements Policy {
  readonly name = "edf";
  readonly estimates = "pattern";
  readonly monitored = false;

  pick({ deadline, count }: ReadyQueue): number {
    return firstSmallest(deadline, count);
  }
}
