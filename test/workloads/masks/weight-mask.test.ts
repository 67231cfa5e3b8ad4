/** Do generated weights obey their pruning pattern exactly, for every kind of layer? */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Layer, makeLayer, parameterCount, weightShape } from "../../../workloads/layers/layer.ts";
import { activationMask } from "../../../workloads/masks/activation-mask.ts";
import { type BitMask, getBit, onesPerSlice, popcount, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { generateWeightMask } from "../../../workloads/masks/layer-masks.ts";
import { evenStatistics, measuredStatistics } from "../../../workloads/masks/statistics.ts";
import type { WeightPattern } from "../../../workloads/masks/weight-pattern.ts";

/** Layers of all kinds: grouped, depthwise with a multiplier, pointwise, vectors. */
const anyLayer = fc
  .record({
    groups: fc.integer({ min: 1, max: 4 }),
    channelsPerGroup: fc.integer({ min: 1, max: 11 }),
    filtersPerGroup: fc.integer({ min: 1, max: 7 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  })
  .map(({ groups, channelsPerGroup, filtersPerGroup, kernel }) =>
    makeLayer({
      name: "layer",
      kind: "conv",
      inputChannels: groups * channelsPerGroup,
      outputChannels: groups * filtersPerGroup,
      inputHeight: 3,
      inputWidth: 3,
      kernel,
      groups,
    }),
  );
const rates = fc.double({ min: 0, max: 1, noNaN: true });

function generate(layer: Layer, pattern: WeightPattern, seed = 1, statistics = measuredStatistics): BitMask {
  return generateWeightMask({ seed, network: "network", layer, pattern, statistics });
}

/** Whether weight (filter, channel of its group, tap) is kept. */
function reader(layer: Layer, mask: BitMask) {
  const [, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  return (filter: number, channel: number, tap: number) => getBit(mask, (filter * channels + channel) * taps + tap);
}

/** Calls `check` with each filter and tap. */
function eachColumn(layer: Layer, check: (filter: number, tap: number) => void): void {
  const [filters, , rows, columns] = weightShape(layer);
  for (let filter = 0; filter < filters; filter++) for (let tap = 0; tap < rows * columns; tap++) check(filter, tap);
}

test("unstructured: the number of non-zeros is exact", () => {
  fc.assert(
    fc.property(anyLayer, rates, fc.nat(), (layer, rate, seed) => {
      const mask = generate(layer, { kind: "unstructured", sparsity: rate }, seed);
      expect(popcount(mask)).toBe(Math.round((1 - rate) * parameterCount(layer)));
    }),
    { numRuns: 300 },
  );
});

test("N:M: every M consecutive input channels keep exactly N, a smaller rest its share", () => {
  const sizes = fc.integer({ min: 1, max: 8 }).chain((m) => fc.tuple(fc.integer({ min: 0, max: m }), fc.constant(m)));
  fc.assert(
    fc.property(anyLayer, sizes, fc.nat(), (layer, [nonZeros, groupSize], seed) => {
      const kept = reader(layer, generate(layer, { kind: "n:m", nonZeros, groupSize }, seed));
      const channels = weightShape(layer)[1];
      eachColumn(layer, (filter, tap) => {
        for (let first = 0; first < channels; first += groupSize) {
          const size = Math.min(groupSize, channels - first);
          let ones = 0;
          for (let channel = first; channel < first + size; channel++) ones += kept(filter, channel, tap);
          expect(ones).toBe(Math.min(nonZeros, Math.round((size * nonZeros) / groupSize)));
        }
      });
    }),
  );
});

test("block: aligned blocks of input channels live or die together, and their number is exact", () => {
  fc.assert(
    fc.property(anyLayer, rates, fc.integer({ min: 1, max: 5 }), fc.nat(), (layer, rate, blockSize, seed) => {
      const kept = reader(layer, generate(layer, { kind: "block", sparsity: rate, blockSize }, seed));
      const [filters, channels, rows, columns] = weightShape(layer);
      let blocks = 0;
      eachColumn(layer, (filter, tap) => {
        for (let first = 0; first < channels; first += blockSize) {
          for (let channel = first; channel < Math.min(channels, first + blockSize); channel++) {
            expect(kept(filter, channel, tap)).toBe(kept(filter, first, tap));
          }
          blocks += kept(filter, first, tap);
        }
      });
      const allBlocks = filters * Math.ceil(channels / blockSize) * rows * columns;
      expect(blocks).toBe(Math.round((1 - rate) * allBlocks));
    }),
  );
});

test("channel: an input channel is kept by all filters that see it, or by none", () => {
  fc.assert(
    fc.property(anyLayer, rates, fc.nat(), (layer, rate, seed) => {
      const kept = reader(layer, generate(layer, { kind: "channel", sparsity: rate }, seed));
      const [filters, channels] = weightShape(layer);
      const alive = new Set<number>();
      const dead = new Set<number>();
      eachColumn(layer, (filter, tap) => {
        const group = Math.floor((filter * layer.groups) / filters);
        for (let channel = 0; channel < channels; channel++) {
          (kept(filter, channel, tap) ? alive : dead).add(group * channels + channel);
        }
      });
      expect(alive.size).toBe(Math.round((1 - rate) * layer.inputChannels));
      expect(alive.size + dead.size).toBe(layer.inputChannels);
    }),
  );
});

test("filter: a filter is whole or empty, and the number of whole ones is exact", () => {
  fc.assert(
    fc.property(anyLayer, rates, fc.nat(), (layer, rate, seed) => {
      const ones = onesPerSlice(generate(layer, { kind: "filter", sparsity: rate }, seed));
      const size = parameterCount(layer) / layer.outputChannels;
      expect(ones.every((count) => count === 0 || count === size)).toBe(true);
      expect(ones.filter((count) => count > 0)).toHaveLength(Math.round((1 - rate) * layer.outputChannels));
    }),
  );
});

test("dense: nothing is zero", () => {
  fc.assert(
    fc.property(anyLayer, (layer) => {
      expect(popcount(generate(layer, { kind: "dense" }))).toBe(parameterCount(layer));
    }),
  );
});

const pointwise = makeLayer({
  name: "pointwise",
  kind: "pointwise",
  inputChannels: 256,
  outputChannels: 256,
  inputHeight: 16,
  inputWidth: 16,
});

function columnDensities(mask: BitMask): number[] {
  const columns = new Array(256).fill(0);
  for (const [i, bit] of toBytes(mask).entries()) columns[i % 256] += bit / 256;
  return columns;
}

function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const product = (x: number[], y: number[]) => mean(x.map((value, i) => (value - mean(x)) * (y[i] - mean(y))));
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe("spread", () => {
  const pattern: WeightPattern = { kind: "unstructured", sparsity: 0.4 };

  test.each([1, 2, 3, 4, 5])("seed %i: columns and filters vary, and busy channels meet denser columns", (seed) => {
    const weights = generate(pointwise, pattern, seed);
    const key = { seed, network: "network", tensor: pointwise.name };
    const activations = activationMask(key, [256, 16, 16], 0.65, 0, measuredStatistics);
    const columns = columnDensities(weights);
    const together = correlation(Array.from(onesPerSlice(activations)), columns);
    expect(together).toBeGreaterThan(0.2);
    expect(together).toBeLessThan(0.65);
    expect(Math.sqrt(columns.reduce((sum, d) => sum + (d - 0.6) ** 2, 0) / 256)).toBeGreaterThan(0.06);
    expect(Math.max(...onesPerSlice(weights)) - Math.min(...onesPerSlice(weights))).toBeGreaterThan(0.15 * 256);
  });

  test("even statistics: neither", () => {
    const weights = generate(pointwise, pattern, 1, evenStatistics);
    const counts = onesPerSlice(weights);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(
      Math.abs(
        correlation(
          columnDensities(weights),
          Array.from({ length: 256 }, (_, i) => i),
        ),
      ),
    ).toBeLessThan(0.2);
  });

  test("no column is favoured for where it stands", () => {
    const columns = columnDensities(generate(pointwise, { kind: "n:m", nonZeros: 2, groupSize: 4 }, 1, evenStatistics));
    for (const place of [0, 1, 2, 3]) {
      const there = columns.filter((_, i) => i % 4 === place);
      expect(there.reduce((sum, d) => sum + d, 0) / 64).toBeCloseTo(0.5, 1);
    }
  });
});

test("weights depend on seed, network and layer alone", () => {
  const pattern: WeightPattern = { kind: "unstructured", sparsity: 0.5 };
  const first = generate(pointwise, pattern);
  generate(makeLayer({ ...pointwise, name: "another" }), pattern);
  expect(generate(pointwise, pattern)).toEqual(first);
  expect(generate(pointwise, pattern, 2)).not.toEqual(first);
  expect(generate(makeLayer({ ...pointwise, name: "another" }), pattern)).not.toEqual(first);
});
