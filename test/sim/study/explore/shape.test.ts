/** Which shapes are tried, and do texts mean what they say? */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { peCount, sramBytes } from "../../../../hw/array/description.ts";
import { hardwareFrom } from "../../../../hw/presets/description-file.ts";
import { eyerissV2 } from "../../../../hw/presets/eyeriss-v2.ts";
import { budgetShapes } from "../../../../sim/study/explore/budget-shapes.ts";
import {
  hardwareWithShape,
  parseBudget,
  parseMacs,
  parseShapes,
  pesIn,
  shapeOf,
  shapeText,
} from "../../../../sim/study/explore/shape.ts";

const base = shapeOf(eyerissV2);
const textsOf = (least: number, most: number, limit: number) =>
  budgetShapes(base, { least, most }, limit).shapes.map(shapeText);

describe("shapes within a budget", () => {
  it("are the powers of two of the base's clusters, in a grid like the base's", () => {
    expect(textsOf(12, 3072, 9)).toEqual([
      "1x1x3x4",
      "2x1x3x4",
      "4x1x3x4",
      "4x2x3x4",
      "8x2x3x4",
      "8x4x3x4",
      "16x4x3x4",
      "16x8x3x4",
      "32x8x3x4",
    ]);
  });

  it("then others with as many PEs, from the base's size outwards", () => {
    expect(textsOf(96, 192, 3)).toEqual(["4x2x3x4", "8x2x3x4", "4x4x3x4"]);
    expect(textsOf(192, 192, 9)).toEqual(["8x2x3x4", "4x4x3x4", "16x1x3x4", "4x2x6x4", "4x2x3x8"]);
  });

  it("are within it, different, no more than asked for, and the first ones stay whatever the limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 30 }),
        (from, span, limit) => {
          const budget = { least: 12 * 2 ** from, most: 12 * 2 ** (from + span) };
          const { shapes, candidateCount } = budgetShapes(base, budget, limit);
          const texts = shapes.map(shapeText);
          expect(shapes.length).toBe(Math.min(limit, candidateCount));
          expect(new Set(texts).size).toBe(texts.length);
          for (const shape of shapes) {
            expect(pesIn(shape)).toBeGreaterThanOrEqual(budget.least);
            expect(pesIn(shape)).toBeLessThanOrEqual(budget.most);
          }
          const more = budgetShapes(base, budget, limit + 1).shapes.map(shapeText);
          expect(more).toEqual(expect.arrayContaining(texts));
        },
      ),
    );
  });

  it.each([
    [
      193,
      383,
      "--pes 193..383: no array of 1, 2, 4, … clusters of 3x4 PEs is in this budget (the nearest have 192 and 384); --shapes names others",
    ],
    [
      1,
      11,
      "--pes 1..11: no array of 1, 2, 4, … clusters of 3x4 PEs is in this budget (the smallest has 12); --shapes names others",
    ],
  ])("of %i to %i PEs there are none", (least, most, message) => {
    expect(() => budgetShapes(base, { least, most }, 6)).toThrow(message);
  });
});

describe("texts", () => {
  it("of shapes, budgets and MACs", () => {
    expect(parseShapes("8x2x3x4, 1x1x1x1", 2).map(shapeText)).toEqual(["8x2x3x4", "1x1x1x1"]);
    expect(parseBudget("48..384")).toEqual({ least: 48, most: 384 });
    expect(parseBudget("192")).toEqual({ least: 192, most: 192 });
    expect(parseMacs("1,2, 4")).toEqual([1, 2, 4]);
  });

  it.each(["8x2x3", "8x2x3x4x5", "0x2x3x4", "8x2x3x-4", "", "8*2*3*4", "8x2x3x9999"])("%j is no shape", (text) => {
    expect(() => parseShapes(text, 2)).toThrow(/^--shapes: a shape is cluster rows x/);
  });

  it.each(["", "..", "a..b", "1..", "0..4", "1.5..3", "1...3", "2..99999999"])("%j is no budget", (text) => {
    expect(() => parseBudget(text)).toThrow(/^--pes must be a number of PEs or a range A..B/);
  });

  it("with a mistake", () => {
    expect(() => parseBudget("8..4")).toThrow("--pes 8..4: the range ends before it begins");
    expect(() => parseShapes("8x2x3x4,8x2x3x4", 2)).toThrow("--shapes: 8x2x3x4 is named twice");
    expect(() => parseMacs("1,0")).toThrow(
      '--macs-per-pe must be whole numbers from 1 to 4096, separated by commas, is "1,0"',
    );
    expect(() => parseMacs("2,2")).toThrow("--macs-per-pe: 2 is named twice");
  });
});

describe("hardware with another shape", () => {
  it("is the base in all else, and named after what differs", async () => {
    const [shape] = parseShapes("4x4x3x4", 1);
    const hardware = await hardwareFrom(hardwareWithShape("eyeriss-v2", shape), "test");
    const { name, grid, macsPerPe, ...rest } = hardware;
    const { name: _, grid: __, macsPerPe: ___, ...ofBase } = eyerissV2;
    expect(rest).toEqual(ofBase);
    expect([name, macsPerPe, peCount(hardware)]).toEqual([
      "eyeriss-v2 (grid.clusterRows 4, grid.clusterColumns 4, macsPerPe 1)",
      1,
      192,
    ]);
    const named = await hardwareFrom(hardwareWithShape({ name: "mine", clock: "100 MHz" }, shape), "test");
    expect([named.name, named.clockHz]).toEqual(["mine 4x4x3x4x1", 100e6]);
  });

  it("has the SRAM of its PEs and clusters: by hand", async () => {
    // A PE: 192 weights and 16 activations of 12 bits, 32 sums of 20 bits = 3136 bits = 392 bytes.
    // A cluster: 3 banks of 1536 bytes and 4 of 1920 = 12288 bytes; 192 KiB in 16 clusters, as published.
    expect(sramBytes(eyerissV2)).toBe(192 * 392 + 16 * 12_288);
    expect((16 * 12_288) / 1024).toBe(192);
    const [shape] = parseShapes("2x1x5x7", 2);
    expect(sramBytes(await hardwareFrom(hardwareWithShape("eyeriss-v2", shape), "test"))).toBe(70 * 392 + 2 * 12_288);
  });
});
