import { describe, expect, it } from "vitest";
import { ExpectedLayer } from "../../../hw/array/expected.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { chooseMapping, mappingRequest } from "../../../hw/array/mapper.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { networkCases } from "../../../scripts/network-masks.ts";

describe("the estimate from densities alone, on sparse MobileNet-0.5", () => {
  const results = networkCases("sparse-mobilenet-0.5", 1).map((each) => {
    const masks = each.masks(0);
    const { mapping } = chooseMapping(
      mappingRequest(each.layer, masks.weight, eyerissV2, { input: each.inputDensity, output: each.outputDensity }),
    );
    const counted = runLayer(each.layer, masks, eyerissV2, mapping, { fidelity: "counted" });
    const densities = { input: each.inputDensity, weight: each.weightDensity, output: each.outputDensity };
    const estimated = new ExpectedLayer(loopNest(each.layer, eyerissV2), eyerissV2, densities).cost(mapping);
    return { name: each.layer.name, counted, estimated };
  });

  it("lies within 35 % of the counted cycles in every layer, within 15 % in sum", () => {
    for (const { name, counted, estimated } of results) {
      expect(Math.abs(estimated.cycles / counted.cycles - 1), name).toBeLessThan(0.35);
    }
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    const ratio =
      sum(results.map(({ estimated }) => estimated.cycles)) / sum(results.map(({ counted }) => counted.cycles));
    expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
  });

  it("has the effectual MACs within 10 % and the DRAM traffic within 15 % in every layer but the smallest", () => {
    for (const { name, counted, estimated } of results) {
      const { dramActivationBits, dramWeightBits, dramOutputBits } = counted.counters;
      const bits = dramActivationBits + dramWeightBits + dramOutputBits;
      expect(Math.abs(estimated.effectualMacs / counted.effectualMacs - 1), name).toBeLessThan(0.1);
      expect(Math.abs(estimated.dramBits / bits - 1), name).toBeLessThan(0.15);
    }
  });

  it("is the product of the densities on one PE", () => {
    const { layer, inputDensity, weightDensity, outputDensity } = networkCases("sparse-mobilenet-0.5", 1)[18];
    const nest = loopNest(layer, singlePe);
    const estimate = new ExpectedLayer(nest, singlePe, {
      input: inputDensity,
      weight: weightDensity,
      output: outputDensity,
    });
    const axes = { clusterRows: "groups", clusterColumns: "groups", peRows: "groups", peColumns: "groups" } as const;
    const whole = { axes, filtersPerPe: 256, channelsPerPe: 256, kernelRowsPerPe: 1, pixelsPerTile: 64 };
    expect(estimate.cost(whole).cycles).toBe(Math.ceil(256 * 256 * 64 * inputDensity * weightDensity));
  });
});
