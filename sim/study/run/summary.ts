/** Metrics over several seeds: means, 95 % confidence intervals, paired differences between schedulers. */
import { type MetricName, type Metrics, metricNames, type RunMetrics } from "../../core/metrics.ts";
import { boundedInterval, type Ends, type ValueRange } from "./bounded-interval.ts";
import { tFactor95 } from "./student-t.ts";

/** A mean over seeds and the half-width of its 95 % confidence interval (Student's t; null with one seed). */
export interface Estimate {
  readonly mean: number;
  readonly ci95: number | null;
  /**
   * Of a metric that has a range: the ends of an interval that does not leave it. With one seed only of a share that was
   * none or all.
   */
  readonly ends?: Ends;
}

export type MetricEstimates = Readonly<Record<MetricName, Estimate>>;

export interface SchedulerSummary {
  readonly scheduler: string;
  readonly overall: MetricEstimates;
  /** Keyed by `model/pattern`; over the seeds in which it had a request. */
  readonly perModel: Readonly<Record<string, MetricEstimates>>;
  readonly perSeed: readonly { readonly seed: number; readonly metrics: Metrics }[];
}

/** How a scheduler differs from another on the very same requests: mean of the per-seed differences. */
export interface PairedDifference {
  readonly scheduler: string;
  readonly against: string;
  readonly antt: Estimate;
  readonly violationRate: Estimate;
}

/** The ends of an estimate's interval; both are the mean where there is none. */
export function endsOf({ mean, ci95, ends }: Estimate): Ends {
  return ends ?? { low: mean - (ci95 ?? 0), high: mean + (ci95 ?? 0) };
}

/** Mean and 95 % confidence interval of independent values; at least one. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, ci95: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, ci95: tFactor95(n - 1) * Math.sqrt(variance / n) };
}

/** Summarises one scheduler's runs, one per seed, in the order of the seeds. */
export function summarise(
  scheduler: string,
  runs: readonly { readonly seed: number; readonly metrics: RunMetrics }[],
): SchedulerSummary {
  const models = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics.perModel)));
  const perModel: Record<string, MetricEstimates> = {};
  for (const model of models) {
    perModel[model] = estimateAll(runs.flatMap(({ metrics }) => metrics.perModel[model] ?? []));
  }
  return {
    scheduler,
    overall: estimateAll(runs.map(({ metrics }) => metrics.overall)),
    perModel,
    perSeed: runs.map(({ seed, metrics }) => ({ seed, metrics: metrics.overall })),
  };
}

/** Differences of every other scheduler from `against`; both must have run the same seeds. */
export function pairedDifferences(
  summaries: readonly SchedulerSummary[],
  against: SchedulerSummary,
): PairedDifference[] {
  return summaries
    .filter((summary) => summary !== against)
    .map((summary) => ({
      scheduler: summary.scheduler,
      against: against.scheduler,
      antt: pairedDifference(summary, against, "antt"),
      violationRate: pairedDifference(summary, against, "violationRate"),
    }));
}

/** Who is best on a metric, and whom the paired 95 % intervals do not tell apart from it. */
export interface Standing {
  readonly metric: MetricName;
  readonly best: string;
  readonly tied: readonly string[];
}

/** Standings on every metric of which one end is good; none with one scheduler or one seed, which order nothing. */
export function standingsOf(summaries: readonly SchedulerSummary[]): Standing[] {
  if (summaries.length < 2 || summaries[0].perSeed.length < 2) return [];
  return metricNames.flatMap((metric) => {
    const end = goodEnd[metric];
    if (end === undefined) return [];
    const sign = end === "least" ? 1 : -1;
    const best = summaries.reduce((a, b) => (sign * (b.overall[metric].mean - a.overall[metric].mean) < 0 ? b : a));
    const others = summaries.filter((summary) => summary !== best);
    const tied = others.filter((summary) => {
      const { mean, ci95 } = pairedDifference(summary, best, metric);
      return sign * mean <= (ci95 ?? 0);
    });
    return [{ metric, best: best.scheduler, tied: tied.map(({ scheduler }) => scheduler) }];
  });
}

/** Which end of a metric is good, if one is and no other metric says the same. */
export const goodEnd: Readonly<Partial<Record<MetricName, "least" | "most">>> = {
  violationRate: "least",
  antt: "least",
  p50: "least",
  p95: "least",
  p99: "least",
  max: "least",
  throughputPerS: "most",
  stp: "most",
  jain: "most",
  meanMs: "least",
  p50Ms: "least",
  p95Ms: "least",
  p99Ms: "least",
  maxMs: "least",
};

function pairedDifference(summary: SchedulerSummary, against: SchedulerSummary, metric: MetricName): Estimate {
  return estimate(summary.perSeed.map(({ metrics }, k) => metrics[metric] - against.perSeed[k].metrics[metric]));
}

function estimateAll(metrics: readonly Metrics[]): MetricEstimates {
  const trials = metrics.reduce((sum, { requests }) => sum + requests, 0);
  const entries = metricNames.map((name) => {
    // Requests that were all dropped have no turnaround.
    const values = metrics.map((each) => each[name]).filter((value) => !Number.isNaN(value));
    return [name, rangedEstimate(values, metricRange(name, trials))] as const;
  });
  return Object.fromEntries(entries) as MetricEstimates;
}

/** As `estimate`, with the ends of an interval that does not leave the range of the values. */
export function rangedEstimate(values: readonly number[], range: ValueRange): Estimate {
  if (values.length === 0) return { mean: Number.NaN, ci95: null };
  const plain = estimate(values);
  const isExtreme = range.trials !== undefined && (plain.mean === range.least || plain.mean === range.most);
  return values.length === 1 && !isExtreme ? plain : { ...plain, ends: boundedInterval(values, range) };
}

/** How many requests a summary is of, over all seeds. */
export function requestsOf({ perSeed }: SchedulerSummary): number {
  return perSeed.reduce((sum, { metrics }) => sum + metrics.requests, 0);
}

/** @param trials requests of all seeds together. */
export function metricRange(name: MetricName, trials: number): ValueRange {
  if (["violationRate", "onTimeRate", "dropRate"].includes(name)) return { least: 0, most: 1, trials };
  if (name === "jain") return { least: 0, most: 1 };
  const isSlowdown = ["antt", "p50", "p95", "p99", "max"].includes(name);
  return { least: isSlowdown ? 1 : 0 };
}
