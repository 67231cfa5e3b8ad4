/** A policy in software as the dispatcher of a run: it takes no time, and sees every request at its arrival. */
import type { Policy } from "../../sched/policy.ts";
import type { ReadyQueue } from "../../sched/ready-queue.ts";
import type { Semantics } from "../../workloads/semantics/faults.ts";
import type { Admissions, Dispatcher, EngineState } from "./dispatcher.ts";

const nobody = new Float64Array(0);
const nothing: readonly number[] = [];

export class SoftwareDispatcher implements Dispatcher {
  readonly policy: Policy;
  private readonly isStrict: boolean;
  private readonly rollsBack: boolean;
  private readonly admitsOneNewcomer: boolean;
  /** One object for all answers. */
  private readonly answer: { since: Float64Array; startsAt: number } = { since: nobody, startsAt: 0 };

  constructor(policy: Policy, semantics: Semantics) {
    this.policy = policy;
    this.isStrict = semantics.has("strict-admission");
    this.rollsBack = semantics.has("clock-rolls-back");
    this.admitsOneNewcomer = semantics.has("one-newcomer");
  }

  /** Requests enter when they have arrived; an idle accelerator first waits for the next one. */
  admissions({ now, requests, admitted, ready }: EngineState): Admissions {
    const { answer } = this;
    const { count, arrival } = requests;
    const isIdle = ready.count === 0;
    answer.startsAt = now;
    answer.since = nobody;
    if (admitted === count || !(isIdle || this.hasArrived(arrival[admitted], now))) return answer;
    if (isIdle) answer.startsAt = this.wakesAt(now, arrival[admitted]);
    let next = admitted + 1;
    if (!(isIdle && this.admitsOneNewcomer)) {
      while (next < count && this.hasArrived(arrival[next], answer.startsAt)) next += 1;
    }
    answer.since = arrival.subarray(admitted, next);
    return answer;
  }

  dispatch(ready: ReadyQueue, now: number): number {
    return this.policy.pick(ready, now);
  }

  drop(ready: ReadyQueue, now: number): readonly number[] {
    return this.policy.drop?.(ready, now) ?? nothing;
  }

  requestFinished(ready: ReadyQueue, position: number, now: number): void {
    this.policy.finished?.(ready, position, now);
  }

  private wakesAt(now: number, arrival: number): number {
    return arrival >= now || this.rollsBack ? arrival : now;
  }

  private hasArrived(arrival: number, now: number): boolean {
    return this.isStrict ? arrival < now : arrival <= now;
  }
}
