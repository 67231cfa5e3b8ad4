/**
 * The arithmetic of the scheduling unit (paper, Fig. 11): the sparsity coefficient and Algorithm 2's score, one rounding
 * per operation, in the order of the software scheduler's expression. When each result is there: `latencies.ts`.
 */
import { IntegerConverter, type NumberFormat, numberFormat } from "../number-format.ts";
import type { SchedulingUnit } from "./description.ts";
import type { RequestMemory } from "./request-memory.ts";
import type { Tables } from "./tables.ts";

/** What went beyond the number format. */
export interface RangeCounts {
  /** Time differences, and counts of non-zeros, that became the largest number. */
  readonly timeSaturations: number;
  readonly countSaturations: number;
  /** Scores that are infinite, or no number, which no selection prefers. */
  readonly nonFiniteScores: number;
}

export class ComputeUnit {
  private readonly requests: RequestMemory;
  private readonly tables: Tables;
  private readonly round: NumberFormat["round"];
  private readonly times: IntegerConverter;
  private readonly counts: IntegerConverter;
  private readonly eta: number;
  /** Score units in a quantum of time. */
  private readonly perQuantum: number;
  /** 1 / queue length, by queue length. */
  private readonly perQueued: Float64Array;
  private nonFiniteScores = 0;

  constructor(unit: SchedulingUnit, requests: RequestMemory, tables: Tables) {
    const format = numberFormat(unit.format);
    this.requests = requests;
    this.tables = tables;
    this.round = format.round;
    this.times = new IntegerConverter(format, unit.timeShiftBits);
    this.counts = new IntegerConverter(format, unit.countShiftBits);
    this.eta = format.round(unit.eta);
    this.perQuantum = format.round(unit.secondsPerTick * 2 ** (unit.timeShiftBits + unit.scoreShiftBits));
    this.perQueued = Float64Array.from({ length: unit.depth + 1 }, (_, count) => format.round(1 / count));
  }

  get rangeCounts(): RangeCounts {
    const { times, counts, nonFiniteScores } = this;
    return { timeSaturations: times.saturations, countSaturations: counts.saturations, nonFiniteScores };
  }

  /** γ = non-zeros · (1 / outputs) · (1 / average density) of a layer; 1 if the layer is empty on average. */
  coefficient(position: number, layer: number, nonZeros: number): number {
    const { tables, round } = this;
    const address = this.requests.row[position] * tables.layersPerRow + layer;
    const perDensity = tables.perDensity[address];
    if (perDensity === 0) return 1;
    return round(round(this.counts.convert(nonZeros) * tables.perOutput[address]) * perDensity);
  }

  /** The score of one request among all, in units of 2^−scoreShiftBits s. */
  score(position: number, nowTicks: number): number {
    const { requests, tables, round, times, perQuantum } = this;
    const row = requests.row[position];
    const average = tables.remaining[row * tables.layersPerRow + requests.layer[position]];
    const remaining = round(requests.coefficient[position] * average);
    const untilDeadline = round(times.convert(requests.deadlineTicks[position] - nowTicks) * perQuantum);
    const slack = round(untilDeadline - remaining);
    const waited = round(times.convert(nowTicks - requests.lastRunTicks[position]) * perQuantum);
    const penalty = round(round(waited * tables.perIsolatedSecond[row]) * this.perQueued[requests.count]);
    const score = round(remaining + round(this.eta * round(slack + penalty)));
    if (!Number.isFinite(score)) this.nonFiniteScores += 1;
    return score;
  }
}
