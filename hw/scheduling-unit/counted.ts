/**
 * The scheduling unit, decision by decision: the picks, scores and cycles of `stepped.ts` without stepping.
 *
 * The caller keeps time. Per layer: `decide`, `dispatched`, any number of `admit`, then `layerDone`. Requests can be
 * admitted while the unit is idle, and while a layer runs from the end of the background cycles on.
 */

import { computeOf } from "./compute-of.ts";
import type { Compute, RangeCounts } from "./compute-unit.ts";
import { checkUnit, type SchedulingUnit } from "./description.ts";
import { coefficientStateCycles, retireCycles, scoringCycles, selectCycles } from "./latencies.ts";
import { isLess } from "./number-format.ts";
import { RequestMemory } from "./request-memory.ts";
import type { Tables } from "./tables.ts";
import { checkRequest, type Request, scoreWord } from "./words.ts";

export interface Decision {
  readonly tag: number;
  /** In units of 2^−scoreShiftBits s; of `swp` in the square of 2^timeShiftBits ticks. */
  readonly score: number;
  /** Between the cycle of the layer's end (or of leaving idle) and that of the dispatch, retirement not included. */
  readonly cycles: number;
}

export class CountedSchedulingUnit {
  readonly requests: RequestMemory;
  private readonly unit: SchedulingUnit;
  private readonly tables: Tables;
  private readonly compute: Compute;
  /** Position of the request that was dispatched last. */
  running = 0;
  /** The running request's layer that was measured and has no coefficient yet; −1 for none. */
  private measuredLayer = -1;
  private measuredPosition = 0;
  private nonZeros = 0;

  /** @throws ConfigError for a unit that cannot work. */
  constructor(unit: SchedulingUnit, tables: Tables) {
    checkUnit(unit);
    this.unit = unit;
    this.tables = tables;
    this.requests = new RequestMemory(unit.fifoDepth);
    this.compute = computeOf(unit, this.requests, tables);
  }

  get rangeCounts(): RangeCounts {
    return this.compute.rangeCounts;
  }

  /**
   * Takes a request.
   *
   * @param atTicks when its first word was taken.
   * @returns false if the unit is full: the host must offer it again.
   * @throws ConfigError for one that the request port could not carry.
   */
  admit(request: Request, atTicks: number): boolean {
    checkRequest(this.unit, this.tables.rows, request);
    if (this.requests.isFull) return false;
    this.requests.push({ ...request, initialScore: scoreWord(this.unit, request.initialScore) }, atTicks);
    this.compute.admitted(this.requests.count - 1);
    return true;
  }

  /** Picks the next request of at least one. @param atTicks the clock when the scores are renewed. */
  decide(atTicks: number): Decision {
    const isBefore = this.unit.rescoring === "before-dispatch";
    const rescoringCycles = isBefore ? this.rescore(atTicks) : 0;
    this.running = this.earliestLeast();
    const { tag, score, count } = this.requests;
    return {
      tag: tag[this.running],
      score: score[this.running],
      cycles: rescoringCycles + selectCycles(count),
    };
  }

  /** The picked layer begins. @returns the cycles for which the unit is busy beside it. */
  dispatched(atTicks: number): number {
    return this.unit.rescoring === "overlapped" ? this.rescore(atTicks) : 0;
  }

  /**
   * The picked layer is done.
   *
   * @param nonZeros of its outputs, as the monitor counted.
   * @param isLast the request is done with it, and leaves.
   * @returns the cycles of retirement, 0 for an unfinished request.
   */
  layerDone(nonZeros: number, isLast: boolean, atTicks: number): number {
    const { requests, running } = this;
    if (isLast) return this.retire();
    requests.lastRunTicks[running] = atTicks;
    this.measuredPosition = running;
    this.measuredLayer = requests.layer[running];
    this.nonZeros = nonZeros;
    requests.layer[running] += 1;
    return 0;
  }

  private retire(): number {
    const { requests, running } = this;
    const cycles = retireCycles(requests.count, running);
    for (let from = running + 1; from < requests.count; from++) requests.move(from, from - 1);
    requests.count -= 1;
    return cycles;
  }

  private rescore(nowTicks: number): number {
    const { requests, compute, unit, measuredPosition, measuredLayer } = this;
    const isMeasured = measuredLayer >= 0;
    if (isMeasured) {
      compute.measure({ position: measuredPosition, layer: measuredLayer, nonZeros: this.nonZeros })();
      this.measuredLayer = -1;
    }
    compute.scoreAll(nowTicks);
    return (isMeasured ? coefficientStateCycles(unit) : 0) + scoringCycles(unit, requests.count, isMeasured);
  }

  private earliestLeast(): number {
    const { score, count } = this.requests;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      if (!isLess(score[position], least)) continue;
      best = position;
      least = score[position];
    }
    return best;
  }
}
