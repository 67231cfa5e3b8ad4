/** The tables a report begins with: every metric of every scheduler, and of every network. */
import type { MetricName } from "../../../core/metrics.ts";
import type { RunData } from "../../../study/run/run-data.ts";
import { endsOf } from "../../../study/run/summary.ts";
import type { NumberTable, TableColumn } from "../../plots/figure.ts";
import { metricOf, networkMetricOf, schedulerNames } from "./summary-metrics.ts";

interface MetricColumn extends TableColumn {
  readonly metric: MetricName;
  readonly digits: number;
  readonly scale?: number;
  /** Which end is good, if one is. */
  readonly best?: "least" | "most";
}

const metricColumns: readonly MetricColumn[] = [
  { title: "violations %", metric: "violationRate", digits: 2, scale: 100, best: "least" },
  { title: "on time %", metric: "onTimeRate", digits: 2, scale: 100, best: "most" },
  { title: "dropped %", metric: "dropRate", digits: 2, scale: 100, best: "least" },
  { title: "mean ms", metric: "meanMs", digits: 2, best: "least" },
  { title: "p50 ms", metric: "p50Ms", digits: 2, best: "least" },
  { title: "p95 ms", metric: "p95Ms", digits: 2, best: "least" },
  { title: "p99 ms", metric: "p99Ms", digits: 2, best: "least" },
  { title: "max ms", metric: "maxMs", digits: 1, best: "least" },
  { title: "ANTT", metric: "antt", digits: 2, best: "least" },
  { title: "p50", metric: "p50", digits: 2, best: "least" },
  { title: "p95", metric: "p95", digits: 1, best: "least" },
  { title: "p99", metric: "p99", digits: 1, best: "least" },
  { title: "max", metric: "max", digits: 0, best: "least" },
  { title: "req/s", metric: "throughputPerS", digits: 2, best: "most" },
  { title: "STP", metric: "stp", digits: 1, best: "most" },
  { title: "preempt.", metric: "preemptions", digits: 0 },
  { title: "Jain", metric: "jain", digits: 3, best: "most" },
];

/** Metrics whose interval is shown beside them. */
const withInterval: readonly MetricName[] = ["violationRate", "antt"];

type Shown = "mean" | "low" | "high";

const shownColumns = metricColumns.flatMap((column): (MetricColumn & { readonly shown: Shown })[] => [
  { ...column, shown: "mean" },
  ...(withInterval.includes(column.metric)
    ? ([
        { ...column, title: "95 % from", shown: "low" },
        { ...column, title: "to", shown: "high" },
      ] as const)
    : []),
]);

/** Means over the seeds, as in `summary.json`. */
export function metricsTable(data: RunData): NumberTable {
  return {
    title: "Metrics of every scheduler",
    columns: [{ title: "scheduler" }, ...shownColumns.map(({ title, digits }) => ({ title, digits }))],
    rows: schedulerNames(data).map((scheduler) => [
      scheduler,
      ...shownColumns.map(({ metric, scale = 1, shown }) => {
        const estimate = metricOf(data, scheduler, metric);
        // Folders of older versions do not say all of them.
        if (shown === "mean") return Number.isNaN(estimate.mean) ? null : estimate.mean * scale;
        return estimate.ci95 === null ? null : endsOf(estimate)[shown] * scale;
      }),
    ]),
  };
}

/** Whether a cell of `metricsTable` is, as it is shown, the best of its column. */
export function isBestOf({ rows }: NumberTable): (row: number, column: number) => boolean {
  const bestText = shownColumns.map(({ best, digits, shown }, k) => {
    if (best === undefined || shown !== "mean") return undefined;
    const values = rows.map((row) => row[k + 1]).filter((value) => typeof value === "number");
    const texts = new Set(values.map((value) => value.toFixed(digits)));
    if (texts.size < 2) return undefined;
    return (best === "least" ? Math.min(...values) : Math.max(...values)).toFixed(digits);
  });
  return (row, column) => {
    const cell = rows[row][column];
    const text = bestText[column - 1];
    return text !== undefined && typeof cell === "number" && cell.toFixed(shownColumns[column - 1].digits) === text;
  };
}

/** Violations of every network under every scheduler, and ANTT. */
export function networkTables(data: RunData): NumberTable[] {
  const names = schedulerNames(data);
  const { schedulers } = data.summary;
  const networks = [...new Set(names.flatMap((name) => Object.keys(schedulers[name].perModel)))];
  const tableOf = (title: string, metric: MetricName, digits: number, scale: number): NumberTable => ({
    title,
    columns: [{ title: "scheduler" }, ...networks.map((network) => ({ title: network, digits }))],
    rows: names.map((name) => [
      name,
      ...networks.map((network) => {
        const { mean } = networkMetricOf(data, name, network, metric);
        return Number.isNaN(mean) ? null : mean * scale;
      }),
    ]),
  });
  return [
    tableOf("Violations % of every network", "violationRate", 1, 100),
    tableOf("ANTT of every network", "antt", 2, 1),
    tableOf("On time % of every network", "onTimeRate", 2, 100),
    tableOf("Dropped % of every network", "dropRate", 2, 100),
    tableOf("Mean turnaround of every network, ms", "meanMs", 2, 1),
    tableOf("95 % turnaround of every network, ms", "p95Ms", 2, 1),
    tableOf("99 % turnaround of every network, ms", "p99Ms", 2, 1),
    tableOf("Longest turnaround of every network, ms", "maxMs", 1, 1),
  ];
}

/** How every other scheduler differs from one, on the same requests. */
export function differencesTable({ summary }: RunData): NumberTable | undefined {
  const { differences = [] } = summary;
  if (differences.length === 0) return undefined;
  return {
    title: `Differences from ${differences[0].against} on the same requests`,
    columns: [
      { title: "scheduler" },
      { title: "violations, points", digits: 2 },
      { title: "± 95 %", digits: 2 },
      { title: "ANTT", digits: 3 },
      { title: "± 95 %", digits: 3 },
    ],
    rows: differences.map(({ scheduler, violationRate, violationRateCi95, antt, anttCi95 }) => [
      scheduler,
      violationRate * 100,
      violationRateCi95 === null ? null : violationRateCi95 * 100,
      antt,
      anttCi95,
    ]),
  };
}

/** What no schedule of the run's requests can beat, and what full knowledge reaches; of runs that have bounds. */
export function boundsTable({ summary: { bounds } }: RunData): NumberTable | undefined {
  if (bounds === undefined) return undefined;
  const { violationRate, antt } = bounds;
  return {
    title: "Bounds: no schedule is below the first; knowing the future and preempting within layers reaches the second",
    columns: [{ title: "" }, { title: "violations %", digits: 2 }, { title: "ANTT", digits: 3 }],
    rows: [
      ["lower bound", violationRate.lower * 100, antt.lower],
      ["feasible", violationRate.feasible * 100, antt.feasible],
    ],
  };
}
