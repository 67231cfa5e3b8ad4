/**
 * The sparse latency predictor (paper, section 5.1, Alg. 3): remaining latency = α · γ · average remaining latency.
 *
 * γ is the ratio of measured to average layer *density* (written in the paper as a ratio of sparsities, which would
 * scale the wrong way; see docs/model.md), over all layers that have run, the last N of them, or the last one.
 */
export type PredictorKind = "average-all" | "last-n" | "last-one";

export interface PredictorParameters {
  readonly kind: PredictorKind;
  /** Window of `last-n`, in layers; the paper's grid search gave 3. */
  readonly lastN: number;
}

/**
 * γ after the first `seen` layers; 1 with nothing measured.
 *
 * `average[i]` is the average density of layer i and `measured[offset + i]` the density measured for it, 0..1. Each
 * ratio is a product with the reciprocal that the hardware's table holds. A layer that was empty in every sample says
 * nothing about this one: its ratio is 1.
 */
export function densityRatio(
  measured: ArrayLike<number>,
  offset: number,
  average: ArrayLike<number>,
  seen: number,
  { kind, lastN }: PredictorParameters,
): number {
  if (seen === 0) return 1;
  const first = kind === "average-all" ? 0 : Math.max(0, seen - (kind === "last-n" ? lastN : 1));
  let sum = 0;
  for (let layer = first; layer < seen; layer++) {
    sum += average[layer] === 0 ? 1 : measured[offset + layer] * (1 / average[layer]);
  }
  return sum / (seen - first);
}
