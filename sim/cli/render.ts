/** People-readable tables of a comparison of schedulers. */
import Table from "cli-table3";
import pc from "picocolors";
import type { MetricName } from "../metrics.ts";
import type { Estimate, MetricEstimates, PairedDifference, SchedulerSummary } from "../summary.ts";

interface Column {
  readonly title: string;
  readonly metric: MetricName;
  /** Which end of the scale is good; undefined = neither is. */
  readonly best?: "least" | "most";
  readonly scale?: number;
  readonly digits: number;
}

const columns: readonly Column[] = [
  { title: "violations %", metric: "violationRate", best: "least", scale: 100, digits: 2 },
  { title: "ANTT", metric: "antt", best: "least", digits: 2 },
  { title: "p50", metric: "p50", best: "least", digits: 2 },
  { title: "p95", metric: "p95", best: "least", digits: 1 },
  { title: "p99", metric: "p99", best: "least", digits: 1 },
  { title: "max", metric: "max", best: "least", digits: 1 },
  { title: "req/s", metric: "throughputPerS", best: "most", digits: 2 },
  { title: "STP", metric: "stp", best: "most", digits: 0 },
  { title: "preempt.", metric: "preemptions", digits: 0 },
  { title: "Jain", metric: "jain", best: "most", digits: 3 },
];

/** Schedulers × metrics: means over seeds with 95 % intervals; the best of each column is marked with a star. */
export function comparisonTable(summaries: readonly SchedulerSummary[]): string {
  const table = newTable(["scheduler", ...columns.map((column) => column.title)]);
  const best = columns.map((column) => bestValue(summaries, column));
  for (const { scheduler, overall } of summaries) {
    table.push([scheduler, ...columns.map((column, k) => cell(overall, column, best[k]))]);
  }
  return table.toString();
}

/** Schedulers × networks, each cell `violations % / ANTT`. */
export function perModelTable(summaries: readonly SchedulerSummary[]): string {
  const models = [...new Set(summaries.flatMap(({ perModel }) => Object.keys(perModel)))];
  const table = newTable(["violations % / ANTT", ...summaries.map(({ scheduler }) => scheduler)]);
  for (const model of models) {
    table.push([
      model,
      ...summaries.map(({ perModel }) => {
        const metrics = perModel[model];
        if (metrics === undefined) return "–";
        return `${(metrics.violationRate.mean * 100).toFixed(1)} / ${metrics.antt.mean.toFixed(2)}`;
      }),
    ]);
  }
  return table.toString();
}

/** Differences from one scheduler on the same requests; an interval that excludes 0 is marked. */
export function differenceTable(differences: readonly PairedDifference[]): string {
  const against = differences[0]?.against ?? "";
  const table = newTable([`minus ${against}`, "violations, points", "ANTT"]);
  for (const { scheduler, violationRate, antt } of differences) {
    table.push([scheduler, signed(violationRate, 100), signed(antt, 1)]);
  }
  return table.toString();
}

function newTable(head: string[]) {
  const colAligns = head.map((_, k) => (k === 0 ? ("left" as const) : ("right" as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function cell(metrics: MetricEstimates, column: Column, best: number | undefined): string {
  const estimate = metrics[column.metric];
  const text = withInterval(estimate, column);
  return estimate.mean === best ? pc.green(`${text} *`) : `${text}  `;
}

function withInterval({ mean, ci95 }: Estimate, { scale = 1, digits }: Column): string {
  const value = (mean * scale).toFixed(digits);
  return ci95 === null ? value : `${value} ±${(ci95 * scale).toFixed(digits)}`;
}

function signed({ mean, ci95 }: Estimate, scale: number): string {
  const value = `${mean < 0 ? "" : "+"}${(mean * scale).toFixed(2)}`;
  if (ci95 === null) return value;
  return `${value} ±${(ci95 * scale).toFixed(2)}${Math.abs(mean) > ci95 ? " !" : "  "}`;
}

function bestValue(summaries: readonly SchedulerSummary[], { metric, best }: Column): number | undefined {
  if (best === undefined || summaries.length < 2) return undefined;
  const values = summaries.map(({ overall }) => overall[metric].mean);
  const value = best === "least" ? Math.min(...values) : Math.max(...values);
  return values.every((other) => other === value) ? undefined : value;
}
