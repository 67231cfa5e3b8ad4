import { describe, expect, test } from "vitest";
import { Comparison } from "../../../../sim/study/conform/comparison.ts";
import { describeDifference } from "../../../../sim/study/conform/part.ts";

const nowhere = () => "here";

function differs(compare: (comparison: Comparison) => void): boolean {
  const comparison = new Comparison();
  compare(comparison);
  expect(comparison.compared).toBe(1);
  return comparison.differenceCount > 0;
}

describe("exact", () => {
  test.each([
    [1, 1, false],
    [1, 1 + Number.EPSILON, true],
    [Number.NaN, Number.NaN, false],
    [Number.NaN, 1, true],
    [Infinity, -Infinity, true],
    ["a", "a", false],
    ["1", 1, true],
  ])("%s against %s", (recorded, replayed, expected) => {
    expect(differs((comparison) => comparison.exact(recorded, replayed, nowhere))).toBe(expected);
  });
});

describe("near", () => {
  test.each([
    [1, 1 + 0.9e-9, false],
    [1, 1 + 1.1e-9, true],
    [0, 0, false],
    [0, 1e-300, true],
    [1, Number.NaN, true],
    [-1, 1, true],
  ])("%s against %s within 1e-9", (recorded, replayed, expected) => {
    expect(differs((comparison) => comparison.near(recorded, replayed, 1e-9, nowhere))).toBe(expected);
  });
});

test("lists of different length differ in length, and are compared as far as both go", () => {
  const comparison = new Comparison();
  comparison.exactList([1, 2, 3], [1, 5], "number of things", (index) => `thing ${index}`);
  expect(comparison.differences).toEqual([
    { where: "number of things", recorded: 3, replayed: 2 },
    { where: "thing 1", recorded: 2, replayed: 5 },
  ]);
});

test("all differences are counted, the first twenty kept, in a form that JSON can carry", () => {
  const comparison = new Comparison();
  for (let index = 0; index < 30; index++) comparison.exact(Number.NaN, index, () => `value ${index}`);
  expect(comparison.differenceCount).toBe(30);
  expect(comparison.differences).toHaveLength(20);
  expect(JSON.parse(JSON.stringify(comparison.differences[0]))).toEqual({
    where: "value 0",
    recorded: "NaN",
    replayed: 0,
  });
});

test("a difference in words has every digit", () => {
  const difference = { where: "dysta: request 3: antt", recorded: 0.1 + 0.2, replayed: 0.3 };
  expect(describeDifference("a.json", difference)).toBe(
    "a.json: dysta: request 3: antt: recorded 0.30000000000000004, replayed 0.3",
  );
});
