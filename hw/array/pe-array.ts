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
import { type PeCycles, zeroPeCycles } from "./barrier.ts";
import type { Hardware } from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import { type Mapping, pesInUse, type Spread, spreadOf, windowPixels } from "./mapping.ts";
import type { Pass } from "./pass-list.ts";
import type { StepOperands } from "./step-operands.ts";

/** What a PE does in a cycle. */
export const Phase = { idle: 0, spadLoad: 1, fill: 2, walk: 3, drain: 4, windowBarrier: 5 } as const;

/**
 * The phase after each; a phase of no cycles is passed over. After `drain` comes `walk` only while the block has another
 * window (and no barrier before it), else the next block, else `idle`.
 */
const nextPhase: Readonly<Record<number, number>> = {
  [Phase.idle]: Phase.spadLoad,
  [Phase.spadLoad]: Phase.fill,
  [Phase.fill]: Phase.walk,
  [Phase.walk]: Phase.drain,
  [Phase.windowBarrier]: Phase.walk,
};

export class PeArray {
  readonly count: number;
  /** PEs that will do something in the next cycle. */
  busyCount = 0;
  /** Cycles of the phases that each PE has entered since the last barrier. */
  readonly cycles: PeCycles;
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
  private readonly mechanisms: Hardware["mechanisms"];
  /** Of the operands: what the walk reads in every cycle. */
  private readonly activations: Uint8Array;
  private readonly walked: Uint8Array;
  private readonly nonZeroWeights: Int32Array;
  /** Cycles that one activation takes on each column of each filter block; laid out as the weights. */
  private readonly columnCycles: Int32Array;
  /** Weights that only go into the SPad together; those that a column lacks take their places empty. */
  private readonly wordWeights: number;
  private lastPass = -1;

  private readonly pass: Int32Array;
  /** Cycles left until the PE turns to its next column or phase; 0 and below: it waits. */
  private readonly cyclesLeft: Int32Array;
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
  /** Pixels of the block in each image, and images after the one being walked. */
  private readonly blockPixels: Int32Array;
  private readonly imagesLeft: Int32Array;
  private readonly filters: Int32Array;

  constructor(nest: LoopNest, mapping: Mapping, hardware: Hardware, operands: StepOperands, passes: readonly Pass[]) {
    this.nest = nest;
    this.mapping = mapping;
    this.operands = operands;
    this.passes = passes;
    this.spread = spreadOf(nest, mapping, hardware);
    this.windowPixels = Math.min(windowPixels(mapping, hardware), nest.pixels);
    this.mechanisms = hardware.mechanisms;
    this.activations = operands.activations;
    this.walked = operands.walked;
    this.nonZeroWeights = operands.nonZeroWeights;
    const emptyCycles = hardware.mechanisms.emptyColumnBubble ? 1 : 0;
    const lookUp = operands.usesAddresses ? hardware.mechanisms.lookUpCycles : 0;
    this.columnCycles = Int32Array.from(
      operands.heldWeights,
      (weights) => lookUp + (weights === 0 ? emptyCycles : Math.ceil(weights / hardware.macsPerPe)),
    );
    this.wordWeights = hardware.mechanisms.weightsInWholeWords ? hardware.macsPerPe : 1;
    this.count = pesInUse(this.spread);
    const registers = () => new Int32Array(this.count);
    this.cycles = zeroPeCycles(this.count);
    this.phase = new Uint8Array(this.count);
    this.pass = registers().fill(-1);
    this.cyclesLeft = registers();
    this.column = registers();
    this.firstColumn = registers();
    this.endColumn = registers();
    this.activationRow = registers();
    this.weightRow = registers();
    this.pixel = registers();
    this.startWindow = registers();
    this.endWindow = registers();
    this.endPixel = registers();
    this.blockPixels = registers();
    this.imagesLeft = registers();
    this.filters = registers();
  }

  /** Lets every PE run on, without waiting for the others, until it has finished pass `lastPass`. */
  begin(lastPass: number): void {
    this.lastPass = lastPass;
    this.busyCount = this.count;
    for (let pe = 0; pe < this.count; pe++) this.leavePhase(pe);
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

  /** One cycle of every PE. */
  step(): void {
    const { cyclesLeft, count } = this;
    for (let pe = 0; pe < count; pe++) {
      const left = (cyclesLeft[pe] - 1) | 0;
      cyclesLeft[pe] = left;
      if (left === 0) this.advance(pe);
    }
  }

  /** Turns to the next column of the window or, after its last and after any other phase, to the next phase. */
  private advance(pe: number): void {
    if (this.phase[pe] !== Phase.walk || !this.nextColumn(pe)) this.leavePhase(pe);
  }

  /** Goes on to the next phase that takes a cycle, or waits. */
  private leavePhase(pe: number): void {
    while (!this.enterNextPhase(pe)) {
      // A phase of no cycles: go on.
    }
  }

  /** False when the phase entered takes no cycle. */
  private enterNextPhase(pe: number): boolean {
    const phase = this.phase[pe] === Phase.drain ? this.phaseAfterWindow(pe) : nextPhase[this.phase[pe]];
    this.phase[pe] = phase;
    switch (phase) {
      case Phase.spadLoad:
        return this.takeNextBlock(pe) ? this.spend(pe, this.cycles.spadLoad, this.loadCycles(pe)) : this.wait(pe);
      case Phase.fill:
        return this.spend(pe, this.cycles.fill, this.mechanisms.pipelineFillCycles);
      case Phase.walk:
        return this.beginWindow(pe);
      case Phase.drain:
        return this.spend(pe, this.cycles.drain, this.drainCycles(pe));
      default:
        return this.wait(pe);
    }
  }

  private phaseAfterWindow(pe: number): number {
    if (this.pixel[pe] === this.endPixel[pe] && !this.nextImage(pe)) return Phase.spadLoad;
    return this.mechanisms.barrier === "window" ? Phase.windowBarrier : Phase.walk;
  }

  /** Turns to the same pixels of the next image; false when the block has no other. */
  private nextImage(pe: number): boolean {
    if (this.imagesLeft[pe] === 0) return false;
    const { nest } = this;
    this.imagesLeft[pe] -= 1;
    this.pixel[pe] -= this.blockPixels[pe];
    this.activationRow[pe] += (nest.groups * nest.pixels - this.blockPixels[pe]) * nest.columns;
    return true;
  }

  private spend(pe: number, spent: Float64Array, cycles: number): boolean {
    this.cyclesLeft[pe] = cycles;
    spent[pe] += cycles;
    return cycles > 0;
  }

  /** Waits at the window barrier, or as an idle PE for the next passes. */
  private wait(pe: number): boolean {
    this.cyclesLeft[pe] = 0;
    this.busyCount -= 1;
    return true;
  }

  private beginWindow(pe: number): boolean {
    this.startWindow[pe] = this.pixel[pe];
    this.endWindow[pe] = Math.min(this.pixel[pe] + this.windowPixels, this.endPixel[pe]);
    this.column[pe] = this.firstColumn[pe] - 1;
    return this.nextColumn(pe);
  }

  /** Moves to the next column that costs a cycle; false when the window has none left. */
  private nextColumn(pe: number): boolean {
    while (!this.nextColumnOfPixel(pe)) {
      this.pixel[pe] += 1;
      this.activationRow[pe] += this.nest.columns;
      if (this.pixel[pe] === this.endWindow[pe]) return false;
      this.column[pe] = this.firstColumn[pe] - 1;
    }
    return true;
  }

  /** Moves to the next column of this pixel that costs a cycle; false when there is none. */
  private nextColumnOfPixel(pe: number): boolean {
    const { walked, columnCycles } = this;
    const activationRow = this.activationRow[pe];
    const weightRow = this.weightRow[pe];
    const endColumn = this.endColumn[pe];
    for (let column = this.column[pe] + 1; column < endColumn; column++) {
      if (walked[activationRow + column] === 0) continue;
      this.activationsWalked += 1;
      const cycles = columnCycles[weightRow + column];
      if (cycles === 0) continue;
      this.column[pe] = column;
      this.cyclesLeft[pe] = cycles;
      this.cycles.walk[pe] += cycles;
      if (this.activations[activationRow + column] === 1) {
        this.effectualMacs += this.nonZeroWeights[weightRow + column];
      }
      return true;
    }
    return false;
  }

  private drainCycles(pe: number): number {
    const psums = this.filters[pe] * (this.endWindow[pe] - this.startWindow[pe]);
    this.psumsDrained += psums;
    return Math.ceil(psums / this.mechanisms.psumsDrainedPerCycle);
  }

  private loadCycles(pe: number): number {
    const weights = this.weightsOfBlock(pe);
    this.spadWeightWrites += weights;
    const addresses = this.operands.usesAddresses ? this.endColumn[pe] - this.firstColumn[pe] : 0;
    const { weightsLoadedPerCycle, addressesLoadedPerCycle } = this.mechanisms;
    return Math.ceil(addresses / addressesLoadedPerCycle) + Math.ceil(weights / weightsLoadedPerCycle);
  }

  /** Takes the PE's block of the next pass that has one for it; without one the PE is idle. */
  private takeNextBlock(pe: number): boolean {
    while (this.pass[pe] < this.lastPass) {
      this.pass[pe] += 1;
      if (this.takeBlock(pe, this.passes[this.pass[pe]])) return true;
    }
    this.phase[pe] = Phase.idle;
    return false;
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
    this.activationRow[pe] = ((pass.images[0] * nest.groups + group) * nest.pixels + pixel) * nest.columns;
    this.filters[pe] = Math.min(mapping.filtersPerPe, pass.filters[1] - filter);
    this.pixel[pe] = pixel;
    this.endPixel[pe] = Math.min(pixel + pixelsEach, pass.pixels[1]);
    this.blockPixels[pe] = this.endPixel[pe] - pixel;
    this.imagesLeft[pe] = pass.images[1] - pass.images[0] - 1;
    return true;
  }

  private weightsOfBlock(pe: number): number {
    const end = this.weightRow[pe] + this.endColumn[pe];
    let words = 0;
    for (let i = this.weightRow[pe] + this.firstColumn[pe]; i < end; i++) {
      words += Math.ceil(this.operands.heldWeights[i] / this.wordWeights);
    }
    return words * this.wordWeights;
  }
}
