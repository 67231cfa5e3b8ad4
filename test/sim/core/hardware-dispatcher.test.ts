/**
 * The scheduling unit as the dispatch of a run. In doubles, free and deep enough it must give the very schedule of the
 * software; with cycles it must still run everything once, one layer at a time.
 */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedDriver } from "../../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { IdealDriver } from "../../../hw/scheduling-unit/ideal-driver.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { Dysta } from "../../../sched/dysta.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { HardwareDispatcher } from "../../../sim/core/hardware-dispatcher.ts";
import { isolatedTimes } from "../../../sim/core/metrics.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import { unitTables } from "../../../sim/core/unit-setup.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { RecordedTables } from "../../../sim/study/conform/recorded-tables.ts";
import { scenarioRecording } from "../../../sim/study/conform/recordings.ts";
import { scenarioWorkload } from "../../../sim/study/conform/scenario-workload.ts";
import { listScenarios } from "../../../workloads/scenarios/scenario.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { randomReleases } from "../../models/random-releases.ts";
import { randomWorkload } from "../../models/random-workload.ts";
import { isOnHardware } from "../../workloads/stated-load.ts";
import { expectSameAsSoftware } from "./same-as-software.ts";

const eta = 0.01;
const dysta = () => new Dysta("dysta", { eta, clampSlack: true });
const loops = { free: IdealDriver, counted: CountedDriver, stepped: SteppedDriver };

interface Settings {
  readonly alpha?: readonly number[];
  readonly preemptionCost?: number;
}

function optionsOf(workload: Workload, { alpha = workload.profiles.map(() => 1), preemptionCost = 0 }: Settings) {
  return { predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected), alpha, preemptionCost };
}

function inSoftware(workload: Workload, settings: Settings = {}) {
  return simulate(workload, new SoftwareDispatcher(dysta(), corrected), optionsOf(workload, settings));
}

function inHardware(
  workload: Workload,
  kind: keyof typeof loops,
  given: Partial<SchedulingUnit>,
  settings: Settings = {},
) {
  const options = optionsOf(workload, settings);
  const unit = { ...defaultUnit(given.format ?? "fp64"), eta, secondsPerTick: workload.secondsPerTick, ...given };
  const tables = unitTables(unit, workload, { alpha: options.alpha, elasticity: [] });
  const dispatch = new HardwareDispatcher(workload, dysta(), (host) => new loops[kind](unit, tables, host), {
    ...unit,
    beta: 0.01,
  });
  return { schedule: simulate(workload, dispatch, options), report: dispatch.report() };
}

describe("in doubles, free and deep enough, the schedule is the software's", () => {
  it("on random workloads, with any α and price of preemption", () => {
    let decisions = 0;
    const settings = fc.record({
      alpha: fc.double({ min: 0.1, max: 3, noNaN: true }),
      preemptionCost: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(randomWorkload({ emptyLayers: true }), settings, (workload, { alpha, preemptionCost }) => {
        const given = { alpha: workload.profiles.map((_, index) => alpha * (index + 1)), preemptionCost };
        const { schedule, report } = inHardware(workload, "free", { fifoDepth: workload.requests.count }, given);
        expect(schedule).toEqual(inSoftware(workload, given));
        expect(report).toMatchObject({ equal: schedule.decisionCount, regretMaxS: 0, hostWaitMaxS: 0 });
        decisions += report.contested;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(decisions).toBeGreaterThan(10_000);
  });

  it("with requests that others release", () => {
    let released = 0;
    fc.assert(
      fc.property(randomReleases({ drops: false }), (workload) => {
        const { schedule, report } = inHardware(workload, "free", { fifoDepth: workload.requests.count });
        expect(schedule).toEqual(inSoftware(workload));
        expect(report).toMatchObject({ equal: schedule.decisionCount, hostWaitMaxS: 0 });
        released += schedule.finishOrder.length - (workload.requests.released?.arriving ?? 0);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(released).toBeGreaterThan(1000);
  });

  const scenarios = "test/reference/scenarios";
  const recorded = readdirSync(scenarios).filter((name) => !name.endsWith(".trace.json"));
  it("of which ten are recorded", () => expect(recorded).toHaveLength(10));
  it.each(recorded)("on the requests of %s", (name) => {
    const file = `${scenarios}/${name}`;
    const recording = scenarioRecording.parse(JSON.parse(readFileSync(file, "utf8")));
    const workload = scenarioWorkload(file, recording, new RecordedTables("test/reference"));
    const { schedule } = inHardware(workload, "free", { fifoDepth: 1024 });
    expect(schedule).toEqual(inSoftware(workload));
    const half = inHardware(workload, "free", { format: "fp16", fifoDepth: 1024, secondsPerTick: 5e-9 });
    expect(half.report.decisions).toBe(schedule.decisionCount);
    expect(half.report.equal / half.report.decisions).toBeGreaterThan(0.9);
  });

  it.each(listScenarios().filter(({ name }) => !isOnHardware(name)))("in scenario $name", async ({ name }) => {
    await expectSameAsSoftware(name);
  });
});

describe("with the unit's cycles", () => {
  const units = fc.record({
    format: fc.constantFrom("fp16" as const, "fp32" as const, "fp64" as const),
    fifoDepth: fc.constantFrom(1, 2, 5, 64),
    variant: fc.constantFrom("shared" as const, "separate" as const),
    rescoring: fc.constantFrom("before-dispatch" as const, "overlapped" as const),
  });
  const clock = (workload: Workload) => Math.min(workload.secondsPerTick, 5e-9);

  it("counted and stepped give one schedule, and one report", () => {
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20, emptyLayers: true }), units, (workload, unit) => {
        const given = { ...unit, secondsPerTick: clock(workload) };
        const counted = inHardware(workload, "counted", given);
        expect(inHardware(workload, "stepped", given)).toEqual(counted);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it("counted and stepped agree on requests that others release, and all of these finish", () => {
    fc.assert(
      fc.property(randomReleases({ drops: false }), units, (workload, unit) => {
        const given = { ...unit, secondsPerTick: clock(workload) };
        const counted = inHardware(workload, "counted", given);
        expect(inHardware(workload, "stepped", given)).toEqual(counted);
        const { finishOrder } = counted.schedule;
        expect([...finishOrder].sort((a, b) => a - b)).toEqual([...workload.requests.profile.keys()]);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it("every request finishes once, no layer begins before its request can be known, and time is layers and decisions", () => {
    fc.assert(
      fc.property(randomWorkload(), units, (workload, unit) => {
        const secondsPerTick = clock(workload);
        const { schedule, report } = inHardware(workload, "counted", { ...unit, secondsPerTick });
        const { arrival, count } = workload.requests;
        expect(schedule.finishOrder.toSorted()).toEqual(Int32Array.from({ length: count }, (_, k) => k));
        const isolated = isolatedTimes(workload);
        for (let request = 0; request < count; request++) {
          expect(schedule.start[request]).toBeGreaterThan(arrival[request]);
          expect(schedule.finish[request] - schedule.start[request]).toBeGreaterThanOrEqual(
            isolated[request] * (1 - 1e-9),
          );
        }
        const busy = isolated.reduce((sum, time) => sum + time, 0);
        const last = Math.max(...schedule.finish);
        const exposed = report.byQueue.reduce((sum, { exposedCycles }) => sum + exposedCycles, 0);
        expect(last - arrival[0]).toBeGreaterThanOrEqual(busy * (1 - 1e-9));
        expect(exposed).toBeGreaterThanOrEqual(report.decisions * 3);
      }),
      { numRuns: 150, seed: 3 },
    );
  });
});
