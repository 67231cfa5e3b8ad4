/**
 * The PEs of the array, cycle by cycle: one object for all of them, registers in typed arrays.
 *
 * A PE gets a block (some filters × columns × pixels) per pass: it takes the weights into its SPad, fills its pipeline,
 * then for every window of pixels walks the non-zero activations in compressed-column order and, for each, the
 * non-zero weights of its column, up to `macsPerPe` per cycle; after the window it drains the partial sums. Finding the
 * next column overlaps with the last cycle of this one, so zeros cost nothing; an empty column costs its look-up.
 *
 * Ports: `begin` (how far the PEs may run), `step` (one cycle), `nextWindow`. `test/models/naive-pe.ts` defines one PE.
 * Not modelled: values (only whether they are zero), NoC contention, SPad bank conflicts.
 */
import type { Hardware } from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import { type Mapping, type Spread, spreadOf, windowPixels } from "./mapping.ts";
import type { Pass } from "./pass-list.ts";
import type { StepOperands } from "./step-operands.ts";

/** What a PE does in a cycle; the index of its row in `spentCycles`. */
export const Phase = { idle: 0, spadLoad: 1, fill: 2, walk: 3, drain: 4, windowBarrier: 5 } as const;
const phaseCount = 6;

export class PeArray {
  readonly count: number;
  /** PEs that will do something in the next cycle. */
  busyCount = 0;
  /** Cycles spent per phase since `resetSpent`; [phase][pe]. */
  readonly spentCycles: Int32Array;
  /** What each PE does in the coming cycle: a `Phase`. */
  readonly phase: Uint8Array;
  effectualMacs = 0;
  activationsWalked = 0;
  psumsDrained = 0;
  spadWeightWrites = 0;

  private readonly nest: LoopNest;
  private readonly mapping: Mapping;
  private readonly operands: StepOperands;
  private readonly passes: readonly Pass[];
  private readonly spread: Spread;
  private readonly windowPixels: number;
  private readonly macsPerPe: number;
  private readonly emptyColumnBubble: boolean;
  private readonly columnsPerPixel: number;
  private readonly activations: Uint8Array;
  private readonly walked: Uint8Array;
  private readonly nonZeroWeights: Int32Array;
  private readonly heldWeights: Int32Array;
  private readonly mechanisms: Hardware["mechanisms"];
  private lastPass = -1;

  private readonly pass: Int32Array;
  /** Cycles left of a phase other than walking. */
  private readonly wait: Int32Array;
  private readonly weightsLeft: Int32Array;
  /** The column being walked, the first and the end of the block's columns. */
  private readonly column: Int32Array;
  private readonly firstColumn: Int32Array;
  private readonly endColumn: Int32Array;
  /** Add the column to get an index into the activations of this pixel, the weights of this block. */
  private readonly activationRow: Int32Array;
  private readonly weightRow: Int32Array;
  private readonly pixel: Int32Array;
  private readonly startWindow: Int32Array;
  private readonly endWindow: Int32Array;
  private readonly endPixel: Int32Array;
  private readonly filters: Int32Array;

  constructor(nest: LoopNest, mapping: Mapping, hardware: Hardware, operands: StepOperands, passes: readonly Pass[]) {
    this.nest = nest;
    this.mapping = mapping;
    this.operands = operands;
    this.passes = passes;
    this.spread = spreadOf(nest, mapping, hardware);
    this.windowPixels = Math.min(windowPixels(mapping, hardware), nest.pixels);
    this.macsPerPe = hardware.macsPerPe;
    this.emptyColumnBubble = hardware.mechanisms.emptyColumnBubble;
    this.columnsPerPixel = nest.columns;
    this.activations = operands.activations;
    this.walked = operands.walked;
    this.nonZeroWeights = operands.nonZeroWeights;
    this.heldWeights = operands.heldWeights;
    this.mechanisms = hardware.mechanisms;
    this.count = Object.values(this.spread).reduce((product, length) => product * length, 1);
    const registers = () => new Int32Array(this.count);
    this.spentCycles = new Int32Array(phaseCount * this.count);
    this.phase = new Uint8Array(this.count);
    this.pass = registers().fill(-1);
    this.wait = registers();
    this.weightsLeft = registers();
    this.column = registers();
    this.firstColumn = registers();
    this.endColumn = registers();
    this.activationRow = registers();
    this.weightRow = registers();
    this.pixel = registers();
    this.startWindow = registers();
    this.endWindow = registers();
    this.endPixel = registers();
    this.filters = registers();
  }

  /** Lets every PE run on, without waiting for the others, until it has finished pass `lastPass`. */
  begin(lastPass: number): void {
    this.lastPass = lastPass;
    this.busyCount = this.count;
    for (let pe = 0; pe < this.count; pe++) {
      if (!this.enterNextBlock(pe)) this.leavePhase(pe);
    }
  }

  /** Releases the PEs that wait at the window barrier; none is busy when it is called. */
  nextWindow(): void {
    for (let pe = 0; pe < this.count; pe++) {
      if (this.phase[pe] !== Phase.windowBarrier) continue;
      this.busyCount += 1;
      this.leavePhase(pe);
    }
  }

  /** Whether PEs wait at the window barrier (and, as none is busy, can be released). */
  get atWindowBarrier(): boolean {
    return this.phase.includes(Phase.windowBarrier);
  }

  resetSpent(): void {
    this.spentCycles.fill(0);
  }

  /** One cycle of every PE. */
  step(): void {
    const { phase, spentCycles, weightsLeft, wait, count, macsPerPe } = this;
    for (let pe = 0; pe < count; pe++) {
      const doing = phase[pe];
      if (doing === Phase.walk) {
        spentCycles[Phase.walk * count + pe] += 1;
        const left = weightsLeft[pe] - macsPerPe;
        if (left > 0) weightsLeft[pe] = left;
        else if (!this.nextColumn(pe)) this.leavePhase(pe);
      } else if (doing !== Phase.idle && doing !== Phase.windowBarrier) {
        spentCycles[doing * count + pe] += 1;
        wait[pe] -= 1;
        if (wait[pe] === 0) this.leavePhase(pe);
      }
    }
  }

  /** Moves to the next column that costs a cycle; false when the window has none left. */
  private nextColumn(pe: number): boolean {
    const { walked, heldWeights, emptyColumnBubble } = this;
    const weightRow = this.weightRow[pe];
    const endColumn = this.endColumn[pe];
    let activationRow = this.activationRow[pe];
    let column = this.column[pe] + 1;
    let passedOver = 0;
    for (;;) {
      for (; column < endColumn; column++) {
        if (walked[activationRow + column] === 0) continue;
        const weights = heldWeights[weightRow + column];
        if (weights === 0 && !emptyColumnBubble) {
          passedOver += 1;
          continue;
        }
        this.column[pe] = column;
        this.weightsLeft[pe] = weights;
        this.activationsWalked += passedOver + 1;
        if (this.activations[activationRow + column] === 1)
          this.effectualMacs += this.nonZeroWeights[weightRow + column];
        return true;
      }
      this.pixel[pe] += 1;
      activationRow += this.columnsPerPixel;
      this.activationRow[pe] = activationRow;
      if (this.pixel[pe] === this.endWindow[pe]) {
        this.activationsWalked += passedOver;
        return false;
      }
      column = this.firstColumn[pe];
    }
  }

  /** Goes on to the next phase that takes a cycle, or stops. */
  private leavePhase(pe: number): void {
    while (!this.enterNextPhase(pe)) {
      // A phase of no cycles: go on.
    }
  }

  /** False when the phase entered takes no cycle. */
  private enterNextPhase(pe: number): boolean {
    switch (this.phase[pe]) {
      case Phase.spadLoad:
        return this.enterWait(pe, Phase.fill, this.mechanisms.pipelineFillCycles);
      case Phase.walk:
        return this.enterDrain(pe);
      case Phase.drain:
        return this.leaveWindow(pe);
      default:
        return this.enterWindow(pe);
    }
  }

  private enterWait(pe: number, phase: number, cycles: number): boolean {
    this.phase[pe] = phase;
    this.wait[pe] = cycles;
    return cycles > 0;
  }

  private enterWindow(pe: number): boolean {
    this.phase[pe] = Phase.walk;
    this.startWindow[pe] = this.pixel[pe];
    this.endWindow[pe] = Math.min(this.pixel[pe] + this.windowPixels, this.endPixel[pe]);
    this.column[pe] = this.firstColumn[pe] - 1;
    return this.nextColumn(pe);
  }

  private enterDrain(pe: number): boolean {
    const psums = this.filters[pe] * (this.endWindow[pe] - this.startWindow[pe]);
    this.psumsDrained += psums;
    return this.enterWait(pe, Phase.drain, Math.ceil(psums / this.mechanisms.psumsDrainedPerCycle));
  }

  private leaveWindow(pe: number): boolean {
    if (this.pixel[pe] === this.endPixel[pe]) return this.enterNextBlock(pe);
    if (this.mechanisms.barrier !== "window") return this.enterWindow(pe);
    this.phase[pe] = Phase.windowBarrier;
    this.busyCount -= 1;
    return true;
  }

  /** Takes the PE's block of the next pass that has one for it; stops when it has done all it may. */
  private enterNextBlock(pe: number): boolean {
    while (this.pass[pe] < this.lastPass) {
      this.pass[pe] += 1;
      if (!this.takeBlock(pe, this.passes[this.pass[pe]])) continue;
      const weights = this.weightsOfBlock(pe);
      this.spadWeightWrites += weights;
      return this.enterWait(pe, Phase.spadLoad, Math.ceil(weights / this.mechanisms.weightsLoadedPerCycle));
    }
    this.phase[pe] = Phase.idle;
    this.busyCount -= 1;
    return true;
  }

  /** Sets the registers of a PE to its share of a pass; false when nothing is left for its place in the array. */
  private takeBlock(pe: number, pass: Pass): boolean {
    const { spread, mapping, operands, nest } = this;
    const pixelPosition = pe % spread.pixels;
    const rowPosition = Math.floor(pe / spread.pixels) % spread.kernelRows;
    const channelPosition = Math.floor(pe / (spread.pixels * spread.kernelRows)) % spread.channels;
    const outer = Math.floor(pe / (spread.pixels * spread.kernelRows * spread.channels));
    const group = pass.groups[0] + Math.floor(outer / spread.filters);
    const filter = pass.filters[0] + (outer % spread.filters) * mapping.filtersPerPe;
    const channel = pass.channels[0] + channelPosition * mapping.channelsPerPe;
    const kernelRow = pass.kernelRows[0] + rowPosition * mapping.kernelRowsPerPe;
    const pixelsEach = Math.ceil((pass.pixels[1] - pass.pixels[0]) / spread.pixels);
    const pixel = pass.pixels[0] + pixelPosition * pixelsEach;
    if (group >= pass.groups[1] || filter >= pass.filters[1] || channel >= pass.channels[1]) return false;
    if (kernelRow >= pass.kernelRows[1] || pixel >= pass.pixels[1]) return false;

    const block = (channel / mapping.channelsPerPe) * operands.rowBlocks + kernelRow / mapping.kernelRowsPerPe;
    const filterBlock = group * operands.filterBlocks + filter / mapping.filtersPerPe;
    this.firstColumn[pe] = operands.blockStart[block];
    this.endColumn[pe] = operands.blockStart[block + 1];
    this.weightRow[pe] = filterBlock * nest.columns;
    this.activationRow[pe] = (group * nest.pixels + pixel) * nest.columns;
    this.filters[pe] = Math.min(mapping.filtersPerPe, pass.filters[1] - filter);
    this.pixel[pe] = pixel;
    this.endPixel[pe] = Math.min(pixel + pixelsEach, pass.pixels[1]);
    return true;
  }

  private weightsOfBlock(pe: number): number {
    const end = this.weightRow[pe] + this.endColumn[pe];
    let weights = 0;
    for (let i = this.weightRow[pe] + this.firstColumn[pe]; i < end; i++) weights += this.heldWeights[i];
    return weights;
  }
}
