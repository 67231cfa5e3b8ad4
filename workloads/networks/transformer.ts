/**
 * Transformers as tables of layers: BERT-base, GPT-2 small and BART-base, all of width 768 with 12 heads and
 * feed-forward layers of 3072 (their published configurations).
 *
 * A name says the length and where the masks come from: `bert-base`, `bert-base:512`, `gpt2:128:measured`,
 * `bart-base:128:./attention.yaml`. Not included: embeddings, layer normalisation, residual additions, pooling, the output
 * vocabulary; all run outside the array.
 */
import { ConfigError, didYouMean } from "../input/errors.ts";
import {
  type AttentionDescription,
  allowedScores,
  attentionLayer,
  attentionOf,
  isAttention,
} from "../layers/attention.ts";
import { type Layer, makeLayer } from "../layers/layer.ts";
import { attentionMask } from "../masks/attention-mask.ts";
import { type BitMask, popcount } from "../masks/bit-mask.ts";
import { readNpyAttentionMask } from "../masks/npy.ts";
import {
  type AttentionInputs,
  type AttentionPreset,
  attentionPreset,
  attentionPresets,
  inputTokens,
  keptDensity,
} from "./attention-densities.ts";
import { type AttentionFile, attentionFileMask, masksDigest, readAttentionFile } from "./attention-file.ts";
import type { AttentionMasks, Network } from "./network.ts";

const width = 768;
const heads = 12;
const feedForward = 3072;

interface Architecture {
  readonly description: string;
  /** Without a length in the name: that of the input set it is named after in the paper's workload. */
  readonly tokens: number;
  readonly longest: number;
  /** Mean share of kept scores in the recorded tables in the artifact's format. */
  readonly paperDensity: number;
  readonly layersOf: (tokens: number) => readonly Layer[];
}

const repeat = (count: number, block: (index: number) => readonly Layer[]) =>
  Array.from({ length: count }, (_, index) => block(index)).flat();

export const transformers: Readonly<Record<string, Architecture>> = {
  "bert-base": {
    description: "BERT-base, 12 encoder layers of width 768 with 12 heads (SQuAD: 384 tokens)",
    tokens: 384,
    longest: 512,
    paperDensity: 0.263,
    layersOf: (tokens) => repeat(12, (i) => selfBlock(`layer${i}`, tokens, false)),
  },
  gpt2: {
    description:
      "GPT-2 small, 12 decoder layers of width 768 with 12 heads, causal, one pass over a prompt of 128 tokens",
    tokens: 128,
    longest: 1024,
    paperDensity: 0.433,
    layersOf: (tokens) => repeat(12, (i) => selfBlock(`layer${i}`, tokens, true)),
  },
  "bart-base": {
    description: "BART-base, 6 encoder and 6 decoder layers of width 768 with 12 heads, 128 tokens on both sides",
    tokens: 128,
    longest: 1024,
    paperDensity: 0.392,
    layersOf: (tokens) => [
      ...repeat(6, (i) => selfBlock(`encoder${i}`, tokens, false)),
      ...repeat(6, (i) => [
        ...selfAttention(`decoder${i}`, tokens, true),
        ...crossBlock(`decoder${i}`, tokens, tokens),
      ]),
    ],
  },
};

function matmul(name: string, rows: number, inputChannels: number, outputChannels: number): Layer {
  return makeLayer({ name, kind: "matmul", inputHeight: rows, inputChannels, outputChannels });
}

function attention(name: string, shape: Omit<AttentionDescription, "heads" | "headWidth">): Layer[] {
  const whole = { ...shape, heads, headWidth: width / heads };
  return [
    attentionLayer(`${name}.prediction`, "attention-prediction", whole),
    attentionLayer(`${name}.scores`, "attention-scores", whole),
    attentionLayer(`${name}.softmax`, "softmax", whole),
    attentionLayer(`${name}.values`, "attention-values", whole),
    matmul(`${name}.output`, shape.queries, width, width),
  ];
}

function selfAttention(name: string, tokens: number, causal: boolean): Layer[] {
  return [
    matmul(`${name}.qkv`, tokens, width, 3 * width),
    ...attention(`${name}.self`, { queries: tokens, keys: tokens, causal }),
  ];
}

function feedForwardLayers(name: string, tokens: number): Layer[] {
  return [matmul(`${name}.expand`, tokens, width, feedForward), matmul(`${name}.contract`, tokens, feedForward, width)];
}

function selfBlock(name: string, tokens: number, causal: boolean): Layer[] {
  return [...selfAttention(name, tokens, causal), ...feedForwardLayers(name, tokens)];
}

/** The second half of a decoder layer: attention to the encoder's output, feed-forward. */
function crossBlock(name: string, tokens: number, encoded: number): Layer[] {
  return [
    matmul(`${name}.query`, tokens, width, width),
    matmul(`${name}.keyvalue`, encoded, width, 2 * width),
    ...attention(`${name}.cross`, { queries: tokens, keys: encoded, causal: false }),
    ...feedForwardLayers(name, tokens),
  ];
}

/** Whether a name is that of a transformer, with or without length and masks. */
export function isTransformer(name: string): boolean {
  return Object.hasOwn(transformers, name.split(":")[0]);
}

/** @throws ConfigError for a length outside 1 to the network's longest, unknown masks, or a bad attention file. */
export function transformer(name: string): Network {
  const [model, length, ...rest] = name.split(":");
  const architecture = transformers[model];
  const source = rest.join(":") || "paper";
  const file = sourceFile(name, source);
  const tokens = tokensOf(name, architecture, length, file);
  const inputs = inputsOf(architecture, source, file);
  const layers = architecture.layersOf(tokens);
  const masks = masksOf(model, architecture, tokens, inputs, file);
  const varies = inputs.lengthSpread > 0;
  return {
    name: file === undefined ? name : `${model}:${tokens}:${file.path}#${digestOf(file, layers)}`,
    description: architecture.description,
    layers,
    densities: {
      source: sourceText(inputs, file),
      weight: new Float64Array(layers.length).fill(1),
      sampleCount: file?.masks === undefined ? Infinity : file.samples,
      inputOf: (sample, seed) => masks.inputDensities(sample, seed),
    },
    readers: readersOf(layers),
    ...(varies && {
      sizes: {
        layersOf: (sample: number) => architecture.layersOf(masks.tokensOf(sample)),
        largest: architecture.layersOf(architecture.longest),
      },
    }),
    activationPairs: new Set([...layers.keys()].filter((index) => isAttention(layers[index]))),
    blocks: blocksOf(layers),
    attention: masks,
    note: "embeddings, layer normalisation, residual additions and the output vocabulary take no time",
  };
}

function sourceFile(name: string, source: string): AttentionFile | undefined {
  if ((attentionPresets as readonly string[]).includes(source)) return undefined;
  const path = source.split("#")[0];
  if (/\.(ya?ml|json)$/i.test(path)) return readAttentionFile(path);
  throw new ConfigError(`network ${name}: unknown masks "${source}"${didYouMean(source, attentionPresets)}`);
}

/** Of the file and of all masks that it names, so that kept results are known by what was in them. */
function digestOf(file: AttentionFile, layers: readonly Layer[]): string {
  if (file.masks === undefined) return file.digest;
  const names = layers.filter(({ kind }) => kind === "attention-scores").map(({ name }) => attentionName(name));
  return masksDigest(file, names);
}

function attentionName(layer: string): string {
  return layer.replace(/\.[^.]*$/, "");
}

function tokensOf(name: string, { tokens, longest }: Architecture, length: string | undefined, file?: AttentionFile) {
  const text = length === undefined || length === "" ? String(file?.tokens ?? tokens) : length;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= longest) return number;
  throw new ConfigError(`network ${name}: the length must be a whole number from 1 to ${longest}, not ${text}`);
}

function inputsOf({ paperDensity }: Architecture, source: string, file?: AttentionFile): AttentionInputs {
  if (file === undefined) return attentionPreset(source as AttentionPreset, paperDensity);
  const { statistics, ...changed } = file.changes;
  const base = attentionPreset(file.preset, paperDensity);
  return { ...base, ...changed, preset: file.digest, statistics: { ...base.statistics, ...statistics } };
}

function sourceText({ preset }: AttentionInputs, file?: AttentionFile): string {
  if (file?.masks !== undefined) return `masks of attention file ${file.path}`;
  if (file !== undefined) return `masks drawn as attention file ${file.path} says`;
  return preset === "paper"
    ? "assumed: means and spreads of the recorded tables in the artifact's format, masks drawn"
    : "extrapolated from a measured transformer of two layers at threshold .002, masks drawn";
}

/** The next layer, but for the predicted mask, whose kept scores the softmax reads. */
function readersOf(layers: readonly Layer[]): number[] {
  return layers.map(({ kind }, index) => {
    if (index + 1 === layers.length) return -1;
    return kind === "attention-prediction" ? index + 2 : index + 1;
  });
}

/** Blocks at whose ends a network can be put aside: one for each attention. */
function blocksOf(layers: readonly Layer[]): readonly number[] {
  let block = -1;
  let startsBlock = true;
  return layers.map((layer) => {
    const opens = layer.name.endsWith(".qkv") || layer.name.endsWith(".query");
    if (opens || startsBlock) block += 1;
    startsBlock = false;
    return block;
  });
}

function masksOf(
  model: string,
  architecture: Architecture,
  tokens: number,
  inputs: AttentionInputs,
  file: AttentionFile | undefined,
): AttentionMasks & { inputDensities(sample: number, seed: number): Float64Array; tokensOf(sample: number): number } {
  const tokensOf = (sample: number) => inputTokens(inputs, model, tokens, architecture.longest, sample);
  const layersAt = (sample: number) => architecture.layersOf(tokensOf(sample));
  const attentions = attentionsOf(architecture.layersOf(tokens));
  const count = Math.max(...attentions) + 1;
  const density = (index: number, sample: number, seed: number) =>
    keptDensity(inputs, model, { index, count, tokens: tokensOf(sample) }, sample, seed);
  const keptOf = (layer: number, sample: number, seed: number): BitMask => {
    const described = layersAt(sample)[layer];
    if (!isAttention(described)) throw new Error(`layer "${described.name}" has no mask of scores`);
    const shape = attentionOf(described);
    if (file?.masks !== undefined) {
      const name = attentionName(described.name);
      return readNpyAttentionMask(attentionFileMask(file, name, sample % file.samples), shape);
    }
    const index = attentions[layer];
    return attentionMask({
      attention: shape,
      density: density(index, sample, seed),
      statistics: inputs.statistics,
      threshold: inputs.threshold,
      layerKey: [seed, model, inputs.preset, "attention", index],
      sample,
    });
  };
  return {
    tokensOf,
    keptOf,
    inputDensities: (sample, seed) =>
      Float64Array.from(layersAt(sample), (layer, index) => {
        if (layer.kind !== "softmax" && layer.kind !== "attention-values") return 1;
        if (file?.masks === undefined) return shareOfAll(layer, density(attentions[index], sample, seed));
        const kept = keptOf(index, sample, seed);
        return popcount(kept) / kept.shape.reduce((product, size) => product * size, 1);
      }),
  };
}

/** The share of all scores, where a density is one of those that a causal mask leaves. */
function shareOfAll(layer: Layer, density: number): number {
  if (!isAttention(layer)) return density;
  const { queries, keys } = attentionOf(layer);
  return (density * allowedScores(attentionOf(layer))) / (queries * keys);
}

/** For every layer the number of the attention that it belongs to, or follows. */
function attentionsOf(layers: readonly Layer[]): number[] {
  let attention = -1;
  return layers.map(({ kind }) => {
    if (kind === "attention-prediction") attention += 1;
    return Math.max(0, attention);
  });
}
