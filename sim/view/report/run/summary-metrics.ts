/** The metrics of `summary.json` as numbers. */
import type { MetricName } from "../../../core/metrics.ts";
import type { RunData } from "../../../study/run/run-data.ts";
import type { Estimate } from "../../../study/run/summary.ts";

/** A metric of a scheduler: mean over the seeds and 95 % interval; older folders have no ends, only a half-width. */
export function metricOf({ summary }: RunData, scheduler: string, name: MetricName): Estimate {
  return estimateIn(summary.schedulers[scheduler], name);
}

/** The same of one network; NaN where the folder does not say. */
export function networkMetricOf({ summary }: RunData, scheduler: string, network: string, name: MetricName): Estimate {
  return estimateIn(summary.schedulers[scheduler].perModel[network] ?? {}, name);
}

/** A turnaround in milliseconds stands in a part of its own. */
function estimateIn(metrics: object, name: MetricName): Estimate {
  const [entry, key] = name.endsWith("Ms")
    ? [(metrics as { readonly turnaroundMs?: object }).turnaroundMs ?? {}, name.slice(0, -2)]
    : [metrics, name];
  const numberOf = (part: string) =>
    ((entry as Readonly<Record<string, unknown>>)[`${key}${part}`] ?? null) as number | null;
  const [mean, ci95] = [numberOf("") ?? Number.NaN, numberOf("Ci95")];
  const [low, high] = [numberOf("Low"), numberOf("High")];
  return low === null || high === null ? { mean, ci95 } : { mean, ci95, ends: { low, high } };
}

/** The schedulers that finished on every seed, in the order of the document. */
export function schedulerNames({ summary }: RunData): string[] {
  return Object.keys(summary.schedulers);
}
