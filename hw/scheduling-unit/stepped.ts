/**
 * The scheduling unit, cycle by cycle (paper, section 5.2, Fig. 10 and 11).
 *
 * Ports: one word of the request port per cycle while `isPortReady` (a full unit, and one that works on its entries, hold
 * the host); the clock; the accelerator's readiness, and layer ends with the monitor's count, in; a dispatch pulse with
 * the request's tag out, one cycle and those of `latencies.ts` after a layer's end.
 *
 * Controller: idle → (scoring) → select → execute; at a layer's end → retire if the request is done, else coefficient →
 * scoring → select. With overlapped rescoring a layer's end leads to select at once, and coefficient and scoring follow
 * the dispatch, beside the running layer; a layer that ends before them waits for them.
 *
 * Not modelled: the values between the stages of the compute unit's pipeline (a score is computed when its request is
 * read, and is in the memory when the pipeline would deliver it); a crossing between two clocks.
 */

import { computeOf } from "./compute-of.ts";
import type { Compute, RangeCounts } from "./compute-unit.ts";
import { checkUnit, type SchedulingUnit } from "./description.ts";
import type { MeasuredLayer } from "./measured-layer.ts";
import { isLess } from "./number-format.ts";
import { RequestMemory } from "./request-memory.ts";
import { RequestPort } from "./request-port.ts";
import { ScorePipeline } from "./score-pipeline.ts";
import { Tables } from "./tables.ts";
import { type Command, commands } from "./words.ts";

export const states = ["idle", "retire", "coefficient", "scoring", "select", "execute"] as const;
export type State = (typeof states)[number];

/** What stands on the unit's inputs in one cycle. */
export interface UnitInputs {
  clockTicks: number;
  command: Command;
  data: number;
  /** The accelerator can take a layer; looked at in idle only. */
  isAcceleratorReady: boolean;
  /** A pulse: the dispatched layer is done. With it, whether it was the request's last, and its non-zero outputs. */
  isLayerDone: boolean;
  isLastLayer: boolean;
  nonZeros: number;
}

/** Inputs of a cycle in which nothing comes. */
export function quietInputs(clockTicks: number): UnitInputs {
  return {
    clockTicks,
    command: commands.none,
    data: 0,
    isAcceleratorReady: false,
    isLayerDone: false,
    isLastLayer: false,
    nonZeros: 0,
  };
}

interface LayerEnd {
  readonly atTicks: number;
  readonly isLastLayer: boolean;
  readonly nonZeros: number;
}

/** Every register of the unit's controller; the memories have write ports of their own. */
interface Registers {
  state: State;
  /** Cycles since the state was entered. */
  stateCycle: number;
  isDispatch: boolean;
  dispatchTag: number;
  running: number;
  best: number;
  least: number;
  /** A layer's end that the controller has not come to yet. */
  layerEnd: LayerEnd | undefined;
  /** The layer whose coefficient is still to be computed. */
  measured: MeasuredLayer | undefined;
  /** The time for which scores are computed. */
  nowTicks: number;
}

function resetRegisters(): Registers {
  return {
    state: "idle",
    stateCycle: 0,
    isDispatch: false,
    dispatchTag: 0,
    running: 0,
    best: 0,
    least: Number.POSITIVE_INFINITY,
    layerEnd: undefined,
    measured: undefined,
    nowTicks: 0,
  };
}

/**
 * Two-phase: in a cycle, `current` is read and `next` is written, and the clock edge makes `next` current. Where a value is
 * needed in the cycle in which it is written, it is read from `next`, the register's input.
 */
export class SteppedSchedulingUnit {
  readonly requests: RequestMemory;
  readonly tables: Tables;
  private readonly unit: SchedulingUnit;
  private readonly compute: Compute;
  private readonly port: RequestPort;
  private readonly pipeline: ScorePipeline;
  private current: Registers = resetRegisters();
  private next: Registers = resetRegisters();

  /** @throws ConfigError for a unit that cannot work. */
  constructor(unit: SchedulingUnit) {
    checkUnit(unit);
    this.unit = unit;
    this.requests = new RequestMemory(unit.fifoDepth);
    this.tables = new Tables(unit);
    this.compute = computeOf(unit, this.requests, this.tables);
    this.port = new RequestPort(this.requests, this.tables, this.compute);
    this.pipeline = new ScorePipeline(unit, this.compute, this.requests);
  }

  get state(): State {
    return this.current.state;
  }

  get stateCycle(): number {
    return this.current.stateCycle;
  }

  /** High for one cycle: the request of `dispatchTag` is to run its next layer. */
  get isDispatch(): boolean {
    return this.current.isDispatch;
  }

  /** Holds from the dispatch to the next selection, during which it is the tag of the least score so far. */
  get dispatchTag(): number {
    return this.current.dispatchTag;
  }

  /** Position of the request that was dispatched last. */
  get running(): number {
    return this.current.running;
  }

  /** Of the selection so far: the position of the least score, and that score. */
  get best(): number {
    return this.current.best;
  }

  get least(): number {
    return this.current.least;
  }

  /** The time for which scores are computed. */
  get nowTicks(): number {
    return this.current.nowTicks;
  }

  get rangeCounts(): RangeCounts {
    return this.compute.rangeCounts;
  }

  /** Whether a word that stands on the port is taken in this cycle. */
  get isPortReady(): boolean {
    const { state } = this.current;
    return (state === "idle" || state === "execute") && !this.requests.isFull;
  }

  /** One cycle. */
  tick(inputs: UnitInputs): void {
    const isWordTaken = this.isPortReady;
    this.holdRegisters();
    this.latchLayerEnd(inputs);
    this.stepState(inputs);
    // Last, because an entry is written at the end of the cycle: the controller still sees the old count of requests.
    if (isWordTaken) this.port.take(inputs, inputs.clockTicks);
    this.clockEdge();
  }

  /** Every register keeps its value unless this cycle writes it; the dispatch pulse lasts one cycle. */
  private holdRegisters(): void {
    const { current, next } = this;
    next.state = current.state;
    next.stateCycle = current.stateCycle + 1;
    next.isDispatch = false;
    next.dispatchTag = current.dispatchTag;
    next.running = current.running;
    next.best = current.best;
    next.least = current.least;
    next.layerEnd = current.layerEnd;
    next.measured = current.measured;
    next.nowTicks = current.nowTicks;
  }

  private clockEdge(): void {
    const { current, next } = this;
    if (next.state !== current.state) next.stateCycle = 0;
    this.current = next;
    this.next = current;
  }

  private stepState(inputs: UnitInputs): void {
    switch (this.current.state) {
      case "idle":
        this.idle(inputs);
        break;
      case "retire":
        this.retire();
        break;
      case "coefficient":
        this.stepCoefficient();
        break;
      case "scoring":
        this.stepScoring();
        break;
      case "select":
        this.select(inputs.clockTicks);
        break;
      case "execute":
        this.execute();
        break;
    }
  }

  private latchLayerEnd({ isLayerDone, isLastLayer, nonZeros, clockTicks }: UnitInputs): void {
    if (isLayerDone) this.next.layerEnd = { atTicks: clockTicks, isLastLayer, nonZeros };
  }

  private idle({ isAcceleratorReady, clockTicks }: UnitInputs): void {
    if (this.requests.count === 0 || !isAcceleratorReady) return;
    this.next.nowTicks = clockTicks;
    this.beginDecision();
  }

  /** A layer that ends in this very cycle is seen at once. */
  private execute(): void {
    const { requests, next } = this;
    const { running } = this.current;
    const { layerEnd } = next;
    if (layerEnd === undefined) return;
    next.layerEnd = undefined;
    next.nowTicks = layerEnd.atTicks;
    if (layerEnd.isLastLayer) {
      next.state = "retire";
      return;
    }
    next.measured = { position: running, layer: requests.layer[running], nonZeros: layerEnd.nonZeros };
    requests.lastRunTicks[running] = layerEnd.atTicks;
    requests.layer[running] += 1;
    this.beginDecision();
  }

  /** Moves one of the entries behind the retired request up. */
  private retire(): void {
    const { requests } = this;
    const { running, stateCycle } = this.current;
    const from = running + 1 + stateCycle;
    if (from < requests.count) {
      requests.move(from, from - 1);
      return;
    }
    requests.count -= 1;
    if (requests.count === 0) this.next.state = "idle";
    else this.beginDecision();
  }

  private beginDecision(): void {
    if (this.unit.rescoring === "before-dispatch") this.beginRescoring();
    else this.beginSelect();
  }

  private beginRescoring(): void {
    if (this.next.measured !== undefined && this.unit.variant === "shared") this.next.state = "coefficient";
    else this.beginScoring();
  }

  private stepCoefficient(): void {
    const { measured, stateCycle } = this.current;
    if (measured !== undefined && !this.pipeline.stepCoefficient(stateCycle, measured)) return;
    this.next.measured = undefined;
    this.beginScoring();
  }

  private beginScoring(): void {
    const { next } = this;
    this.pipeline.beginScoring(next.nowTicks, next.measured);
    next.measured = undefined;
    next.state = "scoring";
  }

  private stepScoring(): void {
    if (!this.pipeline.stepScoring(this.current.stateCycle)) return;
    if (this.unit.rescoring === "before-dispatch") this.beginSelect();
    else this.next.state = "execute";
  }

  private beginSelect(): void {
    this.next.least = Number.POSITIVE_INFINITY;
    this.next.state = "select";
  }

  /** Compares the score that was read in the cycle before; the earliest of equal ones stays. */
  private select(clockTicks: number): void {
    const { requests, current, next } = this;
    const position = current.stateCycle - 1;
    if (position < 0) return;
    const isLeast = isLess(requests.score[position], current.least);
    if (isLeast) next.least = requests.score[position];
    // Of scores that are all infinite the first is as good as any.
    if (isLeast || position === 0) {
      next.best = position;
      next.dispatchTag = requests.tag[position];
    }
    if (position === requests.count - 1) this.dispatch(clockTicks);
  }

  private dispatch(clockTicks: number): void {
    const { next } = this;
    next.running = next.best;
    next.isDispatch = true;
    if (this.unit.rescoring === "before-dispatch") {
      next.state = "execute";
      return;
    }
    next.nowTicks = clockTicks;
    this.beginRescoring();
  }
}
