/** Intervals that stay within their range, and hold the true mean about as often as they say. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundedInterval, type ValueRange } from "../../../../sim/study/run/bounded-interval.ts";
import { estimate } from "../../../../sim/study/run/summary.ts";
import { MersenneTwister } from "../../../../workloads/random/mersenne-twister.ts";

const seeds = 20;
const requests = 1000;
const share: ValueRange = { least: 0, most: 1, trials: seeds * requests };

describe("an interval of a mean", () => {
  it("holds the mean of the sample and does not leave the range", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, (shares) => {
        const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
        const { low, high } = boundedInterval(shares, share);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean + 1e-12);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-12);
        const slow = boundedInterval(
          shares.map((value) => 1 + 99 * value),
          { least: 1 },
        );
        expect(slow.low).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it("of seeds without any violation is the bound of none in n, by clusters of 8 requests", () => {
    const none = new Array(seeds).fill(0);
    expect(boundedInterval(none, share)).toEqual({ low: 0, high: 1 - 0.025 ** (8 / 20_000) });
    const { low, high } = boundedInterval(
      none.map(() => 1),
      share,
    );
    expect([low, high]).toEqual([0.025 ** (8 / 20_000), 1]);
  });

  it("where all seeds agree is a point", () => {
    const { low, high } = boundedInterval([0.25, 0.25, 0.25], share);
    expect(low).toBeCloseTo(0.25, 12);
    expect(high).toBeCloseTo(0.25, 12);
    expect(boundedInterval([1, 1], { least: 1 })).toEqual({ low: 1, high: 1 });
  });

  it("of values far from the ends is nearly that of Student's t", () => {
    const values = Array.from({ length: 20 }, (_, k) => 0.4 + k / 100);
    const { mean, ci95 } = estimate(values);
    const { low, high } = boundedInterval(values, share);
    expect(low).toBeCloseTo(mean - (ci95 ?? 0), 3);
    expect(high).toBeCloseTo(mean + (ci95 ?? 0), 3);
  });
});

/** Share of 4000 samples of 20 seeds whose interval holds the mean of the distribution. */
function coverage(draw: (random: MersenneTwister) => number, truth: number, range: ValueRange): number {
  const random = new MersenneTwister(20);
  let held = 0;
  for (let k = 0; k < 4000; k++) {
    const { low, high } = boundedInterval(
      Array.from({ length: seeds }, () => draw(random)),
      range,
    );
    if (low <= truth && truth <= high) held += 1;
  }
  return held / 4000;
}

/** Violations of a seed as bursts, a Poisson number of them, each of a geometric number of late requests. */
function bursts(perSeed: number, size: number): (random: MersenneTwister) => number {
  return (random) => {
    let late = 0;
    for (let clock = random.exponential(1); clock < perSeed; clock += random.exponential(1)) {
      late += 1 + Math.floor(Math.log(1 - random.random()) / Math.log(1 - 1 / size));
    }
    return Math.min(1, late / requests);
  };
}

describe("at 20 seeds of 1000 requests at least 93 % of the intervals hold the true mean", () => {
  it.each([
    ["a burst in 50 seeds", 0.02, 4],
    ["a burst in 4 seeds", 0.25, 4],
    ["a burst a seed", 1, 8],
    ["five bursts a seed", 5, 8],
    ["thirty bursts a seed", 30, 10],
  ])("%s", (_, perSeed, size) => {
    expect(coverage(bursts(perSeed, size), (perSeed * size) / requests, share)).toBeGreaterThanOrEqual(0.93);
  });

  it.each([
    ["slowdowns near 1", 0.5, 0.4],
    ["slowdowns near saturation", 5, 0.6],
    ["slowdowns of a longer tail", 5, 0.9],
  ])("%s, log-normal", (_, median, spread) => {
    const normal = (random: MersenneTwister) =>
      Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
    const draw = (random: MersenneTwister) => 1 + median * Math.exp(spread * normal(random));
    const truth = 1 + median * Math.exp(spread ** 2 / 2);
    expect(coverage(draw, truth, { least: 1 })).toBeGreaterThanOrEqual(0.93);
  });
});
