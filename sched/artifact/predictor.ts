/**
 * The artifact's departures in the predictor, each a switch of its own. With none of them γ is `densityRatio`.
 *
 * - `average-all`: γ averages all layers so far where the paper takes the last one.
 * - `window-division`: last-N divides by N even when fewer layers have run.
 * - `empty-layers`: a layer that is empty in every sample has the ratio 0/0.
 * - `divided-ratio`: the ratio is a division instead of a product with a stored reciprocal.
 */
import type { Fault, Semantics } from "../../workloads/semantics/faults.ts";
import { densityRatio, type PredictorKind, type PredictorParameters } from "../predictor.ts";

/** Those that concern the ratio itself. */
export const ratioFaults = ["window-division", "empty-layers", "divided-ratio"] as const satisfies readonly Fault[];
export type RatioFault = (typeof ratioFaults)[number];

/** A predictor with the artifact's departures that a run has; plain data, so that it can go to another thread. */
export interface RunPredictor extends PredictorParameters {
  readonly faults: readonly RatioFault[];
  /** γ scales estimates by 1 + ε·(γ − 1) instead of α·γ (`sched/elasticity.ts`). */
  readonly isElastic?: boolean;
}

/** γ after the first `seen` layers of the row of `measured` that begins at `offset`; 1 with nothing measured. */
export type DensityRatio = (
  measured: ArrayLike<number>,
  offset: number,
  average: ArrayLike<number>,
  seen: number,
) => number;

/** The predictor that a scenario asks for, under the faults of a run; `average-all` takes the place of the default. */
export function predictorParameters(
  { predictor, lastN }: { readonly predictor: PredictorKind | "elastic"; readonly lastN: number },
  semantics: Semantics,
): RunPredictor {
  if (predictor === "elastic") return { kind: "average-all", lastN, faults: [], isElastic: true };
  return {
    kind: predictor === "last-one" && semantics.has("average-all") ? "average-all" : predictor,
    lastN,
    faults: ratioFaults.filter((fault) => semantics.has(fault)),
  };
}

/** The function that computes γ: the paper's, or the artifact's if the predictor has one of its departures. */
export function densityRatioOf(predictor: RunPredictor): DensityRatio {
  if (predictor.faults.length === 0) {
    return (measured, offset, average, seen) => densityRatio(measured, offset, average, seen, predictor);
  }
  return artifactRatio(predictor);
}

function artifactRatio({ kind, lastN, faults }: RunPredictor): DensityRatio {
  const dividesEmpty = faults.includes("empty-layers");
  const divides = faults.includes("divided-ratio");
  const window = kind === "average-all" ? Number.POSITIVE_INFINITY : kind === "last-n" ? lastN : 1;
  const dividesByWindow = kind === "last-n" && faults.includes("window-division");
  return (measured, offset, average, seen) => {
    if (seen === 0) return 1;
    const first = Math.max(0, seen - window);
    let sum = 0;
    for (let layer = first; layer < seen; layer++) {
      if (average[layer] === 0 && !dividesEmpty) sum += 1;
      else if (divides) sum += measured[offset + layer] / average[layer];
      else sum += measured[offset + layer] * (1 / average[layer]);
    }
    return sum / (dividesByWindow ? lastN : seen - first);
  };
}
