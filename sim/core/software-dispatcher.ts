/** A policy in software as the dispatcher of a run: it takes no time, and sees every request at its arrival. */
import type { Policy } from "../../sched/policy.ts";
import type { ReadyQueue } from "../../sched/ready-queue.ts";
import type { Semantics } from "../../workloads/semantics/faults.ts";
import type { ArrivalQueue } from "./arrival-queue.ts";
import type { Admissions, Dispatcher, EngineState } from "./dispatcher.ts";

const nothing: readonly number[] = [];

export class SoftwareDispatcher implements Dispatcher {
  readonly policy: Policy;
  private readonly isStrict: boolean;
  private readonly rollsBack: boolean;
  private readonly admitsOneNewcomer: boolean;
  /** One object for all answers. */
  private readonly answer = { count: 0, since: new Float64Array(64), startsAt: 0 };

  constructor(policy: Policy, semantics: Semantics) {
    this.policy = policy;
    this.isStrict = semantics.has("strict-admission");
    this.rollsBack = semantics.has("clock-rolls-back");
    this.admitsOneNewcomer = semantics.has("one-newcomer");
  }

  /** Requests enter when they have arrived; an idle accelerator first waits for the next one. */
  admissions({ now, arrivals, ready }: EngineState): Admissions {
    const { answer } = this;
    answer.count = 0;
    answer.startsAt = now;
    if (ready.count === 0 && arrivals.next >= 0) {
      answer.startsAt = this.wakesAt(now, arrivals.nextAt);
      this.take(arrivals);
      if (this.admitsOneNewcomer) return answer;
    }
    while (this.hasArrived(arrivals.nextAt, answer.startsAt)) this.take(arrivals);
    return answer;
  }

  private take(arrivals: ArrivalQueue): void {
    const { answer } = this;
    if (answer.count === answer.since.length) answer.since = doubled(answer.since);
    answer.since[answer.count] = arrivals.nextAt;
    answer.count += 1;
    arrivals.take();
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

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
