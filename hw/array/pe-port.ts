/**
 * A PE at its ports, cycle by cycle and with values: what hw/rtl/pe.sv does. Its phases take the cycles that
 * `test/models/naive-pe.ts` defines, as long as nothing it needs is late; a late word costs cycles of phase `wait`.
 */

export interface PePortOptions {
  /** Also weights taken into the SPad per cycle. */
  readonly macsPerPe: number;
  readonly activationEntries: number;
  readonly psumEntries: number;
  readonly psumBits: number;
  readonly pipelineFillCycles: number;
  readonly psumsDrainedPerCycle: number;
}

/** A weight that is not zero, after `run` zeros of its column. */
export interface PeWeight {
  readonly value: number;
  readonly run: number;
}

export interface PeActivation {
  readonly value: number;
  readonly column: number;
  /** Partial sum of the pixel's first filter. */
  readonly firstPsum: number;
}

export interface PeWindow {
  readonly activations: number;
  /** At least 1. */
  readonly psums: number;
  readonly isLast: boolean;
}

/** What a cycle brings; `undefined`: not valid. */
export interface PePortInputs {
  readonly reset: boolean;
  /** Weights of the block that starts. */
  readonly start: number | undefined;
  readonly columnEnd: { readonly column: number; readonly end: number } | undefined;
  /** As many as there are MACs. */
  readonly weights: readonly PeWeight[] | undefined;
  readonly window: PeWindow | undefined;
  readonly activation: PeActivation | undefined;
}

/** Numbers of the phases at the port. */
export const PePhase = { idle: 0, load: 1, fill: 2, walk: 3, drain: 4, wait: 5 } as const;

export class PePort {
  private readonly options: PePortOptions;
  private readonly columnEnds: number[] = [];
  private weights: PeWeight[] = [];
  private activations: PeActivation[] = [];
  private psums: number[];
  private isBusy = false;
  private window: PeWindow | undefined;
  private weightsLeft = 0;
  private fillLeft = 0;
  private activationsLeft = 0;
  /** Partial sums of the window that have left. */
  private drainedCount = 0;
  /** Weights of the column that the activation at the head has met, and the filter after the last of them. */
  private met = 0;
  private filter = 0;

  constructor(options: PePortOptions) {
    this.options = options;
    this.psums = new Array<number>(options.psumEntries).fill(0);
  }

  phase(inputs: PePortInputs): number {
    if (!this.isBusy) return PePhase.idle;
    if (this.weightsLeft > 0) return inputs.weights === undefined ? PePhase.wait : PePhase.load;
    if (this.fillLeft > 0) return PePhase.fill;
    if (this.window === undefined) return PePhase.wait;
    if (this.activationsLeft > 0) return this.activations.length === 0 ? PePhase.wait : PePhase.walk;
    return PePhase.drain;
  }

  get isWeightReady(): boolean {
    return this.isBusy && this.weightsLeft > 0;
  }

  get isActivationReady(): boolean {
    return this.activations.length < this.options.activationEntries;
  }

  isWindowReady(inputs: PePortInputs): boolean {
    if (!this.isBusy) return inputs.start !== undefined;
    if (this.window === undefined) return true;
    return this.phase(inputs) === PePhase.drain && this.endsDrain() && !this.window.isLast;
  }

  /** Products added in this cycle. */
  macs(inputs: PePortInputs): number {
    return this.phase(inputs) === PePhase.walk ? Math.min(this.options.macsPerPe, this.columnLeft()) : 0;
  }

  /** Partial sums that leave in this cycle, in two's complement. */
  drained(inputs: PePortInputs): number[] {
    if (this.phase(inputs) !== PePhase.drain || this.window === undefined) return [];
    const end = Math.min(this.window.psums, this.drainedCount + this.options.psumsDrainedPerCycle);
    return this.psums.slice(this.drainedCount, end);
  }

  clock(inputs: PePortInputs): void {
    const takesWindow = this.isWindowReady(inputs);
    const takesActivation = this.isActivationReady;
    const isStart = !this.isBusy;
    switch (this.phase(inputs)) {
      case PePhase.load:
        this.load(inputs.weights ?? []);
        break;
      case PePhase.fill:
        this.fillLeft -= 1;
        break;
      case PePhase.walk:
        this.walk(this.macs(inputs));
        break;
      case PePhase.drain:
        this.drain(this.drained(inputs).length);
        break;
    }
    if (isStart && inputs.start !== undefined) this.begin(inputs.start);
    if (takesWindow && inputs.window !== undefined) this.open(inputs.window);
    if (takesActivation && inputs.activation !== undefined) this.activations.push(inputs.activation);
    if (inputs.columnEnd !== undefined) this.columnEnds[inputs.columnEnd.column] = inputs.columnEnd.end;
    if (inputs.reset) this.clear();
  }

  private begin(weights: number): void {
    this.isBusy = true;
    this.weights = [];
    this.weightsLeft = weights;
    this.fillLeft = this.options.pipelineFillCycles;
  }

  private open(window: PeWindow): void {
    this.window = window;
    this.activationsLeft = window.activations;
    this.drainedCount = 0;
  }

  private load(weights: readonly PeWeight[]): void {
    const taken = weights.slice(0, this.weightsLeft);
    this.weights.push(...taken);
    this.weightsLeft -= taken.length;
  }

  private columnStart(): number {
    const { column } = this.activations[0];
    return column === 0 ? 0 : this.columnEnds[column - 1];
  }

  private columnLeft(): number {
    return this.columnEnds[this.activations[0].column] - this.columnStart() - this.met;
  }

  private walk(macs: number): void {
    const { value, firstPsum } = this.activations[0];
    const isColumnDone = this.columnLeft() <= this.options.macsPerPe;
    const first = this.columnStart() + this.met;
    for (const weight of this.weights.slice(first, first + macs)) {
      this.filter += weight.run;
      this.add(firstPsum + this.filter, value * weight.value);
      this.filter += 1;
    }
    this.met += macs;
    if (!isColumnDone) return;
    this.met = 0;
    this.filter = 0;
    this.activations.shift();
    this.activationsLeft -= 1;
  }

  private add(psum: number, product: number): void {
    const { psumBits } = this.options;
    this.psums[psum] = ((this.psums[psum] + product) << (32 - psumBits)) >> (32 - psumBits);
  }

  private endsDrain(): boolean {
    return this.drainedCount + this.options.psumsDrainedPerCycle >= (this.window?.psums ?? 0);
  }

  private drain(psums: number): void {
    const isEnd = this.endsDrain();
    this.psums.fill(0, this.drainedCount, this.drainedCount + psums);
    this.drainedCount += psums;
    if (!isEnd) return;
    if (this.window?.isLast) this.isBusy = false;
    this.window = undefined;
  }

  private clear(): void {
    this.isBusy = false;
    this.window = undefined;
    this.activations = [];
    this.psums.fill(0);
    this.met = 0;
    this.filter = 0;
  }
}
