/** A policy in software as the dispatch of a run: it takes no time, and sees every request at its arrival. */
import type { Policy } from "../../sched/policy.ts";
import type { Semantics } from "../../workloads/semantics/faults.ts";
import type { Dispatch, Loop } from "./engine.ts";

export class SoftwareDispatch implements Dispatch {
  readonly policy: Policy;
  private readonly semantics: Semantics;

  constructor(policy: Policy, semantics: Semantics) {
    this.policy = policy;
    this.semantics = semantics;
  }

  decide(loop: Loop): number {
    this.admitArrivals(loop);
    return this.policy.pick(loop.ready, loop.now);
  }

  /** Moves the requests that have arrived into the queue; an idle accelerator first waits for the next one. */
  private admitArrivals(loop: Loop): void {
    const { count, arrival } = loop.requests;
    if (loop.admitted === count) return;
    if (loop.ready.count === 0) {
      this.waitForArrival(loop, arrival[loop.admitted]);
      loop.admit();
      if (this.semantics.has("one-newcomer")) return;
    }
    const strictly = this.semantics.has("strict-admission");
    while (loop.admitted < count) {
      const at = arrival[loop.admitted];
      if (at > loop.now || (strictly && at === loop.now)) return;
      loop.admit();
    }
  }

  private waitForArrival(loop: Loop, at: number): void {
    if (at >= loop.now) loop.now = at;
    else if (this.semantics.has("clock-rolls-back")) loop.rollBack(at);
  }
}
