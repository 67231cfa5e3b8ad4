/**
 * The arithmetic of the scheduling unit (paper, Fig. 11): the sparsity coefficient and Algorithm 2's score, one rounding
 * per operation, in the order of the software scheduler's expression. When each result is there: `latencies.ts`.
 */

import type { SchedulingUnit } from "./description.ts";
import type { MeasuredLayer } from "./measured-layer.ts";
import { IntegerConverter, type NumberFormat, numberFormat, roundTo } from "./number-format.ts";
import type { RequestMemory } from "./request-memory.ts";
import { scoreLoop } from "./score-loop.ts";
import type { Tables } from "./tables.ts";

/** What went beyond the number format. */
export interface RangeCounts {
  /** Time differences, and counts of non-zeros, that became the largest number. */
  readonly timeSaturations: number;
  readonly countSaturations: number;
  /** Scores that are infinite, or no number, which no selection prefers. */
  readonly nonFiniteScores: number;
}

/** The arithmetic of a unit, whosever score it is. */
export interface Compute {
  readonly rangeCounts: RangeCounts;
  /** Completes the entry of a request that has just been pushed. */
  admitted(position: number): void;
  /** Learns from a layer that has run. @returns what writes the result into the layer's entry. */
  measure(layer: MeasuredLayer): () => void;
  /** The score of one request among all. */
  score(position: number, nowTicks: number): number;
  /** `score` for every request, into the memory, whose `remaining` and `isolated` are up to date. */
  scoreAll(nowTicks: number): void;
}

export class ComputeUnit implements Compute {
  private readonly requests: RequestMemory;
  private readonly tables: Tables;
  private readonly format: NumberFormat;
  private readonly counts: IntegerConverter;
  private readonly eta: number;
  /** Slack is at least this. */
  private readonly slackFloor: number;
  private readonly timeUnitsPerTick: number;
  /** Units of a score in a unit of time: a score is in 2^−scoreShiftBits s, a time in 2^timeShiftBits ticks. */
  private readonly scoreUnitsPerTimeUnit: number;
  /** 1 / queue length, by queue length. */
  private readonly reciprocalQueueLength: Float64Array;
  private readonly scoreAlone = (position: number, nowTicks: number) => this.score(position, nowTicks);
  private timeSaturations = 0;
  private nonFiniteScores = 0;

  constructor(unit: SchedulingUnit, requests: RequestMemory, tables: Tables) {
    const format = numberFormat(unit.format);
    this.requests = requests;
    this.tables = tables;
    this.format = format;
    this.counts = new IntegerConverter(format, unit.countShiftBits);
    this.eta = format.round(unit.eta);
    this.slackFloor = unit.clampSlack ? 0 : Number.NEGATIVE_INFINITY;
    this.timeUnitsPerTick = 2 ** -unit.timeShiftBits;
    this.scoreUnitsPerTimeUnit = format.round(unit.secondsPerTick * 2 ** (unit.timeShiftBits + unit.scoreShiftBits));
    this.reciprocalQueueLength = Float64Array.from({ length: unit.fifoDepth + 1 }, (_, count) =>
      format.round(1 / count),
    );
  }

  get rangeCounts(): RangeCounts {
    const { timeSaturations, counts, nonFiniteScores } = this;
    return { timeSaturations, countSaturations: counts.saturations, nonFiniteScores };
  }

  admitted(position: number): void {
    this.requests.coefficient[position] = 1;
    this.requests.remaining[position] = this.remaining(position);
  }

  measure({ position, layer, nonZeros }: MeasuredLayer): () => void {
    const coefficient = this.coefficient(position, layer, nonZeros);
    return () => {
      this.requests.coefficient[position] = coefficient;
      this.requests.remaining[position] = this.remaining(position);
    };
  }

  /** γ = non-zeros · (1 / outputs) · (1 / average density) of a layer; 1 if the layer is empty on average. */
  coefficient(position: number, layer: number, nonZeros: number): number {
    const { tables, format } = this;
    const address = this.requests.row[position] * tables.layersPerRow + layer;
    const reciprocalDensity = tables.reciprocalDensity[address];
    if (reciprocalDensity === 0) return 1;
    return format.round(
      format.round(this.counts.convert(nonZeros) * tables.reciprocalOutputs[address]) * reciprocalDensity,
    );
  }

  /** The score of one request among all, in units of 2^−scoreShiftBits s. */
  score(position: number, nowTicks: number): number {
    const { requests, tables, format, scoreUnitsPerTimeUnit } = this;
    const remaining = this.remaining(position);
    const untilDeadline = roundTo(
      format,
      this.timeUnits(requests.deadlineTicks[position] - nowTicks) * scoreUnitsPerTimeUnit,
    );
    const difference = roundTo(format, untilDeadline - remaining);
    const slack = Math.max(difference, this.slackFloor);
    const waited = roundTo(format, this.timeUnits(nowTicks - requests.lastRunTicks[position]) * scoreUnitsPerTimeUnit);
    const normalisedWait = roundTo(format, waited * tables.reciprocalIsolatedSeconds[requests.row[position]]);
    const penalty = roundTo(format, normalisedWait * this.reciprocalQueueLength[requests.count]);
    const weighed = roundTo(format, this.eta * roundTo(format, slack + penalty));
    const score = roundTo(format, remaining + weighed);
    if (!(score - score === 0)) this.nonFiniteScores += 1;
    return score;
  }

  /** T̂ of a request, in units of 2^−scoreShiftBits s. */
  remaining(position: number): number {
    const { row, layer, coefficient } = this.requests;
    const { layersPerRow, remaining } = this.tables;
    return roundTo(this.format, coefficient[position] * remaining[row[position] * layersPerRow + layer[position]]);
  }

  scoreAll(nowTicks: number): void {
    const { format, timeUnitsPerTick, scoreUnitsPerTimeUnit, eta, slackFloor, tables, requests } = this;
    const reciprocalQueueLength = this.reciprocalQueueLength[requests.count];
    const { reciprocalIsolatedSeconds } = tables;
    const constants = {
      format,
      timeUnitsPerTick,
      scoreUnitsPerTimeUnit,
      eta,
      slackFloor,
      reciprocalQueueLength,
      reciprocalIsolatedSeconds,
    };
    scoreLoop(constants, requests, nowTicks, this.scoreAlone);
  }

  /** A difference of clocks in the format, in units of 2^timeShiftBits ticks; one too large is the largest number. */
  private timeUnits(ticks: number): number {
    const { format } = this;
    const units = roundTo(format, ticks * this.timeUnitsPerTick);
    if (units <= format.largest && units >= -format.largest) return units;
    this.timeSaturations += 1;
    return units < 0 ? -format.largest : format.largest;
  }
}
