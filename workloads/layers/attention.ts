/** The four layers of an attention, and what an array needs to know of one. */
import { ConfigError } from "../input/errors.ts";
import { type AttentionKind, attentionKinds, type Layer, makeLayer } from "./layer.ts";

export interface AttentionDescription {
  readonly heads: number;
  /** Elements of a query, key or value of one head. */
  readonly headWidth: number;
  readonly queries: number;
  readonly keys: number;
  /** Queries look at no key behind them. */
  readonly causal: boolean;
}

export function isAttention(layer: Layer): layer is Layer & { readonly kind: AttentionKind } {
  return (attentionKinds as readonly string[]).includes(layer.kind);
}

/** One of the four layers of an attention. */
export function attentionLayer(name: string, kind: AttentionKind, attention: AttentionDescription): Layer {
  const { heads, headWidth, queries, keys, causal } = attention;
  for (const [key, size] of Object.entries({ heads, headWidth, queries, keys })) {
    if (Number.isSafeInteger(size) && size >= 1) continue;
    throw new ConfigError(`layer "${name}": ${key} must be a positive integer, not ${size}`);
  }
  if (causal && queries > keys) {
    throw new ConfigError(
      `layer "${name}": a causal attention needs a key for every query: ${queries} queries, ${keys} keys`,
    );
  }
  const inputs = kind === "softmax" || kind === "attention-values" ? keys : headWidth;
  const outputs = kind === "attention-values" ? headWidth : keys;
  return makeLayer({
    name,
    kind,
    inputChannels: heads * inputs,
    outputChannels: heads * outputs,
    inputHeight: queries,
    groups: heads,
    attention: { headWidth, causal },
  });
}

/** The attention that a layer is part of. */
export function attentionOf(layer: Layer & { readonly kind: AttentionKind }): AttentionDescription {
  const { kind, groups: heads, inputHeight: queries, attention } = layer;
  if (attention === undefined) throw new Error(`layer "${layer.name}" of kind ${kind} has no attention`);
  const keys = (kind === "attention-values" ? layer.inputChannels : layer.outputChannels) / heads;
  return { heads, headWidth: attention.headWidth, queries, keys, causal: attention.causal };
}

/** [heads, queries, keys] */
export function keptShape({ heads, queries, keys }: AttentionDescription): readonly [number, number, number] {
  return [heads, queries, keys];
}

/** Keys that a query may look at, from the first on. */
export function allowedKeys({ queries, keys, causal }: AttentionDescription, query: number): number {
  return causal ? query + 1 + keys - queries : keys;
}

/** Scores of one head that are not masked beforehand. */
export function allowedScores(attention: AttentionDescription): number {
  const { queries, keys, causal } = attention;
  return causal ? queries * (keys - queries) + (queries * (queries + 1)) / 2 : queries * keys;
}
