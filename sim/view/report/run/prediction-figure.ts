/** Figure: remaining latency as it is predicted after each layer, against what then comes. */

import type { PredictionColumns, RunData } from "../../../study/run/run-data.ts";
import { logAxis, nameAxis } from "../../plots/axes.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { categoryColours, categoryShapes, ink, pairColours } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

/** Points in the plot: every k-th prediction, so many at most. The numbers are of all. */
const maxPoints = 1200;

interface NetworkErrors {
  readonly network: string;
  readonly count: number;
  /** Root mean squares of predicted − real / mean real, in percent: of γ · T̄, and of T̄ alone. */
  readonly monitoredPercent: number;
  readonly averagePercent: number;
  readonly meanErrorPercent: number;
  readonly meanRealMs: number;
}

export function predictionFigure({ msPerTick }: RunData, predictions: PredictionColumns): Figure {
  const errors = predictions.networks
    .map((network, k) => errorsOf(predictions, network, k, msPerTick))
    .filter(({ count }) => count > 0);
  const drawn = drawnPredictions(predictions, msPerTick);
  const numbers = errorsTable(errors);
  return {
    id: "prediction",
    title: "Remaining latency, predicted after each layer, against what then comes",
    caption:
      "First the predictions that Dysta makes from the density of the layer that just ran (α · γ · table average) while each " +
      `input of a network runs alone; on the diagonal they are right${shownPart(predictions.real.length)}. Then their error beside that of the table average alone, which does not look at the input: ` +
      "root mean square of predicted − actual, in percent of the mean actual value. Averages contain the input that is predicted " +
      "(in-sample), as the tables of a run do; dysta overhead has the errors without it (leave-one-out) beside them.",
    plots: [
      {
        name: "scatter",
        label: "Predicted over actual remaining latency, a point for each prediction, with the diagonal",
        spec: scatterSpec(drawn, predictions.networks),
        numbers: drawnTable(drawn),
      },
      {
        name: "errors",
        label: "Error of predictions by network, with and without measured density",
        spec: errorsSpec(errors),
        numbers,
      },
    ],
    tables: [numbers],
  };
}

function errorsTable(errors: readonly NetworkErrors[]): NumberTable {
  return {
    title: "Errors of predicted remaining latency",
    columns: [
      { title: "network" },
      { title: "predictions", digits: 0 },
      { title: "mean actual, ms", digits: 3 },
      { title: "error with measured density %", digits: 2 },
      { title: "error of the average alone %", digits: 2 },
      { title: "mean of predicted − actual %", digits: 2 },
    ],
    rows: errors.map((each) => [
      each.network,
      each.count,
      each.meanRealMs,
      each.monitoredPercent,
      each.averagePercent,
      each.meanErrorPercent,
    ]),
  };
}

function strideOf(count: number): number {
  return Math.ceil(count / maxPoints);
}

function shownPart(count: number): string {
  const stride = strideOf(count);
  return stride === 1 ? "" : ` (one in ${stride} of ${count} is drawn)`;
}

function errorsOf(columns: PredictionColumns, network: string, index: number, msPerTick: number): NetworkErrors {
  const { average, predicted, real } = columns;
  const sums = { count: 0, real: 0, error: 0, monitored: 0, average: 0 };
  for (let row = 0; row < real.length; row++) {
    if (columns.network[row] !== index) continue;
    const error = predicted[row] - real[row];
    sums.count += 1;
    sums.real += real[row];
    sums.error += error;
    sums.monitored += error ** 2;
    sums.average += (average[row] - real[row]) ** 2;
  }
  const mean = sums.real / sums.count;
  const percent = (squares: number) => (Math.sqrt(squares / sums.count) / mean) * 100;
  return {
    network,
    count: sums.count,
    monitoredPercent: percent(sums.monitored),
    averagePercent: percent(sums.average),
    meanErrorPercent: (sums.error / sums.real) * 100,
    meanRealMs: mean * msPerTick,
  };
}

interface DrawnPrediction {
  readonly network: string;
  /** Both in ms. */
  readonly real: number;
  readonly predicted: number;
}

function drawnPredictions(columns: PredictionColumns, msPerTick: number): DrawnPrediction[] {
  const { networks, network, predicted, real } = columns;
  const stride = strideOf(real.length);
  return Array.from({ length: Math.ceil(real.length / stride) }, (_, k) => k * stride)
    .map((row) => ({
      network: networks[network[row]],
      real: digits(real[row] * msPerTick),
      predicted: digits(predicted[row] * msPerTick),
    }))
    .filter((point) => point.real > 0 && point.predicted > 0);
}

function drawnTable(drawn: readonly DrawnPrediction[]): NumberTable {
  return {
    title: "Predictions that are drawn",
    columns: [{ title: "network" }, { title: "actual remaining latency, ms" }, { title: "predicted, ms" }],
    rows: drawn.map(({ network, real, predicted }) => [network, real, predicted]),
  };
}

function scatterSpec(drawn: readonly DrawnPrediction[], networks: readonly string[]): PlotSpec {
  const values = drawn.map((each) => ({
    ...each,
    says: `${each.network}: predicted ${each.predicted} ms, actual ${each.real} ms`,
  }));
  const ends = values.flatMap((point) => [point.real, point.predicted]);
  const domain: [number, number] = [Math.min(...ends) * 0.9, Math.max(...ends) * 1.1];
  const x = logAxis("real", "actual remaining latency, ms", domain);
  const y = logAxis("predicted", "predicted, ms", domain);
  const isTold = networks.length <= categoryColours.length;
  return {
    width: 400,
    height: 400,
    layer: [
      {
        data: { values: domain.map((end) => ({ real: end, predicted: end })) },
        mark: { type: "line", color: ink.faint, strokeWidth: 1.5, strokeDash: [5, 4] },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: "point", size: 26, opacity: 0.75, strokeWidth: 1.2, aria: true },
        encoding: {
          x,
          y,
          ...(isTold ? told(networks) : {}),
          description: { field: "says" },
        },
      },
    ],
  };
}

function told(networks: readonly string[]) {
  const domain = [...networks];
  const channel = { field: "network", type: "nominal", title: null } as const;
  return {
    color: { ...channel, scale: { domain, range: [...categoryColours] }, legend: { columns: 3 } },
    shape: { ...channel, scale: { domain, range: [...categoryShapes] } },
  };
}

function errorsSpec(errors: readonly NetworkErrors[]): PlotSpec {
  const series = ["with measured density", "table average alone"];
  const values = errors.flatMap(({ network, monitoredPercent, averagePercent }) => [
    { network, predictor: series[0], percent: monitoredPercent, says: `${network}: ${monitoredPercent.toFixed(2)} %` },
    { network, predictor: series[1], percent: averagePercent, says: `${network}: ${averagePercent.toFixed(2)} %` },
  ]);
  return {
    width: 400,
    height: { step: 11 },
    data: { values },
    mark: { type: "bar", aria: true },
    encoding: {
      y: {
        field: "network",
        type: "nominal",
        sort: null,
        title: null,
        axis: nameAxis(errors.map(({ network }) => network)),
      },
      yOffset: { field: "predictor", type: "nominal", sort: series },
      x: { field: "percent", type: "quantitative", title: "error, % of the mean remaining latency" },
      color: {
        field: "predictor",
        type: "nominal",
        title: null,
        scale: { domain: series, range: [...pairColours] },
      },
      description: { field: "says" },
    },
  };
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
