import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";
import { ratesOf } from "../../workloads/requests/rates.ts";
import type { LoadedTables } from "../../workloads/scenarios/load-tables.ts";
import { mixedRequests } from "../../workloads/scenarios/model-requests.ts";
import type { Scenario } from "../../workloads/scenarios/scenario.ts";

/** Whether a built-in scenario runs networks on hardware, rather than replay tables. */
export function isOnHardware(name: string): boolean {
  return /^hardware:/m.test(scenarioText(name));
}

function scenarioText(name: string): string {
  return readFileSync(packagePath("workloads", "scenarios", `${name}.yaml`), "utf8");
}

/** The comment on mean isolated latency and load says what they are. */
export function expectStatedLoad(name: string, scenario: Scenario, tables: LoadedTables): void {
  const { mix, entryOf, lookupTables, secondsPerTick } = tables;
  const { arrivals } = scenario;
  const requests = { ...(arrivals && { arrivals }), ...mixedRequests(scenario, mix, entryOf) };
  const rates = ratesOf(requests) ?? [];
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const ticks = rates.reduce((sum, rate, k) => sum + rate * lookupTables[k].isolatedLatency, 0) / total;
  const stated = /Mean isolated latency ([\d.]+) ms: load ρ = ([\d.]+\d)/.exec(scenarioText(name)) ?? [];
  expect(Math.abs(Number(stated[1]) / (ticks * secondsPerTick * 1e3) - 1)).toBeLessThan(1e-3);
  expect(Math.abs(Number(stated[2]) - total * ticks * secondsPerTick)).toBeLessThan(0.006);
}
