/** Do densities keep their mean, and become whole numbers of non-zeros that fit? */
import fc from "fast-check";
import { expect, test } from "vitest";
import { apportion, channelDensities, channelRanks, withMean } from "../../../workloads/masks/channel-profile.ts";
import { streamOf } from "../../../workloads/random/random-stream.ts";

const shares = fc.double({ min: 0.001, max: 1, noNaN: true });
const densityLists = fc.array(shares, { minLength: 1, maxLength: 30 }).map((list) => Float64Array.from(list));
const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("whole numbers add up and none exceeds its group, even where the total asks for more than the densities", () => {
  fc.assert(
    fc.property(densityLists, fc.integer({ min: 1, max: 50 }), shares, (densities, size, share) => {
      const total = Math.round(share * size * densities.length);
      const counts = apportion(densities, size, total);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
      expect(counts.every((count) => count <= size)).toBe(true);
    }),
  );
});

test("each group is within 1 of its share", () => {
  fc.assert(
    fc.property(densityLists, fc.integer({ min: 1, max: 50 }), (densities, size) => {
      const exact = densities.map((density) => density * size * 0.5);
      const total = Math.round(exact.reduce((sum, value) => sum + value, 0));
      fc.pre(total > 0);
      const scale = total / exact.reduce((sum, value) => sum + value, 0);
      for (const [i, count] of apportion(densities, size, total).entries()) {
        expect(Math.abs(count - exact[i] * scale)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});

test("any densities can be given any mean", () => {
  fc.assert(
    fc.property(densityLists, shares, (densities, mean) => {
      const moved = withMean(densities, mean);
      expect(meanOf(moved)).toBeCloseTo(mean, 9);
      expect(moved.every((density) => density >= 0 && density <= 1)).toBe(true);
    }),
  );
});

test("the busiest channel by rank has the largest density", () => {
  const ranks = channelRanks(64, streamOf(1, "ranks"));
  const densities = channelDensities(ranks, 0.6, 0.6, streamOf(1, "densities"));
  const byRank = Array.from(densities.keys()).sort((a, b) => ranks[a] - ranks[b]);
  for (let i = 1; i < byRank.length; i++) {
    expect(densities[byRank[i]]).toBeGreaterThanOrEqual(densities[byRank[i - 1]]);
  }
});
