/** Are the transformers the published ones, and do their masks keep what they promise? */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attentionOf, isAttention } from "../../../workloads/layers/attention.ts";
import { denseMacs } from "../../../workloads/layers/layer.ts";
import { assumedStatistics, attentionMask, maxKept } from "../../../workloads/masks/attention-mask.ts";
import { type BitMask, getBit, popcount } from "../../../workloads/masks/bit-mask.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";

const macsOf = (name: string) => networkOf(name).layers.reduce((sum, layer) => sum + denseMacs(layer), 0);

describe("layer tables", () => {
  // Per token and layer 4 · 768² + 2 · 768 · 3072 weights, and 2 · tokens · 768 for scores and values.
  const perToken = (tokens: number) => 4 * 768 ** 2 + 2 * 768 * 3072 + 2 * tokens * 768;

  test("BERT-base and GPT-2 small have twelve layers of 7,077,888 weights", () => {
    expect(macsOf("bert-base:512")).toBe(12 * 512 * perToken(512));
    expect(macsOf("gpt2:128")).toBe(12 * 128 * perToken(128));
    expect(networkOf("bert-base").layers).toHaveLength(12 * 8);
  });

  test("BART-base has six encoder and six decoder layers, the latter with a second attention", () => {
    const cross = 128 * (4 * 768 ** 2 + 2 * 128 * 768);
    expect(macsOf("bart-base:128")).toBe(12 * 128 * perToken(128) + 6 * cross);
    const { blocks = [], layers } = networkOf("bart-base");
    expect(Math.max(...blocks) + 1).toBe(18);
    expect(layers.filter(({ kind }) => kind === "attention-scores")).toHaveLength(18);
  });

  test("only GPT-2 and the decoder of BART look back alone", () => {
    const causal = (name: string) =>
      networkOf(name).layers.filter((layer) => isAttention(layer) && attentionOf(layer).causal).length / 4;
    expect([causal("bert-base"), causal("gpt2"), causal("bart-base")]).toEqual([0, 12, 6]);
  });
});

describe("names", () => {
  test.each([
    ["bert-base:0", "network bert-base:0: the length must be a whole number from 1 to 512, not 0"],
    ["bert-base:513", "network bert-base:513: the length must be a whole number from 1 to 512, not 513"],
    ["gpt2:1.5", "network gpt2:1.5: the length must be a whole number from 1 to 1024, not 1.5"],
    ["gpt2:12:mesured", 'network gpt2:12:mesured: unknown masks "mesured" (did you mean "measured"?)'],
    ["gpt2:12:no.yaml", "attention file no.yaml: no such file"],
  ])("%s is refused", (name, message) => {
    expect(() => networkOf(name)).toThrow(message);
  });
});

describe("lengths", () => {
  const sizesOf = (text: string) => {
    const file = join(mkdtempSync(join(tmpdir(), "lengths-")), "lengths.yaml");
    writeFileSync(file, text);
    return networkOf(`bert-base::${file}`).sizes;
  };
  const lengthsOf = (text: string) => {
    const sizes = sizesOf(text);
    return Array.from({ length: 1000 }, (_, sample) => sizes?.layersOf(sample)[0].inputHeight ?? 0);
  };

  test("are drawn about their median, with the stated deviation of their logarithm", () => {
    const logarithms = lengthsOf("preset: paper\ntokens: 60\nlengthSpread: 0.4").map((tokens) => Math.log(tokens));
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
    const squares = logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logarithms.length;
    // Four standard errors of a normal variable's median and deviation.
    expect(Math.abs(logarithms.sort((a, b) => a - b)[500] - Math.log(60))).toBeLessThan(0.064);
    expect(Math.abs(Math.sqrt(squares) - 0.4)).toBeLessThan(0.036);
  });

  test("stay within what the network can read, and are all the same without a spread", () => {
    const long = lengthsOf("preset: measured\ntokens: 500\nlengthSpread: 0.9");
    expect(Math.max(...long)).toBe(512);
    expect(Math.min(...lengthsOf("preset: measured\ntokens: 2\nlengthSpread: 0.9"))).toBe(1);
    expect(sizesOf("preset: paper\ntokens: 60")).toBeUndefined();
  });
});

describe("masks", () => {
  function kept(name: string, layer: string, sample = 0, seed = 1): BitMask {
    const { layers, attention } = networkOf(name);
    const index = layers.findIndex((each) => each.name === layer);
    if (attention === undefined) throw new Error("no attention");
    return attention.keptOf(index, sample, seed);
  }

  test("have the density that the network states", () => {
    for (const name of ["bert-base:100", "gpt2:64", "gpt2:64:measured"]) {
      const { layers, densities } = networkOf(name);
      const inputs = densities.inputOf(3, 1);
      for (const [index, layer] of layers.entries()) {
        if (layer.kind !== "attention-values") continue;
        const mask = kept(name, layer.name, 3);
        const size = mask.shape.reduce((product, length) => product * length, 1);
        expect(popcount(mask) / size).toBeCloseTo(inputs[index], 3);
      }
    }
  });

  test("of a decoder look at no later token", () => {
    const mask = kept("gpt2:40", "layer3.self.scores");
    for (let i = 0; i < 12 * 40 * 40; i++) {
      const [query, key] = [Math.floor(i / 40) % 40, i % 40];
      if (key > query) expect(getBit(mask, i)).toBe(0);
    }
  });

  test("are the same for the four layers of an attention, and differ between samples and layers", () => {
    const mask = kept("bert-base:48", "layer2.self.scores");
    for (const layer of ["prediction", "softmax", "values"]) {
      expect(kept("bert-base:48", `layer2.self.${layer}`)).toEqual(mask);
    }
    expect(kept("bert-base:48", "layer2.self.scores", 1)).not.toEqual(mask);
    expect(kept("bert-base:48", "layer3.self.scores")).not.toEqual(mask);
    expect(kept("bert-base:48", "layer2.self.scores")).toEqual(mask);
  });

  test("keep no more of a row than a declared threshold can: 4 at .2, 49 at .02, 99 at .01, 499 at .002", () => {
    expect([0.2, 0.02, 0.01, 0.002].map(maxKept)).toEqual([4, 49, 99, 499]);
    const attention = { heads: 2, headWidth: 64, queries: 128, keys: 128, causal: false };
    const request = { attention, statistics: assumedStatistics, layerKey: [1, "x"], sample: 0, threshold: 0.2 };
    const mask = attentionMask({ ...request, density: 0.03 });
    for (let row = 0; row < 256; row++) {
      let count = 0;
      for (let key = 0; key < 128; key++) count += getBit(mask, row * 128 + key);
      expect(count).toBeLessThanOrEqual(4);
    }
    expect(popcount(mask)).toBe(Math.round(0.03 * 2 * 128 * 128));
    expect(() => attentionMask({ ...request, density: 0.04 })).toThrow(
      "threshold 0.2 keeps at most 4 scores a row, a density of at most 0.0313 at 128 tokens, not 0.04",
    );
  });

  test("follow the mean of their preset over many inputs", () => {
    const { densities, layers } = networkOf("bert-base:384");
    const values = [...layers.keys()].filter((index) => layers[index].kind === "attention-values");
    let sum = 0;
    for (let sample = 0; sample < 300; sample++) {
      const inputs = densities.inputOf(sample, 1);
      for (const index of values) sum += inputs[index];
    }
    // The layers' own factors are drawn once; their mean over twelve layers spreads by about .09.
    expect(sum / 300 / 12).toBeGreaterThan(0.263 * 0.75);
    expect(sum / 300 / 12).toBeLessThan(0.263 * 1.25);
  });
});
