/** Do generated activations have exactly the density asked for, and the spread of real ones? */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { activationMask } from "../../../workloads/masks/activation-mask.ts";
import { type BitMask, getBit, onesPerSlice, popcount } from "../../../workloads/masks/bit-mask.ts";
import { evenStatistics, type MaskStatistics, measuredStatistics } from "../../../workloads/masks/statistics.ts";

const key = { seed: 1, network: "network", tensor: "layer" };

function generate(
  shape: [number, number, number],
  density: number,
  { sample = 0, statistics = measuredStatistics, seed = 1 } = {},
): BitMask {
  return activationMask({ ...key, seed }, shape, density, sample, statistics);
}

function channelDensities(mask: BitMask): number[] {
  const [, height, width] = mask.shape;
  return Array.from(onesPerSlice(mask), (ones) => ones / (height * width));
}

function deviation(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

test("the number of non-zeros is exact, whatever the shape, density and statistics", () => {
  const side = fc.integer({ min: 1, max: 12 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const statistics = fc.record({
    channelDispersion: fc.double({ min: 0, max: 0.9, noNaN: true }),
    sampleReordering: share,
    clusterPixels: fc.integer({ min: 1, max: 5 }),
    clusterShare: share,
  });
  fc.assert(
    fc.property(side, side, side, share, statistics, fc.nat(), (c, h, w, density, changes, seed) => {
      const mask = generate([c, h, w], density, { statistics: { ...measuredStatistics, ...changes }, seed });
      expect(popcount(mask)).toBe(Math.round(density * c * h * w));
    }),
    { numRuns: 500 },
  );
});

describe("spread over the channels", () => {
  test.each([0.86, 0.69, 0.58])("mean %f: as measured, standard deviation .20 to .45", (density) => {
    const spread = deviation(channelDensities(generate([256, 16, 16], density)));
    expect(spread).toBeGreaterThan(0.2);
    expect(spread).toBeLessThan(0.45);
  });

  test("most channels are busy or nearly dead", () => {
    const densities = channelDensities(generate([512, 8, 8], 0.6));
    const extreme = densities.filter((density) => density < 0.2 || density > 0.8).length;
    expect(extreme / densities.length).toBeGreaterThan(0.55);
  });

  test("even statistics give every channel the same", () => {
    const densities = channelDensities(generate([64, 16, 16], 0.37, { statistics: evenStatistics }));
    expect(Math.max(...densities) - Math.min(...densities)).toBeLessThanOrEqual(1 / 256);
  });
});

/** Share of pixels that agree with their right (step 1) or lower (step = width) neighbour in the channel. */
function agreement(mask: BitMask, step: number): number {
  const [channels, height, width] = mask.shape;
  let agreeing = 0;
  let pairs = 0;
  for (let i = 0; i < channels * height * width; i++) {
    const pixel = i % (height * width);
    const hasNeighbour = step === 1 ? pixel % width < width - 1 : pixel < (height - 1) * width;
    if (!hasNeighbour) continue;
    pairs++;
    if (getBit(mask, i) === getBit(mask, i + step)) agreeing++;
  }
  return agreeing / pairs;
}

describe("non-zeros of a channel come in clusters", () => {
  const statistics: MaskStatistics = { ...measuredStatistics, channelDispersion: 0 };
  const generated = (clusterShare: number) =>
    generate([16, 32, 32], 0.5, { statistics: { ...statistics, clusterShare } });

  test.each([
    ["rows", 1],
    ["columns", 32],
  ])("along %s", (_, step) => {
    expect(agreement(generated(0), step)).toBeCloseTo(0.5, 1);
    expect(agreement(generated(measuredStatistics.clusterShare), step)).toBeGreaterThan(0.58);
    expect(agreement(generated(1), step)).toBeGreaterThan(0.8);
  });
});

test("no part of a map is favoured", () => {
  const mask = generate([64, 32, 32], 0.5);
  let upper = 0;
  for (let i = 0; i < 64 * 32 * 32; i++) if (i % 1024 < 512) upper += getBit(mask, i);
  expect(upper / popcount(mask)).toBeCloseTo(0.5, 1);
});

describe("streams", () => {
  test("the same call gives the same mask, in any order of calls", () => {
    const first = generate([8, 9, 9], 0.4, { sample: 3 });
    generate([8, 9, 9], 0.7);
    expect(generate([8, 9, 9], 0.4, { sample: 3 })).toEqual(first);
  });

  test("samples and seeds differ", () => {
    const first = generate([8, 9, 9], 0.4);
    expect(generate([8, 9, 9], 0.4, { sample: 1 })).not.toEqual(first);
    expect(generate([8, 9, 9], 0.4, { seed: 2 })).not.toEqual(first);
  });

  test("busy channels stay busy from sample to sample", () => {
    const [a, b] = [0, 1].map((sample) => channelDensities(generate([256, 8, 8], 0.5, { sample })));
    const moved = a.filter((density, channel) => Math.abs(density - b[channel]) > 0.5).length;
    expect(moved / 256).toBeLessThan(0.15);
  });
});
