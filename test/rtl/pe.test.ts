/** The PE's netlist beside the TypeScript one, in a short form: a small PE, and few cycles. */
import { describe, expect, it } from "vitest";
import { compressed, type PeBlock } from "../../hw/array/pe-feed.ts";
import { Dice } from "../hw/array/random-case.ts";
import { plainSums, randomBlock, smallPe } from "./pe-block.ts";
import { peAgrees, peMutantsAreCaught } from "./pe-suite.ts";

peAgrees([["small", smallPe, 64_000, 100]]);
peMutantsAreCaught(30, 2000);

describe("the stimuli of a PE", () => {
  it("wrap sums, fill every SPad, and meet empty columns and windows", () => {
    const dice = new Dice(1);
    const blocks = Array.from({ length: 3000 }, () => randomBlock(dice, smallPe));
    const count = (holds: (block: PeBlock) => boolean) => blocks.filter(holds).length;
    const entries = ({ weights }: PeBlock) => weights.flatMap((column) => compressed(column, smallPe.runBits)).length;
    expect(
      count((block) => String(plainSums(block, smallPe.psumBits)) !== String(plainSums(block, 53))),
    ).toBeGreaterThan(5);
    expect(count((block) => entries(block) === smallPe.weightWords * smallPe.macsPerPe)).toBeGreaterThan(5);
    expect(count((block) => entries(block) === 0)).toBeGreaterThan(5);
    expect(count(({ filters, windowPixels }) => filters * windowPixels === smallPe.psumEntries)).toBeGreaterThan(100);
    expect(count(({ weights }) => weights.some((column) => column.every((w) => w === 0)))).toBeGreaterThan(100);
    expect(
      count(({ weights }) => weights.some((c) => compressed(c, smallPe.runBits).some((w) => w.value === 0))),
    ).toBeGreaterThan(20);
    expect(count(({ activations }) => activations.flat().every((value) => value === 0))).toBeGreaterThan(100);
  });
});
