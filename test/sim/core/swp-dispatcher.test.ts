/** The scheduling unit of `swp` as the dispatch of a run: in doubles and free it must give the very schedule of the software. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedDriver } from "../../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { IdealDriver } from "../../../hw/scheduling-unit/ideal-driver.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { Swp } from "../../../sched/swp.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { HardwareDispatcher } from "../../../sim/core/hardware-dispatcher.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import { unitTables } from "../../../sim/core/unit-setup.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { randomWorkload } from "../../models/random-workload.ts";

const loops = { free: IdealDriver, counted: CountedDriver, stepped: SteppedDriver };
const policies = ["swp", "swp_plus"] as const;

function optionsOf({ profiles }: Workload) {
  const predictor = predictorParameters({ predictor: "last-one", lastN: 3 }, corrected);
  const elasticity = profiles.map((_, index) => [0.4, 0, 1.5][index % 3]);
  return { predictor, alpha: profiles.map(() => 1), elasticity, preemptionCost: 0 };
}

function inHardware(workload: Workload, kind: keyof typeof loops, given: Partial<SchedulingUnit>) {
  const options = optionsOf(workload);
  const unit = {
    ...defaultUnit(given.format ?? "fp64"),
    policy: "swp" as const,
    secondsPerTick: workload.secondsPerTick,
    ...given,
  };
  const tables = unitTables(unit, workload, options);
  const dispatch = new HardwareDispatcher(
    workload,
    new Swp(unit.policy === "swp_plus" ? "swp_plus" : "swp"),
    (host) => new loops[kind](unit, tables, host),
    { ...unit, beta: 0.01 },
  );
  return { schedule: simulate(workload, dispatch, options), report: dispatch.report() };
}

describe.each(policies)("%s in hardware", (policy) => {
  it("gives the software's schedule in doubles, free and deep enough, on random workloads", () => {
    let contested = 0;
    let different = 0;
    fc.assert(
      fc.property(randomWorkload({ emptyLayers: true }), (workload) => {
        const { schedule, report } = inHardware(workload, "free", { policy, fifoDepth: workload.requests.count });
        const software = simulate(workload, new SoftwareDispatcher(new Swp(policy), corrected), optionsOf(workload));
        contested += report.contested;
        different += report.decisions - report.equal;
        // Seconds and ticks round differently: scores that differ in the last bit of a double may change places.
        expect(report.regretMaxS).toBeLessThan(1e-9);
        if (report.equal === report.decisions) expect(schedule).toEqual(software);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(contested).toBeGreaterThan(5000);
    expect(different / contested).toBeLessThan(0.01);
  });

  it("gives one schedule and one report, counted and stepped", () => {
    const units = fc.record({
      format: fc.constantFrom("fp16" as const, "fp32" as const, "fp64" as const),
      fifoDepth: fc.constantFrom(1, 2, 5, 64),
    });
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20, emptyLayers: true }), units, (workload, unit) => {
        const given = { ...unit, policy, secondsPerTick: Math.min(workload.secondsPerTick, 5e-9) };
        expect(inHardware(workload, "stepped", given)).toEqual(inHardware(workload, "counted", given));
      }),
      { numRuns: 50, seed: 2 },
    );
  });
});
