import type { ReadyQueue } from "./ready-queue.ts";

/**
 * A scheduling policy.
 *
 * Contract: `pick` is called once per layer boundary with at least one ready request, `now` never decreasing (in the
 * run's time unit; except under the fault `clock-rolls-back`). It returns the *position* in `ready.order` of the
 * request whose next layer runs now. It may keep state of its own, one policy object serves one run, and it must not
 * write to the queue. Equal scores go to the earliest admitted request.
 */
export interface Policy {
  readonly name: string;
  /**
   * Which latencies `remainingSeconds`, `nextLayerSeconds` and `isolatedSeconds` are made of: averages over this
   * (model, pattern), averages over the model whatever its pattern, or the true ones of this input (an oracle).
   */
  readonly estimates: "pattern" | "model" | "true";
  /** Whether the monitor's density enters `coefficient`. */
  readonly monitored: boolean;
  /** The predictor that is part of the policy; absent: the one that the run is set to. */
  readonly predictor?: "elastic";
  pick(ready: ReadyQueue, now: number): number;
  /**
   * Asked before every `pick`: positions of requests that leave the queue unserved, ascending; none of them has run.
   * Absent: nobody is ever dropped.
   */
  drop?(ready: ReadyQueue, now: number): readonly number[];
  /** Told of every request whose last layer has run, while it is still in the queue. */
  finished?(ready: ReadyQueue, position: number, now: number): void;
}
