/** Does the fidelity `expected` do without any mask, and choose mappings that the weights allow? */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { expectedBlock } from "../../../hw/array/expected.ts";
import { WeightSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { networkCases } from "../../../scripts/network-masks.ts";
import { profileLayer } from "../../../sim/profile/profile-layer.ts";
import type { ProfileTarget } from "../../../sim/profile/profile-target.ts";
import { scratchFolder } from "../cli/dysta.ts";

const drawn = vi.hoisted(() => ({ masks: 0 }));
vi.mock(import("../../../workloads/masks/activation-mask.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    activationMask: (...args) => {
      drawn.masks++;
      return real.activationMask(...args);
    },
  };
});
vi.mock(import("../../../workloads/masks/weight-mask.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    weightMask: (...args) => {
      drawn.masks++;
      return real.weightMask(...args);
    },
  };
});

function layerFile(text: string): ProfileTarget {
  const path = join(scratchFolder(), "layer.yaml");
  writeFileSync(path, text);
  return { kind: "layer-file", path, seed: 1 };
}

const small = "kind: conv\ninputChannels: 4\noutputChannels: 4\ninputHeight: 8\ninputWidth: 8\nkernel: 3\n";
const large = "kind: matmul\ninputHeight: 1024\ninputChannels: 1000000\noutputChannels: 1000\n";
const densities = "inputDensity: 0.5\nweightDensity: 0.3\noutputDensity: 0.5\n";

function profiled(target: ProfileTarget, fidelity: "expected" | "counted", layer = 0) {
  drawn.masks = 0;
  const accelerator = { kind: "array", hardware: eyerissV2, fidelity } as const;
  return profileLayer({ accelerator, target, layer, samples: 2, cache: scratchFolder() });
}

describe("the fidelity expected", () => {
  it.each<[string, ProfileTarget, number]>([
    ["a layer file", layerFile(small + densities), 0],
    ["a layer of a thousand million weights", layerFile(large + densities), 0],
    [
      "a pruned network",
      { kind: "network", name: "antispoof", seed: 1, pattern: { kind: "n:m", nonZeros: 2, groupSize: 4 } },
      2,
    ],
    ["a network whose samples differ in size", { kind: "network", name: "use-lite", seed: 1 }, 1],
  ])("draws no mask: %s", (_, target, layer) => {
    const { samples, mapping } = profiled(target, "expected", layer);
    expect(samples).toHaveLength(2);
    expect(samples[0].cycles).toBeGreaterThan(0);
    expect(mapping).toBeDefined();
    expect(drawn.masks).toBe(0);
  });

  it("is the only one: counting draws weights, activations and the mapper's stand-in", () => {
    profiled(layerFile(small + densities), "counted");
    expect(drawn.masks).toBeGreaterThanOrEqual(4);
  });

  it("refuses a given mapping that no weights would allow", () => {
    const accelerator = { kind: "array", hardware: eyerissV2, fidelity: "expected" } as const;
    const axes = {
      clusterRows: "pixels",
      clusterColumns: "filters",
      peRows: "kernelRows",
      peColumns: "pixels",
    } as const;
    const mapping = { axes, filtersPerPe: 4, channelsPerPe: 500, kernelRowsPerPe: 1, pixelsPerTile: 4 };
    const job = { accelerator, target: layerFile(large), layer: 0, samples: 1, mapping };
    expect(() => profileLayer(job)).toThrow(/^mapping of layer "layer" is not legal on eyeriss-v2: /);
  });
});

it("expects about as many weights in the fullest block as there are, over the layers of a pruned network", () => {
  for (const { layer, masks, weightDensity } of networkCases("sparse-mobilenet-0.5", 1)) {
    const nest = loopNest(layer, eyerissV2);
    const weights = new WeightSums(nest, masks(0).weight, eyerissV2);
    for (const [filtersPerPe, channelsPerPe] of [
      [1, 1],
      [4, 8],
      [16, 12],
    ]) {
      const axes = { clusterRows: "pixels", clusterColumns: "pixels", peRows: "pixels", peColumns: "pixels" } as const;
      const mapping = { axes, filtersPerPe, channelsPerPe, kernelRowsPerPe: 1, pixelsPerTile: 1 };
      const counted = weights.largestBlock(filtersPerPe, channelsPerPe, 1);
      const { mean, largest } = expectedBlock(nest, mapping, eyerissV2, weightDensity);
      expect(mean).toBeLessThanOrEqual(counted);
      expect(Math.abs(largest - counted), `${layer.name}: ${largest}, counted ${counted}`).toBeLessThan(
        2 + counted / 4,
      );
    }
  }
});
