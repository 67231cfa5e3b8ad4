/** What a layer of an attention reads and writes, for an array that runs it as a matrix product. */
import { attentionOf, isAttention } from "../layers/attention.ts";
import { inputShape, type Layer, outputShape, weightShape } from "../layers/layer.ts";
import { type AttentionLayerMasks, type BitMask, denseMask, emptyMask, getBit, setBit } from "./bit-mask.ts";

/** Queries, keys and values are dense; scores and probabilities are zero where they are not kept. */
export function attentionLayerMasks(layer: Layer, kept: BitMask): AttentionLayerMasks {
  const { kind } = layer;
  const reads = kind === "softmax" || kind === "attention-values";
  return {
    input: reads ? byKey(layer, kept, inputShape(layer)) : denseMask(inputShape(layer)),
    weight: denseMask(weightShape(layer)),
    output: kind === "attention-values" ? denseMask(outputShape(layer)) : byKey(layer, kept, outputShape(layer)),
    kept,
  };
}

/** The kept scores as channels (one for each head and key) of as many pixels as there are queries. */
function byKey(layer: Layer, kept: BitMask, shape: readonly number[]): BitMask {
  if (!isAttention(layer)) throw new Error(`layer "${layer.name}" is not of an attention`);
  const { heads, queries, keys } = attentionOf(layer);
  const mask = emptyMask(shape);
  for (let row = 0; row < heads * queries; row++) {
    const [head, query] = [Math.floor(row / queries), row % queries];
    for (let key = 0; key < keys; key++) {
      if (getBit(kept, row * keys + key) === 1) setBit(mask, (head * keys + key) * queries + query);
    }
  }
  return mask;
}
