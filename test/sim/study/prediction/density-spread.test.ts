/** Spread and correlation of densities against textbook formulas, pair by pair. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { densitySpread } from "../../../../sim/study/prediction/density-spread.ts";
import type { Profile } from "../../../../workloads/tables/profile.ts";

function profileOf(rows: readonly (readonly number[])[]): Profile {
  const outputDensity = Float64Array.from(rows.flat());
  return {
    name: "x",
    model: "x",
    pattern: "x",
    timeUnit: "cycles",
    clockHz: 1,
    source: "by hand",
    sampleIds: Int32Array.from(rows.keys()),
    layerCount: rows[0].length,
    latency: new Float64Array(outputDensity.length),
    inputDensity: new Float64Array(outputDensity.length),
    outputDensity,
    extra: {},
  };
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const sum = (f: (k: number) => number) => a.reduce((total, _, k) => total + f(k), 0);
  const covariance = n * sum((k) => a[k] * b[k]) - sum((k) => a[k]) * sum((k) => b[k]);
  const of = (x: readonly number[]) => n * sum((k) => x[k] ** 2) - sum((k) => x[k]) ** 2;
  return covariance / Math.sqrt(of(a) * of(b));
}

describe("the spread of densities", () => {
  it("by hand: two layers that rise together, one that falls, one that never changes, one that is empty", () => {
    const { relativeDeviation, layerCorrelation } = densitySpread(
      profileOf([
        [0.2, 0.1, 0.9, 0.5, 0],
        [0.6, 0.3, 0.3, 0.5, 0],
      ]),
    );
    expect(layerCorrelation).toBeCloseTo((1 - 1 - 1) / 3, 12);
    expect(relativeDeviation).toBeCloseTo((0.5 + 0.5 + 0.5 + 0) / 4, 12);
  });

  it("has no correlation with fewer than two layers that vary", () => {
    expect(
      densitySpread(
        profileOf([
          [0.2, 0.5],
          [0.4, 0.5],
        ]),
      ).layerCorrelation,
    ).toBeNull();
  });

  it("has the mean of all pairs' correlations", () => {
    const row = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 3, maxLength: 8 }), (thousandths) => {
        const rows = thousandths.map((each) => each.map((n) => n / 1000));
        const columns = rows[0].map((_, layer) => rows.map((each) => each[layer]));
        fc.pre(columns.every((column) => new Set(column).size > 1));
        const pairs = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => pearson(a, b)));
        const mean = pairs.reduce((a, b) => a + b, 0) / pairs.length;
        expect(densitySpread(profileOf(rows)).layerCorrelation).toBeCloseTo(mean, 8);
      }),
    );
  });
});
