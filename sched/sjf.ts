import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { firstSmallest } from "./scan.ts";

/**
 * Shortest job first, preemptive: the least estimated remaining time (paper, section 6.1).
 *
 * `sjf` knows the model's averages only; `sjf_sparse` knows the pattern's and scales them by the measured density.
 */
export class Sjf implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;

  constructor({ sparse }: { sparse: boolean }) {
    this.name = sparse ? "sjf_sparse" : "sjf";
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
  }

  pick({ scaledRemainingSeconds, count }: ReadyQueue): number {
    return firstSmallest(scaledRemainingSeconds, count);
  }
}
