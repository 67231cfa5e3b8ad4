/** Figures that can be had with a pencil, that a published program printed, or that its log recorded. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { maskFacts } from "../../../hw/attention/balance.ts";
import { countOperation } from "../../../hw/attention/counted.ts";
import { totalCycles } from "../../../hw/attention/counters.ts";
import type { AttentionArray } from "../../../hw/attention/description.ts";
import type { AttentionOperation, Operation } from "../../../hw/attention/operation.ts";
import { sanger, sangerRtl } from "../../../hw/attention/presets.ts";
import { stepOperation } from "../../../hw/attention/stepped.ts";
import { denseMask, maskOf } from "../../../workloads/masks/bit-mask.ts";
import { Dice } from "../array/random-case.ts";

const free = { bytesPerSecond: Infinity, latencyCycles: 0 };

function attention(
  heads: number,
  length: number,
  isKept: (row: number, column: number, head: number) => boolean,
  depth = 64,
): AttentionOperation {
  const bits = new Uint8Array(heads * length * length);
  for (let i = 0; i < bits.length; i++) {
    const place = i % (length * length);
    bits[i] = isKept(Math.floor(place / length), place % length, Math.floor(i / (length * length))) ? 1 : 0;
  }
  return {
    kind: "attention",
    heads,
    rows: length,
    columns: length,
    depth,
    kept: maskOf(bits, [heads, length, length]),
  };
}

function cyclesOf(operation: Operation, hardware: AttentionArray): number {
  return totalCycles(countOperation(operation, hardware));
}

describe("load balance", () => {
  const balance = (operation: AttentionOperation) => maskFacts(operation, sanger).loadBalance;

  it("of a dense tile is 1", () => {
    expect(balance(attention(1, 64, () => true))).toEqual({ row: 1, window: 1, tile: 1 });
  });

  it("of a diagonal is 1/16 by row", () => {
    expect(balance(attention(1, 64, (row, column) => row === column)).row).toBe(0.0625);
  });

  it("of 17 kept scores a row is 17/32 by row", () => {
    expect(balance(attention(1, 64, (_, column) => column < 17)).row).toBe(0.53125);
  });

  it("of a causal mask of 128 tokens is 516/576", () => {
    const facts = maskFacts(
      attention(1, 128, (row, column) => column <= row),
      sanger,
    );
    expect(facts.subRows).toBe(576);
    expect(facts.loadBalance.row).toBe(516 / 576);
  });

  it("of random masks of 384 tokens differs by its name", () => {
    const expected: [number, number, number, number][] = [
      [0.08, 0.32, 0.49, 0.32],
      [0.17, 0.66, 0.56, 0.58],
      [0.27, 0.68, 0.58, 0.65],
      [0.5, 0.82, 0.66, 0.8],
    ];
    for (const [density, row, window, tile] of expected) {
      const dice = new Dice(Math.round(density * 100));
      const facts = maskFacts(
        attention(8, 384, () => dice.chance(density)),
        sanger,
      );
      expect(Math.abs(facts.loadBalance.row - row), `row at ${density}`).toBeLessThan(0.011);
      expect(Math.abs(facts.loadBalance.window - window), `window at ${density}`).toBeLessThan(0.011);
      expect(Math.abs(facts.loadBalance.tile - tile), `tile at ${density}`).toBeLessThan(0.011);
    }
  });

  it("counts as many sub-rows as vectors need, ⌈n / 16⌉ each", () => {
    const dice = new Dice(5);
    const operation = attention(2, 100, () => dice.chance(0.3));
    let expected = 0;
    for (let row = 0; row < 200; row++) {
      for (const [first, end] of [
        [0, 64],
        [64, 100],
      ]) {
        let kept = 0;
        for (let column = first; column < end; column++) {
          const bit = row * 100 + column;
          kept += (operation.kept.words[bit >>> 5] >>> (bit & 31)) & 1;
        }
        expected += Math.ceil(kept / 16);
      }
    }
    expect(maskFacts(operation, sanger).subRows).toBe(expected);
  });
});

describe("a tile of the preset", () => {
  const tile = attention(1, 64, () => true);
  const four = { ...sanger, dram: free };

  it("takes 404 cycles one after the other, four passes of it 1616", () => {
    expect(cyclesOf(tile, { ...four, overlap: "none" })).toBe(4 * 404);
    expect(cyclesOf(tile, { ...sangerRtl, dram: free })).toBe(4 * 404);
  });

  it("takes 128 cycles a pass in a pipeline, which is filled once for a head or once for the layer", () => {
    const fill = 1 + 3 + 128 + 16;
    expect(cyclesOf(tile, { ...four, overlap: "skew" })).toBe(4 * 128 + fill);
    const heads = attention(3, 128, () => true);
    expect(cyclesOf(heads, { ...four, overlap: "skew" })).toBe(3 * (16 * 128 + fill));
    expect(cyclesOf(heads, { ...four, overlap: "heads" })).toBe(3 * 16 * 128 + fill);
  });
});

describe("the published RTL's unit tests (8 rows × 4 slots, width 8, heads of 8)", () => {
  const small: AttentionArray = {
    ...sangerRtl,
    name: "unit test",
    rows: 8,
    slots: 4,
    tileColumns: 8,
    headWidth: 8,
    dram: free,
  };
  const dice = new Dice(3);
  // Four kept scores in every row, as there.
  const places = Array.from({ length: 8 }, () => {
    const columns = [0, 1, 2, 3, 4, 5, 6, 7];
    return new Set(Array.from({ length: 4 }, () => columns.splice(dice.integer(0, columns.length - 1), 1)[0]));
  });
  const operation = attention(1, 8, (row, column) => places[row].has(column), 8);

  it("SDDMM and SpMM take 24 steps each, outputs leave after 8 + row + element", () => {
    const begun: { at: number; product: 0 | 1 | undefined }[] = [];
    const left: [number, number, number][] = [];
    const counters = stepOperation(
      operation,
      { ...small, splitting: "row" },
      {
        arrayObserver: {
          stepBegins: (at, { feeds }) => begun.push({ at, product: feeds?.product }),
          outputLeaves: (at, row, element) => left.push([at, row, element]),
        },
      },
    );
    // clear, SDDMM, its skew, exponents, SpMM, its skew, sums
    expect(begun.map(({ at }) => at)).toEqual([0, 1, 9, 25, 28, 36, 52]);
    expect(begun.map(({ product }) => product)).toEqual([undefined, 0, undefined, undefined, 1, undefined, undefined]);
    expect(totalCycles(counters)).toBe(1 + 24 + 3 + 24 + 4);
    const spmm = 28;
    expect(left.length).toBe(64);
    for (const [at, row, element] of left) expect(at - spmm).toBe(8 + row + element);
  });
});

describe("a dense BERT-base layer of 512 tokens", () => {
  const product = (columns: number, depth: number): Operation => ({
    kind: "product",
    heads: 1,
    rows: 512,
    columns,
    depth,
  });
  const heads: Operation = {
    kind: "attention",
    heads: 12,
    rows: 512,
    columns: 512,
    depth: 64,
    kept: denseMask([12, 512, 512]),
  };

  function projectionsAndProducts(overlap: AttentionArray["overlap"]): number {
    const hardware = { ...sanger, overlap };
    const { scores, values } = countOperation(heads, hardware).stages;
    return (
      cyclesOf(product(2304, 768), hardware) + cyclesOf(product(768, 768), hardware) + scores.cycles + values.cycles
    );
  }

  it("takes 1.573 ms for projections, scores and values, within 0.5 %, where heads overlap", () => {
    expect(Math.abs(projectionsAndProducts("heads") / 1.573e6 - 1)).toBeLessThan(0.005);
  });

  it("takes as much with one fill a head and 1.6 times as much without overlap", () => {
    expect(Math.abs(projectionsAndProducts("skew") / 1.573e6 - 1)).toBeLessThan(0.005);
    expect(projectionsAndProducts("none") / 1.573e6).toBeCloseTo(1.645, 2);
  });
});

describe("the masks of ViTCoD's DeiT-tiny", () => {
  const parents = ["../../../../shared", "../../../../../shared"];
  const folders = parents.map((parent) => resolve(import.meta.dirname, parent, "oracles/vitcod-deit-tiny"));
  const found = folders.find((path) => existsSync(path));
  if (found === undefined) process.stderr.write("skipped: ../shared/oracles/vitcod-deit-tiny is not here\n");

  it.skipIf(found === undefined)("have 17,826 segments of at most 16 and a balance of .2609", () => {
    const packed = readFileSync(resolve(found ?? "", "kept.packedbits"));
    const [layers, heads, tokens] = [12, 3, 197];
    const bits = Uint8Array.from(
      { length: layers * heads * tokens * tokens },
      (_, i) => (packed[i >>> 3] >>> (7 - (i & 7))) & 1,
    );
    const perLayer = heads * tokens * tokens;
    const kept: number[] = [];
    let [subRows, nonEmpty, segmentsOf32] = [0, 0, 0];
    for (let layer = 0; layer < layers; layer++) {
      const mask = maskOf(bits.subarray(layer * perLayer, (layer + 1) * perLayer), [heads, tokens, tokens]);
      const operation: AttentionOperation = {
        ...{ kind: "attention", heads, rows: tokens, columns: tokens, depth: 64, kept: mask },
      };
      const facts = maskFacts(operation, sanger);
      kept.push(Math.round(facts.keptDensity * perLayer));
      subRows += facts.subRows;
      nonEmpty += facts.nonEmptyVectors;
      segmentsOf32 += maskFacts(operation, { ...sanger, slots: 32 }).subRows;
    }
    expect(kept).toEqual([8176, 2713, 9672, 6203, 5414, 5396, 4715, 3019, 2329, 3901, 7539, 15322]);
    expect(nonEmpty).toBe(16_993);
    expect(subRows).toBe(17_826);
    expect(segmentsOf32).toBe(17_210);
    const all = kept.reduce((sum, count) => sum + count, 0);
    expect(all / (16 * subRows)).toBeCloseTo(0.2609, 4);
  });
});
