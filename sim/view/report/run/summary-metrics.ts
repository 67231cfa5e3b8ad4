/** The metrics of `summary.json` as numbers. */
import type { MetricName } from "../../../core/metrics.ts";
import type { Ends } from "../../../study/run/bounded-interval.ts";
import type { Estimate } from "../../../study/run/summary.ts";
import type { RunData } from "./run-data.ts";

/** A metric of a scheduler: mean over the seeds and 95 % interval; older folders have no ends, only a half-width. */
export function metricOf({ summary }: RunData, scheduler: string, name: MetricName): Estimate {
  const entry: Readonly<Record<string, unknown>> = summary.schedulers[scheduler];
  const numberOf = (key: string) => (entry[key] ?? null) as number | null;
  const [mean, ci95] = [numberOf(name) ?? Number.NaN, numberOf(`${name}Ci95`)];
  const [low, high] = [numberOf(`${name}Low`), numberOf(`${name}High`)];
  return low === null || high === null ? { mean, ci95 } : { mean, ci95, ends: { low, high } };
}

/** The ends of an estimate's interval; both are the mean where there is none. */
export function endsOf({ mean, ci95, ends }: Estimate): Ends {
  return ends ?? { low: mean - (ci95 ?? 0), high: mean + (ci95 ?? 0) };
}

/** The schedulers that finished on every seed, in the order of the document. */
export function schedulerNames({ summary }: RunData): string[] {
  return Object.keys(summary.schedulers);
}
