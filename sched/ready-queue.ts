/** Columns of doubles and of 32-bit integers; entry `position` belongs to the request `order[position]`. */
const doubleColumns = [
  "arrival",
  "deadline",
  "lastRun",
  "remainingSeconds",
  "nextLayerSeconds",
  "isolatedSeconds",
  "reciprocalIsolatedSeconds",
  "densityRatio",
  "coefficient",
  "scaledRemainingSeconds",
  "measuredDensity",
  "averageDensity",
] as const;
const integerColumns = ["order", "priority", "layersDone", "layersTotal"] as const;

type Doubles = Float64Array<ArrayBuffer>;
type Integers = Int32Array<ArrayBuffer>;

/**
 * What a scheduler sees: the admitted, unfinished requests in order of admission, and what is known of each.
 *
 * Facts are dense columns in queue order: entry `position` (0 … count − 1) of every column belongs to the request
 * `order[position]`, so a policy that scores every request reads memory from front to back. Columns are replaced when
 * the queue grows: read them anew at each decision. Policies read; only the engine writes. Times named `…Seconds` are
 * seconds; `now`, `arrival`, `deadline` and `lastRun` are in the run's time unit, and a *difference* of them times
 * `secondsPerTick` is seconds. (Absolute times in cycles are exact integers; in seconds they are not.)
 */
export class ReadyQueue {
  count = 0;
  /** The largest number of a request that was ever admitted. */
  largestRequest = -1;
  readonly secondsPerTick: number;
  /** Numbers of the requests, in order of admission; ties between scores go to the earliest. */
  order: Integers = new Int32Array(64);
  priority: Integers = new Int32Array(64);
  layersDone: Integers = new Int32Array(64);
  layersTotal: Integers = new Int32Array(64);
  arrival: Doubles = new Float64Array(64);
  deadline: Doubles = new Float64Array(64);
  /** End of the request's last layer; its arrival while it has not run. */
  lastRun: Doubles = new Float64Array(64);
  /** Estimated time of the layers not yet run, before the sparsity coefficient. */
  remainingSeconds: Doubles = new Float64Array(64);
  /** Estimated time of the next layer, before the sparsity coefficient. */
  nextLayerSeconds: Doubles = new Float64Array(64);
  /** Estimated time of the whole request, uninterrupted, and its reciprocal (what the hardware's table holds). */
  isolatedSeconds: Doubles = new Float64Array(64);
  reciprocalIsolatedSeconds: Doubles = new Float64Array(64);
  /** γ of the predictor: measured density / average density; 1 until something is measured, and without a monitor. */
  densityRatio: Doubles = new Float64Array(64);
  /**
   * How this input's density scales the remaining estimate: α·γ of the paper's predictor, 1 + ε·(γ − 1) of the elastic
   * one; always 1 for policies that are not monitored.
   */
  coefficient: Doubles = new Float64Array(64);
  /** T̂ of the paper, the scaled estimate of the layers not yet run. */
  scaledRemainingSeconds: Doubles = new Float64Array(64);
  /** Density that the monitor reported for the layer that ran last, and the table's average for it; NaN before. */
  measuredDensity: Doubles = new Float64Array(64);
  averageDensity: Doubles = new Float64Array(64);

  private readonly requests: RequestFacts;
  /** The columns as they are now. */
  private doubles: readonly Doubles[];
  private integers: readonly Integers[];

  constructor(requests: RequestFacts, secondsPerTick: number) {
    this.requests = requests;
    this.secondsPerTick = secondsPerTick;
    this.doubles = doubleColumns.map((name) => this[name]);
    this.integers = integerColumns.map((name) => this[name]);
  }

  /**
   * Appends a request: it is now the last admitted. Estimates are the engine's to fill in.
   *
   * @returns its position.
   */
  admit(request: number): number {
    const position = this.count;
    if (position === this.order.length) this.grow();
    this.count = position + 1;
    if (request > this.largestRequest) this.largestRequest = request;
    this.order[position] = request;
    this.priority[position] = this.requests.priority[request];
    this.arrival[position] = this.requests.arrival[request];
    this.deadline[position] = this.requests.deadline[request];
    this.lastRun[position] = this.requests.arrival[request];
    this.layersDone[position] = 0;
    this.densityRatio[position] = 1;
    this.coefficient[position] = 1;
    this.measuredDensity[position] = Number.NaN;
    this.averageDensity[position] = Number.NaN;
    return position;
  }

  /** Holds from now on what `from` has at these positions, in this order. */
  select(from: ReadyQueue, positions: readonly number[]): void {
    while (this.order.length < positions.length) this.grow();
    this.count = positions.length;
    this.largestRequest = from.largestRequest;
    for (const name of doubleColumns) copyPositions(from[name], this[name], positions);
    for (const name of integerColumns) copyPositions(from[name], this[name], positions);
  }

  /** Takes out the request at `position`; the others keep their order. */
  retire(position: number): void {
    this.count -= 1;
    if (position === this.count) return;
    for (let k = 0; k < this.doubles.length; k++) moveUp(this.doubles[k], position, this.count);
    for (let k = 0; k < this.integers.length; k++) moveUp(this.integers[k], position, this.count);
  }

  private grow(): void {
    const length = this.order.length * 2;
    for (const name of doubleColumns) {
      const larger = new Float64Array(length);
      larger.set(this[name]);
      this[name] = larger;
    }
    for (const name of integerColumns) {
      const larger = new Int32Array(length);
      larger.set(this[name]);
      this[name] = larger;
    }
    this.doubles = doubleColumns.map((name) => this[name]);
    this.integers = integerColumns.map((name) => this[name]);
  }
}

/** A loop moves this many entries faster than the built-in method, whose call costs as much as some ten of them. */
const fewEntries = 32;

/** The entries behind `position`, up to `last`, move one place up. */
function moveUp(column: Doubles | Integers, position: number, last: number): void {
  if (last - position > fewEntries) column.copyWithin(position, position + 1, last + 1);
  else for (let at = position; at < last; at++) column[at] = column[at + 1];
}

function copyPositions(from: Doubles | Integers, to: Doubles | Integers, positions: readonly number[]): void {
  for (let k = 0; k < positions.length; k++) to[k] = from[positions[k]];
}

/** What is given with each request, by its number; times in the run's time unit. */
interface RequestFacts {
  readonly arrival: Float64Array;
  readonly deadline: Float64Array;
  readonly priority: Int32Array;
}
