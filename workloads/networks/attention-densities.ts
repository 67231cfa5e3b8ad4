/**
 * How many attention scores are kept, input by input and layer by layer.
 *
 * `paper`: the multi-AttNN workload of Sparse-DySta (MICRO'23). The paper prints no densities; the means and spreads are
 * those of the recorded tables in its artifact's format (artifact-tables/sanger): BERT .263, BART .392, GPT-2 .433; the
 * logarithm of a layer's density spreads by .30 about its network's mean, by .27 from input to input in common to all
 * layers and by .06 of its own. No threshold is declared: the paper's .2 for BART keeps at most four scores a row, which
 * cannot give these densities.
 *
 * `measured`: a trained transformer of two layers with four heads (measured/use_lite_transformer.samples.csv, 82 sentences
 * of 30 to 128 tokens), whose probabilities above .002 are counted. Extrapolated: ln(kept) = 1.410 − .722 ln(tokens) in its
 * first layer and .923 − .304 ln(tokens) in its last (least squares); layers between lie between the two in even steps of
 * the logarithm; beyond 128 tokens the lines go on. Spread from input to input: .02 in common, .03 of its own (residuals
 * .041 and .027, correlation .31). Threshold .002.
 */

import { type AttentionStatistics, assumedStatistics } from "../masks/attention-mask.ts";
import { normal, streamOf } from "../random/random-stream.ts";

/** Everything that decides the masks of a transformer. */
export interface AttentionInputs {
  /** `paper`, `measured`, or what differs from them. */
  readonly preset: string;
  /** Mean share of kept scores over layers and inputs, 0..1; absent: it follows the length (`measured`). */
  readonly density?: number | undefined;
  /** Standard deviations of the logarithm of the density: between layers, between inputs in common and of a layer. */
  readonly layerSpread: number;
  readonly inputSpread: number;
  readonly ownSpread: number;
  /** Probabilities above it are kept; absent: none is declared. */
  readonly threshold?: number | undefined;
  /** Standard deviation of the logarithm of an input's length about the network's. */
  readonly lengthSpread: number;
  readonly statistics: AttentionStatistics;
}

export const attentionPresets = ["paper", "measured"] as const;
export type AttentionPreset = (typeof attentionPresets)[number];

/** @param paperDensity mean of the network in the recorded tables. */
export function attentionPreset(preset: AttentionPreset, paperDensity: number): AttentionInputs {
  const common = { preset, lengthSpread: 0, statistics: assumedStatistics };
  return preset === "paper"
    ? { ...common, density: paperDensity, layerSpread: 0.3, inputSpread: 0.27, ownSpread: 0.06 }
    : { ...common, layerSpread: 0, inputSpread: 0.02, ownSpread: 0.03, threshold: 0.002 };
}

/** Share of kept scores of one of `count` attentions of a network for one input of so many tokens. */
export function keptDensity(
  inputs: AttentionInputs,
  network: string,
  attention: { readonly index: number; readonly count: number; readonly tokens: number },
  sample: number,
  seed: number,
): number {
  const { layerSpread, inputSpread, ownSpread } = inputs;
  const { index, count, tokens } = attention;
  const ofLayer = normal(streamOf(network, inputs.preset, "attention density", index));
  const ofInput = normal(streamOf(seed, network, inputs.preset, "input density", sample));
  const own = normal(streamOf(seed, network, inputs.preset, "layer density", index, sample));
  // The mean of a log-normal variable is exp(σ²/2) times its median.
  const variance = layerSpread ** 2 + inputSpread ** 2 + ownSpread ** 2;
  const factor = Math.exp(layerSpread * ofLayer + inputSpread * ofInput + ownSpread * own - variance / 2);
  const mean = inputs.density ?? measuredDensity(index, count, tokens);
  return Math.min(1, Math.max(1 / tokens, mean * factor));
}

function measuredDensity(index: number, count: number, tokens: number): number {
  const first = 1.41 - 0.722 * Math.log(tokens);
  const last = 0.923 - 0.304 * Math.log(tokens);
  const place = count === 1 ? 0 : index / (count - 1);
  return Math.min(1, Math.exp(first + (last - first) * place));
}

/** Tokens of an input, from 1 to `longest`. */
export function inputTokens(
  { lengthSpread, preset }: AttentionInputs,
  network: string,
  tokens: number,
  longest: number,
  sample: number,
): number {
  if (lengthSpread === 0) return tokens;
  const drawn = tokens * Math.exp(lengthSpread * normal(streamOf(network, preset, "tokens", sample)));
  return Math.min(longest, Math.max(1, Math.round(drawn)));
}
