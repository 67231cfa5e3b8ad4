/** Does the search try what it says, no more than it may, and find what reaches the target? */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pesIn, type Shape, shapeText } from "../../../../sim/study/explore/shape.ts";
import { maxTrials, searchSizes } from "../../../../sim/study/explore/size-search.ts";

function shapeFrom(text: string): Shape {
  const [clusterRows, clusterColumns, peRows, peColumns] = text.split("x").map(Number);
  return { clusterRows, clusterColumns, peRows, peColumns, macsPerPe: 2 };
}

/** What is tried from these sizes on, where a size reaches the target as `reaches` says. */
async function triedFrom(chosen: readonly string[], reaches: (shape: Shape) => boolean | undefined, least = 1) {
  const tried: string[] = [];
  await searchSizes(
    chosen.map((text) => ({ shape: shapeFrom(text), reaches: reaches(shapeFrom(text)) === true })),
    least,
    async (shape) => {
      tried.push(shapeText(shape));
      return reaches(shape);
    },
  );
  return tried;
}

describe("the search", () => {
  it("halves every axis by itself, all in turn, then tries the neighbours of the smallest", async () => {
    const enough = (shape: Shape) => pesIn(shape) >= 128;
    expect(await triedFrom(["4x2x3x4", "8x2x3x4", "8x4x3x4"], enough)).toEqual([
      ...["6x2x3x4", "8x2x2x4", "8x2x3x3", "5x2x3x4"],
      ...["7x2x2x4", "9x2x2x3"],
    ]);
  });

  it("finds a size between that only another axis reaches, where sizes do not order the violations", async () => {
    const tried = await triedFrom(
      ["4x2x3x4", "8x2x3x4"],
      ({ clusterRows, peRows }) => clusterRows === 8 && peRows >= 2,
    );
    expect(tried).toContain("8x2x2x4");
  });

  it("tries nothing where no size reaches the target, and nothing smaller than the budget", async () => {
    expect(await triedFrom(["4x2x3x4", "8x2x3x4"], () => false)).toEqual([]);
    const tried = await triedFrom(["4x2x3x4", "8x2x3x4"], () => true, 90);
    expect(tried.map(shapeFrom).every((shape) => pesIn(shape) >= 90)).toBe(true);
  });

  it("does not count a size that is not to be run", async () => {
    const tried = await triedFrom(["1x1x3x4", "16x2x3x4"], (shape) =>
      pesIn(shape) === 12 ? false : pesIn(shape) === 384 ? true : undefined,
    );
    expect(tried.length).toBeGreaterThan(maxTrials);
  });

  it("runs each size once, at most eight, all smaller than the smallest that reached and larger than what did not", async () => {
    const side = fc.integer({ min: 1, max: 9 });
    const shape = fc.tuple(side, side, side, side).map((sizes) => sizes.join("x"));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(shape, { minLength: 1, maxLength: 6 }), fc.integer(), async (chosen, seed) => {
        const reaches = (each: Shape) => ((pesIn(each) * 31 + each.peRows * 7 + seed) & 3) !== 0;
        const tried = await triedFrom(chosen, reaches);
        expect(tried.length).toBeLessThanOrEqual(maxTrials);
        expect(new Set([...chosen, ...tried]).size).toBe(chosen.length + tried.length);
        const all = chosen.map(shapeFrom);
        const smallest = Math.min(...all.filter(reaches).map(pesIn));
        const tooFew = Math.max(0, ...all.map(pesIn).filter((pes) => pes < smallest));
        for (const each of tried.map(shapeFrom)) {
          expect(pesIn(each)).toBeLessThan(smallest);
          expect(pesIn(each)).toBeGreaterThan(tooFew);
        }
      }),
    );
  });
});
