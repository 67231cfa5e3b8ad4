/**
 * Does the synthesised scheduling unit (hw/rtl/scheduling_unit.sv) do in every cycle what the stepped model does? The
 * tests of `test/rtl/scheduling-unit.test.ts` (short) and `test/second-suite/rtl-scheduling-unit.test.ts` (long).
 */
import { describe, expect, it } from "vitest";
import { streamCount } from "./bit-slices.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { firstDispatch, resetAndLoad } from "./unit-by-hand.ts";
import type { UnitCoverage } from "./unit-coverage.ts";
import { type SmallUnit, smallUnits, unitNetlist } from "./unit-netlist.ts";
import { replayUnit, UnitRecorder } from "./unit-twin.ts";

const pieceCycles = 500;

type Coverages = Partial<Record<SmallUnit, UnitCoverage>>;

export interface UnitSuiteSize {
  readonly units: readonly SmallUnit[];
  /** Over all streams, a multiple of 16000. */
  readonly cyclesPerUnit: number;
}

/** @returns which situations the stimuli have brought about, once the tests have run. */
export function netlistsAgree({ units, cyclesPerUnit }: UnitSuiteSize): Coverages {
  const coverages: Coverages = {};
  describe.each(units)("the netlist of the unit %s", (name) => {
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
      expect(dispatches).toBeGreaterThan(cyclesPerUnit / 90);
      coverages[name] = recorder.coverage;
    });
  });
  return coverages;
}

/** @param name a unit of overlapped rescoring, whose first decision is on the initial scores. */
export function selectionIsRight(name: SmallUnit): void {
  describe("the selection", () => {
    const one = 0x3c00;
    const [infinity, largest] = [0x7c00, 0x7bff];

    it("prefers the largest finite score to an infinite one before it, and the first of two infinite ones", async () => {
      const unit = smallUnits[name];
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
}
