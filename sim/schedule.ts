/** What a simulated schedule consists of. Times are in the workload's time unit. */

export interface Schedule {
  /** Start of each request's first layer and end of its last. */
  readonly start: Float64Array;
  readonly finish: Float64Array;
  /** How often another request ran between two layers of this one. */
  readonly preemptions: Int32Array;
  /** Requests in order of finishing. */
  readonly finishOrder: Int32Array;
  /** The dispatch sequence, run-length coded: `dispatchRequest[k]` ran `dispatchLayers[k]` consecutive layers. */
  readonly dispatchRequest: Int32Array;
  readonly dispatchLayers: Int32Array;
  /** Layers executed = decisions taken. */
  readonly decisionCount: number;
  /** Largest number of requests ready at one decision. */
  readonly longestQueue: number;
  /** [request, clock before, clock after] of every backward step of the clock (fault `clock-rolls-back`). */
  readonly clockRollbacks: readonly (readonly [number, number, number])[];
}

/** A column of 32-bit integers that grows by doubling. */
export class GrowingColumn {
  private values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  /** Adds `amount` to the last value. */
  addToLast(amount: number): void {
    this.values[this.length - 1] += amount;
  }

  toArray(): Int32Array {
    return this.values.slice(0, this.length);
  }
}
