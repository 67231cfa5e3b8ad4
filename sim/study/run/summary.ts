/** Metrics over several seeds: means, 95 % confidence intervals, paired differences between schedulers. */
import { type MetricName, type Metrics, metricNames, type RunMetrics } from "../../core/metrics.ts";
import { tFactor95 } from "./student-t.ts";

/** A mean over seeds and the half-width of its 95 % confidence interval (Student's t; null with one seed). */
export interface Estimate {
  readonly mean: number;
  readonly ci95: number | null;
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
  const differences = (summary: SchedulerSummary, metric: MetricName) =>
    estimate(summary.perSeed.map(({ metrics }, k) => metrics[metric] - against.perSeed[k].metrics[metric]));
  return summaries
    .filter((summary) => summary !== against)
    .map((summary) => ({
      scheduler: summary.scheduler,
      against: against.scheduler,
      antt: differences(summary, "antt"),
      violationRate: differences(summary, "violationRate"),
    }));
}

/** Who is best on a metric, and whom the paired 95 % intervals do not tell apart from it. */
export interface Standing {
  readonly metric: "violationRate" | "antt";
  readonly best: string;
  readonly tied: readonly string[];
}

/** Standings on violations and ANTT; none with one scheduler or one seed, which order nothing. */
export function standingsOf(summaries: readonly SchedulerSummary[]): Standing[] {
  if (summaries.length < 2 || summaries[0].perSeed.length < 2) return [];
  return (["violationRate", "antt"] as const).map((metric) => {
    const best = summaries.reduce((a, b) => (b.overall[metric].mean < a.overall[metric].mean ? b : a));
    const tied = pairedDifferences(summaries, best).filter((difference) => {
      const { mean, ci95 } = difference[metric];
      return mean <= (ci95 ?? 0);
    });
    return { metric, best: best.scheduler, tied: tied.map(({ scheduler }) => scheduler) };
  });
}

function estimateAll(metrics: readonly Metrics[]): MetricEstimates {
  const entries = metricNames.map((name) => [name, estimate(metrics.map((each) => each[name]))] as const);
  return Object.fromEntries(entries) as MetricEstimates;
}
