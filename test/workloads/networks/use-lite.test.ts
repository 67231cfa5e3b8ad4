/** Is use-lite the transformer that was measured, sentence by sentence, and do its masks say so? */
import { describe, expect, test } from "vitest";
import {
  denseMacs,
  inputShape,
  type Layer,
  outputShape,
  parameterCount,
  weightShape,
} from "../../../workloads/layers/layer.ts";
import { type BitMask, density, getBit, popcount } from "../../../workloads/masks/bit-mask.ts";
import { effectualMacs } from "../../../workloads/masks/effectual-macs.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";
import { readTable } from "../../../workloads/tables/table-reader.ts";

const network = networkOf("use-lite");
const { layers, densities, sizes } = network;
const masks = new NetworkMasks(network, { seed: 1 });
const table = readTable("workloads/measured/use_lite_transformer.samples.csv");
const cell = (row: number, column: string) => table.rows[row].cells[table.header.indexOf(column)];
const samples = Array.from({ length: 150 }, (_, sample) => sample);
const indexOf = (name: string) => layers.findIndex((layer) => layer.name === name);
const tokensOf = (sample: number) => sizes?.layersOf(sample)[0].inputHeight ?? 0;
const ofLength = (tokens: number) => samples.find((sample) => tokensOf(sample) === tokens) ?? -1;

/** `A*B` with sizes joined by x; B of Q·Kᵀ is K, not transposed. */
function macsOfShapes(shapes: string, isScores: boolean): number {
  const [left, right] = shapes.split("*").map((shape) => shape.split("x").map(Number));
  return left.reduce((product, size) => product * size, 1) * right[right.length - (isScores ? 2 : 1)];
}

/** Columns of the file in order of execution, and what the consumer of each product reads. */
const columns: readonly [shape: string, zeros: string][] = [
  ["bmm0_shape", "bmm0_a_zero"],
  ["ffn_conv0_shape", "ffn_conv0_in_zero"],
  ["bmm1_shape", "bmm1_a_zero"],
  ["bmm2_shape", "att0_lt_0.002"],
  ["ffn_conv1_shape", "ffn_conv1_in_zero"],
  ["bmm3_shape", "bmm3_a_zero"],
  ["bmm4_shape", "bmm4_a_zero"],
  ["ffn_conv2_shape", "ffn_conv2_in_zero"],
  ["bmm5_shape", "bmm5_a_zero"],
  ["bmm6_shape", "att1_lt_0.002"],
  ["ffn_conv3_shape", "ffn_conv3_in_zero"],
  ["bmm7_shape", "bmm7_a_zero"],
  ["bmm8_shape", "bmm8_a_zero"],
  ["bmm9_shape", "bmm9_a_zero"],
];

describe("the samples", () => {
  test("are the sentences of the file, each once: MACs by their shapes and densities of every product", () => {
    const ofFile = table.rows.map((_, row) =>
      columns.map(([shape, zeros], layer) => [
        macsOfShapes(cell(row, shape), layers[layer].name.startsWith("scores")),
        1 - Number(cell(row, zeros)),
      ]),
    );
    const ours = samples.map((sample) => {
      const inputs = densities.inputOf(sample, 1);
      return sizes?.layersOf(sample).map((layer, index) => [denseMacs(layer), inputs[index]]);
    });
    const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(ours)).toEqual(sorted(ofFile));
    expect(sizes?.layersOf(150)).toEqual(sizes?.layersOf(0));
  });

  test("cover the lengths, however few: their means, the first is of middle length", () => {
    const mean = (count: number) => samples.slice(0, count).reduce((sum, sample) => sum + tokensOf(sample), 0) / count;
    expect(mean(150)).toBeCloseTo(38.62, 2);
    for (const count of [6, 12, 24]) expect(Math.abs(mean(count) / mean(150) - 1)).toBeLessThan(0.07);
    expect(tokensOf(0)).toBe(31);
  });
});

test("a transformer's own count of MACs and weights", () => {
  const encoder = (tokens: number, width: number, headWidth: number) => {
    const [attended, model, hidden] = [4 * headWidth, 512, 1536];
    const weights = width * 3 * attended + attended * model + 2 * model * hidden;
    return { weights, macs: tokens * weights + 2 * tokens * tokens * attended };
  };
  for (const sample of [0, 1, ofLength(5), ofLength(128)]) {
    const tokens = tokensOf(sample);
    const [first, second] = [encoder(tokens, 256, 64), encoder(tokens, 512, 128)];
    const ownLayers = sizes?.layersOf(sample) ?? [];
    const macs = ownLayers.reduce((sum, layer) => sum + denseMacs(layer), 0);
    expect(macs).toBe(tokens * 256 * 512 + first.macs + second.macs + 512 * 512);
    const trained = ownLayers.filter((_, index) => !network.activationPairs?.has(index));
    const weights = trained.reduce((sum, layer) => sum + parameterCount(layer), 0);
    expect(weights).toBe(256 * 512 + first.weights + second.weights + 512 * 512);
  }
});

test("mappings are chosen for the mean length and must be legal for the greatest", () => {
  expect(layers[0].inputHeight).toBe(39);
  expect(sizes?.largest[0].inputHeight).toBe(128);
  expect(sizes?.largest.map(({ name }) => name)).toEqual(layers.map(({ name }) => name));
});

describe("what the monitor sees is what the consumer reads", () => {
  test.each([
    ["scores0", "weighted0"],
    ["scores1", "weighted1"],
    ["expand0", "contract0"],
    ["expand1", "contract1"],
    ["weighted0", "output0"],
  ])("%s → %s, bit by bit, also where 4 · 128 tokens are as many as the model is wide", (writer, reader) => {
    for (const sample of [0, ofLength(128)]) {
      const { output } = masks.masks(indexOf(writer), sample);
      expect(output).toEqual(masks.masks(indexOf(reader), sample).input);
      expect(density(output)).toBeCloseTo(masks.densities(sample).output[indexOf(writer)], 2);
    }
  });

  test("attention after the threshold, ReLU outputs, and otherwise no zeros", () => {
    const { output } = masks.densities(3);
    const inputs = densities.inputOf(3, 1);
    const thinned = { scores0: "weighted0", scores1: "weighted1", expand0: "contract0", expand1: "contract1" };
    for (const [index, { name }] of layers.entries()) {
      const reader = Object.entries(thinned).find(([writer]) => writer === name)?.[1];
      expect(output[index]).toBe(reader === undefined ? 1 : inputs[indexOf(reader)]);
    }
    expect(output[indexOf("expand0")]).toBeLessThan(0.1);
    expect(output[indexOf("scores0")]).toBeLessThan(output[indexOf("scores1")]);
  });
});

/** A head's product as anyone would write it down: rows of A [head, K, row] by rows of B [head, N, K]. */
function byHeads({ groups, inputChannels, outputChannels, inputHeight }: Layer, a: BitMask, b: BitMask): number {
  const [width, columns] = [inputChannels / groups, outputChannels / groups];
  let macs = 0;
  for (let head = 0; head < groups; head++)
    for (let row = 0; row < inputHeight; row++)
      for (let column = 0; column < columns; column++)
        for (let k = 0; k < width; k++) {
          const left = getBit(a, (head * width + k) * inputHeight + row);
          macs += left * getBit(b, (head * columns + column) * width + k);
        }
  return macs;
}

describe("masks", () => {
  const short = ofLength(7);

  test.each(["qkv0", "scores0", "weighted0", "scores1", "weighted1", "contract1"])("%s: shapes and MACs", (name) => {
    const index = indexOf(name);
    const layer = masks.layerOf(index, short);
    const { input, weight, output } = masks.masks(index, short);
    expect([input.shape, weight.shape, output.shape]).toEqual([
      inputShape(layer),
      weightShape(layer),
      outputShape(layer),
    ]);
    const macs = byHeads(layer, input, weight);
    expect(effectualMacs(layer, input, weight)).toBe(macs);
    expect(macs).toBe(popcount(input) * (layer.outputChannels / layer.groups));
  });

  test("pruning leaves the second activation of a product alone", () => {
    const pruned = new NetworkMasks(network, { seed: 1, pattern: { kind: "unstructured", sparsity: 0.8 } });
    const weightDensity = (name: string) => density(pruned.masks(indexOf(name), short).weight);
    expect([weightDensity("scores0"), weightDensity("weighted1")]).toEqual([1, 1]);
    expect(weightDensity("qkv0")).toBeCloseTo(0.2, 3);
  });

  test("trained weights are the same for sentences of any length", () => {
    const index = indexOf("output0");
    const pruned = new NetworkMasks(network, { seed: 1, pattern: { kind: "unstructured", sparsity: 0.8 } });
    expect(pruned.masks(index, ofLength(128)).weight).toEqual(pruned.masks(index, short).weight);
    expect(pruned.weightMask(index)).toEqual(pruned.masks(index, short).weight);
  });
});
