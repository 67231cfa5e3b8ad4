/** The search on curves whose crossing is known, and the interval of a crossing whose spread is known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capacityOfSeeds } from "../../../../sim/study/capacity/crossing.ts";
import { highestRate } from "../../../../sim/study/capacity/highest-rate.ts";
import { estimate } from "../../../../sim/study/run/summary.ts";
import { Dice } from "../../../hw/array/random-case.ts";

const positive = fc.double({ min: 1e-3, max: 1e4, noNaN: true });

describe("the highest rate", () => {
  it("is within the tolerance below the crossing of any falling curve, wherever the search begins", async () => {
    const factor = fc.double({ min: 1 / 500, max: 500, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        positive,
        factor,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        async (capacity, away, target) => {
          const shareAt = async (rate: number) => (rate <= capacity ? 1 : (capacity / rate) * target * 0.999);
          const found = await highestRate({ start: capacity * away, target, tolerance: 0.01 }, shareAt);
          expect(found.reached).toBe("found");
          expect(found.rate).toBeLessThanOrEqual(capacity);
          expect(found.rate).toBeGreaterThanOrEqual((capacity / 1.01) * (1 - 1e-6));
          expect(new Set(found.tried.map(({ rate }) => rate)).size).toBe(found.tried.length);
          expect(found.tried.length).toBeLessThan(25);
        },
      ),
    );
  });

  it("reaches the target where a rate just above misses it, on curves that rise again", async () => {
    await fc.assert(
      fc.asyncProperty(positive, fc.integer(), async (start, seed) => {
        const dice = new Dice(seed);
        const jitter = new Map<number, number>();
        const shareAt = async (rate: number) => {
          const known = jitter.get(rate) ?? dice.unit() * 0.2;
          jitter.set(rate, known);
          return Math.max(0, Math.min(1, 1.1 - 0.1 * (rate / start) - known));
        };
        const { rate = Number.NaN, tried } = await highestRate({ start, target: 0.8, tolerance: 0.01 }, shareAt);
        const share = (at: number) => tried.find((each) => each.rate === at)?.share ?? Number.NaN;
        expect(share(rate)).toBeGreaterThanOrEqual(0.8);
        const next = Math.min(...tried.map((each) => each.rate).filter((each) => each > rate));
        expect(share(next)).toBeLessThan(0.8);
        expect(next / rate).toBeLessThanOrEqual(1.01);
      }),
    );
  });

  it("is none where the target is met nowhere, or everywhere", async () => {
    const search = { start: 10, target: 0.9, tolerance: 0.01 };
    expect(await highestRate(search, async () => 0.89)).toMatchObject({ reached: "never" });
    const always = await highestRate(search, async () => 0.9);
    expect(always).toMatchObject({ reached: "always" });
    expect(always.rate).toBeUndefined();
  });

  it("does not miss a target by the rounding of a mean", async () => {
    const shareAt = async (rate: number) => (rate <= 7 ? 0.99 - 1e-16 * 3 : 0.5);
    const { rate } = await highestRate({ start: 5, target: 0.99, tolerance: 0.01 }, shareAt);
    expect(rate).toBeGreaterThan(6.9);
  });
});

describe("the capacities of the seeds", () => {
  /** Seeds whose own curves are straight over the logarithm of the rate, the same slope, crossing at rates of their own. */
  const curvesOf = (crossings: readonly number[], rates: readonly number[]) =>
    rates.map((rate) => ({ rate, shares: crossings.map((own) => 0.99 - 0.1 * Math.log(rate / own)) }));

  it("are the crossings of the seeds themselves where these have straight curves of one slope", () => {
    const crossings = [90, 110, 100, 97, 105];
    const rates = Array.from({ length: 4000 }, (_, k) => 50 * 1.0004 ** k);
    const values = capacityOfSeeds(curvesOf(crossings, rates), 0.99);
    // The whole crosses at the geometric mean; a pseudo-value is the own crossing to first order.
    for (const [k, value] of values.entries()) expect(Math.abs(value / crossings[k] - 1)).toBeLessThan(0.02);
    const [own, whole] = [estimate(crossings), estimate(values)];
    expect(whole.mean).toBeCloseTo(own.mean, 0);
    expect((whole.ci95 ?? 0) / (own.ci95 ?? 1)).toBeCloseTo(1, 1);
  });

  it("have an interval that holds the true crossing about as often as it says", () => {
    const dice = new Dice(5);
    const normal = () => Math.sqrt(-2 * Math.log(1 - dice.unit())) * Math.cos(2 * Math.PI * dice.unit());
    const rates = Array.from({ length: 60 }, (_, k) => 60 * 1.02 ** k);
    let held = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const crossings = Array.from({ length: 20 }, () => 100 * Math.exp(0.1 * normal()));
      const { mean, ci95 } = estimate(capacityOfSeeds(curvesOf(crossings, rates), 0.99));
      if (Math.abs(mean - 100) <= (ci95 ?? 0)) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.91);
    expect(held / trials).toBeLessThan(0.985);
  });

  it("do not depend on the order in which rates were tried", () => {
    const curves = curvesOf([90, 110, 100], [80, 100, 90, 110, 95]);
    expect(capacityOfSeeds(curves.toReversed(), 0.99)).toEqual(capacityOfSeeds(curves, 0.99));
  });
});
