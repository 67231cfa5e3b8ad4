/** Does the synthesised scheduling unit (hw/rtl/scheduling_unit.sv) do in every cycle what the stepped model does? */
import { describe, expect, it } from "vitest";
import { optFp16 } from "../../hw/scheduling-unit/description.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import { streamCount } from "./bit-slices.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { firstDispatch, resetAndLoad } from "./unit-by-hand.ts";
import type { UnitCoverage } from "./unit-coverage.ts";
import { smallUnits, unitNetlist } from "./unit-netlist.ts";
import { replayUnit, UnitRecorder } from "./unit-twin.ts";

const cyclesPerUnit = 180_000;
const pieceCycles = 500;

const reached = new Set<string>();
const coverages: Partial<Record<keyof typeof smallUnits, UnitCoverage>> = {};

describe.each(Object.keys(smallUnits) as (keyof typeof smallUnits)[])("the netlist of the unit %s", (name) => {
  const unit = smallUnits[name];

  it(`agrees in ${cyclesPerUnit} random cycles`, async () => {
    const simulation = new NetlistSimulation(await unitNetlist(unit), randomPowerUp(1));
    const recorder = new UnitRecorder(unit, 1);
    let dispatches = 0;
    for (let cycle = 0; cycle < cyclesPerUnit / streamCount; cycle += pieceCycles) {
      const recorded = recorder.record(pieceCycles);
      dispatches += recorded.snapshots.length;
      expect(replayUnit(simulation, recorded), `piece of cycle ${cycle}`).toBeUndefined();
    }
    expect(dispatches).toBeGreaterThan(2000);
    for (const situation of recorder.coverage.reached) reached.add(situation);
    coverages[name] = recorder.coverage;
  });
});

describe("the selection", () => {
  const one = 0x3c00;
  const [infinity, largest] = [0x7c00, 0x7bff];

  it("prefers the largest finite score to an infinite one before it, and the first of two infinite ones", async () => {
    const unit = smallUnits.sharedOverlapped;
    const simulation = new NetlistSimulation(await unitNetlist(unit), randomPowerUp(1));
    const dispatched = (scores: readonly number[]) => {
      resetAndLoad(simulation, one);
      return firstDispatch(simulation, unit, scores);
    };
    expect(dispatched([infinity, largest])).toBe(2);
    expect(dispatched([infinity, infinity])).toBe(1);
    expect(dispatched([largest, largest - 1, infinity])).toBe(2);
  });
});

describe("the stimuli", () => {
  it("reach every situation", () => {
    expect([...reached].sort()).toEqual([
      "a full unit holds the host",
      "deadline as a layer ends",
      "deadline as idle ends",
      "deadline as the last request ends",
      "empty layer",
      "half a request moves up",
      "infinite score",
      "layer ends in coefficient",
      "layer ends in execute",
      "layer ends in idle",
      "layer ends in retire",
      "layer ends in scoring",
      "layer ends in select",
      "more saturated counts than are counted",
      "more saturated times than are counted",
      "more scores beyond the format than are counted",
      "no score below infinity",
      "reset in coefficient",
      "reset in execute",
      "reset in idle",
      "reset in retire",
      "reset in scoring",
      "reset in select",
      "score as a layer ends",
      "score as idle ends",
      "score as the last request ends",
      "score of -infinity",
      "score that is no number",
      "tag as a layer ends",
      "tag as idle ends",
      "tag as the last request ends",
      "the last one is dispatched",
      "tie",
    ]);
  });

  it("retire at every position of every number of requests", () => {
    expect(coverages.shared?.retired.size).toBe((8 * 9) / 2);
  });
});

describe("the RTL", () => {
  it("is not there for fp64", () => {
    expect(() => schedulingUnitDesign({ ...optFp16, name: "mine", format: "fp64" })).toThrow(
      "scheduling unit mine: fp64 is a reference, without RTL",
    );
  });
});
