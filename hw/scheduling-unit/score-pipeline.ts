/**
 * The compute unit in the coefficient and scoring states, cycle by cycle: which request enters in which cycle, and when
 * its result is in the memory. Cycle numbers count from the beginning of the state.
 */
import type { ComputeUnit } from "./compute-unit.ts";
import type { SchedulingUnit } from "./description.ts";
import { coefficientCycles, scoreCycles, scoreIntervalCycles, scoringCycles } from "./latencies.ts";
import type { RequestMemory } from "./request-memory.ts";

/** A layer whose non-zeros have been counted, and the request that it belongs to. */
export interface MeasuredLayer {
  readonly position: number;
  readonly layer: number;
  readonly nonZeros: number;
}

export class ScorePipeline {
  private readonly unit: SchedulingUnit;
  private readonly compute: ComputeUnit;
  private readonly requests: RequestMemory;
  /** Slot `cycle mod scoreCycles` holds what entered in that cycle; position −1: nothing. */
  private readonly score = new Float64Array(scoreCycles);
  private readonly position = new Int32Array(scoreCycles).fill(-1);
  private coefficient = 0;
  private nowTicks = 0;
  /** Of a unit with separate multipliers: the layer whose coefficient is computed beside the first scores. */
  private beside: MeasuredLayer | undefined;
  private nextPosition = 0;
  private endCycle = 0;

  constructor(unit: SchedulingUnit, compute: ComputeUnit, requests: RequestMemory) {
    this.unit = unit;
    this.compute = compute;
    this.requests = requests;
  }

  /** One cycle of the coefficient. @returns whether it was the last. */
  stepCoefficient(cycle: number, measured: MeasuredLayer): boolean {
    if (cycle === 0) {
      this.coefficient = this.compute.coefficient(measured.position, measured.layer, measured.nonZeros);
    }
    if (cycle !== coefficientCycles - 1) return false;
    this.requests.coefficient[measured.position] = this.coefficient;
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
    const entering = cycle % scoreCycles;
    this.position[entering] = this.entersIn(cycle);
    if (this.position[entering] >= 0) {
      this.score[entering] = this.compute.score(this.position[entering], this.nowTicks);
    }
    this.deliver((cycle + 1) % scoreCycles);
    return cycle === this.endCycle - 1;
  }

  /** The request that enters the pipeline; one whose coefficient is still being computed is the last. */
  private entersIn(cycle: number): number {
    const { beside, requests } = this;
    if (beside !== undefined && cycle === this.endCycle - scoreCycles) return beside.position;
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
