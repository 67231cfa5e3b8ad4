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

import { ComputeUnit, type RangeCounts } from "./compute-unit.ts";
import { checkUnit, type SchedulingUnit } from "./description.ts";
import { isLess } from "./number-format.ts";
import { RequestMemory } from "./request-memory.ts";
import { RequestPort } from "./request-port.ts";
import { type MeasuredLayer, ScorePipeline } from "./score-pipeline.ts";
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

export class SteppedSchedulingUnit {
  readonly requests: RequestMemory;
  readonly tables: Tables;
  state: State = "idle";
  /** High for one cycle: the request of `dispatchTag` is to run its next layer. */
  isDispatch = false;
  /** Holds from the dispatch to the next selection, which leaves the tag of the least score so far in it. */
  dispatchTag = 0;
  /** Position of the request that was dispatched last. */
  running = 0;
  /** Cycles since the state was entered. */
  stateCycle = 0;
  /** Of the selection so far: the position of the least score, and that score. */
  best = 0;
  least = Number.POSITIVE_INFINITY;

  private readonly unit: SchedulingUnit;
  private readonly compute: ComputeUnit;
  private readonly port: RequestPort;
  private readonly pipeline: ScorePipeline;
  private nextState: State = "idle";
  private nextIsDispatch = false;
  private layerEnd: LayerEnd | undefined;
  private measured: MeasuredLayer | undefined;
  /** The time for which scores are computed. */
  private nowTicks = 0;

  /** @throws ConfigError for a unit that cannot work. */
  constructor(unit: SchedulingUnit) {
    checkUnit(unit);
    this.unit = unit;
    this.requests = new RequestMemory(unit.depth);
    this.tables = new Tables(unit);
    this.compute = new ComputeUnit(unit, this.requests, this.tables);
    this.port = new RequestPort(this.requests, this.tables);
    this.pipeline = new ScorePipeline(unit, this.compute, this.requests);
  }

  get rangeCounts(): RangeCounts {
    return this.compute.rangeCounts;
  }

  /** Whether a word that stands on the port is taken in this cycle. */
  get isPortReady(): boolean {
    return (this.state === "idle" || this.state === "execute") && !this.requests.isFull;
  }

  /** One cycle. */
  tick(inputs: UnitInputs): void {
    this.nextState = this.state;
    this.nextIsDispatch = false;
    const isWordTaken = this.isPortReady;
    this.latchLayerEnd(inputs);
    this.stepState(inputs);
    if (isWordTaken) this.port.take(inputs, inputs.clockTicks);
    this.commit();
  }

  private commit(): void {
    this.stateCycle = this.nextState === this.state ? this.stateCycle + 1 : 0;
    this.state = this.nextState;
    this.isDispatch = this.nextIsDispatch;
  }

  private stepState(inputs: UnitInputs): void {
    switch (this.state) {
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
    if (isLayerDone) this.layerEnd = { atTicks: clockTicks, isLastLayer, nonZeros };
  }

  private idle({ isAcceleratorReady, clockTicks }: UnitInputs): void {
    if (this.requests.count === 0 || !isAcceleratorReady) return;
    this.nowTicks = clockTicks;
    this.beginDecision();
  }

  private execute(): void {
    const { layerEnd, requests, running } = this;
    if (layerEnd === undefined) return;
    this.layerEnd = undefined;
    this.nowTicks = layerEnd.atTicks;
    if (layerEnd.isLastLayer) {
      this.nextState = "retire";
      return;
    }
    this.measured = { position: running, layer: requests.layer[running], nonZeros: layerEnd.nonZeros };
    requests.lastRunTicks[running] = layerEnd.atTicks;
    requests.layer[running] += 1;
    this.beginDecision();
  }

  /** Moves one of the entries behind the retired request up. */
  private retire(): void {
    const { requests } = this;
    const from = this.running + 1 + this.stateCycle;
    if (from < requests.count) {
      requests.move(from, from - 1);
      return;
    }
    requests.count -= 1;
    if (requests.count === 0) this.nextState = "idle";
    else this.beginDecision();
  }

  private beginDecision(): void {
    if (this.unit.rescoring === "before-dispatch") this.beginRescoring();
    else this.beginSelect();
  }

  private beginRescoring(): void {
    if (this.measured !== undefined && this.unit.computeUnit === "shared") this.nextState = "coefficient";
    else this.beginScoring();
  }

  private stepCoefficient(): void {
    if (this.measured !== undefined && !this.pipeline.stepCoefficient(this.stateCycle, this.measured)) return;
    this.measured = undefined;
    this.beginScoring();
  }

  private beginScoring(): void {
    this.pipeline.beginScoring(this.nowTicks, this.measured);
    this.measured = undefined;
    this.nextState = "scoring";
  }

  private stepScoring(): void {
    if (!this.pipeline.stepScoring(this.stateCycle)) return;
    if (this.unit.rescoring === "before-dispatch") this.beginSelect();
    else this.nextState = "execute";
  }

  private beginSelect(): void {
    this.least = Number.POSITIVE_INFINITY;
    this.nextState = "select";
  }

  /** Compares the score that was read in the cycle before; the earliest of equal ones stays. */
  private select(clockTicks: number): void {
    const { requests } = this;
    const position = this.stateCycle - 1;
    if (position < 0) return;
    const isLeast = isLess(requests.score[position], this.least);
    if (isLeast) this.least = requests.score[position];
    // Of scores that are all infinite the first is as good as any.
    if (isLeast || position === 0) {
      this.best = position;
      this.dispatchTag = requests.tag[position];
    }
    if (position === requests.count - 1) this.dispatch(clockTicks);
  }

  private dispatch(clockTicks: number): void {
    this.running = this.best;
    this.nextIsDispatch = true;
    if (this.unit.rescoring === "before-dispatch") {
      this.nextState = "execute";
      return;
    }
    this.nowTicks = clockTicks;
    this.beginRescoring();
  }
}
