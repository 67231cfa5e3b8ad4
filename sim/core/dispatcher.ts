/**
 * Who decides which request runs next: a policy in software, or the scheduling unit in hardware.
 *
 * A dispatcher only answers. The engine alone moves the clock, admits requests and runs layers.
 */
import type { Policy } from "../../sched/policy.ts";
import type { ReadyQueue } from "../../sched/ready-queue.ts";
import type { RequestTable } from "../../workloads/requests/requests.ts";
import type { ArrivalQueue } from "./arrival-queue.ts";

/** What a dispatcher sees at a layer boundary. Times are in the workload's time unit. */
export interface EngineState {
  /** End of the last layer; 0 before the first. */
  readonly now: number;
  /** With the arrivals and deadlines of all that has been released. */
  readonly requests: RequestTable;
  /** Of which the dispatcher takes those that enter the queue. */
  readonly arrivals: ArrivalQueue;
  readonly ready: ReadyQueue;
}

/** First half of a decision. Valid until the next call. */
export interface Admissions {
  /** How many requests were taken from the arrivals, and from when each of them waits: the first so many entries. */
  readonly count: number;
  readonly since: ArrayLike<number>;
  /** The clock from which on the accelerator can begin the chosen layer. */
  readonly startsAt: number;
}

export interface Dispatcher {
  /** The policy whose knowledge the ready queue holds. */
  readonly policy: Policy;
  /**
   * Called at every layer boundary while requests are left. If nothing is ready it waits for an arrival.
   *
   * Takes the requests that enter the queue now from `state.arrivals`.
   *
   * @returns since when each of them waits, and when the next layer can begin. It never lies before `state.now`, except
   *   under the fault `clock-rolls-back`.
   */
  admissions(state: EngineState): Admissions;
  /**
   * Second half of the decision: called once the admissions are in the queue.
   *
   * @param now the `startsAt` of the admissions.
   * @returns the position in `ready.order` of the request whose next layer runs.
   */
  dispatch(ready: ReadyQueue, now: number): number;
  /** Called between the two halves: positions of requests that leave the queue unserved, ascending; none has run. */
  drop?(ready: ReadyQueue, now: number): readonly number[];
  /** Called when a request's last layer has run, before it leaves the queue. */
  requestFinished?(ready: ReadyQueue, position: number, now: number): void;
  /** Called at the end of every layer, before the request leaves the queue if the layer was its last. */
  layerEnded?(request: number, layer: number, beganAt: number, endedAt: number): void;
}

/** Looks on while a dispatcher decides. It changes nothing. */
export interface DispatchObserver {
  /** Called after every decision, before the layer runs. */
  onDispatch?(now: number, request: number, ready: ReadyQueue): void;
  /** Called after the dispatcher has been told of a layer's end. */
  onLayerEnd?(request: number, layer: number, beganAt: number, endedAt: number): void;
}

/** The same dispatcher, observed. */
export function watched(dispatcher: Dispatcher, observer: DispatchObserver): Dispatcher {
  return {
    policy: dispatcher.policy,
    admissions: (state) => dispatcher.admissions(state),
    dispatch: (ready, now) => {
      const position = dispatcher.dispatch(ready, now);
      observer.onDispatch?.(now, ready.order[position], ready);
      return position;
    },
    drop: (ready, now) => dispatcher.drop?.(ready, now) ?? [],
    requestFinished: (ready, position, now) => dispatcher.requestFinished?.(ready, position, now),
    layerEnded: (request, layer, beganAt, endedAt) => {
      dispatcher.layerEnded?.(request, layer, beganAt, endedAt);
      observer.onLayerEnd?.(request, layer, beganAt, endedAt);
    },
  };
}
