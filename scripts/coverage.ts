/**
 * How often the 95 % intervals of `dysta run` hold the true mean: of workloads of `npm run schedulers` 400 seeds are run;
 * their mean is the truth, and 2000 times 20 of them are drawn, as a run of 20 seeds would. Prints the table of
 * docs/schedulers.md.
 *
 *     npm run coverage
 */
import type { SchedulerName } from "../sched/registry.ts";
import { boundedInterval } from "../sim/study/run/bounded-interval.ts";
import { runSetup } from "../sim/study/run/run-setup.ts";
import { simulateJob } from "../sim/study/run/simulate-job.ts";
import { estimate, metricRange } from "../sim/study/run/summary.ts";
import { packagePath } from "../workloads/input/package-root.ts";
import { MersenneTwister } from "../workloads/random/mersenne-twister.ts";
import { readTables } from "../workloads/scenarios/load-tables.ts";
import { scenarioFrom } from "../workloads/scenarios/scenario.ts";
import { comparisonWorkloads, type Point } from "./schedulers/points.ts";

const points: readonly Point[] = [
  { workload: "attention", rate: 30, slo: 10 },
  { workload: "attention", rate: 30, slo: 50 },
  { workload: "attention", rate: 40, slo: 10 },
  { workload: "cnn", rate: 3, slo: 25 },
  { workload: "cnn", rate: 4, slo: 10 },
  { workload: "cnn", rate: 5, slo: 10 },
];
const schedulers = ["fcfs", "sjf", "dysta", "swp_plus"] as const satisfies readonly SchedulerName[];
const populationSeeds = 400;
const samples = 2000;
const sampleSeeds = 20;

interface Population {
  readonly violationRate: number[];
  readonly antt: number[];
}

async function populationOf({ workload, rate, slo }: Point, name: SchedulerName): Promise<Population> {
  const data = comparisonWorkloads[workload](rate, slo);
  const scenario = await scenarioFrom({ file: workload, folder: packagePath("test", "fixtures"), data });
  const setup = runSetup(scenario, { profiles: readTables(scenario), accelerator: undefined });
  const population: Population = { violationRate: [], antt: [] };
  for (let seed = 1; seed <= populationSeeds; seed++) {
    const job = { setup, seed, dispatch: "software", preemption: "free", keep: "metrics" } as const;
    const { metrics } = await simulateJob({ ...job, scheduler: { kind: "builtin", name } });
    population.violationRate.push(metrics.overall.violationRate);
    population.antt.push(metrics.overall.antt);
  }
  return population;
}

/** Shares of samples whose interval holds the mean of `values`, in percent: the interval shown, and Student's t. */
function coverage(values: readonly number[], metric: keyof Population): { shown: number; plain: number } {
  const random = new MersenneTwister(1);
  const truth = estimate(values).mean;
  const range = metricRange(metric, sampleSeeds * 1000);
  let [shown, plain] = [0, 0];
  for (let k = 0; k < samples; k++) {
    const sample = Array.from({ length: sampleSeeds }, () => values[Math.floor(random.random() * values.length)]);
    const { low, high } = boundedInterval(sample, range);
    const { mean, ci95 } = estimate(sample);
    if (low <= truth && truth <= high) shown += 1;
    if (Math.abs(mean - truth) <= (ci95 ?? 0)) plain += 1;
  }
  return { shown: (shown / samples) * 100, plain: (plain / samples) * 100 };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

print("| point | scheduler | violations %: mean | held | by Student's t | ANTT: mean | held | by Student's t |");
print("|---|---|---|---|---|---|---|---|");
const held: Record<keyof Population, number[]> = { violationRate: [], antt: [] };
for (const point of points) {
  for (const name of schedulers) {
    const population = await populationOf(point, name);
    const cells = (["violationRate", "antt"] as const).flatMap((metric) => {
      const { shown, plain } = coverage(population[metric], metric);
      held[metric].push(shown);
      const scale = metric === "antt" ? 1 : 100;
      return [(estimate(population[metric]).mean * scale).toFixed(3), shown.toFixed(1), plain.toFixed(1)];
    });
    print(`| ${point.workload} ${point.rate}/s ×${point.slo} | ${name} | ${cells.join(" | ")} |`);
  }
}
for (const [metric, shares] of Object.entries(held)) {
  print(
    `\n${metric}: ${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)} %, mean ${estimate(shares).mean.toFixed(1)} %.`,
  );
}
