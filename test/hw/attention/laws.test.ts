/** What every mask must respect, on generated masks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskFacts } from "../../../hw/attention/balance.ts";
import { countOperation } from "../../../hw/attention/counted.ts";
import { totalCycles } from "../../../hw/attention/counters.ts";
import { type AttentionArray, slotCount } from "../../../hw/attention/description.ts";
import type { AttentionOperation } from "../../../hw/attention/operation.ts";
import { sanger } from "../../../hw/attention/presets.ts";
import { denseMask, maskOf } from "../../../workloads/masks/bit-mask.ts";
import { Dice } from "../array/random-case.ts";
import { randomAttention } from "./random-attention.ts";

const free = { bytesPerSecond: Infinity, latencyCycles: 0 };
const depth = 64;

interface Mask {
  readonly heads: number;
  readonly length: number;
  readonly bits: readonly number[];
}

const masks: fc.Arbitrary<Mask> = fc
  .record({
    heads: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 1, max: 150 }),
    density: fc.constantFrom(0, 0.02, 0.1, 0.3, 0.7, 1),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ heads, length, density, seed }) => {
    const dice = new Dice(seed);
    return {
      heads,
      length,
      bits: Array.from({ length: heads * length * length }, () => (dice.chance(density) ? 1 : 0)),
    };
  });

function attention({ heads, length, bits }: Mask): AttentionOperation {
  const kept = maskOf(bits, [heads, length, length]);
  return { kind: "attention", heads, rows: length, columns: length, depth, kept };
}

function cyclesOf(operation: AttentionOperation, hardware: AttentionArray): number {
  return totalCycles(countOperation(operation, hardware));
}

describe("an attention", () => {
  it("never takes fewer cycles than its work needs at the peak", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { operation, hardware } = randomAttention(seed);
      const counters = countOperation(operation, hardware);
      const { macs, predictionMacs } = counters.events;
      expect(totalCycles(counters)).toBeGreaterThanOrEqual(macs / slotCount(hardware));
      expect(totalCycles(counters)).toBeGreaterThanOrEqual(predictionMacs / (hardware.rows * hardware.tileColumns));
    }
  });

  it("takes at least twice the head width for every pass, pipelined or not", () => {
    fc.assert(
      fc.property(masks, fc.constantFrom("none", "skew", "heads"), (mask, overlap) => {
        const counters = countOperation(attention(mask), { ...sanger, overlap, dram: free });
        expect(totalCycles(counters)).toBeGreaterThanOrEqual(2 * depth * counters.events.passes);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("is never more than 4 × (vectors / non-empty vectors) times as fast as dense", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const operation = attention(mask);
        const hardware: AttentionArray = { ...sanger, packing: "fractional", overlap: "heads", dram: free };
        const { vectors, nonEmptyVectors } = maskFacts(operation, hardware);
        const dense = countOperation({ ...operation, kept: denseMask(operation.kept.shape) }, hardware);
        const sparse = countOperation(operation, hardware);
        const feeds = (counters: typeof dense) => counters.stages.scores.compute + counters.stages.scores.imbalance;
        // A fractional pass is rounded up to a cycle once for each head.
        expect(feeds(dense) * nonEmptyVectors).toBeLessThanOrEqual(
          4 * vectors * feeds(sparse) + 4 * vectors * mask.heads,
        );
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it("that keeps everything costs what a dense one costs", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const operation = attention({ ...mask, bits: mask.bits.map(() => 1) });
        expect(countOperation(operation, sanger)).toEqual(
          countOperation(
            { ...operation, kept: denseMask(operation.kept.shape) },
            { ...sanger, skipEmptyVectors: false },
          ),
        );
      }),
      { numRuns: 20, seed: 3 },
    );
  });

  it("does not notice the order of its queries where vectors are cut by themselves", () => {
    fc.assert(
      fc.property(masks, fc.constantFrom("fractional", "column-block"), fc.integer(), (mask, packing, seed) => {
        const { heads, length, bits } = mask;
        const hardware: AttentionArray = { ...sanger, packing, dram: free };
        const order = shuffled(length, seed);
        const permuted = Array.from({ length: heads * length * length }, (_, i) => {
          const head = Math.floor(i / (length * length));
          const row = Math.floor(i / length) % length;
          return bits[(head * length + order[row]) * length + (i % length)];
        });
        expect(cyclesOf(attention({ ...mask, bits: permuted }), hardware)).toBe(cyclesOf(attention(mask), hardware));
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  it("takes no fewer cycles the less its passes overlap", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const [none, skew, heads] = (["none", "skew", "heads"] as const).map((overlap) =>
          cyclesOf(attention(mask), { ...sanger, overlap, dram: free }),
        );
        expect(none).toBeGreaterThanOrEqual(skew);
        expect(skew).toBeGreaterThanOrEqual(heads);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  it("takes no fewer cycles the more narrowly its passes are filled", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const [fractional, block, tile] = (["fractional", "column-block", "tile"] as const).map((packing) =>
          cyclesOf(attention(mask), { ...sanger, packing, dram: free }),
        );
        expect(block).toBeGreaterThanOrEqual(fractional);
        expect(tile).toBeGreaterThanOrEqual(block);
      }),
      { numRuns: 30, seed: 6 },
    );
  });

  it("gains nothing from slower memory", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { operation, hardware } = randomAttention(seed);
      const unlimited = totalCycles(countOperation(operation, { ...hardware, dram: free }));
      expect(totalCycles(countOperation(operation, hardware))).toBeGreaterThanOrEqual(unlimited);
    }
  });
});

function shuffled(length: number, seed: number): number[] {
  const dice = new Dice(seed);
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = dice.integer(0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
