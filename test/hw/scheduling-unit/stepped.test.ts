/** When does the stepped unit do what? Cycles counted by hand from the latencies in its documentation. */
import { describe, expect, it } from "vitest";
import { optFp16, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { quietInputs, type State, SteppedSchedulingUnit } from "../../../hw/scheduling-unit/stepped.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { requestWords, tableWords } from "../../../hw/scheduling-unit/words.ts";
import { Dice } from "../array/random-case.ts";
import { coSimulate } from "./co-simulation.ts";
import { randomArrivals, randomNetworks, randomUnit } from "./random-unit.ts";

const network = {
  name: "bert",
  remainingSeconds: [0.03, 0.01],
  isolatedSeconds: 0.03,
  density: [0.5, 0.5],
  outputs: [1000, 1000],
};

/** A unit with loaded tables and `count` equal requests, in idle. */
function filled(part: Partial<SchedulingUnit>, count: number): SteppedSchedulingUnit {
  const unit = { ...optFp16, tableRows: 1, layersPerRow: 2, ...part };
  const stepped = new SteppedSchedulingUnit(unit);
  const requests = Array.from({ length: count }, (_, tag) =>
    requestWords(unit, 1, { tag, row: 0, deadlineTicks: 20e6, initialScore: 0.5 }),
  );
  for (const word of [...tableWords(tablesOf(unit, [network])), ...requests.flat()]) {
    stepped.tick({ ...quietInputs(0), ...word });
  }
  return stepped;
}

/** Ticks until the unit waits for a layer; the states it was in, as "scoring×17 select×2". */
function untilExecute(unit: SteppedSchedulingUnit): string {
  const runs: [State, number][] = [];
  while (unit.state !== "execute") {
    const last = runs.at(-1);
    if (last?.[0] === unit.state) last[1] += 1;
    else runs.push([unit.state, 1]);
    unit.tick({ ...quietInputs(1000), isAcceleratorReady: true });
  }
  return runs.map(([state, cycles]) => `${state}×${cycles}`).join(" ");
}

function endLayer(unit: SteppedSchedulingUnit, { isLastLayer }: { isLastLayer: boolean }): void {
  unit.tick({ ...quietInputs(2000), isLayerDone: true, isLastLayer, nonZeros: 100 });
}

describe("a decision takes, rescoring before dispatch", () => {
  it("2 cycles per request and 16 for a score, then 1 per request and 1", () => {
    expect(untilExecute(filled({}, 1))).toBe("idle×1 scoring×17 select×2");
    expect(untilExecute(filled({}, 64))).toBe("idle×1 scoring×143 select×65");
  });

  it("7 more for the coefficient of a shared unit", () => {
    const unit = filled({}, 5);
    untilExecute(unit);
    endLayer(unit, { isLastLayer: false });
    expect(untilExecute(unit)).toBe("coefficient×7 scoring×25 select×6");
  });

  it("none for that of a separate one, unless fewer than 5 requests wait", () => {
    const outcomes = [5, 4, 1].map((count) => {
      const unit = filled({ variant: "separate" }, count);
      untilExecute(unit);
      endLayer(unit, { isLastLayer: false });
      return untilExecute(unit);
    });
    expect(outcomes).toEqual(["scoring×25 select×6", "scoring×25 select×5", "scoring×25 select×2"]);
  });

  it("1 for each entry from the retired one on", () => {
    const unit = filled({}, 5);
    untilExecute(unit);
    expect(unit.running).toBe(0);
    endLayer(unit, { isLastLayer: true });
    expect(untilExecute(unit)).toBe("retire×5 scoring×23 select×5");
  });
});

describe("a decision takes, overlapped", () => {
  it("the selection only; the rest runs beside the layer", () => {
    const unit = filled({ rescoring: "overlapped" }, 5);
    expect(untilExecute(unit)).toBe("idle×1 select×6 scoring×25");
    endLayer(unit, { isLastLayer: false });
    expect(untilExecute(unit)).toBe("select×6 coefficient×7 scoring×25");
  });
});

describe("the unit", () => {
  it("stores a score 17 cycles after reading its request", () => {
    const unit = filled({}, 2);
    const initial = unit.requests.score[0];
    const ticked = (cycles: number) => {
      for (let i = 0; i < cycles; i++) unit.tick({ ...quietInputs(1000), isAcceleratorReady: true });
      return [...unit.requests.score.subarray(0, 2)].map((score) => score !== initial);
    };
    expect(ticked(1 + 16)).toEqual([false, false]);
    expect(ticked(1)).toEqual([true, false]);
    expect(ticked(1)).toEqual([true, false]);
    expect(ticked(1)).toEqual([true, true]);
  });

  it("gives ties to the earliest admitted", () => {
    const unit = filled({}, 7);
    untilExecute(unit);
    expect(unit.dispatchTag).toBe(0);
  });

  it("holds the host while it is full, and takes the next request after a retirement", () => {
    const unit = filled({ fifoDepth: 2 }, 3);
    expect(unit.requests.count).toBe(2);
    expect(unit.isPortReady).toBe(false);
    untilExecute(unit);
    expect(unit.isPortReady).toBe(false);
    endLayer(unit, { isLastLayer: true });
    untilExecute(unit);
    expect([unit.requests.count, unit.isPortReady]).toEqual([1, true]);
  });

  it("stays idle while the accelerator is not ready", () => {
    const unit = filled({}, 2);
    for (let cycle = 0; cycle < 100; cycle++) unit.tick(quietInputs(cycle));
    expect(unit.state).toBe("idle");
  });
});

describe("nothing is lost", () => {
  it.each([1, 2, 7, 64, 512])("with more requests than the depth of %i", (depth) => {
    const dice = new Dice(depth);
    for (let run = 0; run < (depth > 100 ? 1 : 5); run++) {
      const unit = randomUnit(dice, depth);
      // Long enough for the host to fill the unit while they run.
      const networks = randomNetworks(dice, 20 * depth + 50);
      const arrivals = randomArrivals(dice, Math.round(depth * 1.3) + 20, networks, 3);
      const { finished, dispatched, heldCycles, longestQueue } = coSimulate(unit, networks, arrivals, dice);
      expect(finished.toSorted((a, b) => a - b)).toEqual(arrivals.map(({ tag }) => tag));
      const layers = arrivals.reduce((sum, { row }) => sum + networks[row].layerCycles.length, 0);
      expect(dispatched.length).toBe(layers);
      expect(longestQueue).toBe(depth);
      expect(heldCycles).toBeGreaterThan(0);
    }
  });
});
