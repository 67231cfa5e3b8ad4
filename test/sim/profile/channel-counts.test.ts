/** Do channel counts and what predictors make of them agree with the masks, bit by bit? */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { countedReading, groupSizes, layerMonitor } from "../../../hw/monitor/monitor.ts";
import {
  type ChannelCounts,
  channelCounts,
  layersReadByNext,
  weightsPerInputChannel,
} from "../../../sim/profile/channel-counts.ts";
import { type ProfileTarget, targetLayer, targetLayers } from "../../../sim/profile/profile-target.ts";
import { networkChannels } from "../../../sim/study/prediction/network-channels.ts";
import { weightedDensities } from "../../../sim/study/prediction/prediction-quantities.ts";
import { elementCount, makeLayer, weightShape } from "../../../workloads/layers/layer.ts";
import { emptyMask, popcount, setBit } from "../../../workloads/masks/bit-mask.ts";
import { effectualMacs } from "../../../workloads/masks/effectual-macs.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { naiveWeightedDensity, naiveWeightsOn } from "../../models/naive-prediction.ts";

const target: ProfileTarget = {
  kind: "network",
  name: "sparse-mobilenet-0.5",
  seed: 3,
  pattern: { kind: "unstructured", sparsity: 0.6 },
};
const samples = 3;
const layers = targetLayers(target);
const read = layersReadByNext(layers);
const late = read.slice(14);
const counted = new Map(late.map((layer) => [layer, channelCounts({ target, layer, samples })] as const));
const channels = layers.map((_, index) => counted.get(index));
const folder = mkdtempSync(join(tmpdir(), "channel-counts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A profile that knows nothing but densities: here of the input, which is 0.5 everywhere. */
function profileOf(layerCount: number, sampleCount: number): Profile {
  return {
    name: "x",
    model: "x",
    pattern: "x",
    timeUnit: "cycles",
    clockHz: 1,
    source: "by hand",
    sampleIds: Int32Array.from({ length: sampleCount }, (_, k) => k),
    layerCount,
    latency: new Float64Array(layerCount * sampleCount).fill(1),
    inputDensity: new Float64Array(layerCount * sampleCount).fill(0.5),
    extra: {},
  };
}

const profile = profileOf(layers.length, samples);

describe("channel counts", () => {
  it("are of layers whose output is the next one's input", () => {
    // All but the last convolution, between which and the classifier there is a pooling, and the classifier itself.
    expect(read).toEqual(Array.from({ length: 26 }, (_, k) => k));
  });

  it("are those of the layer's own mask and the next one's weights", () => {
    for (const [index, { nonZeros, shape, nextWeights }] of counted) {
      const { masks } = targetLayer(target, index);
      expect(shape).toEqual(masks(0).output.shape);
      for (const [sample, counts] of nonZeros.entries()) {
        expect(counts.reduce((a, b) => a + b, 0)).toBe(popcount(masks(sample).output));
      }
      const next = targetLayer(target, index + 1);
      expect(nextWeights.reduce((a, b) => a + b, 0)).toBe(popcount(next.weightMask()));
    }
  });

  it("times weights are the effectual MACs of a pointwise layer, to the digit", () => {
    const pointwise = late.filter((layer) => layers[layer + 1].kind === "pointwise");
    expect(pointwise.length).toBeGreaterThan(3);
    for (const index of pointwise) {
      const { nonZeros, nextWeights } = counted.get(index) as ChannelCounts;
      for (const [sample, counts] of nonZeros.entries()) {
        const macs = counts.reduce((sum, count, channel) => sum + count * nextWeights[channel], 0);
        const { layer, masks } = targetLayer(target, index + 1);
        const { input, weight } = masks(sample);
        expect(macs).toBe(effectualMacs(layer, input, weight));
      }
    }
  });

  it("come from the cache the second time, and are not those of another seed", () => {
    const job = { target, layer: late[0], samples, cache: folder } as const;
    const first = channelCounts(job);
    expect(channelCounts(job)).toEqual(first);
    expect(readdirSync(folder).length).toBe(1);
    expect(channelCounts({ ...job, target: { ...target, seed: 4 } })).not.toEqual(first);
    expect(first).toEqual(counted.get(late[0]));
  });

  it("of weights are right for grouped, depthwise and ordinary layers", () => {
    const shapes = fc.record({
      groups: fc.integer({ min: 1, max: 4 }),
      channels: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 3 }),
      taps: fc.constantFrom<[number, number]>([1, 1], [3, 3], [1, 5]),
      bits: fc.infiniteStream(fc.boolean()),
    });
    fc.assert(
      fc.property(shapes, ({ groups, channels, filters, taps, bits }) => {
        const layer = makeLayer({
          name: "x",
          kind: "conv",
          inputChannels: groups * channels,
          outputChannels: groups * filters,
          inputHeight: 5,
          inputWidth: 5,
          kernel: taps,
          groups,
        });
        const weight = emptyMask(weightShape(layer));
        for (let i = 0; i < elementCount(weight.shape); i++) if (bits.next().value) setBit(weight, i);
        expect([...weightsPerInputChannel(layer, weight)]).toEqual(
          Array.from({ length: layer.inputChannels }, (_, channel) => naiveWeightsOn(layer, weight, channel)),
        );
      }),
    );
  });
});

describe("weighted densities", () => {
  it("are those of the naive model, for any number of groups", () => {
    for (const groups of [1, 3, 4, 16, 300, "per-channel"] as const) {
      const values = weightedDensities(profile, channels, groups);
      for (const index of late.slice(-4)) {
        const { masks } = targetLayer(target, index);
        const next = targetLayer(target, index + 1);
        const count = groups === "per-channel" ? layers[index].outputChannels : groups;
        const naive = naiveWeightedDensity(masks(1).output, next.layer, next.weightMask(), count);
        expect(values[layers.length + index]).toBeCloseTo(naive, 8);
      }
    }
  });

  it("use the groups of the monitor", () => {
    const [index] = late;
    const { nextWeights } = counted.get(index) as ChannelCounts;
    const { output } = targetLayer(target, index).masks(2);
    const reading = countedReading({ ...layerMonitor, channelGroups: 5 }, output).nonZeros;
    const sizes = groupSizes(5, output.shape);
    const perGroup = Math.ceil(nextWeights.length / 5);
    const weights = sizes.map((_, group) =>
      nextWeights.slice(group * perGroup, (group + 1) * perGroup).reduce((a, b) => a + b, 0),
    );
    const expected = sizes.reduce((sum, size, group) => sum + (reading[group] / size) * weights[group], 0);
    expect(weightedDensities(profile, channels, 5)[2 * layers.length + index]).toBeCloseTo(expected, 8);
  });

  it("with one group are the layer's density, up to a constant", () => {
    const values = weightedDensities(profile, channels, 1);
    for (const index of late) {
      const { masks } = targetLayer(target, index);
      const ratio = values[index] / values[layers.length + index];
      expect(ratio).toBeCloseTo(popcount(masks(0).output) / popcount(masks(1).output), 12);
    }
  });

  it("are the monitored density where the next layer reads something else, or has no weight", () => {
    const weightless = { ...(counted.get(late[0]) as ChannelCounts) };
    const silent = { ...weightless, nextWeights: weightless.nextWeights.map(() => 0) };
    const values = weightedDensities(
      profile,
      layers.map((_, index) => (index === 4 ? silent : undefined)),
      4,
    );
    expect(new Set(values)).toEqual(new Set([0.5]));
  });

  it("are not made for a network whose inputs differ in size, whose channels can be tokens", async () => {
    expect(await networkChannels([{ kind: "network", name: "use-lite", seed: 1 }], 2, {})).toEqual([undefined]);
  });

  it("do not change when channels change places inside a group, and do across groups", () => {
    const one = profileOf(1, 2);
    const nextWeights = [1, 2, 3, 40, 5, 6];
    const nonZeros = [
      [1, 4, 2, 8, 5, 7],
      [3, 0, 6, 1, 9, 9],
    ];
    const withOrder = (order: readonly number[]) => {
      const arranged = (values: readonly number[]) => order.map((channel) => values[channel]);
      const counts = { shape: [6, 3, 3], nonZeros: nonZeros.map(arranged), nextWeights: arranged(nextWeights) };
      return [...weightedDensities(one, [counts], 2)];
    };
    expect(withOrder([2, 0, 1, 5, 3, 4])).toEqual(withOrder([0, 1, 2, 3, 4, 5]));
    expect(withOrder([3, 1, 2, 0, 4, 5])).not.toEqual(withOrder([0, 1, 2, 3, 4, 5]));
  });
});
