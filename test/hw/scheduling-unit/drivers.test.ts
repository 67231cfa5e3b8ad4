/** Does the counted unit in the loop do what the stepped one does: admissions, picks, cycles? */
import { describe, expect, it } from "vitest";
import { CountedDriver } from "../../../hw/scheduling-unit/counted-driver.ts";
import { IdealDriver } from "../../../hw/scheduling-unit/ideal-driver.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { randomLoopCase, runLoop } from "./random-driver.ts";

describe("the unit in the loop", () => {
  it("counted is the stepped one, on 300 random runs", () => {
    let waited = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const drawn = randomLoopCase(seed, [1, 2, 3, 5, 8, 64][seed % 6]);
      const tables = tablesOf(drawn.unit, drawn.networks);
      const counted = runLoop(drawn, (host) => new CountedDriver(drawn.unit, tables, host));
      const stepped = runLoop(drawn, (host) => new SteppedDriver(drawn.unit, tables, host));
      expect(counted, `seed ${seed}`).toEqual(stepped);
      waited += counted.admissions.filter(([tag, since]) => since > drawn.arrivals[tag].atTicks).length;
    }
    expect(waited).toBeGreaterThan(1000);
  });

  it.each([1, 2, 7, 64, 512])("of depth %i finishes every request exactly once, whatever the arrivals", (depth) => {
    let full = 0;
    for (let seed = 1; seed <= (depth > 8 ? 12 : 60); seed++) {
      const drawn = randomLoopCase(seed, depth, 2 * depth + 80);
      const tables = tablesOf(drawn.unit, drawn.networks);
      for (const Loop of [CountedDriver, IdealDriver]) {
        const { admissions, finished, dispatches } = runLoop(drawn, (host) => new Loop(drawn.unit, tables, host));
        const tags = drawn.arrivals.map(({ tag }) => tag);
        expect(finished.toSorted((a, b) => a - b)).toEqual(tags);
        expect(admissions.map(([tag]) => tag)).toEqual(tags);
        const layers = drawn.arrivals.reduce((sum, { row }) => sum + drawn.networks[row].layerCycles.length, 0);
        expect(dispatches.length).toBe(layers);
        const longest = Math.max(...dispatches.map(({ queueLength }) => queueLength));
        expect(longest).toBeLessThanOrEqual(depth);
        if (longest === depth) full += 1;
      }
    }
    expect(full).toBeGreaterThan(1);
  });
});
