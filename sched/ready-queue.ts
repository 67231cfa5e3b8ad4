/**
 * What a scheduler sees: the admitted, unfinished requests in order of admission, and what is known of each.
 *
 * Per-request facts are columns indexed by request number; `order[0 .. count-1]` lists the requests that are ready.
 * Policies read it; only the engine writes it. Times named `…Seconds` are seconds; `now`, `arrival`, `deadline` and
 * `lastRun` are in the run's time unit, and a *difference* of them times `secondsPerTick` is seconds. (Absolute times
 * in cycles are exact integers; in seconds they are not.)
 */
export class ReadyQueue {
  /** Ready requests in order of admission; ties between scores go to the earliest. Valid up to `count`. */
  order: Int32Array = new Int32Array(64);
  count = 0;

  readonly secondsPerTick: number;
  readonly arrival: Float64Array;
  readonly deadline: Float64Array;
  readonly priority: Int32Array;
  /** End of the request's last layer; its arrival while it has not run. */
  readonly lastRun: Float64Array;
  readonly layersDone: Int32Array;
  readonly layersTotal: Int32Array;
  /** Estimated time of the layers not yet run, before the sparsity coefficient. */
  readonly remainingSeconds: Float64Array;
  /** Estimated time of the next layer, before the sparsity coefficient. */
  readonly nextLayerSeconds: Float64Array;
  /** Estimated time of the whole request, uninterrupted, and its reciprocal (what the hardware's table holds). */
  readonly isolatedSeconds: Float64Array;
  readonly perIsolatedSecond: Float64Array;
  /** γ of the predictor: measured density / average density; 1 until something is measured, and without a monitor. */
  readonly densityRatio: Float64Array;
  /**
   * α·γ of the predictor: how this input's density scales the remaining estimate; always 1 for policies that are
   * not monitored, α until something is measured.
   */
  readonly coefficient: Float64Array;
  /** γ · (α · remainingSeconds), T̂ of the paper: in this order, since the hardware's latency table holds α · remainingSeconds. */
  readonly scaledRemainingSeconds: Float64Array;
  /** Density that the monitor reported for the layer that ran last, and the table's average for it; NaN before. */
  readonly measuredDensity: Float64Array;
  readonly averageDensity: Float64Array;

  constructor(
    requests: { readonly count: number; arrival: Float64Array; deadline: Float64Array; priority: Int32Array },
    secondsPerTick: number,
  ) {
    const { count } = requests;
    this.secondsPerTick = secondsPerTick;
    this.arrival = requests.arrival;
    this.deadline = requests.deadline;
    this.priority = requests.priority;
    this.lastRun = Float64Array.from(requests.arrival);
    this.layersDone = new Int32Array(count);
    this.layersTotal = new Int32Array(count);
    this.remainingSeconds = new Float64Array(count);
    this.nextLayerSeconds = new Float64Array(count);
    this.isolatedSeconds = new Float64Array(count);
    this.perIsolatedSecond = new Float64Array(count);
    this.densityRatio = new Float64Array(count).fill(1);
    this.coefficient = new Float64Array(count).fill(1);
    this.scaledRemainingSeconds = new Float64Array(count);
    this.measuredDensity = new Float64Array(count).fill(Number.NaN);
    this.averageDensity = new Float64Array(count).fill(Number.NaN);
  }

  /** Appends a request: it is now the last admitted. */
  admit(request: number): void {
    if (this.count === this.order.length) {
      const larger = new Int32Array(this.order.length * 2);
      larger.set(this.order);
      this.order = larger;
    }
    this.order[this.count] = request;
    this.count += 1;
  }

  /** Takes out the request at `position`; the others keep their order. */
  retire(position: number): void {
    this.order.copyWithin(position, position + 1, this.count);
    this.count -= 1;
  }
}
