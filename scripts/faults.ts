/**
 * The size of each of the artifact's faults: the paper's two workloads at two rates each, with that fault alone against
 * none, on the same five seeds. Of all schedulers and rates the one whose ANTT it changes most is shown. Prints the
 * table of docs/model.md.
 *
 *     npm run faults
 */
import { schedulerNames } from "../sched/registry.ts";
import { prepareRun, runComparison } from "../sim/study/run/run.ts";
import { estimate, type SchedulerSummary } from "../sim/study/run/summary.ts";
import { applyOverrides } from "../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario } from "../workloads/scenarios/scenario.ts";
import { allFaults, type Fault } from "../workloads/semantics/faults.ts";

/** Default and overloaded arrival rates of the paper's section 6.4, requests per second. */
const points = [
  { name: "multi-cnn-recorded", rate: 3 },
  { name: "multi-cnn-recorded", rate: 4 },
  { name: "multi-attnn", rate: 30 },
  { name: "multi-attnn", rate: 40 },
];

interface Effect {
  readonly place: string;
  readonly without: SchedulerSummary;
  readonly withFault: SchedulerSummary;
  /** |change of ANTT| / ANTT */
  readonly relative: number;
}

async function scenarioAt({ name, rate }: (typeof points)[number]): Promise<Scenario> {
  const scenario = await loadScenario(name, schedulerNames);
  return applyOverrides(scenario, { rate, seed: 1, seeds: 5, schedulers: ["all"] }, schedulerNames);
}

/** What a fault needs to show at all: a predictor with a window; attention tables at their own length. */
function settingFor(fault: Fault, scenario: Scenario): Scenario {
  if (fault === "window-division") return { ...scenario, dysta: { ...scenario.dysta, predictor: "last-n" } };
  if (fault !== "fixed-sequence-length") return scenario;
  const { sequenceLength: _, ...atOwnLength } = scenario;
  return atOwnLength;
}

async function summariesOf(scenario: Scenario): Promise<readonly SchedulerSummary[]> {
  const { summaries, mistake } = await runComparison(await prepareRun(scenario), { keepSchedules: false });
  if (mistake !== undefined) throw mistake;
  return summaries;
}

function change(without: SchedulerSummary, withFault: SchedulerSummary, metric: "antt" | "violationRate") {
  return estimate(withFault.perSeed.map(({ metrics }, k) => metrics[metric] - without.perSeed[k].metrics[metric]));
}

async function effectsOf(fault: Fault): Promise<Effect[]> {
  const effects: Effect[] = [];
  for (const point of points) {
    const scenario = settingFor(fault, await scenarioAt(point));
    const without = await summariesOf(scenario);
    const withFault = await summariesOf({ ...scenario, faults: [fault] });
    for (const [k, one] of without.entries()) {
      const relative = Math.abs(change(one, withFault[k], "antt").mean) / one.overall.antt.mean;
      effects.push({ place: `${point.name}, ${point.rate}/s`, without: one, withFault: withFault[k], relative });
    }
  }
  return effects;
}

function row(fault: Fault, effects: readonly Effect[]): string {
  const largest = effects.reduce((a, b) => (b.relative > a.relative ? b : a));
  if (largest.relative === 0) return `| \`${fault}\` | none at these points | | | |`;
  const { place, without, withFault } = largest;
  const cell = (metric: "antt" | "violationRate", scale: number) => {
    const { mean, ci95 } = change(without, withFault, metric);
    const sign = mean < 0 ? "−" : "+";
    const before = (without.overall[metric].mean * scale).toFixed(2);
    return `${before} ${sign} ${Math.abs(mean * scale).toFixed(2)} (± ${((ci95 ?? 0) * scale).toFixed(2)})`;
  };
  return `| \`${fault}\` | ${place} | ${without.scheduler} | ${cell("antt", 1)} | ${cell("violationRate", 100)} |`;
}

process.stdout.write("| fault | most changed at | scheduler | ANTT | violations % |\n|---|---|---|---|---|\n");
for (const fault of allFaults) process.stdout.write(`${row(fault, await effectsOf(fault))}\n`);
