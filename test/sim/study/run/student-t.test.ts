/** Are the factors of confidence intervals those of published tables? */
import { describe, expect, it } from "vitest";
import { centralQuantile, tFactor95 } from "../../../../sim/study/run/student-t.ts";

/** Two-sided, from Abramowitz & Stegun, table 26.10 (three decimals), by degrees of freedom: 50 %, 90 %, 95 %, 99 %. */
const published = [
  [1, 1.0, 6.314, 12.706, 63.657],
  [2, 0.816, 2.92, 4.303, 9.925],
  [3, 0.765, 2.353, 3.182, 5.841],
  [4, 0.741, 2.132, 2.776, 4.604],
  [5, 0.727, 2.015, 2.571, 4.032],
  [9, 0.703, 1.833, 2.262, 3.25],
  [10, 0.7, 1.812, 2.228, 3.169],
  [20, 0.687, 1.725, 2.086, 2.845],
  [29, 0.683, 1.699, 2.045, 2.756],
  [30, 0.683, 1.697, 2.042, 2.75],
  [40, 0.681, 1.684, 2.021, 2.704],
  [60, 0.679, 1.671, 2.0, 2.66],
  [120, 0.677, 1.658, 1.98, 2.617],
] as const;

/** 95 %, to all digits, from SciPy 1 (`scipy.stats.t.ppf(0.975, df)`), which inverts the incomplete beta function. */
const toAllDigits = [
  [1, 12.706204736174694],
  [2, 4.302652729749462],
  [3, 3.1824463052837078],
  [4, 2.7764451051977934],
  [9, 2.262157162798205],
  [29, 2.045229642132703],
  [30, 2.0422724563012378],
  [99, 1.9842169515864174],
  [100, 1.9839715185235518],
  [999, 1.9623414611334493],
  [1000, 1.9623390808264083],
] as const;

describe("quantiles of Student's t", () => {
  it.each(published)("with %i degrees of freedom are the published ones", (degrees, ...quantiles) => {
    const found = [0.5, 0.9, 0.95, 0.99].map((share) => centralQuantile(share, degrees).toFixed(3));
    expect(found).toEqual(quantiles.map((quantile) => quantile.toFixed(3)));
  });

  it.each(toAllDigits)("with %i degrees of freedom agree with another method to 13 digits", (degrees, quantile) => {
    expect(Math.abs(tFactor95(degrees) / quantile - 1)).toBeLessThan(1e-13);
  });

  it("come near those of the normal distribution", () => {
    expect(tFactor95(1_000_000)).toBeCloseTo(1.959963984540054, 5);
  });
});
