/** The documented preset beside the published chip: sparse MobileNet-0.5 in 135,999 cycles. No constant is fitted to it. */
import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import { dimensions, type Hardware } from "../../../hw/array/description.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { chooseMapping } from "../../../hw/array/mapper.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { networkCases } from "../../../scripts/network-masks.ts";

const publishedCycles = 135_999;
const cases = networkCases("sparse-mobilenet-0.5", 1).map((each) => ({ ...each, sample: each.masks(0) }));

function shareOfPublished(hardware: Hardware): number {
  let cycles = 0;
  for (const { layer, sample, inputDensity, outputDensity } of cases) {
    const request = { layer, weight: sample.weight, hardware, inputDensity, outputDensity, depth: 12 };
    const { mapping } = chooseMapping(request);
    cycles += countLayer(layerSums(loopNest(layer, hardware), sample, hardware), mapping, hardware).cycles;
  }
  return cycles / publishedCycles;
}

const withoutOverheads: Hardware = {
  ...eyerissV2,
  axisRules: { clusterRows: dimensions, clusterColumns: dimensions, peRows: dimensions, peColumns: dimensions },
  mechanisms: {
    ...eyerissV2.mechanisms,
    emptyColumnBubble: false,
    psumsDrainedPerCycle: Infinity,
    pipelineFillCycles: 0,
    weightsLoadedPerCycle: Infinity,
  },
};

describe("sparse MobileNet-0.5 on eyeriss-v2", () => {
  it("takes 0.80 to 1.10 of the published cycles, depthwise layers skipped or dense", () => {
    for (const skipDepthwise of [true, false]) {
      const share = shareOfPublished({ ...eyerissV2, mechanisms: { ...eyerissV2.mechanisms, skipDepthwise } });
      expect(share).toBeGreaterThan(0.8);
      expect(share).toBeLessThan(1.1);
    }
  });

  it("takes 0.60 to 0.70 of them without the overheads", () => {
    const share = shareOfPublished(withoutOverheads);
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.7);
  });

  it("takes more than 1.05 of them with one MAC per PE, whatever else is free", () => {
    expect(shareOfPublished({ ...withoutOverheads, macsPerPe: 1 })).toBeGreaterThan(1.05);
  });

  it("depends on the shape of the array because of the axis rules", () => {
    const flat = { ...eyerissV2, grid: { ...eyerissV2.grid, peRows: 1, peColumns: 12 } };
    expect(shareOfPublished(flat)).toBeGreaterThan(1.1 * shareOfPublished(eyerissV2));
  });
});
