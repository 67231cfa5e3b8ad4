/**
 * The sparse latency predictor (paper, section 5.1, Alg. 3): remaining latency = α · γ · average remaining latency.
 *
 * γ is the ratio of measured to average layer *density* (written in the paper as a ratio of sparsities, which would
 * scale the wrong way; see docs/model.md), over all layers that have run, the last N of them, or the last one.
 */
export const predictorKinds = ["average-all", "last-n", "last-one"] as const;
export type PredictorKind = (typeof predictorKinds)[number];

export interface PredictorParameters {
  readonly kind: PredictorKind;
  /** Window of `last-n`, in layers; the paper's grid search gave 3. */
  readonly lastN: number;
  /** `last-n` divides by N even when fewer layers have run (the artifact's fault P3). */
  readonly divideByWindow: boolean;
}

/**
 * γ after the first `seen` layers; 1 with nothing measured.
 *
 * `average[i]` is the average density of layer i and `measured[offset + i]` the density measured for it, 0..1. A layer
 * whose average density is 0 was empty for every sample and says nothing: as in the artifact its ratio is NaN or
 * infinite, and the readers of tables refuse such tables for monitored policies.
 */
export function densityRatio(
  measured: ArrayLike<number>,
  offset: number,
  average: ArrayLike<number>,
  seen: number,
  { kind, lastN, divideByWindow }: PredictorParameters,
): number {
  if (seen === 0) return 1;
  if (kind === "last-one") return measured[offset + seen - 1] / average[seen - 1];
  const first = kind === "average-all" ? 0 : Math.max(0, seen - lastN);
  let sum = 0;
  for (let layer = first; layer < seen; layer++) sum += measured[offset + layer] / average[layer];
  return sum / (kind === "last-n" && divideByWindow ? lastN : seen - first);
}
