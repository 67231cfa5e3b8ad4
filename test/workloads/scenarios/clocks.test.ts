/** Networks of different clocks in one mix: whole ticks of the fastest clock where it is a multiple of the others. */
import { expect, test } from "vitest";
import { loadTables } from "../../../workloads/scenarios/load-tables.ts";
import { scenarioFrom } from "../../../workloads/scenarios/scenario.ts";
import { type Profile, sharedDoublesOf, sharedIntegersOf } from "../../../workloads/tables/profile.ts";

function profile(model: string, clockHz: number): Profile {
  const density = sharedDoublesOf([0.5]);
  return {
    ...{ name: model, model, pattern: "dense", timeUnit: "cycles", clockHz, source: "by hand", layerCount: 1 },
    ...{ sampleIds: sharedIntegersOf([0]), latency: sharedDoublesOf([7]), inputDensity: density, extra: {} },
  };
}

const scenario = await scenarioFrom({
  file: "x",
  folder: "/",
  data: {
    name: "x",
    models: [
      { model: "a", hardware: "eyeriss-v2" },
      { model: "b", hardware: "sanger" },
    ],
    arrivals: { kind: "poisson", rate: 1 },
    schedulers: ["fcfs"],
    unit: { clock: "300 MHz" },
  },
});

test("ticks are cycles of the fastest clock, and its own clock stays known", () => {
  const { profiles, timeUnit, secondsPerTick } = loadTables(scenario, [profile("a", 2e8), profile("b", 1e9)]);
  expect([timeUnit, secondsPerTick]).toEqual(["cycles", 1e-9]);
  expect(profiles.map(({ latency }) => latency[0])).toEqual([35, 7]);
  expect(profiles.map(({ acceleratorHz, clockHz }) => acceleratorHz ?? clockHz)).toEqual([2e8, 1e9]);
});

test("clocks without a common tick are counted in seconds", () => {
  const { timeUnit, profiles } = loadTables(scenario, [profile("a", 3e8), profile("b", 1e9)]);
  expect(timeUnit).toBe("seconds");
  expect(profiles[1].latency[0]).toBeCloseTo(7e-9, 15);
});

test("each network has its hardware, the unit its clock", () => {
  expect(scenario.models?.map(({ hardware }) => hardware)).toEqual(["eyeriss-v2", "sanger"]);
  expect(scenario.unit.clock).toBe(3e8);
});
