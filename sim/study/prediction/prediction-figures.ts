/** What is reported of predictions: predictors by name, and the errors of each on one network. */
import type { DensitySpread } from "./density-spread.ts";
import type { PredictionErrors, PredictionTarget } from "./prediction.ts";

/**
 * `none`: γ = 1. `last-one`, `last-3`, `average-all`: of the density that the monitor sees. `last-one-input`: of the
 * density of the layer's own input. The others: last-one of what a counter per channel group says of the next layer.
 */
export const predictorNames = [
  "none",
  "last-one",
  "last-one-input",
  "last-3",
  "average-all",
  "groups-4",
  "groups-16",
  "per-channel",
] as const;
export type PredictorName = (typeof predictorNames)[number];

export interface FittedValue {
  readonly value: number;
  readonly rmseS: number;
  /** RMSE / mean of the real values. */
  readonly relativeRmse: number;
}

/** Errors are predicted − real. */
export interface ErrorFigures extends Omit<PredictionErrors, "rmse" | "meanError"> {
  readonly rmseS: number;
  readonly meanErrorS: number;
  /** RMSE / mean of the real values. */
  readonly relativeRmse: number;
  /** See `bestElasticity`; null where γ is always 1. */
  readonly elasticity: FittedValue | null;
  /** See `bestFactor`. */
  readonly factor: FittedValue;
}

export interface AveragingFigures {
  readonly leaveOneOut: ErrorFigures;
  readonly inSample: ErrorFigures;
}

export type PredictorFigures = Readonly<Record<PredictionTarget, AveragingFigures>> & {
  /**
   * Relative RMSE if the next layer's effectual MACs were predicted, not its time (leave-one-out): how much of the error
   * is about work, before the array comes in. Null where a table does not know MACs.
   */
  readonly nextMacsRelativeRmse: number | null;
};

export interface NetworkPrediction {
  readonly model: string;
  readonly pattern: string;
  readonly source: string;
  readonly note?: string;
  readonly samples: number;
  readonly layers: number;
  /** What the monitor is given: a table may have no output densities. */
  readonly monitored: "output" | "input";
  /** Layers of which channel groups can say more, since the next layer reads them; null where there are no counts. */
  readonly layersReadByNext: number | null;
  readonly meanIsolatedS: number;
  readonly density: DensitySpread;
  /** Those per channel group only where there are counts. */
  readonly predictors: Readonly<Partial<Record<PredictorName, PredictorFigures>>>;
}
