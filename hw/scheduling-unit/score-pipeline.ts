/**
 * The compute unit in the coefficient and scoring states, cycle by cycle: which request enters in which cycle, and when
 * its result is in the memory. Cycle numbers count from the beginning of the state.
 */
import type { Compute } from "./compute-unit.ts";
import type { SchedulingUnit } from "./description.ts";
import { coefficientCycles, scoreCycles, scoreIntervalCycles, scoringCycles } from "./latencies.ts";
import type { MeasuredLayer } from "./measured-layer.ts";
import type { RequestMemory } from "./request-memory.ts";

export class ScorePipeline {
  private readonly unit: SchedulingUnit;
  private readonly compute: Compute;
  private readonly requests: RequestMemory;
  /** Slot `cycle mod scoreCycles` holds what entered in that cycle; position −1: nothing. */
  private readonly score: Float64Array;
  private readonly position: Int32Array;
  private readonly scoreCycles: number;
  private writeCoefficient = () => {
    // Nothing is measured yet.
  };
  private nowTicks = 0;
  /** Of a unit with separate multipliers: the layer whose coefficient is computed beside the first scores. */
  private beside: MeasuredLayer | undefined;
  private nextPosition = 0;
  private endCycle = 0;

  constructor(unit: SchedulingUnit, compute: Compute, requests: RequestMemory) {
    this.unit = unit;
    this.compute = compute;
    this.requests = requests;
    this.scoreCycles = scoreCycles(unit);
    this.score = new Float64Array(this.scoreCycles);
    this.position = new Int32Array(this.scoreCycles).fill(-1);
  }

  /** One cycle of the coefficient. @returns whether it was the last. */
  stepCoefficient(cycle: number, measured: MeasuredLayer): boolean {
    if (cycle === 0) this.writeCoefficient = this.compute.measure(measured);
    if (cycle !== coefficientCycles(this.unit) - 1) return false;
    this.writeCoefficient();
    return true;
  }

  /** Prepares for scoring every request at `nowTicks`. @param beside computes this coefficient meanwhile. */
  beginScoring(nowTicks: number, beside: MeasuredLayer | undefined): void {
    this.nowTicks = nowTicks;
    this.beside = beside;
    this.nextPosition = 0;
  }

  /** One cycle of the scoring. @returns whether it was the last. */
  stepScoring(cycle: number): boolean {
    // Not earlier: the port can take a request in the very cycle that leads here.
    if (cycle === 0) this.endCycle = scoringCycles(this.unit, this.requests.count, this.beside !== undefined);
    if (this.beside !== undefined) this.stepCoefficient(cycle, this.beside);
    const entering = cycle % this.scoreCycles;
    this.position[entering] = this.entersIn(cycle);
    if (this.position[entering] >= 0) {
      this.score[entering] = this.compute.score(this.position[entering], this.nowTicks);
    }
    this.deliver((cycle + 1) % this.scoreCycles);
    return cycle === this.endCycle - 1;
  }

  /** The request that enters the pipeline; one whose coefficient is still being computed is the last. */
  private entersIn(cycle: number): number {
    const { beside, requests } = this;
    if (beside !== undefined && cycle === this.endCycle - this.scoreCycles) return beside.position;
    if (cycle % scoreIntervalCycles !== 0) return -1;
    if (this.nextPosition === beside?.position) this.nextPosition += 1;
    return this.nextPosition < requests.count ? this.nextPosition++ : -1;
  }

  private deliver(leaving: number): void {
    if (this.position[leaving] < 0) return;
    this.requests.score[this.position[leaving]] = this.score[leaving];
    this.position[leaving] = -1;
  }
}
