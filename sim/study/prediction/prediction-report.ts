/** What watching density buys: the errors of several predictors on every network of a scenario. */
import type { PredictorKind } from "../../../sched/predictor.ts";
import { loadTables, readTables } from "../../../workloads/scenarios/load-tables.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { monitoredDensity, type Profile, secondsPerTick } from "../../../workloads/tables/profile.ts";
import { type ModellingOptions, networksOf, networksToModel } from "../../profile/modelled-networks.ts";
import { targetBlocks } from "../../profile/profile-target.ts";
import { densitySpread } from "./density-spread.ts";
import { networkChannels } from "./network-channels.ts";
import {
  type Averaging,
  bestElasticity,
  bestFactor,
  errorsOf,
  type Fit,
  type PredictionTarget,
  type Predictor,
  predictionsOf,
} from "./prediction.ts";
import type {
  AveragingFigures,
  ErrorFigures,
  FittedValue,
  NetworkPrediction,
  PredictorFigures,
  PredictorName,
} from "./prediction-figures.ts";
import { type PredictionMeans, predictionMeans } from "./prediction-means.ts";
import { type NetworkChannels, weightedDensities } from "./prediction-quantities.ts";

export interface PredictionReport {
  readonly scenario: string;
  readonly networks: readonly NetworkPrediction[];
  /** Means over the networks with channel counts, and over those without, as far as there are any. */
  readonly means: readonly PredictionMeans[];
  /** A single sample has no average without it, and after a single layer nothing remains. */
  readonly leftOut: readonly { readonly model: string; readonly pattern: string }[];
}

/**
 * Prediction errors on every network of the scenario; those without a table are run on its hardware as for `dysta run`.
 *
 * @throws ConfigError as `networksOf` and `loadTables` do.
 */
export async function predictionReport(scenario: Scenario, options: ModellingOptions): Promise<PredictionReport> {
  const { profiles } = loadTables(scenario, await networksOf(scenario, options));
  const channels = await channelsByNetwork(scenario, options);
  const isJudged = ({ sampleIds, layerCount }: Profile) => sampleIds.length > 1 && layerCount > 1;
  const networks = profiles.filter(isJudged).map((profile) => networkPrediction(profile, channels.get(keyOf(profile))));
  return {
    scenario: scenario.name,
    networks,
    means: predictionMeans(networks),
    leftOut: profiles.filter((profile) => !isJudged(profile)).map(({ model, pattern }) => ({ model, pattern })),
  };
}

function keyOf({ model, pattern }: Pick<Profile, "model" | "pattern">): string {
  return `${model}/${pattern}`;
}

/** Of the networks that are run from masks; estimates from densities do not know channels. */
async function channelsByNetwork(
  scenario: Scenario,
  options: ModellingOptions,
): Promise<ReadonlyMap<string, NetworkChannels | undefined>> {
  if (scenario.fidelity === "expected") return new Map();
  // What is put aside in blocks has no channels to count: its monitor sees masks of scores.
  const networks = networksToModel(scenario, readTables(scenario)).filter(
    ({ target }) => targetBlocks(target) === undefined,
  );
  const channels = await networkChannels(
    networks.map(({ target }) => target),
    scenario.samples,
    options,
  );
  return new Map(networks.map((network, k) => [keyOf(network), channels[k]]));
}

/** The errors on one network of at least two samples and two layers. */
export function networkPrediction(profile: Profile, channels?: NetworkChannels): NetworkPrediction {
  const { model, pattern, source, note, sampleIds, layerCount, latency } = profile;
  return {
    model,
    pattern,
    source,
    ...(note === undefined ? {} : { note }),
    samples: sampleIds.length,
    layers: layerCount,
    monitored: profile.outputDensity === undefined ? "input" : "output",
    layersReadByNext: channels === undefined ? null : channels.filter((counts) => counts !== undefined).length,
    meanIsolatedS: mean(latency) * layerCount * secondsPerTick(profile),
    density: densitySpread(profile),
    predictors: Object.fromEntries(
      Object.entries(predictorsOf(profile, channels)).map(([name, predictor]) => [name, figuresOf(profile, predictor)]),
    ),
  };
}

function predictorsOf(profile: Profile, channels?: NetworkChannels): Partial<Record<PredictorName, Predictor>> {
  const monitored = monitoredDensity(profile);
  return {
    none: over("last-one", undefined),
    "last-one": over("last-one", monitored),
    "last-one-input": over("last-one", profile.inputDensity),
    "last-3": over("last-n", monitored),
    "average-all": over("average-all", monitored),
    ...(channels && {
      "groups-4": over("last-one", weightedDensities(profile, channels, 4)),
      "groups-16": over("last-one", weightedDensities(profile, channels, 16)),
      "per-channel": over("last-one", weightedDensities(profile, channels, "per-channel")),
    }),
  };
}

function over(kind: PredictorKind, measured: Float64Array | undefined): Predictor {
  return { measured, window: { kind, lastN: 3, faults: [] } };
}

function figuresOf(profile: Profile, predictor: Predictor): PredictorFigures {
  const of = (target: PredictionTarget): AveragingFigures => ({
    leaveOneOut: errorFigures(profile, predictor, target, "leave-one-out"),
    inSample: errorFigures(profile, predictor, target, "in-sample"),
  });
  const { effectual_macs: macs } = profile.extra;
  const ofMacs = macs && predictionsOf({ ...profile, latency: macs }, predictor, "next", "leave-one-out");
  return {
    remaining: of("remaining"),
    next: of("next"),
    nextMacsRelativeRmse: ofMacs === undefined ? null : errorsOf(ofMacs).rmse / mean(ofMacs.real),
  };
}

function errorFigures(
  profile: Profile,
  predictor: Predictor,
  target: PredictionTarget,
  averaging: Averaging,
): ErrorFigures {
  const unitS = secondsPerTick(profile);
  const predictions = predictionsOf(profile, predictor, target, averaging);
  const { rmse, meanError, ...relative } = errorsOf(predictions);
  const meanReal = mean(predictions.real);
  const fitted = ({ value, rmse: left }: Fit): FittedValue => ({
    value,
    rmseS: left * unitS,
    relativeRmse: left / meanReal,
  });
  const elasticity = bestElasticity(predictions);
  return {
    ...relative,
    rmseS: rmse * unitS,
    meanErrorS: meanError * unitS,
    relativeRmse: rmse / meanReal,
    elasticity: elasticity === undefined ? null : fitted(elasticity),
    factor: fitted(bestFactor(predictions)),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
