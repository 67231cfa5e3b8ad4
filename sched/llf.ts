import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/** Least laxity first: deadline − now − estimated remaining time. A yardstick of ours, not in the paper. */
export class Llf implements Policy {
  readonly name = "llf";
  readonly estimates = "pattern";
  readonly monitored = false;

  pick({ deadline, remainingSeconds, secondsPerTick, count }: ReadyQueue, now: number): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const laxity = (deadline[position] - now) * secondsPerTick - remainingSeconds[position];
      if (laxity < least) {
        best = position;
        least = laxity;
      }
    }
    return best;
  }
}
