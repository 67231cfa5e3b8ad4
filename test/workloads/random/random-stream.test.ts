/** Are named streams repeatable and unrelated, and do the distributions have their moments? */
import { describe, expect, test } from "vitest";
import { beta, normal, standardUniform, streamOf, uniform } from "../../../workloads/random/random-stream.ts";

const draws = 20_000;

function moments(draw: () => number): { mean: number; deviation: number } {
  const values = Array.from({ length: draws }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws) };
}

test("the same key gives the same stream, any other key another one", () => {
  const first = (...key: (string | number)[]) => streamOf(...key).next();
  expect(first(1, "a")).toBe(first(1, "a"));
  const keys = [first(1, "a"), first(2, "a"), first(1, "b"), first("1", "a"), first(1, "a", 0), first("1,a")];
  expect(new Set(keys).size).toBe(keys.length);
});

test("streams of neighbouring seeds do not correlate", () => {
  const [a, b] = [streamOf(1, "x"), streamOf(2, "x")];
  let product = 0;
  for (let i = 0; i < draws; i++) product += standardUniform(a) * standardUniform(b);
  expect(Math.abs(product / draws)).toBeLessThan(4 / Math.sqrt(draws));
});

test("even and normal draws", () => {
  const stream = streamOf(1, "moments");
  expect(moments(() => uniform(stream)).mean).toBeCloseTo(0.5, 1);
  expect(moments(() => standardUniform(stream)).deviation).toBeCloseTo(1, 1);
  expect(moments(() => normal(stream)).deviation).toBeCloseTo(1, 1);
});

describe("Beta draws", () => {
  test.each([
    [0.4, 0.27],
    [0.05, 0.6],
    [3, 2],
    [20, 8],
  ])("shapes %f and %f", (alpha, betaShape) => {
    const stream = streamOf(1, "beta");
    const { mean, deviation } = moments(() => beta(stream, alpha, betaShape));
    const sum = alpha + betaShape;
    expect(mean).toBeCloseTo(alpha / sum, 1);
    expect(deviation / Math.sqrt((alpha * betaShape) / (sum * sum * (sum + 1)))).toBeCloseTo(1, 1);
  });
});
