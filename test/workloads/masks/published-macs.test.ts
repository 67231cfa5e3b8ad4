/**
 * Do masks generated from densities alone come near the real thing? Effectual MACs of eight pointwise layers of sparse
 * MobileNet-0.5, counted on the real masks of the Sparseloop artifact (MICRO 2022, Fig. 12).
 */
import { describe, expect, test } from "vitest";
import { onesPerSlice, toBytes } from "../../../workloads/masks/bit-mask.ts";
import type { MaskStatistics } from "../../../workloads/masks/statistics.ts";
import { evenStatistics, measuredStatistics } from "../../../workloads/masks/statistics.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";

const published: Readonly<Record<string, number>> = {
  L07: 1702140,
  L09: 1499682,
  L13: 1144158,
  L19: 1457458,
  L21: 1677684,
  L23: 1821557,
  L25: 948572,
  L27: 775316,
};
const network = networkOf("sparse-mobilenet-0.5");

/** Effectual MACs over the published, per layer and (`sum`) summed. */
function ratios(seed: number, statistics: MaskStatistics): Record<string, number> {
  const masks = new NetworkMasks(network, { seed, statistics });
  const counted = Object.keys(published).map((name) => {
    const index = network.layers.findIndex((layer) => layer.name === name);
    const { input, weight } = masks.masks(index, 0);
    const columns = new Array(input.shape[0]).fill(0);
    for (const [i, bit] of toBytes(weight).entries()) columns[i % columns.length] += bit;
    return [name, onesPerSlice(input).reduce((sum, ones, channel) => sum + ones * columns[channel], 0)] as const;
  });
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    ...Object.fromEntries(counted.map(([name, macs]) => [name, macs / published[name]])),
    sum: total(counted.map(([, macs]) => macs)) / total(Object.values(published)),
  };
}

describe("from the published densities", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %i: within 2 % in sum, within 8 % per layer", (seed) => {
    const { sum, ...layers } = ratios(seed, measuredStatistics);
    expect(Math.abs(sum - 1)).toBeLessThan(0.02);
    for (const [name, ratio] of Object.entries(layers)) expect(Math.abs(ratio - 1), name).toBeLessThan(0.08);
  });

  test("evenly spread masks do 3–4 % too little work", () => {
    const { sum } = ratios(1, evenStatistics);
    expect(sum).toBeGreaterThan(0.96);
    expect(sum).toBeLessThan(0.97);
  });
});
