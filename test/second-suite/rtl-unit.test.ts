/** The RTL of the scheduling unit at its full depths, in a second simulator, and with one wrong line at a time. */
import { describe, expect, it } from "vitest";
import { optFp16, type SchedulingUnit } from "../../hw/scheduling-unit/description.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import { streamCount } from "../rtl/bit-slices.ts";
import { gateNetlist } from "../rtl/gates.ts";
import { NetlistSimulation, randomPowerUp } from "../rtl/netlist.ts";
import { firstDispatch, resetAndLoad } from "../rtl/unit-by-hand.ts";
import { rangeCountBits } from "../rtl/unit-coverage.ts";
import { smallUnits, unitNetlist, unitOfWideCounts } from "../rtl/unit-netlist.ts";
import { replayUnit, UnitRecorder, type UnitRecording } from "../rtl/unit-twin.ts";
import { isInstalled, runInIcarus } from "./icarus.ts";
import { withMistake } from "./rtl-lines.ts";
import { mutatedUnits, unitLines } from "./unit-lines.ts";

const fp32 = { format: "fp32", timeShiftBits: 0, countShiftBits: 0, scoreShiftBits: 0 } as const;
const largeUnits: readonly SchedulingUnit[] = [
  { ...optFp16, name: "of 64 requests", layersPerRow: 5 },
  {
    ...optFp16,
    ...fp32,
    name: "of 64 requests, fp32, separate",
    layersPerRow: 5,
    variant: "separate",
  },
  {
    ...optFp16,
    name: "of 512 requests, overlapped",
    layersPerRow: 5,
    fifoDepth: 512,
    rescoring: "overlapped",
  },
  {
    ...smallUnits.sharedFp32,
    name: "of 7, fp32, separate, overlapped",
    variant: "separate",
    rescoring: "overlapped",
  },
  { ...unitOfWideCounts, fifoDepth: 16 },
  { ...optFp16, name: "of swp_plus, 64 requests", policy: "swp_plus", layersPerRow: 5 },
];

describe("the netlist of a unit", () => {
  it.each(largeUnits)("$name agrees", async (unit) => {
    const simulation = new NetlistSimulation(await unitNetlist(unit), randomPowerUp(1));
    const recorder = new UnitRecorder(unit, 1, true);
    let dispatches = 0;
    let longest = 0;
    for (let piece = 0; piece < 40; piece++) {
      const recorded = recorder.record(500);
      dispatches += recorded.snapshots.length;
      for (const { memories } of recorded.snapshots) longest = Math.max(longest, memories.tags.length);
      expect(replayUnit(simulation, recorded), `piece ${piece}`).toBeUndefined();
    }
    expect(dispatches).toBeGreaterThan(100);
    expect(longest).toBe(unit.fifoDepth);
  });
});

const hasIcarus = isInstalled("iverilog");
if (!hasIcarus) process.stderr.write("skipped: Icarus Verilog is not installed (apt-get install iverilog)\n");

describe.skipIf(!hasIcarus)("the RTL in Icarus Verilog", () => {
  it.each(Object.values(smallUnits))("agrees: $name", (unit) => {
    const cycles = 1000;
    const { recording } = new UnitRecorder(unit, 5).record(cycles);
    const answer = runInIcarus(schedulingUnitDesign(unit, rangeCountBits), recording, "clk");
    expect(answer.split("\n").pop()).toBe(`agrees ${cycles * streamCount}`);
  });
});

describe("a wrong line", () => {
  const recordings = new Map<string, UnitRecording[]>();
  const recordingsOf = (name: keyof typeof mutatedUnits) => {
    const kept = recordings.get(name);
    if (kept !== undefined) return kept;
    const recorder = new UnitRecorder(mutatedUnits[name], 3);
    const made = Array.from({ length: 12 }, () => recorder.record(500));
    recordings.set(name, made);
    return made;
  };

  it.each(unitLines.map((mutant) => [`${mutant.original}  →  ${mutant.broken}`, mutant] as const))(
    "%s",
    async (_name, mutant) => {
      const design = withMistake(schedulingUnitDesign(mutatedUnits[mutant.unit], rangeCountBits), mutant);
      const simulation = new NetlistSimulation(await gateNetlist(design, { isFast: true }), randomPowerUp(1));
      const isCaught = recordingsOf(mutant.unit).some((recorded) => replayUnit(simulation, recorded) !== undefined);
      expect(isCaught).toBe(mutant.equivalent === undefined);
    },
  );
});

it("an initial least score below infinity is noticed by a finite score behind an infinite one", async () => {
  const unit = smallUnits.sharedOverlapped;
  const design = withMistake(schedulingUnitDesign(unit, rangeCountBits), {
    original: "least_score_q <= INFINITY;",
    broken: "least_score_q <= INFINITY - BITS'(1);",
  });
  const simulation = new NetlistSimulation(await gateNetlist(design, { isFast: true }), randomPowerUp(1));
  resetAndLoad(simulation, 0x3c00);
  expect(firstDispatch(simulation, unit, [0x7c00, 0x7bff])).toBe(1);
});
