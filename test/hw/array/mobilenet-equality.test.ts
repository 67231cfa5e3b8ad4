import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { chooseMapping } from "../../../hw/array/mapper.ts";
import { stepLayer } from "../../../hw/array/stepped.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { hardwarePreset } from "../../../hw/presets/presets.ts";
import { networkCases } from "../../../scripts/network-masks.ts";

const cases = networkCases("sparse-mobilenet-0.5", 1).map((each) => ({ ...each, sample: each.masks(0) }));

describe("counted equals stepped on every layer of sparse MobileNet-0.5", () => {
  it.each([12, 192, 768])("at %i PEs", (pes) => {
    const hardware = hardwarePreset(`eyeriss-v2-${pes}`);
    for (const { layer, sample, inputDensity, outputDensity } of cases) {
      const request = { layer, weight: sample.weight, hardware, inputDensity, outputDensity, depth: 4 };
      const { mapping } = chooseMapping(request);
      const counted = countLayer(layerSums(loopNest(layer, hardware), sample, hardware), mapping, hardware);
      expect(counted, layer.name).toEqual(stepLayer(layer, sample, mapping, hardware));
    }
  });

  it.each([
    ["a window barrier", { barrier: "window" }],
    ["no barrier inside a layer, layers that overlap", { barrier: "layer", layerOverlap: true }],
    ["dense depthwise layers, weights that are gated", { skipDepthwise: false, skipWeights: false }],
  ] as const)("at 192 PEs with %s", (_, mechanisms) => {
    const hardware = { ...eyerissV2, mechanisms: { ...eyerissV2.mechanisms, ...mechanisms } };
    for (const { layer, sample, inputDensity, outputDensity } of cases) {
      const request = { layer, weight: sample.weight, hardware, inputDensity, outputDensity, depth: 1 };
      const { mapping } = chooseMapping(request);
      const counted = countLayer(layerSums(loopNest(layer, hardware), sample, hardware), mapping, hardware);
      expect(counted, layer.name).toEqual(stepLayer(layer, sample, mapping, hardware));
    }
  });
});
