/**
 * swp and swp_plus against Dysta, and all of them against the bounds: 23 points of rate and deadline on four workloads
 * and two workloads on which nothing was tuned, 20 seeds from 101, 1000 requests, free preemption, dispatch in software.
 * Prints the tables of docs/schedulers.md.
 *
 *     npm run schedulers
 */
import { type Bounds, boundsOf } from "../sched/bounds.ts";
import type { SchedulerName } from "../sched/registry.ts";
import { isolatedTimes, type Metrics } from "../sim/core/metrics.ts";
import { type RunSetup, runSetup } from "../sim/study/run/run-setup.ts";
import { simulateJob, workloadOf } from "../sim/study/run/simulate-job.ts";
import { estimate } from "../sim/study/run/summary.ts";
import { packagePath } from "../workloads/input/package-root.ts";
import { readTables } from "../workloads/scenarios/load-tables.ts";
import { scenarioFrom } from "../workloads/scenarios/scenario.ts";
import { comparisonWorkloads, type Point, points } from "./schedulers/points.ts";

const seeds = Array.from({ length: 20 }, (_, k) => 101 + k);
const schedulers = ["dysta", "swp", "swp_plus", "planaria", "sjf"] as const satisfies readonly SchedulerName[];
type Compared = (typeof schedulers)[number];

interface PointResult {
  readonly point: Point;
  /** Per seed, in percent. */
  readonly bounds: readonly Bounds[];
  readonly metrics: Readonly<Record<Compared, readonly Metrics[]>>;
}

async function setupOf({ workload, rate, slo }: Point): Promise<RunSetup> {
  const data = comparisonWorkloads[workload](rate, slo);
  const scenario = await scenarioFrom({ file: workload, folder: packagePath("test", "fixtures"), data });
  return runSetup(scenario, { profiles: readTables(scenario), accelerator: undefined });
}

async function measured(point: Point): Promise<PointResult> {
  const setup = await setupOf(point);
  const metrics: Record<Compared, Metrics[]> = { dysta: [], swp: [], swp_plus: [], planaria: [], sjf: [] };
  const bounds: Bounds[] = [];
  for (const seed of seeds) {
    const workload = workloadOf(setup, seed);
    bounds.push(boundsOf({ ...workload.requests, isolated: isolatedTimes(workload) }));
    for (const name of schedulers) {
      const job = { setup, seed, dispatch: "software", preemption: "free", keep: "metrics" } as const;
      const result = await simulateJob({ ...job, scheduler: { kind: "builtin", name } });
      metrics[name].push(result.metrics.overall);
    }
  }
  return { point, bounds, metrics };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (values: readonly number[]) => (100 * mean(values)).toFixed(2);
const violations = (metrics: readonly Metrics[]) => metrics.map(({ violationRate }) => violationRate);
const antts = (metrics: readonly Metrics[]) => metrics.map(({ antt }) => antt);

/** Paired differences from Dysta, with 95 % intervals: violations in points, ANTT in percent of Dysta's. */
function paired({ metrics }: PointResult, name: Compared) {
  const points = metrics[name].map((own, k) => 100 * (own.violationRate - metrics.dysta[k].violationRate));
  const relative = metrics[name].map((own, k) => 100 * (own.antt / metrics.dysta[k].antt - 1));
  return { violations: estimate(points), antt: estimate(relative) };
}

type Verdict = "better on both" | "worse" | "";

/** Beyond the interval: better on both metrics, or worse on at least one. */
function verdictOf(result: PointResult, name: Compared): Verdict {
  const differences = Object.values(paired(result, name));
  if (differences.every(({ mean, ci95 }) => mean + (ci95 ?? 0) < 0)) return "better on both";
  return differences.some(({ mean, ci95 }) => mean - (ci95 ?? 0) > 0) ? "worse" : "";
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
const shown = ({ mean, ci95 }: { mean: number; ci95: number | null }) => `${signed(mean)} ± ${(ci95 ?? 0).toFixed(2)}`;

function row(result: PointResult): string {
  const { point, bounds, metrics } = result;
  const pair = (name: Compared) => `${percent(violations(metrics[name]))} / ${mean(antts(metrics[name])).toFixed(2)}`;
  const change = (name: Compared) => {
    const { violations, antt } = paired(result, name);
    return `${shown(violations)} | ${shown(antt)} | ${verdictOf(result, name)}`;
  };
  const lower = percent(bounds.map(({ violationRate }) => violationRate.lower));
  const feasible = percent(bounds.map(({ violationRate }) => violationRate.feasible));
  const anttBound = mean(bounds.map(({ antt }) => antt.lower)).toFixed(2);
  const place = `${point.workload} ${point.rate}/s ×${point.slo}`;
  return `| ${place} | ${pair("sjf")} | ${pair("planaria")} | ${pair("dysta")} | ${change("swp")} | ${change("swp_plus")} | ${lower}…${feasible} / ${anttBound} |`;
}

/** Mean over points of the violations above the lower bound, in points. */
function meanGap(results: readonly PointResult[], name: Compared): string {
  const gap = ({ bounds, metrics }: PointResult) =>
    100 * mean(violations(metrics[name]).map((rate, k) => rate - bounds[k].violationRate.lower));
  return mean(results.map(gap)).toFixed(2);
}

function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

function table(title: string, results: readonly PointResult[]): void {
  print(`\n${title}\n`);
  print(
    "| point | sjf | planaria | dysta | swp: violations, points | swp: ANTT, % | | swp_plus: violations, points | swp_plus: ANTT, % | | bounds |",
  );
  print("|---|---|---|---|---|---|---|---|---|---|---|");
  for (const result of results) print(row(result));
  print();
  for (const name of ["swp", "swp_plus"] as const) {
    const count = (verdict: Verdict) => results.filter((result) => verdictOf(result, name) === verdict).length;
    print(
      `${name}: better on both at ${count("better on both")} of ${results.length} points, worse on one at ${count("worse")}.`,
    );
  }
  const gaps = schedulers.map((name) => `${name} ${meanGap(results, name)}`);
  print(`Mean gap to the lower bound of violations, points: ${gaps.join(", ")}.`);
}

const only = process.argv[2];
for (const [title, list] of Object.entries(points)) {
  if (only !== undefined && !title.startsWith(only)) continue;
  const results: PointResult[] = [];
  for (const point of list) results.push(await measured(point));
  table(title, results);
}
