/** Are the streams uniform, reproducible and unrelated? */
import { expect, test } from "vitest";
import { randomStream } from "../../../workloads/random/random.ts";

const take = (seed: number, name: string, count: number) => {
  const stream = randomStream(seed, name);
  return Array.from({ length: count }, () => stream.random());
};

test("the same seed and name give the same numbers, kept across versions", () => {
  expect(take(1, "arrivals", 3)).toEqual(take(1, "arrivals", 3));
  expect(take(1, "arrivals", 3)).toMatchInlineSnapshot(`
    [
      0.8293143436545007,
      0.9185328514511075,
      0.23518683061485213,
    ]
  `);
});

test("streams of other names and neighbouring seeds are uncorrelated", () => {
  const count = 100_000;
  const base = take(1, "arrivals", count);
  for (const other of [take(1, "models", count), take(2, "arrivals", count), take(11, "arrivals", count)]) {
    const covariance = base.reduce((sum, value, k) => sum + (value - 0.5) * (other[k] - 0.5), 0) / count;
    expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(count));
  }
});

test("whole numbers are uniform (χ² at 1 ‰)", () => {
  const stream = randomStream(3, "samples");
  const counts = new Array(7).fill(0);
  for (let k = 0; k < 70_000; k++) counts[stream.below(7)] += 1;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(22.46);
});

test("exponential gaps have mean 1 / rate and median ln 2 / rate", () => {
  const stream = randomStream(4, "arrivals");
  const gaps = Float64Array.from({ length: 100_001 }, () => stream.exponential(4)).sort();
  expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(0.25, 2);
  expect(gaps[50_000]).toBeCloseTo(Math.LN2 / 4, 2);
});
