/** Does the synthesised scheduling unit (hw/rtl/scheduling_unit.sv) do in every cycle what the stepped model does? */
import { beforeAll, describe, expect, it } from "vitest";
import { optFp16 } from "../../hw/scheduling-unit/description.ts";
import type { Netlist } from "../../hw/synthesis/gates.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import { streamCount } from "./bit-slices.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import type { UnitCoverage } from "./unit-coverage.ts";
import { smallUnits, unitNetlist } from "./unit-netlist.ts";
import { replayUnit, UnitRecorder } from "./unit-twin.ts";

const cyclesPerUnit = 180_000;
const pieceCycles = 500;

const reached = new Set<string>();
const coverages: Partial<Record<keyof typeof smallUnits, UnitCoverage>> = {};

describe.each(Object.keys(smallUnits) as (keyof typeof smallUnits)[])("the netlist of the unit %s", (name) => {
  const unit = smallUnits[name];
  let netlist: Netlist;
  beforeAll(async () => {
    netlist = await unitNetlist(unit);
  });

  it(`agrees in ${cyclesPerUnit} random cycles`, () => {
    const simulation = new NetlistSimulation(netlist, randomPowerUp(1));
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

describe("the stimuli", () => {
  it("reach every situation", () => {
    console.log([...reached].sort());
    console.log(coverages.shared?.retired.size);
  });
});

describe("the RTL", () => {
  it("is not there for fp64", () => {
    expect(() => schedulingUnitDesign({ ...optFp16, name: "mine", format: "fp64" })).toThrow(
      "scheduling unit mine: fp64 is a reference, without RTL",
    );
  });
});
