/** The metrics of `summary.json` as numbers, and the colour each scheduler has in every figure. */
import type { MetricName } from "../../../core/metrics.ts";
import type { Estimate } from "../../../study/run/summary.ts";
import { palette } from "../../plots/look.ts";
import type { RunData } from "./run-data.ts";

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

/** One colour for a family of schedulers; a user's own are black. */
const familyColours: Readonly<Record<string, string>> = {
  fcfs: palette.grey,
  sjf: palette.blue,
  sjf_sparse: palette.blue,
  prema: palette.orange,
  prema_sparse: palette.orange,
  prema_once: palette.orange,
  prema_recount: palette.orange,
  planaria: palette.pink,
  planaria_artifact: palette.pink,
  sdrm3: palette.sky,
  sdrm3_sparse: palette.sky,
  edf: palette.green,
  llf: palette.green,
  dysta_static: palette.vermilion,
  dysta_naive: palette.vermilion,
  dysta: palette.vermilion,
  dysta_pattern: palette.vermilion,
  dysta_oracle: palette.vermilion,
};

function schedulerColour(scheduler: string): string {
  return familyColours[scheduler] ?? palette.black;
}

/** Names and their colours as a scale of a plot. */
export function schedulerScale(names: readonly string[]): { domain: string[]; range: string[] } {
  return { domain: [...names], range: names.map(schedulerColour) };
}
