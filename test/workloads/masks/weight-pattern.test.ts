/** Are patterns understood as users write them, and misunderstandings explained? */
import { expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { parseWeightPattern, patternDensity } from "../../../workloads/masks/weight-pattern.ts";

test.each([
  ["dense", undefined, { kind: "dense" }, 1],
  ["unstructured", 0.75, { kind: "unstructured", sparsity: 0.75 }, 0.25],
  ["block4", 0.5, { kind: "block", sparsity: 0.5, blockSize: 4 }, 0.5],
  ["2:4", undefined, { kind: "n:m", nonZeros: 2, groupSize: 4 }, 0.5],
  ["1:4", 0.75, { kind: "n:m", nonZeros: 1, groupSize: 4 }, 0.25],
  ["channel", 0.25, { kind: "channel", sparsity: 0.25 }, 0.75],
  ["filter", 1, { kind: "filter", sparsity: 1 }, 0],
] as const)("%s at %s", (name, rate, pattern, density) => {
  expect(parseWeightPattern(name, rate)).toEqual(pattern);
  expect(patternDensity(parseWeightPattern(name, rate))).toBe(density);
});

test.each([
  ["unstructred", 0.5, 'unknown weight pattern "unstructred" (did you mean "unstructured"?)'],
  ["unstructured", undefined, "weight pattern unstructured: needs a sparsity, the share of zero weights"],
  ["filter", 80, "weight pattern filter: sparsity must be from 0 to 1 (share of zero weights), is 80"],
  ["5:4", undefined, "weight pattern 5:4: cannot keep 5 of 4 channels"],
  ["2:4", 0.8, "weight pattern 2:4: its sparsity is 0.5, not 0.8"],
  ["dense", 0.1, "weight pattern dense: its sparsity is 0, not 0.1"],
])("%s at %s is refused", (name, rate, message) => {
  expect(() => parseWeightPattern(name, rate)).toThrow(new ConfigError(message));
});
