/**
 * One PE as a reader would draw it: registers, a combinational `evaluate` that works out their next values, a `commit`
 * that takes them over. It defines what a PE of hw/array/pe-array.ts does with one block; slow and plain on purpose.
 */

/** A block as lists in compressed-column order: what lies in the SPads. */
export interface NaiveBlock {
  /** Per pixel: the columns whose activation is non-zero, in order. */
  readonly activations: readonly (readonly number[])[];
  /** Per column: the filters whose weight is non-zero. */
  readonly weights: readonly (readonly number[])[];
  readonly filters: number;
}

export interface NaiveOptions {
  readonly macsPerPe: number;
  readonly windowPixels: number;
  readonly emptyColumnBubble: boolean;
  readonly psumsDrainedPerCycle: number;
  readonly pipelineFillCycles: number;
  readonly weightsLoadedPerCycle: number;
}

interface Registers {
  readonly state: "load" | "fill" | "walk" | "drain" | "done";
  /** Weights still to load, cycles still to fill, sums still to drain. */
  readonly left: number;
  readonly pixel: number;
  readonly windowEnd: number;
  /** Positions in the activation list of the pixel and in the weight list of the column. */
  readonly activation: number;
  readonly weight: number;
}

export class NaivePe {
  readonly cycles = { load: 0, fill: 0, walk: 0, drain: 0 };
  macs = 0;
  private readonly block: NaiveBlock;
  private readonly options: NaiveOptions;
  private now: Registers;
  private next: Registers;

  constructor(block: NaiveBlock, options: NaiveOptions) {
    this.block = block;
    this.options = options;
    const start: Registers = { state: "load", left: 0, pixel: 0, windowEnd: 0, activation: 0, weight: 0 };
    const weights = block.weights.reduce((sum, column) => sum + column.length, 0);
    this.now = this.settle({ ...start, left: weights });
    this.next = this.now;
  }

  get isDone(): boolean {
    return this.now.state === "done";
  }

  /** Works out the registers after this cycle; reads only `now`, writes only `next` and counts. */
  evaluate(): void {
    const { now, options } = this;
    if (now.state === "done") return;
    this.cycles[now.state] += 1;
    const rates = {
      load: options.weightsLoadedPerCycle,
      fill: 1,
      drain: options.psumsDrainedPerCycle,
    };
    if (now.state === "walk") this.next = this.settle(this.walk(now));
    else this.next = this.settle({ ...now, left: Math.max(0, now.left - rates[now.state]) });
  }

  commit(): void {
    this.now = this.next;
  }

  run(): this {
    while (!this.isDone) {
      this.evaluate();
      this.commit();
    }
    return this;
  }

  /** One cycle on the column of the current activation: up to `macsPerPe` of its weights. */
  private walk(now: Registers): Registers {
    const column = this.block.weights[this.block.activations[now.pixel][now.activation]];
    const taken = column.slice(now.weight, now.weight + this.options.macsPerPe);
    this.macs += taken.length;
    const weight = now.weight + taken.length;
    return weight < column.length ? { ...now, weight } : { ...now, activation: now.activation + 1, weight: 0 };
  }

  /** Follows the transitions that take no cycle: what is empty is passed over. */
  private settle(registers: Registers): Registers {
    let r = registers;
    for (;;) {
      const after = this.passOver(r);
      if (after === r) return r;
      r = after;
    }
  }

  private passOver(r: Registers): Registers {
    const { block, options } = this;
    const nothingLeft = r.left === 0;
    switch (r.state) {
      case "load":
        if (options.weightsLoadedPerCycle === Infinity || nothingLeft) {
          return { ...r, state: "fill", left: options.pipelineFillCycles };
        }
        return r;
      case "fill":
        return nothingLeft ? this.window(r) : r;
      case "walk": {
        if (r.pixel === r.windowEnd) {
          const pixels = ((r.windowEnd - 1) % options.windowPixels) + 1;
          return { ...r, state: "drain", left: block.filters * pixels };
        }
        const columns = block.activations[r.pixel];
        if (r.activation === columns.length) return { ...r, pixel: r.pixel + 1, activation: 0 };
        const isEmpty = block.weights[columns[r.activation]].length === 0;
        return isEmpty && !options.emptyColumnBubble ? { ...r, activation: r.activation + 1 } : r;
      }
      case "drain":
        if (options.psumsDrainedPerCycle !== Infinity && !nothingLeft) return r;
        return r.pixel === block.activations.length ? { ...r, state: "done" } : this.window(r);
      case "done":
        return r;
    }
  }

  private window(r: Registers): Registers {
    const windowEnd = Math.min(r.pixel + this.options.windowPixels, this.block.activations.length);
    return { ...r, state: "walk", windowEnd, activation: 0, weight: 0, left: 0 };
  }
}
