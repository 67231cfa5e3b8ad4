import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { firstSmallest } from "./scan.ts";

/** First come, first served: the earliest arrival runs to its end. */
export class Fcfs implements Policy {
  readonly name = "fcfs";
  readonly estimates = "model";
  readonly monitored = false;

  pick({ arrival, count }: ReadyQueue): number {
    return firstSmallest(arrival, count);
  }
}
