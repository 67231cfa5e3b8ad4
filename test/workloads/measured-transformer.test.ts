/** Does the transformer's profile hold what was measured, and the cycles of the formula it names? */
import { describe, expect, test } from "vitest";
import { formulaPeCount, macsOfShapes, measuredTransformer } from "../../workloads/measured-transformer.ts";
import { readTable } from "../../workloads/table-reader.ts";

const transformer = measuredTransformer();
const macs = transformer.extra.effectual_macs ?? new Float64Array();
const { latency, inputDensity, outputDensity, layerCount, sampleIds, source } = transformer;

describe("cycles", () => {
  test("effectual MACs / 192, rounded up, and the profile says so", () => {
    expect(latency).toHaveLength(150 * 14);
    for (const [index, cycles] of latency.entries()) expect(cycles).toBe(Math.ceil(macs[index] / formulaPeCount));
    expect(source).toMatch(/^formula, not hardware/);
  });
});

describe("densities", () => {
  test("are shares, and a layer's output has the density of the next layer's input, the last 1", () => {
    for (const density of inputDensity) expect(density >= 0 && density <= 1).toBe(true);
    expect(sampleIds).toHaveLength(150);
    expect(outputDensity?.[0]).toBe(inputDensity[1]);
    expect(outputDensity?.[layerCount - 1]).toBe(1);
    expect(outputDensity?.[layerCount]).toBe(inputDensity[layerCount + 1]);
  });
});

describe("transformer", () => {
  const rows = readTable("workloads/measured/use_lite_transformer.samples.csv");
  const lengths = rows.rows.map(({ cells }) => Number(cells[rows.header.indexOf("len")]));
  const share = (name: string, sample: number) => Number(rows.rows[sample].cells[rows.header.indexOf(name)]);
  const ofLayer = (layer: number, sample: number) => macs[sample * transformer.layerCount + layer];

  test("the shapes of a sentence of L tokens give the MACs of two encoder layers", () => {
    for (const [sample, L] of lengths.entries()) {
      const projections = [256 * 512, 256 * 768, 256 * 512, 512 * 1536, 512 * 1536, 512 * 512];
      for (const [k, layer] of [0, 1, 4, 5, 7, 10].entries()) expect(ofLayer(layer, sample)).toBe(L * projections[k]);
      expect(ofLayer(11, sample)).toBe(L * 512 * 1536);
      expect(ofLayer(13, sample)).toBe(512 * 512);
    }
  });

  test("scores and weighted values are thinned by the share of probabilities kept", () => {
    for (const [sample, L] of lengths.entries()) {
      const kept = [1 - share("att0_lt_0.002", sample), 1 - share("att1_lt_0.002", sample)];
      for (const layer of [2, 3]) expect(ofLayer(layer, sample)).toBe(4 * L * L * 64 * kept[0]);
      for (const layer of [8, 9]) expect(ofLayer(layer, sample)).toBe(4 * L * L * 128 * kept[1]);
    }
  });

  test("the second feed-forward product reads the measured output of the ReLU", () => {
    for (const [sample, L] of lengths.entries()) {
      expect(ofLayer(6, sample)).toBe(L * 1536 * 512 * (1 - share("bmm4_a_zero", sample)));
      expect(ofLayer(12, sample)).toBe(L * 1536 * 512 * (1 - share("bmm8_a_zero", sample)));
    }
  });

  test("MACs of shapes: matrix product, 1x1 convolution, transposed scores", () => {
    expect(macsOfShapes("89x256*256x512", "product")).toBe(89 * 256 * 512);
    expect(macsOfShapes("1x89x1x256*1x1x256x768", "projection")).toBe(89 * 256 * 768);
    expect(macsOfShapes("1x4x89x64*1x4x89x64", "scores")).toBe(4 * 89 * 89 * 64);
    expect(macsOfShapes("1x4x89x89*1x4x89x64", "weighted values")).toBe(4 * 89 * 89 * 64);
  });
});

test("the first sentence, 89 tokens: a result is handed on where the next left operand has as many elements", () => {
  const { inputBytes, handedBytes } = transformer.bufferUse ?? {};
  expect(inputBytes?.[0]).toBe(89 * 256 * 1.5);
  // 89×512 into a projection of 89×256; queries, keys and values together into the scores.
  expect([handedBytes?.[0], handedBytes?.[1]]).toEqual([0, 0]);
  // Scores become the probabilities of four heads, 16.633 % of which are kept; their values become 89×256 again.
  expect(handedBytes?.[2]).toBe(Math.round(4 * 89 * 89 * (1 - 0.83367)) * 1.5);
  expect(handedBytes?.[3]).toBe(89 * 256 * 1.5);
  expect(handedBytes?.[layerCount - 1]).toBe(0);
});
