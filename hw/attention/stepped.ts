/**
 * An operation on the attention array, cycle by cycle: operands pass the multipliers, the DRAM channel and the write-back
 * advance beside them.
 *
 * What enters the array's corner in a cycle reaches row j and lane w after j + w cycles, and sums leave row j
 * `tileColumns` + j cycles after their operands entered (as in the test bench of the published RTL). A slot works with an
 * operand as it passes its lane. Slots stand at equal distances along the lanes; in the RTL a slot takes its operand from
 * the lane of its own column, which shifts its work within the pass and changes no count.
 *
 * Not modelled: values; the cycles of the dividers behind the array and of the splitting unit; banks of the buffer.
 */
import { getBit } from "../../workloads/masks/bit-mask.ts";
import { WriteBack, type WriteBackObserver } from "../array/write-back.ts";
import { Dma } from "../memory/dma.ts";
import { type AttentionCounters, book, zeroAttentionCounters } from "./counters.ts";
import { type AttentionArray, attentionDramBits, skewCycles } from "./description.ts";
import { operandBits, type Pass, slotsOf } from "./mapping.ts";
import { endStages, type Operation, outputColumns, type Stage } from "./operation.ts";
import { type Schedule, type Slot, type Step, scheduleOf } from "./schedule.ts";
import { streamedPasses } from "./stream.ts";
import type { PassList } from "./sub-rows.ts";

/** The array while an operation runs. */
export interface AttentionState {
  readonly operation: Operation;
  readonly hardware: AttentionArray;
  readonly cycle: number;
  /** The step at hand, if the array is not waiting for the memory. */
  readonly step: Step | undefined;
  /** Multipliers that worked in the last cycle. */
  readonly busySlots: number;
  readonly dma: Dma;
  readonly writeBack: WriteBack;
}

/** Sees the array; the model runs the same without it. */
export interface AttentionObserver {
  operationBegins?(array: AttentionState): void;
  /** Called at the beginning of each cycle, and once after the last. */
  cycleBegins?(array: AttentionState): void;
  /** Element `element` of the SpMM leaves row `row` of the array in this cycle. */
  outputLeaves?(atCycle: number, row: number, element: number): void;
  /** A step begins. */
  stepBegins?(atCycle: number, step: Step): void;
}

export interface AttentionObservers {
  readonly observer?: WriteBackObserver;
  readonly arrayObserver?: AttentionObserver;
}

export function stepOperation(
  operation: Operation,
  hardware: AttentionArray,
  observers: AttentionObservers = {},
): AttentionCounters {
  return new SteppedOperation(operation, hardware, observers).run();
}

/** Nothing enters in this cycle. */
const idle = -1;

class SteppedOperation implements AttentionState {
  readonly operation: Operation;
  readonly hardware: AttentionArray;
  cycle = 0;
  step: Step | undefined;
  busySlots = 0;
  readonly dma: Dma;
  readonly writeBack: WriteBack;
  private readonly counters = zeroAttentionCounters();
  private readonly observer: AttentionObserver | undefined;
  private readonly list: PassList;
  private readonly schedule: Schedule;
  private readonly first: Stage;
  private readonly last: Stage;
  private readonly slots: number;
  private readonly lanes: Int32Array;
  /**
   * What entered the corner in the last cycles, newest at `newest`: `idle`, or an index into `feeds`. The ring is longer
   * than the skew.
   */
  private readonly ring: Int32Array;
  private newest = 0;
  private readonly element: Int32Array;
  /** Passes on their way through the array, and which of their products. */
  private readonly feeds: { readonly pass: Pass; readonly product: 0 | 1 }[] = [];
  private feedCount = 0;
  /** Entries of every row of each of these passes. */
  private readonly entries: Int32Array;
  private nextOutput = 0;

  constructor(operation: Operation, hardware: AttentionArray, { observer, arrayObserver }: AttentionObservers) {
    this.operation = operation;
    this.hardware = hardware;
    this.observer = arrayObserver;
    this.list = streamedPasses(operation, hardware);
    this.schedule = scheduleOf(this.list, operation, hardware);
    const { first, last } = endStages(operation);
    this.first = first;
    this.last = last;
    this.slots = slotsOf(operation, hardware);
    const { tileColumns } = hardware;
    this.lanes = Int32Array.from({ length: this.slots }, (_, slot) => Math.floor((slot * tileColumns) / this.slots));
    const length = 2 ** Math.ceil(Math.log2(skewCycles(hardware) + 2));
    this.ring = new Int32Array(length).fill(idle);
    this.element = new Int32Array(length);
    this.entries = new Int32Array(length * hardware.rows);
    this.dma = new Dma(attentionDramBits(hardware), hardware.dram.latencyCycles);
    const { output } = operandBits(operation, hardware);
    this.writeBack = new WriteBack(output, observer);
  }

  run(): AttentionCounters {
    const { schedule, counters } = this;
    this.observer?.operationBegins?.(this);
    this.transfer(schedule.firstLoadBits, []);
    while (this.dma.isBusy) this.waitCycle(this.first, "prologue");
    for (const slot of schedule.slots) {
      this.transfer(slot.fetchBits, this.outputBits(slot.storeBits));
      this.runSlot(slot);
    }
    this.transfer(0, this.outputBits(schedule.lastStoreBits));
    while (this.dma.isBusy) this.waitCycle(this.last, "store");
    this.observer?.cycleBegins?.(this);
    counters.events.firstLoadBits = schedule.firstLoadBits;
    counters.events.outputs = this.writeBack.outputs;
    counters.events.outputNonZeros = this.writeBack.outputNonZeros;
    return counters;
  }

  private runSlot({ steps }: Slot): void {
    for (const step of steps) {
      this.step = step;
      this.observer?.stepBegins?.(this.cycle, step);
      this.beginStep(step);
      for (let i = 0; i < step.cycles; i++) this.stepCycle(step, i);
    }
    this.step = undefined;
    while (this.dma.isBusy) {
      if (this.dma.isLoading) this.waitCycle(this.first, "load");
      else this.waitCycle(this.last, "store");
    }
  }

  private beginStep({ feeds, stage, part, cycles }: Step): void {
    if (feeds === undefined) {
      book(this.counters, stage, part, cycles);
      return;
    }
    const { pass, product } = feeds;
    const { rows } = this.hardware;
    // At most one pass for each place of the ring is on its way.
    const at = this.feedCount & (this.ring.length - 1);
    this.feedCount += 1;
    this.feeds[at] = { pass, product };
    this.entries.fill(0, at * rows, (at + 1) * rows);
    this.entries.set(pass.entries, at * rows);
    if (product === 0) this.countPass(pass);
    const { depth } = this.operation;
    let work = 0;
    for (const entries of pass.entries) work += entries * depth;
    const even = Math.ceil(work / (this.hardware.rows * this.slots));
    book(this.counters, stage, "compute", even);
    book(this.counters, stage, "imbalance", cycles - even);
  }

  /** A cycle in which the array does something. */
  private stepCycle(step: Step, index: number): void {
    this.observer?.cycleBegins?.(this);
    this.push(step.feeds === undefined ? idle : (this.feedCount - 1) & (this.ring.length - 1), index);
    this.writeBack.advance(this.cycle, this.dma.step());
    this.cycle += 1;
  }

  /** A cycle in which nothing enters the array because it waits for the memory. What is in it moves on. */
  private waitCycle(stage: Stage, part: "prologue" | "load" | "store"): void {
    this.observer?.cycleBegins?.(this);
    this.push(idle, 0);
    this.writeBack.advance(this.cycle, this.dma.step());
    book(this.counters, stage, part, 1);
    this.cycle += 1;
  }

  /** Operands move one lane and one row on; every multiplier works with what passes it. */
  private push(feed: number, element: number): void {
    const { ring, lanes, entries } = this;
    const { rows, tileColumns } = this.hardware;
    const mask = ring.length - 1;
    this.newest = (this.newest + 1) & mask;
    ring[this.newest] = feed;
    this.element[this.newest] = element;
    let busy = 0;
    for (let row = 0; row < rows; row++) {
      const from = this.newest - row;
      for (let slot = 0; slot < lanes.length; slot++) {
        const passing = ring[(from - lanes[slot]) & mask];
        if (passing !== idle && slot < entries[passing * rows + row]) busy += 1;
      }
      const leaving = (from - tileColumns) & mask;
      if (ring[leaving] !== idle) this.leave(row, ring[leaving], this.element[leaving]);
    }
    this.busySlots = busy;
    this.counters.events.busySlotCycles += busy;
  }

  /** What leaves row `row` in this cycle. */
  private leave(row: number, passing: number, element: number): void {
    const { pass, product } = this.feeds[passing];
    if (row >= pass.entries.length) return;
    if (product === 1) {
      this.counters.events.bufferWrites += 1;
      this.observer?.outputLeaves?.(this.cycle, row, element);
    }
    // With the last operand, every entry of the sub-row has met all of its operands.
    if (element === pass.feedCycles - 1) this.finishSubRow(pass, row, product);
  }

  private finishSubRow({ entries, feedCycles }: Pass, row: number, product: 0 | 1): void {
    const { events } = this.counters;
    const { kind, depth } = this.operation;
    events[kind === "prediction" ? "predictionMacs" : "macs"] += entries[row] * depth;
    if (kind !== "attention") events.bufferWrites += entries[row];
    else if (product === 0) events.exponents += entries[row];
    else events.bufferWrites += depth - feedCycles;
  }

  private countPass(pass: Pass): void {
    const { events } = this.counters;
    const { kind, depth } = this.operation;
    const bits = operandBits(this.operation, this.hardware);
    const products = kind === "attention" ? 2 : 1;
    events.passes += 1;
    events.subRows += pass.entries.length;
    events.bufferReads += (pass.entries.length + products * this.hardware.tileColumns) * depth;
    events.dramRowBits += pass.newRows * bits.row;
    events.dramColumnBits += pass.newColumns * bits.column;
    events.dramMaskBits += pass.maskBits;
  }

  private transfer(loadBits: number, outputs: ArrayLike<number>): void {
    const bits = Uint8Array.from(outputs);
    const storeBits = this.writeBack.begin({ bits, words: new Uint8Array(bits.length).fill(1) });
    this.counters.events.dramOutputBits += storeBits;
    this.writeBack.advance(this.cycle, this.dma.begin(loadBits, storeBits));
  }

  /** The next outputs to be stored, `bits` of them on the channel: 1 for a non-zero. */
  private outputBits(bits: number): Uint8Array {
    const count = bits / operandBits(this.operation, this.hardware).output;
    const values = new Uint8Array(count);
    for (let i = 0; i < count; i++) values[i] = this.outputBit(this.nextOutput++);
    return values;
  }

  private outputBit(index: number): 0 | 1 {
    const { outputs, rows } = this.operation;
    if (outputs === undefined) return 1;
    const columns = outputColumns(this.operation);
    const column = index % columns;
    const row = Math.floor(index / columns);
    const head = Math.floor(row / rows);
    const { mask, headStride, rowStride, columnStride } = outputs;
    return getBit(mask, head * headStride + (row - head * rows) * rowStride + column * columnStride);
  }
}
