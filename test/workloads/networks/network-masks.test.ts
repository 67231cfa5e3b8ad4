/** Are the masks of a network those of its densities, the same in any order, and continuous from layer to layer? */
import { describe, expect, test } from "vitest";
import { elementCount } from "../../../workloads/layers/layer.ts";
import { density, popcount } from "../../../workloads/masks/bit-mask.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";

const network = networkOf("sparse-mobilenet-0.5");
const masks = new NetworkMasks(network, { seed: 1 });

test("all three masks of every layer have their densities to the nearest element", () => {
  const { input, weight, output } = masks.densities(0);
  for (const [index] of network.layers.entries()) {
    const generated = masks.masks(index, 0);
    const expected = { input: input[index], weight: weight[index], output: output[index] };
    for (const tensor of ["input", "weight", "output"] as const) {
      const size = elementCount(generated[tensor].shape);
      expect(popcount(generated[tensor])).toBe(Math.round(expected[tensor] * size));
    }
  }
});

test("what a layer writes is what the next one reads, bit by bit", () => {
  expect(masks.masks(5, 2).output).toEqual(masks.masks(6, 2).input);
  expect(masks.masks(5, 2).output).not.toEqual(masks.masks(6, 3).input);
});

test("the order of layers and samples does not matter", () => {
  const forwards = [3, 4, 5].map((layer) => masks.masks(layer, 1));
  const backwards = [5, 4, 3].map((layer) => new NetworkMasks(network, { seed: 1 }).masks(layer, 1)).reverse();
  expect(backwards).toEqual(forwards);
});

test("a new sample brings new activations and the same weights", () => {
  const [first, second] = [0, 1].map((sample) => masks.masks(6, sample));
  expect(second.weight).toEqual(first.weight);
  expect(second.input).not.toEqual(first.input);
});

describe("a pattern", () => {
  test("replaces the network's own weights and leaves its activations", () => {
    const pruned = new NetworkMasks(network, { seed: 1, pattern: { kind: "n:m", nonZeros: 1, groupSize: 4 } });
    expect(density(pruned.masks(6, 0).weight)).toBe(0.25);
    expect(pruned.densities(0).weight[6]).toBe(0.25);
    expect(pruned.masks(6, 0).input).toEqual(masks.masks(6, 0).input);
  });
});
