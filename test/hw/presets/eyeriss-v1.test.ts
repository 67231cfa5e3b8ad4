import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { activePes, checkMapping } from "../../../hw/array/mapping.ts";
import { stepLayer } from "../../../hw/array/stepped.ts";
import { eyerissV1 } from "../../../hw/presets/eyeriss-v1.ts";
import { alexnetSets, mappingOfSets } from "../../../hw/presets/row-stationary.ts";
import { chipCases } from "../../../scripts/eyeriss-v1-table.ts";
import { batchOf, inputShape, makeLayer, outputShape, weightShape } from "../../../workloads/layers/layer.ts";
import { denseMask, emptyMask, type LayerMasks } from "../../../workloads/masks/bit-mask.ts";

/** Layers whose sums through the buffer's port take longer than the MACs: AlexNet conv3, VGG-16 up to conv4_3. */
const boundByPorts = /^alexnet conv3$|^vgg16 conv[1-4]_/;

describe("Eyeriss v1 under the chip's mappings", () => {
  it("has the chip's active PEs in all 18 layers", () => {
    for (const { chip, layer, sets } of chipCases()) {
      const nest = loopNest(layer, eyerissV1);
      const mapping = mappingOfSets(layer, sets);
      checkMapping(nest, mapping, eyerissV1, mapping.filtersPerPe * mapping.channelsPerPe * nest.kernelColumns);
      expect(activePes(nest, mapping, eyerissV1), chip.name).toBe(chip.activePes);
    }
  });

  it("processes the 15 layers that are quickly counted in .80 to 1.20 of the chip's time, bound by what binds the chip", () => {
    const small = chipCases().filter(({ layer }) => layer.inputHeight < 112 || layer.inputChannels === 3);
    expect(small.length).toBe(15);
    for (const { network, chip, layer, sets } of small) {
      const { cycles, load, store, prologue, port } = count(layer, mappingOfSets(layer, sets), zeros(layer));
      const ratio = (cycles - load - store - prologue) / (chip.processingMs * 1e-3 * eyerissV1.clockHz);
      expect(ratio, chip.name).toBeGreaterThan(0.8);
      expect(ratio, chip.name).toBeLessThan(1.2);
      expect(port > 0, chip.name).toBe(boundByPorts.test(`${network} ${chip.name}`));
    }
  });

  it("takes the same time for zeros as for others, but for the channel", () => {
    const layer = batchOf(makeLayer({ name: "conv", ...small }), 2);
    const mapping = mappingOfSets(layer, { m: 8, n: 2, e: 7, p: 4, q: 2, r: 2, t: 2 });
    const dense = count(layer, mapping, ones(layer));
    const empty = count(layer, mapping, zeros(layer));
    for (const part of ["compute", "imbalance", "spadLoad", "port"] as const) expect(empty[part]).toBe(dense[part]);
    expect(empty.dramActivationBits).toBe(0);
    expect(empty.dramWeightBits).toBe(dense.dramWeightBits);
    expect(empty.effectualMacs).toBe(0);
  });

  it("steps through what it counts, on AlexNet's sets cut to a few channels", () => {
    for (const [name, sets] of Object.entries(alexnetSets)) {
      const whole = chipCases().find(({ network, chip }) => network === "alexnet" && chip.name === name);
      if (whole === undefined) throw new Error(name);
      const { groups } = whole.layer;
      const few = { inputChannels: 2 * groups, outputChannels: 4 * groups, batch: Math.min(2, sets.n) };
      const layer = makeLayer({ ...whole.layer, ...few });
      const mapping = mappingOfSets(layer, { ...sets, m: 4, p: 2, n: few.batch });
      const masks = { ...ones(layer), output: emptyMask(outputShape(layer)) };
      expect(stepLayer(layer, masks, mapping, eyerissV1), name).toEqual(count(layer, mapping, masks));
    }
  });
});

const small = {
  kind: "conv",
  inputChannels: 8,
  outputChannels: 16,
  inputHeight: 14,
  inputWidth: 14,
  kernel: [3, 3],
  padding: [1, 1, 1, 1],
} as const;

function count(layer: Parameters<typeof loopNest>[0], mapping: ReturnType<typeof mappingOfSets>, masks: LayerMasks) {
  return countLayer(layerSums(loopNest(layer, eyerissV1), masks, eyerissV1), mapping, eyerissV1);
}

function ones(layer: Parameters<typeof loopNest>[0]): LayerMasks {
  return {
    input: denseMask(inputShape(layer)),
    weight: denseMask(weightShape(layer)),
    output: denseMask(outputShape(layer)),
  };
}

function zeros(layer: Parameters<typeof loopNest>[0]): LayerMasks {
  return { ...ones(layer), input: emptyMask(inputShape(layer)), output: emptyMask(outputShape(layer)) };
}
