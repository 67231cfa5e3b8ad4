/** The transformer's products on the array: every sentence under one mapping, and what absent tokens would cost. */
import { describe, expect, test } from "vitest";
import { chooseMapping, mappingRequest } from "../../../hw/array/mapper.ts";
import type { Mapping } from "../../../hw/array/mapping.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { type TargetLayer, targetLayer, targetLayers } from "../../../sim/profile/profile-target.ts";
import { inputShape, type Layer, makeLayer, outputShape, weightShape } from "../../../workloads/layers/layer.ts";
import {
  type BitMask,
  denseMask,
  emptyMask,
  getBit,
  type LayerMasks,
  setBit,
} from "../../../workloads/masks/bit-mask.ts";

const target = { kind: "network", name: "use-lite", seed: 1 } as const;
const names = targetLayers(target).map(({ name }) => name);
const layerNamed = (name: string) => targetLayer(target, names.indexOf(name));

function mappingOf({ layer, largest, weightMask, expected }: TargetLayer, hardware = eyerissV2): Mapping {
  const other = largest && { layer: largest.layer, weight: largest.weightMask() };
  return chooseMapping({ ...mappingRequest(layer, weightMask(), hardware, expected, other), depth: 4 }).mapping;
}

/** `scores0` or `expand0` for any number of tokens, without a zero. */
function withTokens(layer: Layer, tokens: number): Layer {
  const isScores = layer.groups > 1;
  return makeLayer({ ...layer, inputHeight: tokens, outputChannels: isScores ? 4 * tokens : layer.outputChannels });
}

function denseMasks(layer: Layer): LayerMasks {
  return {
    input: denseMask(inputShape(layer)),
    weight: denseMask(weightShape(layer)),
    output: denseMask(outputShape(layer)),
  };
}

describe("under one mapping", () => {
  test.each(["scores0", "scores1", "output0"])("%s: no sentence of more tokens takes fewer cycles", (name) => {
    const product = layerNamed(name);
    const mapping = mappingOf(product);
    let before = 0;
    for (let tokens = 1; tokens <= 128; tokens += tokens < 48 ? 1 : 8) {
      const layer = withTokens(product.layer, tokens);
      const { cycles } = runLayer(layer, denseMasks(layer), eyerissV2, mapping, { fidelity: "counted" });
      expect(cycles).toBeGreaterThanOrEqual(before);
      before = cycles;
    }
  });

  test.each(["scores0", "weighted0", "weighted1"])(
    "%s: stepped and counted agree on sentences long and short",
    (name) => {
      const product = layerNamed(name);
      const mapping = mappingOf(product);
      for (const sample of [0, 1, 4]) {
        const [stepped, counted] = (["stepped", "counted"] as const).map((fidelity) =>
          runLayer(product.layerOf(sample), product.masks(sample), eyerissV2, mapping, { fidelity }),
        );
        expect(stepped.counters).toEqual(counted.counters);
      }
    },
  );
});

/** The product for more tokens than the sentence has: rows, and for A·V also keys, that are all zero. */
function padded(product: TargetLayer, sample: number): { readonly layer: Layer; readonly masks: LayerMasks } {
  const layer = product.largest?.layer ?? product.layer;
  const { input, weight, output } = product.masks(sample);
  const within = (mask: BitMask, shape: readonly number[]) => grown(mask, shape, layer.groups);
  return {
    layer,
    masks: {
      input: within(input, inputShape(layer)),
      weight: within(weight, weightShape(layer)),
      output: within(output, outputShape(layer)),
    },
  };
}

/** The first two axes grow, the first within each of its groups. */
function grown(mask: BitMask, shape: readonly number[], groups: number): BitMask {
  const [rows, columns] = mask.shape;
  const result = emptyMask(shape);
  for (let row = 0; row < rows; row++) {
    const at = Math.floor((row * groups) / rows) * (shape[0] / groups) + (row % (rows / groups));
    for (let column = 0; column < columns; column++) {
      if (getBit(mask, row * columns + column) === 1) setBit(result, at * shape[1] + column);
    }
  }
  return result;
}

describe("a sentence padded to 128 tokens (docs/decisions/0009)", () => {
  test.each(["scores0", "weighted0", "contract0"])("%s: absent tokens are no work, but cost cycles", (name) => {
    const product = layerNamed(name);
    const [sample, own] = [1, product.layerOf(1)];
    const more = padded(product, sample);
    const mapping = mappingOf(product);
    const run = (layer: Layer, masks: LayerMasks) =>
      runLayer(layer, masks, eyerissV2, mapping, { fidelity: "counted" });
    const [alone, withAbsent] = [run(own, product.masks(sample)), run(more.layer, more.masks)];
    expect(withAbsent.effectualMacs).toBe(alone.effectualMacs);
    expect(withAbsent.counters.outputNonZeros).toBe(alone.counters.outputNonZeros);
    expect(withAbsent.cycles).toBeGreaterThan(1.2 * alone.cycles);
  });

  test("on one PE that skips them for nothing they cost nothing", () => {
    const product = layerNamed("weighted0");
    const { layer, masks } = padded(product, 1);
    const mapping = mappingOf(product, singlePe);
    const { cycles } = runLayer(layer, masks, singlePe, mapping, { fidelity: "counted" });
    const alone = runLayer(product.layerOf(1), product.masks(1), singlePe, mapping, { fidelity: "counted" });
    expect(cycles).toBe(alone.cycles);
    expect(cycles).toBe(alone.effectualMacs);
  });
});
