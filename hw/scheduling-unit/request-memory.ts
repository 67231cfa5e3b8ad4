/** The FIFOs of the unit: one entry per admitted, unfinished request, in order of admission. */
import type { Request } from "./words.ts";

export class RequestMemory {
  readonly depth: number;
  count = 0;
  readonly tag: Int32Array;
  readonly row: Int32Array;
  /** Next layer to run. */
  readonly layer: Int32Array;
  readonly deadlineTicks: Float64Array;
  /** End of the last layer; admission while none has run. */
  readonly lastRunTicks: Float64Array;
  /** γ of the layer that ran last, 1 before; for `swp` Σ ε·(γ − 1) of the layers that have run. */
  readonly coefficient: Float64Array;
  /** T̂ as coefficient and layer give it; of Dysta's units only the counted one keeps it. */
  readonly remaining: Float64Array;
  /** P of `swp`: the time of the whole network as the coefficient gives it. */
  readonly isolated: Float64Array;
  readonly score: Float64Array;

  constructor(depth: number) {
    this.depth = depth;
    this.tag = new Int32Array(depth);
    this.row = new Int32Array(depth);
    this.layer = new Int32Array(depth);
    this.deadlineTicks = new Float64Array(depth);
    this.lastRunTicks = new Float64Array(depth);
    this.coefficient = new Float64Array(depth);
    this.remaining = new Float64Array(depth);
    this.isolated = new Float64Array(depth);
    this.score = new Float64Array(depth);
  }

  get isFull(): boolean {
    return this.count === this.depth;
  }

  /** The compute unit completes the entry (`admitted`). @param atTicks from when the request waits. */
  push({ tag, row, deadlineTicks, initialScore }: Request, atTicks: number): void {
    const at = this.count;
    this.tag[at] = tag;
    this.row[at] = row;
    this.layer[at] = 0;
    this.deadlineTicks[at] = deadlineTicks;
    this.lastRunTicks[at] = atTicks;
    this.score[at] = initialScore;
    this.count = at + 1;
  }

  /** Overwrites the entry at `to` with the one at `from`. */
  move(from: number, to: number): void {
    this.tag[to] = this.tag[from];
    this.row[to] = this.row[from];
    this.layer[to] = this.layer[from];
    this.deadlineTicks[to] = this.deadlineTicks[from];
    this.lastRunTicks[to] = this.lastRunTicks[from];
    this.coefficient[to] = this.coefficient[from];
    this.remaining[to] = this.remaining[from];
    this.isolated[to] = this.isolated[from];
    this.score[to] = this.score[from];
  }
}
