import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import type { Hardware } from "../../../hw/array/description.ts";
import { layerSums, WeightSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { chooseMapping, defaultDepth, type MappingRequest, mappingKey } from "../../../hw/array/mapper.ts";
import { defaultMapping, describeMapping, violations } from "../../../hw/array/mapping.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { hardwarePreset } from "../../../hw/presets/presets.ts";
import { type LayerCase, networkCases } from "../../../scripts/network-masks.ts";
import { makeLayer } from "../../../workloads/layers/layer.ts";
import { denseMask, density } from "../../../workloads/masks/bit-mask.ts";
import { Dice, randomHardware, randomLayer, randomMapping, randomMasks } from "./random-case.ts";

const cases = networkCases("sparse-mobilenet-0.5", 1);

function requestFor(each: LayerCase, hardware: Hardware, depth = defaultDepth(hardware)): MappingRequest {
  const { layer, inputDensity, outputDensity } = each;
  return { layer, weight: each.masks(0).weight, hardware, inputDensity, outputDensity, depth };
}

describe("the chosen mapping", () => {
  it("is legal, or there is none, for random layers on random arrays", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const dice = new Dice(seed);
      const layer = randomLayer(dice);
      const masks = randomMasks(dice, layer);
      const hardware = randomHardware(dice);
      const densities = { inputDensity: density(masks.input), outputDensity: density(masks.output) };
      const request = { layer, weight: masks.weight, hardware, ...densities, depth: 6 };
      const nest = loopNest(layer);
      const weights = new WeightSums(nest, masks.weight, hardware);
      const other = randomMapping(dice, layer, masks, hardware);
      if (other === undefined) continue;
      const { mapping } = chooseMapping(request);
      const largest = weights.largestBlock(mapping.filtersPerPe, mapping.channelsPerPe, mapping.kernelRowsPerPe);
      expect(violations(nest, mapping, hardware, largest)).toEqual([]);
    }
  });

  it("is the same every time, and does not depend on the layer's name", () => {
    const request = requestFor(cases[12], eyerissV2, 4);
    const renamed = { ...request, layer: { ...request.layer, name: "another" } };
    expect(chooseMapping(renamed)).toEqual(chooseMapping(request));
    expect(mappingKey(renamed)).toBe(mappingKey(request));
  });

  it("has a key for everything it depends on", () => {
    const request = requestFor(cases[12], eyerissV2, 4);
    const others: MappingRequest[] = [
      { ...request, inputDensity: 0.1 },
      { ...request, weight: denseMask(request.weight.shape) },
      { ...request, depth: 5 },
      { ...request, hardware: hardwarePreset("eyeriss-v2-384") },
      { ...request, layer: { ...request.layer, stride: [2, 2] } },
      { ...request, largest: request },
      { ...request, largest: { ...request, weight: denseMask(request.weight.shape) } },
      { ...request, largest: { ...request, layer: { ...request.layer, inputHeight: 99 } } },
    ];
    expect(new Set([request, ...others].map(mappingKey)).size).toBe(9);
  });

  it("is legal at the largest size too, where the best at its own is not", () => {
    const scores = (tokens: number) => {
      const sizes = { inputHeight: tokens, inputChannels: 4 * 64, outputChannels: 4 * tokens, groups: 4 };
      return {
        layer: makeLayer({ name: "scores", kind: "matmul", ...sizes }),
        weight: denseMask([4 * tokens, 64, 1, 1]),
      };
    };
    const filters = ["filters"] as const;
    const axisRules = {
      clusterRows: filters,
      clusterColumns: filters,
      peRows: filters,
      peColumns: ["pixels"] as const,
    };
    const hardware = { ...eyerissV2, axisRules, buffer: { ...eyerissV2.buffer, psumBytes: 265 } };
    const request = { ...scores(39), hardware, inputDensity: 1, outputDensity: 1, depth: 4 };
    const largest = scores(128);
    const violated = (chosen: MappingRequest) => {
      const { mapping } = chooseMapping(chosen);
      const nest = loopNest(largest.layer);
      const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
      const weights = new WeightSums(nest, largest.weight, hardware);
      const fullest = weights.largestBlock(filtersPerPe, channelsPerPe, kernelRowsPerPe);
      return violations(nest, mapping, hardware, fullest).length;
    };
    expect(violated(request)).toBeGreaterThan(0);
    expect(violated({ ...request, largest })).toBe(0);
  });

  it("comes with the next best and what they lost by", () => {
    const choice = chooseMapping(requestFor(cases[12], eyerissV2));
    const { counters, runnersUp, candidateCount } = choice;
    expect(describeMapping(loopNest(cases[12].layer), choice.mapping, eyerissV2)).toMatch(
      /^clusterRows=\w+ .* filters × \d+ channels × 1 rows per PE, \d+ of 64 pixels per tile; \d+ of 192 PEs/,
    );
    expect(candidateCount).toBeGreaterThan(1000);
    expect(runnersUp.length).toBe(5);
    for (const other of runnersUp) {
      expect(other.counters.cycles).toBeGreaterThanOrEqual(counters.cycles);
      expect(other.lostBy).toMatch(/^(\+\d+\.\d % cycles: .+ \(\+\d+\)|the same cycles, ranked later)$/);
    }
  });

  it("beats the default mapping and 80 random legal ones on the samples of every pointwise layer", () => {
    const dice = new Dice(5);
    for (const each of cases.filter(({ layer }) => ["L07", "L13", "L21", "L27"].includes(layer.name))) {
      const { layer } = each;
      const masks = each.masks(0);
      const nest = loopNest(layer);
      const sums = layerSums(nest, masks, eyerissV2);
      const { mapping } = chooseMapping(requestFor(each, eyerissV2));
      const chosen = countLayer(sums, mapping, eyerissV2).cycles;
      expect(chosen).toBeLessThanOrEqual(countLayer(sums, defaultMapping(nest, eyerissV2), eyerissV2).cycles);
      for (let i = 0; i < 80; i++) {
        const other = randomMapping(dice, layer, masks, eyerissV2);
        if (other === undefined) continue;
        expect(countLayer(sums, other, eyerissV2).cycles).toBeGreaterThan(0.98 * chosen);
      }
    }
  });

  it("does not exist for a kernel row of more columns than addresses; the message says by how much", () => {
    const layer = makeLayer({
      name: "wide",
      kind: "conv",
      inputChannels: 2,
      outputChannels: 2,
      inputHeight: 20,
      inputWidth: 20,
      kernel: [1, 20],
    });
    const weight = denseMask([2, 2, 1, 20]);
    const request = { layer, weight, hardware: eyerissV2, inputDensity: 0.5, outputDensity: 0.5, depth: 4 };
    expect(() => chooseMapping(request)).toThrow(
      'layer "wide" has no legal mapping on eyeriss-v2: 20 weight address entries per PE (one per column of a whole kernel row) needed, 16 there (4 too few); 20 activation entries per PE needed, 16 there (4 too few); 20 activation address entries per PE needed, 9 there (11 too few)',
    );
  });
});
