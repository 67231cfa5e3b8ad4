/** Do shards cut a sweep without gap or overlap, evenly, and are wrong ones told? */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseShard, shardPoints, shardText } from "../../../../sim/study/sweep/shard.ts";

describe("shards", () => {
  it("cover all points once, in order, and differ by one at most", () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), fc.integer({ min: 1, max: 200 }), (points, count) => {
        const ranges = Array.from({ length: count }, (_, k) => shardPoints(points, { index: k + 1, count }));
        expect([ranges[0].from, ranges[count - 1].to]).toEqual([0, points]);
        for (let k = 1; k < count; k++) expect(ranges[k].from).toBe(ranges[k - 1].to);
        const lengths = ranges.map(({ from, to }) => to - from);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("are read as they are written", () => {
    expect([parseShard("3/7"), shardText({ index: 3, count: 7 })]).toEqual([{ index: 3, count: 7 }, "3/7"]);
  });

  test.each([
    ["8/7", "--shard 8/7: shards are 1/7 … 7/7"],
    ["0/7", "--shard 0/7: shards are 1/7 … 7/7"],
    ["1/0", "--shard 1/0: there must be 1 shard or more"],
    ["x", '--shard must be i/n such as 3/7, is "x"'],
    ["", '--shard must be i/n such as 3/7, is ""'],
    ["3", '--shard must be i/n such as 3/7, is "3"'],
    ["-1/7", '--shard must be i/n such as 3/7, is "-1/7"'],
    ["1/7/9", '--shard must be i/n such as 3/7, is "1/7/9"'],
    ["1/99999999999", '--shard must be i/n such as 3/7, is "1/99999999999"'],
  ])("%s is a mistake", (text, message) => {
    expect(() => parseShard(text)).toThrow(message);
  });
});
