/** Do packed masks count and address the same bits as plain arrays of flags? */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  denseMask,
  density,
  emptyMask,
  getBit,
  maskOf,
  onesPerSlice,
  popcount,
  popcountRange,
  setBit,
  toBytes,
} from "../../../workloads/masks/bit-mask.ts";

const flagArrays = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 200 });
const count = (flags: number[]) => flags.reduce((sum, flag) => sum + flag, 0);

test("flags survive packing, bit by bit", () => {
  fc.assert(
    fc.property(flagArrays, (flags) => {
      const mask = maskOf(flags, [flags.length]);
      expect([...toBytes(mask)]).toEqual(flags);
      expect(flags.map((_, i) => getBit(mask, i))).toEqual(flags);
      expect(popcount(mask)).toBe(count(flags));
    }),
  );
});

test("any range counts its own bits only", () => {
  fc.assert(
    fc.property(flagArrays, fc.nat(200), fc.nat(200), (flags, a, b) => {
      const [start, end] = [a, b].map((bound) => Math.min(bound, flags.length));
      expect(popcountRange(maskOf(flags, [flags.length]), start, end)).toBe(count(flags.slice(start, end)));
    }),
  );
});

test("slices along the first axis", () => {
  const mask = maskOf([1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0], [3, 2, 2]);
  expect([...onesPerSlice(mask)]).toEqual([3, 1, 2]);
  expect(density(mask)).toBe(0.5);
});

test("dense masks leave the unused bits of the last word 0", () => {
  for (const bits of [1, 31, 32, 33, 64, 100]) {
    const mask = denseMask([bits]);
    expect(popcount(mask)).toBe(bits);
    expect(mask.words).toEqual(maskOf(new Uint8Array(bits).fill(1), [bits]).words);
  }
});

test("bits are set and cleared one at a time", () => {
  const mask = emptyMask([40]);
  setBit(mask, 31);
  setBit(mask, 32);
  setBit(mask, 31, 0);
  expect([popcount(mask), getBit(mask, 31), getBit(mask, 32)]).toEqual([1, 0, 1]);
});

test("what is not equal to zero is set: NaN is, −0 and 0n are not", () => {
  expect([...toBytes(maskOf([Number.NaN, -0, 1e-300, 0], [4]))]).toEqual([1, 0, 1, 0]);
  expect([...toBytes(maskOf([0n, -1n], [2]))]).toEqual([0, 1]);
});
