/** Prediction errors over several networks: every network counts the same, however large. */
import type { PredictionTarget } from "./prediction.ts";
import type { NetworkPrediction, PredictorFigures, PredictorName } from "./prediction-figures.ts";

/** Means over networks of what is in `ErrorFigures`, leave-one-out if not said otherwise. */
interface MeanFigures {
  readonly relativeRmse: number;
  readonly inSampleRelativeRmse: number;
  readonly meanRelativeError: number;
  readonly meanAbsoluteRelativeError: number;
  /** Null for `none`. */
  readonly elasticity: number | null;
  readonly relativeRmseAtElasticity: number | null;
  readonly relativeRmseAtFactor: number;
  /** Networks in which the RMSE is below that of `none`. */
  readonly betterThanNone: number;
}

type PredictorMeans = Readonly<Record<PredictionTarget, MeanFigures>> & {
  readonly nextMacsRelativeRmse: number | null;
};

export interface PredictionMeans {
  readonly networks: number;
  /** Whether these are the networks with counts per channel. */
  readonly channelCounts: boolean;
  readonly predictors: Readonly<Partial<Record<PredictorName, PredictorMeans>>>;
}

export function predictionMeans(networks: readonly NetworkPrediction[]): PredictionMeans[] {
  return [true, false].flatMap((channelCounts) => {
    const own = networks.filter(({ layersReadByNext }) => (layersReadByNext !== null) === channelCounts);
    return own.length === 0 ? [] : [meansOf(own, channelCounts)];
  });
}

function meansOf(networks: readonly NetworkPrediction[], channelCounts: boolean): PredictionMeans {
  const none = figuresOf(networks, "none");
  const known = Object.keys(networks[0].predictors) as PredictorName[];
  const predictors = Object.fromEntries(
    known.map((name) => {
      const figures = figuresOf(networks, name);
      const of = (target: PredictionTarget) =>
        targetMeans(
          figures.map((each) => each[target]),
          none.map((each) => each[target].leaveOneOut.rmseS),
        );
      const nextMacsRelativeRmse = meanOrNull(figures.map((each) => each.nextMacsRelativeRmse));
      return [name, { remaining: of("remaining"), next: of("next"), nextMacsRelativeRmse }];
    }),
  );
  return { networks: networks.length, channelCounts, predictors };
}

function figuresOf(networks: readonly NetworkPrediction[], name: PredictorName): PredictorFigures[] {
  return networks.map(({ predictors }) => predictors[name] as PredictorFigures);
}

function targetMeans(
  figures: readonly PredictorFigures[PredictionTarget][],
  rmseOfNoneS: readonly number[],
): MeanFigures {
  const own = figures.map(({ leaveOneOut }) => leaveOneOut);
  return {
    relativeRmse: mean(own.map((each) => each.relativeRmse)),
    inSampleRelativeRmse: mean(figures.map(({ inSample }) => inSample.relativeRmse)),
    meanRelativeError: mean(own.map((each) => each.meanRelativeError)),
    meanAbsoluteRelativeError: mean(own.map((each) => each.meanAbsoluteRelativeError)),
    elasticity: meanOrNull(own.map(({ elasticity }) => elasticity?.value ?? null)),
    relativeRmseAtElasticity: meanOrNull(own.map(({ elasticity }) => elasticity?.relativeRmse ?? null)),
    relativeRmseAtFactor: mean(own.map(({ factor }) => factor.relativeRmse)),
    betterThanNone: own.filter(({ rmseS }, k) => rmseS < rmseOfNoneS[k]).length,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Null unless all are known. */
function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : mean(known);
}
