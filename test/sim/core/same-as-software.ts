import { expect } from "vitest";
import { schedulerNames } from "../../../sched/registry.ts";
import { prepareRun } from "../../../sim/study/run/run.ts";
import { simulateJob } from "../../../sim/study/run/simulate-job.ts";
import { applyOverrides } from "../../../workloads/scenarios/overrides.ts";
import { loadScenario } from "../../../workloads/scenarios/scenario.ts";

/** The scheduling unit in doubles, free and deep, must schedule a built-in scenario as the software does. */
export async function expectSameAsSoftware(name: string): Promise<void> {
  const unit = { format: "fp64", decisionCost: "free", fifoDepth: 4096 };
  const scenario = applyOverrides(
    await loadScenario(name, schedulerNames),
    { dispatch: "hardware", unit, schedulers: ["dysta"] },
    schedulerNames,
  );
  const { setup, seeds } = await prepareRun(scenario, { cache: ".dysta-cache" });
  const scheduler = { kind: "builtin", name: "dysta" } as const;
  const run = (seed: number, dispatch: "software" | "hardware") =>
    simulateJob({ setup, seed, scheduler, dispatch, preemption: "free", keep: "schedule" });
  for (const seed of seeds) {
    const hardware = await run(seed, "hardware");
    expect(hardware.schedule).toEqual((await run(seed, "software")).schedule);
    expect(hardware.unit).toMatchObject({ equal: hardware.schedule?.decisionCount, regretMaxS: 0 });
  }
}
