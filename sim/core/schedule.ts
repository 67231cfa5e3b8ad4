/** What a simulated schedule consists of. Times are in the workload's time unit. */
import type { RequestTable } from "../../workloads/requests/requests.ts";
import type { Workload } from "./workload.ts";

export interface Schedule {
  /** Start of each request's first layer and end of its last; 0 for one that was never released. */
  readonly start: Float64Array;
  readonly finish: Float64Array;
  /** How often another request ran between two layers of this one. */
  readonly preemptions: Int32Array;
  /** Requests in order of finishing, the dropped ones among them; those that were never released are not. */
  readonly finishOrder: Int32Array;
  /** Where requests are released by others: arrival and deadline of all, NaN for those that never were. */
  readonly released?: Pick<RequestTable, "arrival" | "deadline">;
  /** Requests that left unserved; start and finish are then when they did. Absent: none. */
  readonly dropped?: ReadonlySet<number>;
  /** The dispatch sequence, run-length coded: `dispatchRequest[k]` ran `dispatchLayers[k]` consecutive layers. */
  readonly dispatchRequest: Int32Array;
  readonly dispatchLayers: Int32Array;
  /** Start of the first of these layers, after what the switch to the request cost, and end of the last. */
  readonly dispatchStart: Float64Array;
  readonly dispatchEnd: Float64Array;
  /** The array of each of these turns, with several arrays. */
  readonly dispatchArray?: Int32Array;
  /** Layers executed = decisions taken. */
  readonly decisionCount: number;
  /** Largest number of requests ready at one decision. */
  readonly longestQueue: number;
  /** [request, clock before, clock after] of every backward step of the clock (fault `clock-rolls-back`). */
  readonly clockRollbacks: readonly (readonly [number, number, number])[];
}

/** A workload with the times at which the schedule released its requests. */
export function asReleased(workload: Workload, { released }: Pick<Schedule, "released">): Workload {
  return released === undefined ? workload : { ...workload, requests: { ...workload.requests, ...released } };
}

type NumberArray = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A column of numbers that grows by doubling. */
export class DynamicColumn<Column extends NumberArray> {
  private values: Column;
  private readonly create: (length: number) => Column;
  length = 0;

  /** @param create makes a zeroed array. */
  constructor(create: (length: number) => Column) {
    this.create = create;
    this.values = create(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = this.create(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  get last(): number {
    return this.values[this.length - 1];
  }

  set last(value: number) {
    this.values[this.length - 1] = value;
  }

  toArray(): Column {
    return this.values.slice(0, this.length) as Column;
  }
}
