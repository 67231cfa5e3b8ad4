/**
 * α of SDRM3, swept on built-in scenarios at their own rate: seeds 1 to 20, dispatch in software, free preemption. Prints
 * violations and ANTT of each α, and the line of `tunedAlpha` in sim/study/run/sdrm3-alpha.ts.
 *
 *     npm run sdrm3-alpha                 every built-in scenario
 *     npm run sdrm3-alpha -- NAME…        some
 */
import { schedulerNames } from "../sched/registry.ts";
import { cacheFolder } from "../sim/results/cache.ts";
import { prepareRun, runComparison } from "../sim/study/run/run.ts";
import { sweptAlphas } from "../sim/study/run/sdrm3-alpha.ts";
import { applyOverrides } from "../workloads/scenarios/overrides.ts";
import { listScenarios, loadScenario } from "../workloads/scenarios/scenario.ts";

async function metricsOf(name: string, alpha: number): Promise<{ violations: number; antt: number }> {
  const loaded = await loadScenario(name, schedulerNames);
  const overrides = { seed: 1, seeds: 20, schedulers: ["sdrm3"], preemption: "free" };
  const scenario = { ...applyOverrides(loaded, overrides, schedulerNames), sdrm3: { alpha } };
  const prepared = await prepareRun(scenario, { cache: cacheFolder(undefined) });
  const { summaries, mistake } = await runComparison(prepared, { keepSchedules: false });
  if (mistake !== undefined) throw mistake;
  const { violationRate, antt } = summaries[0].overall;
  return { violations: violationRate.mean, antt: antt.mean };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : listScenarios().map(({ name }) => name);
print(`| scenario | ${sweptAlphas.map((alpha) => `α ${alpha}`).join(" | ")} | best |`);
print(`|---|${sweptAlphas.map(() => "---|").join("")}---|`);
for (const name of names) {
  const found: { alpha: number; violations: number; antt: number }[] = [];
  for (const alpha of sweptAlphas) found.push({ alpha, ...(await metricsOf(name, alpha)) });
  const best = found.reduce((a, b) => ((b.violations - a.violations || b.antt - a.antt) < 0 ? b : a));
  const cells = found.map(({ violations, antt }) => `${(violations * 100).toFixed(2)} / ${antt.toFixed(2)}`);
  print(`| ${name} | ${cells.join(" | ")} | ${best.alpha} |`);
}
