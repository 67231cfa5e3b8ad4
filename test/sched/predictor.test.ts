import { describe, expect, it } from "vitest";
import { densityRatioOf, type RatioFault } from "../../sched/artifact/predictor.ts";
import { densityRatio, type PredictorKind } from "../../sched/predictor.ts";

// Ratios of the four layers: 0.5, 1, 2, 0.25. Another sample's row stands before.
const average = [0.4, 0.5, 0.25, 0.8];
const measured = [9, 9, 9, 9, 0.2, 0.5, 0.5, 0.2];
const ratio = (kind: PredictorKind, seen: number) => densityRatio(measured, 4, average, seen, { kind, lastN: 3 });
const faulty = (kind: PredictorKind, ...faults: RatioFault[]) => densityRatioOf({ kind, lastN: 3, faults });

describe("the density ratio γ", () => {
  it("is 1 before anything is measured", () => {
    expect([ratio("average-all", 0), ratio("last-n", 0), ratio("last-one", 0)]).toEqual([1, 1, 1]);
  });

  it("is that of the last layer", () => {
    expect([1, 2, 3, 4].map((seen) => ratio("last-one", seen))).toEqual([0.5, 1, 2, 0.25]);
  });

  it("is the mean of all layers so far", () => {
    expect([1, 2, 3, 4].map((seen) => ratio("average-all", seen))).toEqual([0.5, 0.75, 3.5 / 3, 3.75 / 4]);
  });

  it("is the mean of the last N, or of all while fewer have run", () => {
    expect([1, 2, 3, 4].map((seen) => ratio("last-n", seen))).toEqual([0.5, 0.75, 3.5 / 3, 3.25 / 3]);
  });

  it("is 1 for a layer that no sample ever fills; 0/0 under the fault empty-layers", () => {
    const withEmpty = { kind: "average-all", lastN: 3 } as const;
    expect(densityRatio([0.5, 0], 0, [0.25, 0], 2, withEmpty)).toBe(1.5);
    expect(faulty("average-all", "empty-layers")([0.5, 0], 0, [0.25, 0], 2)).toBeNaN();
  });

  it("divides by N at once under the fault window-division", () => {
    const ratioOf = faulty("last-n", "window-division");
    expect([1, 2, 3].map((seen) => ratioOf(measured, 4, average, seen))).toEqual([0.5 / 3, 0.5, 3.5 / 3]);
  });

  it.each(["last-one", "last-n", "average-all"] as const)("%s: the artifact's, with no fault that acts", (kind) => {
    // Divisions here are exact, and no layer is empty.
    const ratioOf = faulty(kind, "divided-ratio", "empty-layers");
    expect([0, 1, 2, 3, 4].map((seen) => ratioOf(measured, 4, average, seen))).toEqual(
      [0, 1, 2, 3, 4].map((seen) => ratio(kind, seen)),
    );
  });
});
