/** Are prediction errors what their definition says, on random profiles, and do the laws of any predictor hold? */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PredictorKind } from "../../../../sched/predictor.ts";
import {
  type Averaging,
  bestElasticity,
  bestFactor,
  errorsOf,
  type PredictionTarget,
  type Predictor,
  predictionsOf,
} from "../../../../sim/study/prediction/prediction.ts";
import { naiveErrors, naivePredictions, type Rows } from "../../../models/naive-prediction.ts";

const targets: readonly PredictionTarget[] = ["remaining", "next"];
const averagings: readonly Averaging[] = ["leave-one-out", "in-sample"];
const windows: Readonly<Record<PredictorKind, number>> = { "last-one": 1, "last-n": 3, "average-all": 99 };

function profileOf(latency: Rows) {
  const layerCount = latency[0].length;
  return { sampleIds: Int32Array.from(latency.keys()), layerCount, latency: flat(latency) };
}

function flat(rows: Rows): Float64Array {
  return Float64Array.from(rows.flat());
}

function over(measured: Rows | undefined, kind: PredictorKind = "last-one"): Predictor {
  const window = { kind, lastN: 3, faults: [] };
  return { measured: measured && flat(measured), window };
}

function grid(value: fc.Arbitrary<number>, samples: number, layers: number): fc.Arbitrary<number[][]> {
  const row = fc.array(value, { minLength: layers, maxLength: layers });
  return fc.array(row, { minLength: samples, maxLength: samples });
}

/** Times of 0 and empty layers among them. */
const randomCase = fc
  .record({ samples: fc.integer({ min: 2, max: 5 }), layers: fc.integer({ min: 2, max: 7 }) })
  .chain(({ samples, layers }) =>
    fc.record({
      latency: grid(fc.integer({ min: 0, max: 1000 }), samples, layers),
      density: grid(
        fc.oneof(
          fc.constant(0),
          fc.integer({ min: 1, max: 100 }).map((n) => n / 100),
        ),
        samples,
        layers,
      ),
    }),
  )
  .filter(({ latency }) => latency.some((row) => row.slice(1).some((time) => time > 0)));

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

describe("errors", () => {
  it("by hand: two samples, the average of each is the other", () => {
    const profile = profileOf([
      [10, 20, 30],
      [10, 10, 10],
    ]);
    const density = [
      [0.5, 0.4, 1],
      [0.25, 0.8, 1],
    ];
    const remaining = predictionsOf(profile, over(density), "remaining", "leave-one-out");
    expect([...remaining.gamma]).toEqual([2, 0.5, 0.5, 2]);
    expect([...remaining.average]).toEqual([20, 10, 50, 30]);
    expect([...remaining.real]).toEqual([50, 30, 20, 10]);
    const errors = errorsOf(remaining);
    // 40 − 50, 5 − 30, 25 − 20, 60 − 10
    expect(errors.count).toBe(4);
    expectClose(errors.rmse, Math.sqrt((100 + 625 + 25 + 2500) / 4));
    expectClose(errors.meanError, 5);
    expectClose(errors.meanRelativeError, (-10 / 50 - 25 / 30 + 5 / 20 + 50 / 10) / 4);
    expectClose(errors.meanAbsoluteRelativeError, (10 / 50 + 25 / 30 + 5 / 20 + 50 / 10) / 4);
    const next = predictionsOf(profile, over(density), "next", "in-sample");
    expect([...next.average]).toEqual([15, 20, 15, 20]);
    expect([...next.real]).toEqual([20, 30, 10, 10]);
  });

  it("are those of the naive model, for every window, target and way of averaging", () => {
    const choice = fc.record({
      kind: fc.constantFrom<PredictorKind>("last-one", "last-n", "average-all"),
      target: fc.constantFrom(...targets),
      averaging: fc.constantFrom(...averagings),
      watches: fc.boolean(),
    });
    fc.assert(
      fc.property(randomCase, choice, ({ latency, density }, { kind, target, averaging, watches }) => {
        const measured = watches ? density : undefined;
        const fast = errorsOf(predictionsOf(profileOf(latency), over(measured, kind), target, averaging));
        const naive = naiveErrors(
          naivePredictions(latency, measured, windows[kind], target, averaging === "leave-one-out"),
        );
        for (const name of Object.keys(naive) as (keyof typeof naive)[]) {
          if (Number.isNaN(naive[name])) expect(fast[name]).toBeNaN();
          else expectClose(fast[name], naive[name]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("are zero for a density that scales all of a sample's time", () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(grid(size, 1, 5), grid(size, 1, 5), grid(size, 4, 1), ([times], [densities], scales) => {
        const scaled = (row: readonly number[]) => scales.map(([scale]) => row.map((value) => value * scale));
        for (const target of targets) {
          for (const averaging of averagings) {
            for (const kind of Object.keys(windows) as PredictorKind[]) {
              const predictor = over(scaled(densities), kind);
              const predictions = predictionsOf(profileOf(scaled(times)), predictor, target, averaging);
              expect(errorsOf(predictions).meanAbsoluteRelativeError).toBeLessThan(1e-12);
              const elasticity = bestElasticity(predictions);
              if (elasticity !== undefined && scales.some(([scale]) => scale !== scales[0][0])) {
                expectClose(elasticity.value, 1);
              }
              expectClose(bestFactor(predictions).value, 1);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("are zero, and γ is 1, when all samples are equal", () => {
    // Powers of two, whose reciprocals are exact.
    const densities = fc.constantFrom(0, 1 / 64, 1 / 4, 1 / 2, 1);
    fc.assert(
      fc.property(grid(densities, 1, 6), fc.integer({ min: 2, max: 6 }), ([row], samples) => {
        const rows = Array.from({ length: samples }, () => row);
        const predictions = predictionsOf(profileOf(rows), over(rows, "average-all"), "remaining", "leave-one-out");
        expect(new Set(predictions.gamma)).toEqual(new Set([1]));
        expect(errorsOf(predictions).rmse).toBe(0);
        expect(bestElasticity(predictions)).toBeUndefined();
      }),
    );
  });

  it("of no monitor shrink by (n − 1)/n when the tables contain the sample", () => {
    fc.assert(
      fc.property(randomCase, fc.constantFrom(...targets), ({ latency }, target) => {
        const rmse = (averaging: Averaging) =>
          errorsOf(predictionsOf(profileOf(latency), over(undefined), target, averaging)).rmse;
        expectClose(rmse("in-sample"), (rmse("leave-one-out") * (latency.length - 1)) / latency.length);
      }),
    );
  });
});

describe("fits", () => {
  it("are no worse than their neighbours, than γ itself and than no monitor", () => {
    fc.assert(
      fc.property(randomCase, fc.constantFrom(...targets), ({ latency, density }, target) => {
        const profile = profileOf(latency);
        const predictions = predictionsOf(profile, over(density), target, "leave-one-out");
        const rmseWith = (gamma: (ratio: number) => number) =>
          errorsOf({ ...predictions, gamma: predictions.gamma.map(gamma) }).rmse;
        const elasticity = bestElasticity(predictions);
        if (elasticity !== undefined) {
          const { value, rmse } = elasticity;
          expectClose(
            rmse,
            rmseWith((ratio) => 1 + value * (ratio - 1)),
          );
          for (const other of [0, 1, value - 0.01, value + 0.01]) {
            expect(rmse).toBeLessThanOrEqual(rmseWith((ratio) => 1 + other * (ratio - 1)) * (1 + 1e-12));
          }
        }
        const { value, rmse } = bestFactor(predictions);
        if (Number.isNaN(value)) return;
        for (const other of [0, 1, value - 0.01, value + 0.01]) {
          expect(rmse).toBeLessThanOrEqual(rmseWith((ratio) => other * ratio) * (1 + 1e-12));
        }
      }),
    );
  });

  it("find the elasticity that latencies were made with", () => {
    const density = [
      [0.2, 0.5, 0.9],
      [0.4, 0.6, 0.7],
      [0.6, 0.4, 0.8],
      [0.7, 0.3, 0.5],
    ];
    // γ against the mean of all four, 0.475 and 0.45; the layer after has 100 · (1 + 0.3(γ − 1)).
    const after = (value: number, mean: number) => 100 * (1 + 0.3 * (value / mean - 1));
    const latency = density.map(([first, second]) => [1, after(first, 0.475), after(second, 0.45)]);
    const predictions = predictionsOf(profileOf(latency), over(density), "next", "in-sample");
    expectClose(bestElasticity(predictions)?.value ?? 0, 0.3);
    expectClose(bestElasticity(predictions)?.rmse ?? 1, 0);
  });
});
