import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MersenneTwister } from "../../../workloads/random/mersenne-twister.ts";

interface Vector {
  seed: number;
  random: number[];
  randint_0_2: number[];
  randint_0_6: number[];
  randint_0_11: number[];
  expovariate_30: number[];
  mixed_exp4_ri0_11_ri0_2_ri0_6: number[][];
}
const { vectors } = JSON.parse(readFileSync("test/reference/vectors/rng.json", "utf8")) as { vectors: Vector[] };

function draws<T>(seed: number, count: number, draw: (generator: MersenneTwister) => T): T[] {
  const generator = new MersenneTwister(seed);
  return Array.from({ length: count }, () => draw(generator));
}

describe.each(vectors)("seeded with $seed, the generator agrees with CPython", (vector) => {
  const { seed } = vector;

  test("on uniform doubles, to the last bit", () => {
    expect(draws(seed, vector.random.length, (g) => g.random())).toEqual(vector.random);
  });

  test("on whole numbers below 3, 7 and 12", () => {
    expect(draws(seed, vector.randint_0_2.length, (g) => g.below(3))).toEqual(vector.randint_0_2);
    expect(draws(seed, vector.randint_0_6.length, (g) => g.below(7))).toEqual(vector.randint_0_6);
    expect(draws(seed, vector.randint_0_11.length, (g) => g.below(12))).toEqual(vector.randint_0_11);
  });

  test("on exponential gaps, within the difference of two logarithms", () => {
    for (const [index, gap] of draws(seed, vector.expovariate_30.length, (g) => g.exponential(30)).entries()) {
      expect(Math.abs(gap / vector.expovariate_30[index] - 1)).toBeLessThan(1e-12);
    }
  });

  test("on draws of several kinds from one stream", () => {
    const mixed = vector.mixed_exp4_ri0_11_ri0_2_ri0_6;
    const rows = draws(seed, mixed.length, (g) => [g.exponential(4), g.below(12), g.below(3), g.below(7)]);
    expect(rows.map((row) => row.slice(1))).toEqual(mixed.map((row) => row.slice(1)));
  });
});

test("a seed of more than 32 bits gives both words to the key, and a sign changes nothing", () => {
  // CPython 3.11: random.seed(2**32 + 5); random.random()
  expect(new MersenneTwister(2 ** 32 + 5).random()).toBe(0.15727238718789782);
  expect(new MersenneTwister(-5).random()).toBe(new MersenneTwister(5).random());
});
