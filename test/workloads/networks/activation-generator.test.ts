/** Do generated activations have the statistics that a network file states, also those that are wrong on purpose? */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { onesPerSlice } from "../../../workloads/masks/bit-mask.ts";
import { readNetworkFile } from "../../../workloads/networks/network-file.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";

const path = join(mkdtempSync(join(tmpdir(), "dysta-generator-")), "network.yaml");
const sampleCount = 400;

/** Twelve 1×1 layers of mean density .5 behind a dense one. */
function network(variation: unknown) {
  const shape = { kind: "pointwise", inputChannels: 32, outputChannels: 32, inputHeight: 8, inputWidth: 8 };
  const layers = Array.from({ length: 13 }, (_, index) => ({
    ...{ name: `l${index}`, ...shape },
    ...(index === 0 ? {} : { inputDensity: 0.5 }),
  }));
  writeFileSync(path, stringify({ name: "chain", variation, layers }));
  return readNetworkFile(path);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Deviation of the layers and the mean correlation of two that are so far apart. */
function statistics(variation: unknown) {
  const { densities } = network(variation);
  const samples = Array.from({ length: sampleCount }, (_, sample) => densities.inputOf(sample, 1));
  const layers = Array.from({ length: 12 }, (_, layer) => samples.map((sample) => sample[layer + 1]));
  const deviations = layers.map((values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))));
  const scores = layers.map((values, layer) => values.map((value) => (value - mean(values)) / deviations[layer]));
  const correlation = (distance: number) =>
    mean(
      Array.from({ length: 12 - distance }, (_, a) =>
        mean(scores[a].map((score, sample) => score * scores[a + distance][sample])),
      ),
    );
  return {
    ...{ first: samples.map((sample) => sample[0]), mean: mean(layers.map(mean)), deviation: mean(deviations) },
    correlation,
  };
}

describe("statistics between samples", () => {
  test("as stated: deviation, what all layers have in common, what neighbours have", () => {
    const own = statistics({ deviation: 0.05, common: 0.2, near: 0.6, reach: 2 });
    expect(own.deviation).toBeCloseTo(0.05, 2);
    for (const distance of [1, 2, 8]) {
      expect(own.correlation(distance)).toBeCloseTo(0.2 + 0.6 * Math.exp(-distance / 2), 1);
    }
    expect(new Set(own.first)).toEqual(new Set([1]));
  });

  test("independent layers, and layers that all move together", () => {
    expect(Math.abs(statistics({ common: 0, near: 0 }).correlation(1))).toBeLessThan(0.06);
    expect(statistics({ common: 1, near: 0 }).correlation(9)).toBeCloseTo(1, 6);
  });

  test("the presets", () => {
    const [measured, paper] = ["measured", "paper"].map(statistics);
    expect(measured.deviation).toBeCloseTo(0.02, 3);
    expect(paper.deviation).toBeCloseTo(0.043, 2);
    expect(measured.correlation(1)).toBeGreaterThan(measured.correlation(11) + 0.05);
    expect(statistics({ preset: "paper", deviation: 0.02 }).correlation(5)).toBeCloseTo(0.25, 1);
  });

  test("means that are wrong by a factor, but dense stays dense", () => {
    const own = statistics({ meanFactor: 1.5 });
    expect(own.mean).toBeCloseTo(0.75, 2);
    expect(new Set(own.first)).toEqual(new Set([1]));
  });
});

describe("statistics within a mask", () => {
  const channels = (variation: unknown) => {
    const masks = new NetworkMasks(network(variation), { seed: 1 });
    return Array.from(onesPerSlice(masks.activationMasks(3, 0).input));
  };

  test("channels alike, and each full or empty but for one", () => {
    const alike = channels({ channelSpread: 0 });
    expect(Math.max(...alike) - Math.min(...alike)).toBeLessThanOrEqual(1);
    const extreme = channels({ channelSpread: 1 });
    expect(extreme.filter((ones) => ones > 0 && ones < 64).length).toBeLessThanOrEqual(1);
  });
});

describe("refused, in one line", () => {
  test.each([
    ["some", "must be one of none, measured, paper, or a mapping"],
    [{ preset: "paler" }, "must be one of measured, paper"],
    [{ common: 0.7, near: 0.5 }, "variation: common + near must be at most 1, is 1.2"],
    [{ deviation: -1 }, "must be a number, 0 or more"],
    [{ reach: 0 }, "must be a number above 0"],
    [{ channelSpread: 2 }, "must be a number from 0 to 1"],
    [{ clusterPixels: 1.5 }, "must be a whole number, 1 or more"],
    [{ clustering: 1 }, "clustering"],
  ])("%j", (variation, message) => {
    expect(() => network(variation)).toThrow(message);
    expect(() => network(variation)).toThrow(/^network [^\n]+variation[^\n]*$/);
  });
});
