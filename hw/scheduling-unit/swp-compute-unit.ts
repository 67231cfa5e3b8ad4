/**
 * The arithmetic of a scheduling unit for slack-weighted processing time (`sched/swp.ts`), one rounding per operation. When
 * each result is there: `latencies.ts`.
 *
 * Per request and decision: one multiplication (T · W), three additions (slack, urgency, W), two comparisons with zero;
 * 1/8, 1/4 and the share c are powers of two. T and P are in the request's entry: they change only when the request has
 * run, and are then computed once, with Σ ε·(γ − 1) over its layers. A new request has T = P = its isolated latency.
 *
 * Times are held in units of 2^timeShiftBits ticks, so that they need no conversion: the order of scores has no unit. In
 * FP16 the product of two such times would overflow beyond 255 units each and vanish below 1/128; a score has one more bit
 * of exponent instead, in which the product of two finite numbers always lies.
 */
import type { Compute, RangeCounts } from "./compute-unit.ts";
import type { SchedulingUnit } from "./description.ts";
import type { MeasuredLayer } from "./measured-layer.ts";
import { IntegerConverter, type NumberFormat, numberFormat, productFormat, roundTo } from "./number-format.ts";
import type { RequestMemory } from "./request-memory.ts";
import type { Tables } from "./tables.ts";

/** No request is predicted to take less than this share of the average. */
const minCoefficient = 1 / 16;

export class SwpComputeUnit implements Compute {
  private readonly requests: RequestMemory;
  private readonly tables: Tables;
  private readonly format: NumberFormat;
  private readonly product: NumberFormat;
  private readonly times: IntegerConverter;
  private readonly counts: IntegerConverter;
  /** Whether a lost deadline adds a quarter of P to the weight. */
  private readonly isPlus: boolean;
  /** 1 / layers that have run, by their number. */
  private readonly reciprocalLayers: Float64Array;
  private nonFiniteScores = 0;

  constructor(unit: SchedulingUnit, requests: RequestMemory, tables: Tables) {
    const format = numberFormat(unit.format);
    this.requests = requests;
    this.tables = tables;
    this.format = format;
    this.product = productFormat(unit.format);
    this.times = new IntegerConverter(format, unit.timeShiftBits);
    this.counts = new IntegerConverter(format, unit.countShiftBits);
    this.isPlus = unit.policy === "swp_plus";
    this.reciprocalLayers = Float64Array.from({ length: unit.layersPerRow + 1 }, (_, count) => format.round(1 / count));
  }

  get rangeCounts(): RangeCounts {
    const { times, counts, nonFiniteScores } = this;
    return { timeSaturations: times.saturations, countSaturations: counts.saturations, nonFiniteScores };
  }

  /** The third word of a request is its isolated latency, and has come as its score. */
  admitted(position: number): void {
    const { requests } = this;
    requests.coefficient[position] = 0;
    requests.remaining[position] = requests.score[position];
    requests.isolated[position] = requests.score[position];
  }

  measure({ position, layer, nonZeros }: MeasuredLayer): () => void {
    const { requests, tables, format } = this;
    const firstEntry = requests.row[position] * tables.layersPerRow;
    const deviations = roundTo(format, requests.coefficient[position] + this.deviation(position, layer, nonZeros));
    const mean = roundTo(format, deviations * this.reciprocalLayers[layer + 1]);
    const free = roundTo(format, 1 + mean);
    const coefficient = free < minCoefficient ? minCoefficient : free;
    const remaining = roundTo(format, coefficient * tables.remaining[firstEntry + layer + 1]);
    const isolated = roundTo(format, coefficient * tables.remaining[firstEntry]);
    return () => {
      requests.coefficient[position] = deviations;
      requests.remaining[position] = remaining;
      requests.isolated[position] = isolated;
    };
  }

  /** T · W. */
  score(position: number, nowTicks: number): number {
    const { requests, format } = this;
    const remaining = requests.remaining[position];
    const isolated = requests.isolated[position];
    const untilDeadline = this.times.convert(requests.deadlineTicks[position] - nowTicks);
    const slack = roundTo(format, untilDeadline - remaining);
    const urgency = roundTo(format, isolated - roundTo(format, slack * 0.125));
    const lost = this.isPlus ? roundTo(format, isolated * 0.25) : 0;
    const bonus = urgency > 0 ? -roundTo(format, urgency * bonusShare(requests.count)) : 0;
    const weight = roundTo(format, isolated + (slack < 0 ? lost : bonus));
    const score = roundTo(this.product, remaining * weight);
    if (!(score - score === 0)) this.nonFiniteScores += 1;
    return score;
  }

  scoreAll(nowTicks: number): void {
    const { requests } = this;
    for (let position = 0; position < requests.count; position++) {
      requests.score[position] = this.score(position, nowTicks);
    }
  }

  /** ε·(γ − 1) of a layer, γ = non-zeros / outputs / average density; 0 if the layer is empty on average. */
  private deviation(position: number, layer: number, nonZeros: number): number {
    const { tables, format } = this;
    const row = this.requests.row[position];
    const address = row * tables.layersPerRow + layer;
    const reciprocalDensity = tables.reciprocalDensity[address];
    if (reciprocalDensity === 0) return 0;
    const density = roundTo(format, this.counts.convert(nonZeros) * tables.reciprocalOutputs[address]);
    return roundTo(format, roundTo(format, density * reciprocalDensity) - tables.elasticity[row]);
  }
}

/** c of `sched/swp.ts`: 1/2, 1/4 or 1/8 by the number of requests. */
function bonusShare(queueLength: number): number {
  return queueLength < 8 ? 1 / 2 : queueLength < 32 ? 1 / 4 : 1 / 8;
}
