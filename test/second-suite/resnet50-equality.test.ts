import { describe, expect, it } from "vitest";
import { countLayer } from "../../hw/array/counted.ts";
import { layerSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { chooseMapping } from "../../hw/array/mapper.ts";
import { stepLayer } from "../../hw/array/stepped.ts";
import { eyerissV2 } from "../../hw/presets/eyeriss-v2.ts";
import { networkCases } from "../../scripts/network-masks.ts";

describe("counted equals stepped on ResNet-50 at 192 PEs", () => {
  const cases = networkCases("resnet50", 1, 0.35);
  const every = 54 / 10;
  const ten = Array.from({ length: 10 }, (_, i) => cases[Math.round(i * every)]).map((each) => each.layer.name);
  it.each([...new Set([...ten, "conv1", "fc"])])("layer %s", (name) => {
    const each = cases.find(({ layer }) => layer.name === name);
    if (each === undefined) throw new Error(`no layer ${name}`);
    const { layer, inputDensity, outputDensity } = each;
    const masks = each.masks(0);
    const request = { layer, weight: masks.weight, hardware: eyerissV2, inputDensity, outputDensity, depth: 2 };
    const { mapping } = chooseMapping(request);
    const counted = countLayer(layerSums(loopNest(layer, eyerissV2), masks, eyerissV2), mapping, eyerissV2);
    expect(counted).toEqual(stepLayer(layer, masks, mapping, eyerissV2));
  });
});
