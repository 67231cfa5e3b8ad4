/** People-readable tables of a comparison of schedulers. */
import type { MetricName } from "../../core/metrics.ts";
import type { Ends } from "../../study/run/bounded-interval.ts";
import { type Estimate, goodEnd, type PairedDifference, type SchedulerSummary } from "../../study/run/summary.ts";
import { fits, newTable, tight } from "./table.ts";
import { colours, wrapped } from "./terminal.ts";

interface Column {
  readonly title: string;
  readonly metric: MetricName;
  readonly scale?: number;
  readonly digits: number;
  /** Whether the 95 % interval is shown (the JSON document has all of them). */
  readonly interval?: boolean;
}

const metricColumns: readonly Column[] = [
  { title: "violations %", metric: "violationRate", scale: 100, digits: 2, interval: true },
  { title: "ANTT", metric: "antt", digits: 2, interval: true },
  { title: "on time %", metric: "onTimeRate", scale: 100, digits: 2 },
  { title: "mean ms", metric: "meanMs", digits: 1 },
  { title: "p95 ms", metric: "p95Ms", digits: 1 },
  { title: "p99 ms", metric: "p99Ms", digits: 1 },
  { title: "max ms", metric: "maxMs", digits: 0 },
  { title: "p50", metric: "p50", digits: 2 },
  { title: "p95", metric: "p95", digits: 1 },
  { title: "p99", metric: "p99", digits: 1 },
  { title: "max", metric: "max", digits: 0 },
  { title: "req/s", metric: "throughputPerS", digits: 2 },
  { title: "STP", metric: "stp", digits: 0 },
  { title: "preempt.", metric: "preemptions", digits: 0 },
  { title: "Jain", metric: "jain", digits: 3 },
];

/** What a narrow terminal goes without, first to last; violations and ANTT always stay. */
const expendable: readonly MetricName[] = [
  ...(["stp", "throughputPerS", "p50", "max", "p99", "p95", "jain", "preemptions"] as const),
  ...(["maxMs", "meanMs", "onTimeRate", "p99Ms", "p95Ms"] as const),
];

/** How wide tables are that go to no terminal. */
const fileColumns = 100;

/** With more networks there is no table of them. */
const maxNetworks = 6;

/**
 * Schedulers × metrics: means over seeds, 95 % intervals; a star on the best of each column.
 *
 * @param columns of the terminal, if it is one, else 100: what does not fit is left out, and named below.
 */
export function comparisonTable(summaries: readonly SchedulerSummary[], columns = fileColumns): string {
  let dropped = 0;
  const isShown = ({ metric }: Column) => !expendable.slice(0, dropped).includes(metric);
  let text = tight(metricsTable(summaries, metricColumns), columns);
  while (!fits(text, columns) && dropped < expendable.length) {
    dropped += 1;
    text = tight(metricsTable(summaries, metricColumns.filter(isShown)), columns);
  }
  if (dropped === 0) return text;
  const left = metricColumns.filter((column) => !isShown(column)).map(({ title }) => title);
  const note = `no room for ${left.join(", ")}: a wider terminal has them, and --json with all quantiles`;
  return `${text}\n${wrapped(note, columns)}`;
}

function metricsTable(summaries: readonly SchedulerSummary[], shown: readonly Column[]): string {
  const table = newTable(["scheduler", ...shown.map((column) => column.title)]);
  const best = shown.map((column) => bestText(summaries, column));
  for (const { scheduler, overall } of summaries) {
    table.push([scheduler, ...shown.map((column, k) => cell(overall[column.metric], column, best[k]))]);
  }
  return table.toString();
}

/**
 * Schedulers × networks, each cell `violations % / ANTT / p95 ms`; one line instead where there are too many networks.
 *
 * @param columns of the terminal, if it is one, else 100: networks that do not fit side by side go below.
 */
export function perModelTable(summaries: readonly SchedulerSummary[], columns = fileColumns): string {
  const models = [...new Set(summaries.flatMap(({ perModel }) => Object.keys(perModel)))];
  if (models.length > maxNetworks) return `Per network (${models.length} of them): --json or --out`;
  const tables: string[] = [];
  for (let from = 0; from < models.length; ) {
    let to = models.length;
    let text = tight(networksTable(summaries, models.slice(from, to)), columns);
    while (!fits(text, columns) && to > from + 1) {
      to -= 1;
      text = tight(networksTable(summaries, models.slice(from, to)), columns);
    }
    tables.push(text);
    from = to;
  }
  return tables.join("\n\n");
}

function networksTable(summaries: readonly SchedulerSummary[], models: readonly string[]): string {
  const table = newTable(["violations %\n/ ANTT / p95 ms", ...models.map((model) => model.replace("/", "\n"))]);
  for (const { scheduler, perModel } of summaries) {
    table.push([
      scheduler,
      ...models.map((model) => {
        // A network that others release has no request where all of these are dropped.
        if (perModel[model] === undefined) return "–";
        const { violationRate, antt, p95Ms } = perModel[model];
        return [(violationRate.mean * 100).toFixed(1), fixed(antt.mean, 2), fixed(p95Ms.mean, 1)].join(" / ");
      }),
    ]);
  }
  return table.toString();
}

/** Nothing is known of the turnaround where all requests were dropped. */
function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
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
  const interval = column.interval && estimate.ends !== undefined ? ` ${endsText(estimate.ends, column)}` : "";
  return value === best ? colours.green(`${value}${interval} *`) : `${value}${interval}  `;
}

/** The ends of an interval, to two digits of its width and no more than the value has: `(0.91–2.43)`, `(12–28)`. */
function endsText({ low, high }: Ends, { scale = 1, digits }: Column): string {
  const width = (high - low) * scale;
  const decimals = width > 0 ? Math.min(digits, Math.max(0, 1 - Math.floor(Math.log10(width)))) : digits;
  return `(${(low * scale).toFixed(decimals)}–${(high * scale).toFixed(decimals)})`;
}

function difference({ mean, ci95 }: Estimate, scale: number): string {
  const text = (mean * scale).toFixed(2);
  const value = Number(text) === 0 ? "0.00" : text.startsWith("-") ? text : `+${text}`;
  if (ci95 === null) return value;
  return `${value} ±${(ci95 * scale).toFixed(2)}${Math.abs(mean) > ci95 ? " !" : "  "}`;
}

/** The best value of a column as it is shown; undefined where all look alike. */
function bestText(summaries: readonly SchedulerSummary[], column: Column): string | undefined {
  const { metric } = column;
  const best = goodEnd[metric];
  const sorted = summaries.map(({ overall }) => overall[metric]).sort((a, b) => a.mean - b.mean);
  const texts = new Set(sorted.map((estimate) => scaled(estimate.mean, column)));
  if (best === undefined || texts.size < 2) return undefined;
  return scaled((best === "least" ? sorted[0] : sorted[sorted.length - 1]).mean, column);
}

function scaled(value: number, { scale = 1, digits }: Column): string {
  return (value * scale).toFixed(digits);
}
