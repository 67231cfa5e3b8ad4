/**
 * The size of each of the artifact's faults, and of β: the paper's two workloads at light load, near saturation and in
 * overload, with that fault alone against none (with that β against 0.01), on the same twenty seeds. Of all schedulers
 * and of both workloads the one whose ANTT a fault changes most is shown. Prints the tables of docs/model.md.
 *
 *     npm run faults                  everything
 *     npm run faults -- NAME          one fault, or beta
 */
import { schedulerNames } from "../sched/registry.ts";
import { prepareRun, runComparison } from "../sim/study/run/run.ts";
import { type Estimate, estimate, type SchedulerSummary } from "../sim/study/run/summary.ts";
import { applyOverrides } from "../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario } from "../workloads/scenarios/scenario.ts";
import { allFaults, type Fault } from "../workloads/semantics/faults.ts";

interface Point {
  readonly name: string;
  /** Requests per second. */
  readonly rate: number;
}

const seeds = { seed: 101, seeds: 20 };

/** By load (rate × mean latency alone): 0.68 and 0.72; 0.90 and 0.96; 1.13 and 1.20. */
const loads: Readonly<Record<string, readonly Point[]>> = {
  light: pointsAt(3, 30),
  "near saturation": pointsAt(4, 40),
  overload: pointsAt(5, 50),
};

function pointsAt(cnn: number, attention: number): Point[] {
  return [
    { name: "multi-cnn-recorded", rate: cnn },
    { name: "multi-attnn", rate: attention },
  ];
}

async function scenarioAt({ name, rate }: Point, schedulers: readonly string[]): Promise<Scenario> {
  return applyOverrides(await loadScenario(name, schedulerNames), { rate, ...seeds, schedulers }, schedulerNames);
}

async function summariesOf(scenario: Scenario): Promise<readonly SchedulerSummary[]> {
  const { summaries, mistake } = await runComparison(await prepareRun(scenario), { keepSchedules: false });
  if (mistake !== undefined) throw mistake;
  return summaries;
}

type Judged = "antt" | "violationRate";

function change(without: SchedulerSummary, changed: SchedulerSummary, metric: Judged): Estimate {
  return estimate(changed.perSeed.map(({ metrics }, k) => metrics[metric] - without.perSeed[k].metrics[metric]));
}

/** `10.61 + 0.02 (± 0.01)`: the value without, its mean change and the interval of that. */
function cell(without: SchedulerSummary, changed: SchedulerSummary, metric: Judged): string {
  const scale = metric === "violationRate" ? 100 : 1;
  const { mean, ci95 } = change(without, changed, metric);
  const sign = mean < 0 ? "−" : "+";
  const before = (without.overall[metric].mean * scale).toFixed(2);
  return `${before} ${sign} ${Math.abs(mean * scale).toFixed(2)} (± ${((ci95 ?? 0) * scale).toFixed(2)})`;
}

function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** What a fault needs to show at all: a predictor with a window; attention tables at their own length. */
function settingFor(fault: Fault, scenario: Scenario): Scenario {
  if (fault === "window-division") return { ...scenario, dysta: { ...scenario.dysta, predictor: "last-n" } };
  if (fault !== "fixed-sequence-length") return scenario;
  const { sequenceLength: _, ...atOwnLength } = scenario;
  return atOwnLength;
}

/** Without any fault, by point and setting: computed once. */
const baselines = new Map<string, readonly SchedulerSummary[]>();

async function baseline(key: string, scenario: Scenario): Promise<readonly SchedulerSummary[]> {
  const known = baselines.get(key) ?? (await summariesOf(scenario));
  baselines.set(key, known);
  return known;
}

interface Effect {
  readonly place: string;
  readonly without: SchedulerSummary;
  readonly withFault: SchedulerSummary;
  /** |change of ANTT| / ANTT */
  readonly relative: number;
}

async function effectsOf(fault: Fault, points: readonly Point[]): Promise<Effect[]> {
  const effects: Effect[] = [];
  for (const point of points) {
    const plain = await scenarioAt(point, ["all"]);
    const scenario = settingFor(fault, plain);
    const key = `${point.name} ${point.rate} ${scenario === plain ? "" : fault}`;
    const without = await baseline(key, scenario);
    const withFault = await summariesOf({ ...scenario, faults: [fault] });
    for (const [k, one] of without.entries()) {
      const relative = Math.abs(change(one, withFault[k], "antt").mean) / one.overall.antt.mean;
      effects.push({ place: `${point.name}, ${point.rate}/s`, without: one, withFault: withFault[k], relative });
    }
  }
  return effects;
}

async function faultTable(faults: readonly Fault[]): Promise<void> {
  print("| fault | load | most changed at | scheduler | ANTT | violations % |\n|---|---|---|---|---|---|");
  for (const fault of faults) {
    for (const [load, points] of Object.entries(loads)) {
      const effects = await effectsOf(fault, points);
      const { place, without, withFault, relative } = effects.reduce((a, b) => (b.relative > a.relative ? b : a));
      const cells =
        relative === 0
          ? "no schedule changes | | | "
          : `${place} | ${without.scheduler} | ${cell(without, withFault, "antt")} | ${cell(without, withFault, "violationRate")}`;
      print(`| \`${fault}\` | ${load} | ${cells} |`);
    }
  }
}

/** Where β can have a say: alone, in software, in the unit that scores before it dispatches or beside the layer. */
const betaSettings: Readonly<Record<string, (scenario: Scenario) => Scenario>> = {
  dysta_static: (scenario) => ({ ...scenario, schedulers: ["dysta_static"] }),
  "dysta in software": (scenario) => scenario,
  "dysta in hardware": (scenario) => ({ ...scenario, dispatch: "hardware" }),
  "dysta in hardware, overlapped": (scenario) => ({
    ...scenario,
    dispatch: "hardware",
    unit: { ...scenario.unit, rescoring: "overlapped" },
  }),
};

const betas = [0.1, 0.9];

/** One row for each β. @param begin of every row. */
async function betaRows(begin: string, point: Point, apply: (scenario: Scenario) => Scenario): Promise<void> {
  const scenario = apply(await scenarioAt(point, ["dysta"]));
  const [without] = await summariesOf(scenario);
  for (const beta of betas) {
    const [changed] = await summariesOf({ ...scenario, dysta: { ...scenario.dysta, beta } });
    const cells = `${cell(without, changed, "antt")} | ${cell(without, changed, "violationRate")}`;
    print(`| ${begin} | ${point.name}, ${point.rate}/s | ${beta} | ${cells} |`);
  }
}

async function betaTable(): Promise<void> {
  print(
    "| scheduler | load | point | β | ANTT at β = 0.01, change | violations %, change |\n|---|---|---|---|---|---|",
  );
  for (const [setting, apply] of Object.entries(betaSettings)) {
    for (const [load, points] of Object.entries(loads)) {
      for (const point of points) await betaRows(`${setting} | ${load}`, point, apply);
    }
  }
}

const only = process.argv[2];
const chosen = allFaults.filter((fault) => only === undefined || fault === only);
if (chosen.length === 0 && only !== "beta") throw new Error(`no fault ${only}: ${allFaults.join(", ")}, or beta`);
if (chosen.length > 0) await faultTable(chosen);
if (only === undefined || only === "beta") {
  print();
  await betaTable();
}
