/** People-readable tables of a comparison of schedulers. */
import pc from "picocolors";
import type { MetricName } from "../metrics.ts";
import type { Estimate, PairedDifference, SchedulerSummary } from "../summary.ts";
import { newTable } from "./table.ts";

interface Column {
  readonly title: string;
  readonly metric: MetricName;
  /** Which end of the scale is good; undefined = neither is. */
  readonly best?: "least" | "most";
  readonly scale?: number;
  readonly digits: number;
  /** Whether the 95 % interval is shown (the JSON document has all of them). */
  readonly interval?: boolean;
}

const columns: readonly Column[] = [
  { title: "violations %", metric: "violationRate", best: "least", scale: 100, digits: 2, interval: true },
  { title: "ANTT", metric: "antt", best: "least", digits: 2, interval: true },
  { title: "p50", metric: "p50", best: "least", digits: 2 },
  { title: "p95", metric: "p95", best: "least", digits: 1 },
  { title: "p99", metric: "p99", best: "least", digits: 1 },
  { title: "max", metric: "max", best: "least", digits: 0 },
  { title: "req/s", metric: "throughputPerS", best: "most", digits: 2 },
  { title: "STP", metric: "stp", best: "most", digits: 0 },
  { title: "preempt.", metric: "preemptions", digits: 0 },
  { title: "Jain", metric: "jain", best: "most", digits: 3 },
];

/** Networks that still fit side by side. */
const mostNetworks = 6;

/** Schedulers × metrics: means over seeds, 95 % intervals; a star on the best of each column. */
export function comparisonTable(summaries: readonly SchedulerSummary[]): string {
  const table = newTable(["scheduler", ...columns.map((column) => column.title)]);
  const best = columns.map((column) => bestText(summaries, column));
  for (const { scheduler, overall } of summaries) {
    table.push([scheduler, ...columns.map((column, k) => cell(overall[column.metric], column, best[k]))]);
  }
  return table.toString();
}

/** Schedulers × networks, each cell `violations % / ANTT`; one line instead where there are too many networks. */
export function perModelTable(summaries: readonly SchedulerSummary[]): string {
  const models = [...new Set(summaries.flatMap(({ perModel }) => Object.keys(perModel)))];
  if (models.length > mostNetworks) return `Per network (${models.length} of them): --json or --out`;
  const table = newTable(["violations %\n/ ANTT", ...models.map((model) => model.replace("/", "\n"))]);
  for (const { scheduler, perModel } of summaries) {
    table.push([
      scheduler,
      ...models.map((model) => {
        const { violationRate, antt } = perModel[model];
        return `${(violationRate.mean * 100).toFixed(1)} / ${antt.mean.toFixed(2)}`;
      }),
    ]);
  }
  return table.toString();
}

/** Differences from one scheduler on the same requests; an interval that excludes 0 is marked. */
export function differenceTable(differences: readonly PairedDifference[]): string {
  const table = newTable([`minus ${differences[0].against}`, "violations, points", "ANTT"]);
  for (const { scheduler, violationRate, antt } of differences) {
    table.push([scheduler, difference(violationRate, 100), difference(antt, 1)]);
  }
  return table.toString();
}

function cell(estimate: Estimate, column: Column, best: string | undefined): string {
  const value = scaled(estimate.mean, column);
  const interval = column.interval && estimate.ci95 !== null ? ` ±${scaled(estimate.ci95, column)}` : "";
  return value === best ? pc.green(`${value}${interval} *`) : `${value}${interval}  `;
}

function difference({ mean, ci95 }: Estimate, scale: number): string {
  const text = (mean * scale).toFixed(2);
  const value = Number(text) === 0 ? "0.00" : text.startsWith("-") ? text : `+${text}`;
  if (ci95 === null) return value;
  return `${value} ±${(ci95 * scale).toFixed(2)}${Math.abs(mean) > ci95 ? " !" : "  "}`;
}

/** The best value of a column as it is shown; undefined where all look alike. */
function bestText(summaries: readonly SchedulerSummary[], column: Column): string | undefined {
  const { metric, best } = column;
  const sorted = summaries.map(({ overall }) => overall[metric]).sort((a, b) => a.mean - b.mean);
  const texts = new Set(sorted.map((estimate) => scaled(estimate.mean, column)));
  if (best === undefined || texts.size < 2) return undefined;
  return scaled((best === "least" ? sorted[0] : sorted[sorted.length - 1]).mean, column);
}

function scaled(value: number, { scale = 1, digits }: Column): string {
  return (value * scale).toFixed(digits);
}
