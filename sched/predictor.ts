/**
 * The sparse latency predictor (paper, section 5.1, Alg. 3): remaining latency = α · γ · average remaining latency.
 *
 * γ is the ratio of measured to average layer *density* (written in the paper as a ratio of sparsities, which would
 * scale the wrong way; see docs/model.md), over all layers that have run, the last N of them, or the last one.
 */
import type { Semantics } from "../workloads/semantics/faults.ts";

export type PredictorKind = "average-all" | "last-n" | "last-one";

export interface PredictorParameters {
  readonly kind: PredictorKind;
  /** Window of `last-n`, in layers; the paper's grid search gave 3. */
  readonly lastN: number;
  /** `last-n` divides by N even when fewer layers have run (the artifact's fault P3). */
  readonly divideByWindow: boolean;
  /** A layer that was empty in every sample has the ratio 0/0 instead of 1 (the artifact). */
  readonly divideEmpty: boolean;
  /** The ratio is a division, as in the artifact, instead of a product with the reciprocal that the hardware's table holds. */
  readonly divideRatio: boolean;
}

/** The predictor that a scenario asks for, under the faults of a run; `average-all` takes the place of the default. */
export function predictorParameters(
  { predictor, lastN }: { readonly predictor: PredictorKind; readonly lastN: number },
  semantics: Semantics,
): PredictorParameters {
  return {
    kind: predictor === "last-one" && semantics.has("average-all") ? "average-all" : predictor,
    lastN,
    divideByWindow: semantics.has("window-division"),
    divideEmpty: semantics.has("empty-layers"),
    divideRatio: semantics.has("divided-ratio"),
  };
}

/**
 * γ after the first `seen` layers; 1 with nothing measured.
 *
 * `average[i]` is the average density of layer i and `measured[offset + i]` the density measured for it, 0..1. A layer
 * that was empty in every sample says nothing about this one: its ratio is 1.
 */
export function densityRatio(
  measured: ArrayLike<number>,
  offset: number,
  average: ArrayLike<number>,
  seen: number,
  { kind, lastN, divideByWindow, divideEmpty, divideRatio }: PredictorParameters,
): number {
  if (seen === 0) return 1;
  const first = kind === "average-all" ? 0 : Math.max(0, seen - (kind === "last-n" ? lastN : 1));
  let sum = 0;
  for (let layer = first; layer < seen; layer++) {
    if (average[layer] === 0 && !divideEmpty) sum += 1;
    else if (divideRatio) sum += measured[offset + layer] / average[layer];
    else sum += measured[offset + layer] * (1 / average[layer]);
  }
  return sum / (kind === "last-n" && divideByWindow ? lastN : seen - first);
}
