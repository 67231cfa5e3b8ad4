/** Figures of `dysta overhead`: what a decision of the scheduling unit costs, and how often it is the software's. */
import { rescorings, type SchedulingUnit } from "../../../../hw/scheduling-unit/description.ts";
import { decisionCycles } from "../../../../hw/scheduling-unit/latencies.ts";
import type { DecisionsReport, FormatAgreement } from "../../../study/overhead/overhead.ts";
import { type NetworkPrediction, predictorNames } from "../../../study/prediction/prediction-figures.ts";
import type { PredictionReport } from "../../../study/prediction/prediction-report.ts";
import type { Figure } from "../../plots/figure.ts";
import { pairColours, palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

/** Each can be drawn by `svgOf(figure.plots[k].spec)`. Without networks to predict there is no figure of prediction. */
export function overheadFigures(
  { unit, clockHz, formats }: DecisionsReport,
  { networks }: Pick<PredictionReport, "networks">,
): Figure[] {
  const prediction = networks.length === 0 ? [] : [predictionFigure(networks)];
  return [cyclesFigure(unit, clockHz), agreementFigure(formats), ...prediction];
}

function cyclesFigure(unit: SchedulingUnit, clockHz: number): Figure {
  const queues = Array.from({ length: unit.fifoDepth }, (_, k) => k + 1);
  const rows = queues.map((queue) => ({
    queue,
    of: rescorings.map((rescoring) => decisionCycles({ ...unit, rescoring }, queue)),
  }));
  const values = rows.flatMap(({ queue, of }) =>
    rescorings.map((rescoring, k) => ({ queue, rescoring, cycles: of[k].exposedCycles })),
  );
  return {
    id: "decision-cycles",
    title: "Cycles of a decision grow with the requests that wait",
    caption:
      `A unit of ${unit.fifoDepth} requests in ${unit.format} with ${unit.variant} multipliers, after a layer that was not its ` +
      `request's last. Rescored before dispatch, the accelerator waits for all that the unit does; overlapped, the unit does ` +
      "as much, but renews scores beside the running layer, and the accelerator waits for the selection only.",
    plots: [
      {
        name: "cycles",
        label: "Cycles of a decision over the number of waiting requests, for both ways to renew scores",
        spec: cyclesSpec(values),
      },
    ],
    tables: [
      {
        title: "Cycles of a decision",
        columns: [
          { title: "requests waiting", digits: 0 },
          ...rescorings.flatMap((rescoring) => [
            { title: `${rescoring}: cycles`, digits: 0 },
            { title: `${rescoring}: exposed cycles`, digits: 0 },
            { title: `${rescoring}: exposed µs`, digits: 3 },
          ]),
        ],
        rows: rows.map(({ queue, of }) => [
          queue,
          ...of.flatMap(({ cycles, exposedCycles }) => [cycles, exposedCycles, (exposedCycles / clockHz) * 1e6]),
        ]),
      },
    ],
  };
}

function cyclesSpec(values: readonly object[]): PlotSpec {
  return {
    width: 520,
    height: 260,
    data: { values: [...values] },
    mark: { type: "line", strokeWidth: 2.5 },
    encoding: {
      x: {
        field: "queue",
        type: "quantitative",
        title: "requests waiting",
        scale: { nice: false, zero: true },
        axis: { grid: false, tickMinStep: 1 },
      },
      y: { field: "cycles", type: "quantitative", title: "cycles that the accelerator waits" },
      color: {
        field: "rescoring",
        type: "nominal",
        title: "scores renewed",
        scale: { domain: [...rescorings], range: [...pairColours] },
      },
    },
  };
}

function agreementFigure(formats: readonly FormatAgreement[]): Figure {
  return {
    id: "agreement",
    title: "How often the unit picks what the software's doubles pick",
    caption:
      "Share of the decisions among two requests or more in which both pick another request, by number format. Zero is full " +
      "agreement. What it costs in the end is in the table: the change of ANTT and violations against software that takes no time.",
    plots: [
      {
        name: "disagreement",
        label: "Share of contested decisions that differ, by number format and rescoring",
        spec: disagreementSpec(formats),
      },
    ],
    tables: [
      {
        title: "Agreement",
        columns: [
          { title: "format" },
          { title: "scores renewed" },
          { title: "picks", digits: 0 },
          { title: "equal %", digits: 4 },
          { title: "of contested, equal %", digits: 4 },
          { title: "ANTT change", digits: 4 },
          { title: "± 95 %", digits: 4 },
          { title: "violations change, points", digits: 3 },
          { title: "± 95 %", digits: 3 },
        ],
        rows: formats.map(
          ({ format, rescoring, picks, equalShare, contestedEqualShare, anttChange, violationChange }) => [
            format,
            rescoring,
            picks,
            equalShare * 100,
            contestedEqualShare * 100,
            anttChange.mean,
            anttChange.ci95,
            violationChange.mean * 100,
            violationChange.ci95 === null ? null : violationChange.ci95 * 100,
          ],
        ),
      },
    ],
  };
}

function disagreementSpec(formats: readonly FormatAgreement[]): PlotSpec {
  const maxPercent = Math.max(...formats.map(({ contestedEqualShare }) => (1 - contestedEqualShare) * 100));
  const values = formats.map(({ format, rescoring, contestedEqualShare }) => {
    const percent = (1 - contestedEqualShare) * 100;
    return { format, rescoring, percent, text: `${Number(percent.toPrecision(3))} %` };
  });
  return {
    width: 420,
    height: 44 * new Set(formats.map(({ format }) => format)).size,
    data: { values },
    encoding: {
      y: { field: "format", type: "nominal", title: null, sort: null, axis: { ticks: false, domain: false } },
      yOffset: { field: "rescoring", type: "nominal", sort: [...rescorings] },
      x: {
        field: "percent",
        type: "quantitative",
        title: "contested decisions that differ, %",
        // Room for the numbers; where all agree, a scale to see it on.
        scale: { domain: [0, maxPercent === 0 ? 1 : maxPercent * 1.2], nice: false },
      },
    },
    layer: [
      {
        mark: { type: "bar", height: { band: 0.8 } },
        encoding: {
          color: {
            field: "rescoring",
            type: "nominal",
            title: "scores renewed",
            scale: { domain: [...rescorings], range: [...pairColours] },
          },
        },
      },
      { mark: { type: "text", align: "left", dx: 4 }, encoding: { text: { field: "text" } } },
    ],
  };
}

function predictionFigure(networks: readonly NetworkPrediction[]): Figure {
  const rows = networks.flatMap(({ model, pattern, predictors }) =>
    predictorNames.flatMap((predictor) => {
      const figures = predictors[predictor];
      if (figures === undefined) return [];
      const { leaveOneOut, inSample } = figures.remaining;
      const [percent, inSamplePercent] = [leaveOneOut, inSample].map((errors) => errors.relativeRmse * 100);
      return [{ network: `${model}/${pattern}`, predictor, percent, inSamplePercent }];
    }),
  );
  return {
    id: "prediction",
    title: "What watching density buys: errors of predicted remaining latency",
    caption:
      "Root mean square of predicted − actual remaining latency, in percent of the mean actual value, each input predicted from averages " +
      "over the others. none: the average alone; last-one: the unit's predictor. The last three count by channel group.",
    plots: [
      {
        name: "errors",
        label: "Errors of predicted remaining latency by predictor, a small plot for each network",
        spec: predictionSpec(rows),
      },
    ],
    tables: [
      {
        title: "Errors of predicted remaining latency",
        columns: [
          { title: "network" },
          { title: "predictor" },
          { title: "error, leave-one-out %", digits: 3 },
          { title: "error, in-sample %", digits: 3 },
        ],
        rows: rows.map(({ network, predictor, percent, inSamplePercent }) => [
          network,
          predictor,
          percent,
          inSamplePercent,
        ]),
      },
    ],
  };
}

function predictionSpec(rows: readonly { network: string; predictor: string; percent: number }[]): PlotSpec {
  const networks = [...new Set(rows.map(({ network }) => network))];
  const predictors = predictorNames.filter((name) => rows.some(({ predictor }) => predictor === name));
  const values = rows.map((row) => ({ ...row, text: String(Number(row.percent.toPrecision(3))) }));
  return {
    data: { values },
    facet: { field: "network", type: "nominal", sort: networks, title: null },
    columns: 2,
    spacing: { row: 14, column: 60 },
    // Networks differ by more than predictors do; each has a scale of its own, with the numbers beside the bars.
    resolve: { scale: { x: "independent" } },
    spec: {
      width: 190,
      height: 18 * predictors.length,
      encoding: {
        y: {
          field: "predictor",
          type: "nominal",
          sort: predictors,
          title: null,
          axis: { ticks: false, domain: false },
        },
        x: { field: "percent", type: "quantitative", title: "error, %", axis: { tickCount: 4 } },
      },
      layer: [
        {
          mark: { type: "bar", height: 12 },
          encoding: {
            color: {
              condition: { test: "datum.predictor == 'none'", value: palette.orange },
              value: palette.blue,
            },
          },
        },
        { mark: { type: "text", align: "left", dx: 4 }, encoding: { text: { field: "text" } } },
      ],
    },
  };
}
