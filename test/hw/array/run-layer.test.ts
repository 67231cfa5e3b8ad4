import { describe, expect, it } from "vitest";
import { cycleParts } from "../../../hw/array/counters.ts";
import { dimensions, type Hardware } from "../../../hw/array/description.ts";
import { chooseMapping, mappingRequest } from "../../../hw/array/mapper.ts";
import { checkMasks, runLayer } from "../../../hw/array/run-layer.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { networkCases } from "../../../scripts/network-masks.ts";
import { makeLayer } from "../../../workloads/layers/layer.ts";
import {
  type BitMask,
  denseMask,
  getBit,
  type LayerMasks,
  maskOf,
  onesPerSlice,
} from "../../../workloads/masks/bit-mask.ts";
import { randomCase } from "./random-case.ts";

const pointwise = networkCases("sparse-mobilenet-0.5", 3).filter(({ layer }) =>
  ["L13", "L19", "L25", "L27"].includes(layer.name),
);

/** Σ over the channels of non-zero activations × non-zero weights. */
function effectualPairs({ input, weight }: LayerMasks): number {
  const activations = onesPerSlice(input);
  const [filters, channels] = weight.shape;
  let pairs = 0;
  for (let c = 0; c < channels; c++) {
    for (let m = 0; m < filters; m++) pairs += activations[c] * getBit(weight, m * channels + c);
  }
  return pairs;
}

function transposed(weight: BitMask): BitMask {
  const [filters, channels] = weight.shape;
  const bits = new Uint8Array(filters * channels);
  for (let m = 0; m < filters; m++) {
    for (let c = 0; c < channels; c++) bits[m * channels + c] = getBit(weight, c * channels + m);
  }
  return maskOf(bits, weight.shape);
}

describe("one PE with one MAC", () => {
  it.each(pointwise.map((each) => [each.layer.name, each] as const))(
    "takes a cycle per pair of non-zeros in %s",
    (_, each) => {
      const masks = each.masks(0);
      const { mapping } = chooseMapping(
        mappingRequest(each.layer, masks.weight, singlePe, { input: each.inputDensity, output: each.outputDensity }),
      );
      const counted = runLayer(each.layer, masks, singlePe, mapping, { fidelity: "counted" });
      expect(counted.cycles).toBe(effectualPairs(masks));
      expect(counted.effectualMacs).toBe(counted.cycles);
      expect(counted.utilisation).toBe(1);
    },
  );

  it("notices a weight mask that was given transposed", () => {
    const each = pointwise[1];
    const masks = each.masks(0);
    const wrong = { ...masks, weight: transposed(masks.weight) };
    const { mapping } = chooseMapping(
      mappingRequest(each.layer, masks.weight, singlePe, { input: each.inputDensity, output: each.outputDensity }),
    );
    const right = runLayer(each.layer, masks, singlePe, mapping, { fidelity: "counted" }).cycles;
    expect(runLayer(each.layer, wrong, singlePe, mapping, { fidelity: "counted" }).cycles).not.toBe(right);
  });
});

describe("a fully connected layer at batch 1", () => {
  it("is bound by memory, unless the axis rules leave it too few PEs to load their weights with", () => {
    const classifier = networkCases("sparse-mobilenet-0.5", 1)[27];
    const masks = classifier.masks(0);
    const run = (hardware: Hardware) => {
      const { mapping } = chooseMapping(
        mappingRequest(classifier.layer, masks.weight, hardware, { input: classifier.inputDensity, output: 1 }),
      );
      return runLayer(classifier.layer, masks, hardware, mapping, { fidelity: "counted" });
    };
    const anywhere = { clusterRows: dimensions, clusterColumns: dimensions, peRows: dimensions, peColumns: dimensions };
    const hidden = { ...eyerissV2.mechanisms, weightsLoadedPerCycle: Infinity };
    expect(run({ ...eyerissV2, axisRules: anywhere, mechanisms: hidden }).boundBy).toBe("load");
    expect(run(eyerissV2).boundBy).toBe("spadLoad");
  });
});

describe("a layer result", () => {
  it("is the same from both fidelities, and its stalls sum to its cycles", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { layer, masks, mapping, hardware } = randomCase(seed);
      const counted = runLayer(layer, masks, hardware, mapping, { fidelity: "counted" });
      expect(runLayer(layer, masks, hardware, mapping, { fidelity: "stepped" })).toEqual(counted);
      expect(cycleParts.reduce((sum, part) => sum + counted.stalls[part], 0)).toBe(counted.cycles);
    }
  });

  it("has every output bit pass the write-back once, in the layer's own time", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { layer, masks, mapping, hardware } = randomCase(seed);
      let outputs = 0;
      let nonZeros = 0;
      let lastCycle = 0;
      const observer = {
        written(atCycle: number, bits: Uint8Array, first: number, end: number) {
          outputs += end - first;
          for (let i = first; i < end; i++) nonZeros += bits[i];
          expect(atCycle).toBeGreaterThanOrEqual(lastCycle);
          lastCycle = atCycle;
        },
      };
      const result = runLayer(layer, masks, hardware, mapping, { fidelity: "stepped", observer });
      expect([outputs, nonZeros]).toEqual([result.counters.outputs, result.counters.outputNonZeros]);
      expect(lastCycle).toBeLessThanOrEqual(result.cycles);
      expect(result).toEqual(runLayer(layer, masks, hardware, mapping, { fidelity: "stepped" }));
    }
  });

  it("refuses masks of another shape", () => {
    const layer = makeLayer({ name: "fc6", kind: "fc", inputChannels: 8, outputChannels: 4 });
    const masks = { input: denseMask([8, 1, 1]), weight: denseMask([8, 4]), output: denseMask([4, 1, 1]) };
    expect(() => checkMasks(layer, masks)).toThrow(
      'layer "fc6": the weight mask must have the shape [4, 8, 1, 1], not [8, 4]',
    );
  });

  it("refuses a pinned mapping that does not fit", () => {
    const layer = makeLayer({ name: "fc6", kind: "fc", inputChannels: 80, outputChannels: 40 });
    const masks = { input: denseMask([80, 1, 1]), weight: denseMask([40, 80, 1, 1]), output: denseMask([40, 1, 1]) };
    const mapping = {
      axes: { clusterRows: "filters", clusterColumns: "filters", peRows: "channels", peColumns: "filters" },
      filtersPerPe: 40,
      channelsPerPe: 4,
      kernelRowsPerPe: 1,
      pixelsPerTile: 1,
    } as const;
    expect(() => runLayer(layer, masks, eyerissV2, mapping, { fidelity: "counted" })).toThrow(
      'mapping of layer "fc6" is not legal on eyeriss-v2: the axis rules forbid peColumns carrying filters; 40 partial-sum entries per PE needed, 32 there (8 too few)',
    );
  });
});
