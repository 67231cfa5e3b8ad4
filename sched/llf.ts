import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { firstSmallest } from "./scan.ts";

/** Least laxity first: deadline − now − estimated remaining time. A yardstick of ours, not in the paper. */
export class Llf implements Policy {
  readonly name = "llf";
  readonly estimates = "pattern";
  readonly monitored = false;

  pick(ready: ReadyQueue, now: number): number {
    const { deadline, remainingSeconds, secondsPerTick } = ready;
    return firstSmallest(ready, (request) => (deadline[request] - now) * secondsPerTick - remainingSeconds[request]);
  }
}
