/** People-readable tables of what watching density buys. */
import type { PredictionTarget } from "../../study/prediction/prediction.ts";
import { type NetworkPrediction, predictorNames } from "../../study/prediction/prediction-figures.ts";
import type { PredictionMeans } from "../../study/prediction/prediction-means.ts";
import type { PredictionReport } from "../../study/prediction/prediction-report.ts";
import { sourceLines } from "./source-lines.ts";
import { newTable } from "./table.ts";
import { colours } from "./terminal.ts";

const titles: Readonly<Record<PredictionTarget, string>> = {
  remaining: "Remaining latency, predicted after every layer",
  next: "Latency of the next layer",
};

/** Network by network, then the means, then what the figures mean. */
export function predictionTables(report: PredictionReport): string {
  const targets = ["remaining", "next"] as const;
  const parts = [factsTable(report.networks), ...targets.map((target) => networkTable(report.networks, target))];
  for (const means of report.means) parts.push(...targets.map((target) => meansTable(means, target)));
  return [...parts, legend(report)].join("\n\n");
}

/** What there is to predict from and to. */
function factsTable(networks: readonly NetworkPrediction[]): string {
  const table = newTable([
    "network",
    "samples",
    "layers",
    "read by next",
    "ms alone",
    "density varies %",
    "correlation",
  ]);
  for (const { model, pattern, samples, layers, layersReadByNext, meanIsolatedS, density } of networks) {
    table.push([
      `${model}/${pattern}`,
      samples,
      layers,
      layersReadByNext ?? "–",
      (meanIsolatedS * 1e3).toFixed(3),
      percent(density.relativeDeviation),
      optional(density.layerCorrelation, plain),
    ]);
  }
  return table.toString();
}

/** Networks × predictors; a star on the best of each network. */
function networkTable(networks: readonly NetworkPrediction[], target: PredictionTarget): string {
  const shown = predictorNames.filter((name) => networks.some(({ predictors }) => name in predictors));
  const table = newTable(["RMSE, % of the mean", ...shown, "best ε"]);
  for (const { model, pattern, predictors } of networks) {
    const errors = shown.map((name) => predictors[name]?.[target].leaveOneOut.relativeRmse);
    const texts = errors.map((error) => (error === undefined ? "–" : percent(error)));
    const best = percent(Math.min(...errors.filter((error) => error !== undefined)));
    const elasticity = predictors["last-one"]?.[target].leaveOneOut.elasticity?.value;
    const cells = texts.map((text) => (text === best ? colours.green(`${text} *`) : `${text}  `));
    table.push([`${model}/${pattern}`, ...cells, optional(elasticity ?? null, plain)]);
  }
  return `${colours.bold(titles[target])}\n${table}`;
}

/** Predictors × figures, means over networks. */
function meansTable({ networks, channelCounts, predictors }: PredictionMeans, target: PredictionTarget): string {
  const head = [
    "predictor",
    "RMSE %",
    "in-sample",
    "|error| %",
    "bias %",
    "best ε",
    "RMSE % with ε",
    "with α",
    "beats none in",
  ];
  const table = newTable(target === "next" ? [...head, "MACs: RMSE %"] : head);
  for (const [name, means] of Object.entries(predictors)) {
    const figures = means[target];
    const cells = [
      name,
      percent(figures.relativeRmse),
      percent(figures.inSampleRelativeRmse),
      percent(figures.meanAbsoluteRelativeError),
      percent(figures.meanRelativeError),
      optional(figures.elasticity, plain),
      optional(figures.relativeRmseAtElasticity, percent),
      percent(figures.relativeRmseAtFactor),
      name === "none" ? "–" : `${figures.betterThanNone} of ${networks}`,
    ];
    table.push(target === "next" ? [...cells, optional(means.nextMacsRelativeRmse, percent)] : cells);
  }
  const which = channelCounts ? "with channel counts" : "without channel counts";
  return `${colours.bold(`${titles[target]}: mean over ${networks} network${networks === 1 ? "" : "s"} ${which}`)}\n${table}`;
}

function legend({ networks, leftOut }: PredictionReport): string {
  const blind = networks.filter(({ monitored }) => monitored === "input").map(({ model }) => model);
  return [
    "density varies: standard deviation / mean over the samples, mean of the layers; correlation: of the densities of two",
    "layers, mean of all pairs. read by next: layers whose output is, by its shape, the next one's input.",
    "Predicted = γ · table average. none: γ = 1. last-one, last-3, average-all: density that the monitor sees (output) /",
    "its average, of the last layers. last-one-input: the same of the layer's own input. groups-4, groups-16, per-channel:",
    "last-one with a counter per group of output channels, weighted by the next layer's non-zero weights on that group.",
    "Averages leave out the sample that is predicted (leave-one-out), in-sample: with it. RMSE: in % of the mean real value.",
    "|error|, bias: mean of |predicted − real| / real and of (predicted − real) / real. best ε: with γ damped to",
    "1 + ε(γ − 1), fitted in hindsight (by network: of last-one); 1 would be the predictor as it is, 0 is none.",
    "with α: with the best constant factor, α · γ.",
    "MACs: the same prediction of the next layer's effectual MACs instead of its time.",
    ...(blind.length === 0
      ? []
      : [`No output density is known of ${[...new Set(blind)].join(", ")}: input density instead.`]),
    ...leftOut.map(({ model, pattern }) => `Left out: ${model}/${pattern}, a single sample or layer.`),
    ...sourceLines(networks),
  ].join("\n");
}

function percent(share: number): string {
  return (share * 100).toFixed(2);
}

function plain(value: number): string {
  return value.toFixed(2);
}

function optional(value: number | null, text: (value: number) => string): string {
  return value === null ? "–" : text(value);
}
