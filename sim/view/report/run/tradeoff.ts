/** Figure: violated deadlines against mean slowdown, one point per scheduler, with intervals over the seeds. */

import type { Estimate } from "../../../study/run/summary.ts";
import { logAxis } from "../../plots/axes.ts";
import type { Figure } from "../../plots/figure.ts";
import { labelLayers, placeLabels } from "../../plots/labels.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import type { RunData } from "./run-data.ts";
import { metricOf, schedulerNames, schedulerScale } from "./summary-metrics.ts";

const width = 600;
const height = 380;

interface Point {
  readonly scheduler: string;
  readonly antt: Estimate;
  readonly percent: Estimate;
}

export function tradeoffFigure(data: RunData): Figure {
  const points = schedulerNames(data).map((scheduler): Point => {
    const violations = metricOf(data, scheduler, "violationRate");
    const ci95 = violations.ci95 === null ? null : violations.ci95 * 100;
    return { scheduler, antt: metricOf(data, scheduler, "antt"), percent: { mean: violations.mean * 100, ci95 } };
  });
  const { seeds } = data.summary;
  const intervals =
    seeds.length > 1
      ? `Lines: 95 % intervals of the means over ${seeds.length} seeds (differences between schedulers are surer than these suggest, since all had the same requests: see the summary).`
      : "One seed: there are no intervals.";
  return {
    id: "tradeoff",
    title: "Violated deadlines against average slowdown",
    caption:
      "Each point is a scheduler; nearer to the lower left corner is better on both counts. " +
      `ANTT is the mean of turnaround / time alone, 1 if nobody ever waited. ${intervals} The vertical axis is stretched near zero (square root).`,
    plots: [
      {
        name: "points",
        label: "Violated deadlines over average normalised turnaround, by scheduler",
        spec: spec(points),
      },
    ],
    tables: [
      {
        title: "Violations and ANTT",
        columns: [
          { title: "scheduler" },
          { title: "violations %", digits: 2 },
          { title: "± 95 %", digits: 2 },
          { title: "ANTT", digits: 3 },
          { title: "± 95 %", digits: 3 },
        ],
        rows: points.map(({ scheduler, antt, percent }) => [
          scheduler,
          percent.mean,
          percent.ci95,
          antt.mean,
          antt.ci95,
        ]),
      },
    ],
  };
}

function spec(points: readonly Point[]): PlotSpec {
  const axes = axesOf(points);
  const values = points.map(({ scheduler, antt, percent }) => ({
    scheduler,
    antt: antt.mean,
    percent: percent.mean,
    anttLow: clamp(antt.mean - (antt.ci95 ?? 0), axes.antt),
    anttHigh: clamp(antt.mean + (antt.ci95 ?? 0), axes.antt),
    percentLow: clamp(percent.mean - (percent.ci95 ?? 0), axes.percent),
    percentHigh: clamp(percent.mean + (percent.ci95 ?? 0), axes.percent),
    says: `${scheduler}: ANTT ${said(antt, 2)}, ${said(percent, 2)} % violated`,
  }));
  const labels = placeLabels(
    points.map((point) => pixelOf(point, axes)),
    width,
    height,
  );
  const color = {
    field: "scheduler",
    type: "nominal",
    scale: schedulerScale(points.map((p) => p.scheduler)),
    legend: null,
  } as const;
  const x = logAxis("antt", "ANTT (mean of turnaround / time alone)", axes.antt);
  const y = {
    field: "percent",
    type: "quantitative",
    title: "violated deadlines, %",
    scale: { type: "sqrt", domain: axes.percent, nice: false },
  } as const;
  return {
    width,
    height,
    data: { values },
    layer: [
      {
        mark: { type: "rule", opacity: 0.45, strokeWidth: 1.5 },
        encoding: { x: { ...x, field: "anttLow" }, x2: { field: "anttHigh" }, y, color },
      },
      {
        mark: { type: "rule", opacity: 0.45, strokeWidth: 1.5 },
        encoding: { x, y: { ...y, field: "percentLow" }, y2: { field: "percentHigh" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 90, opacity: 1, aria: true },
        encoding: { x, y, color, description: { field: "says" } },
      },
      ...labelLayers(labels),
    ],
  };
}

interface Axes {
  readonly antt: [number, number];
  readonly percent: [number, number];
}

/** Around all points; intervals may be cut off at twice the farthest point. */
function axesOf(points: readonly Point[]): Axes {
  const antts = points.map(({ antt }) => antt.mean);
  const anttEnds = points.map(({ antt }) => antt.mean + (antt.ci95 ?? 0));
  const percents = points.map(({ percent }) => percent.mean);
  const percentEnds = points.map(({ percent }) => percent.mean + (percent.ci95 ?? 0));
  const most = (means: number[], ends: number[]) => Math.min(2 * Math.max(...means), Math.max(...ends));
  return {
    antt: [Math.max(1, Math.min(...antts) * 0.8), Math.max(most(antts, anttEnds), Math.max(...antts)) * 1.15],
    percent: [0, Math.max(Math.min(100, most(percents, percentEnds) * 1.05), 1)],
  };
}

function pixelOf({ scheduler, antt, percent }: Point, axes: Axes) {
  const [low, high] = axes.antt;
  const x = (Math.log(antt.mean / low) / Math.log(high / low)) * width;
  return { x, y: height * (1 - Math.sqrt(percent.mean / axes.percent[1])), text: scheduler };
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high);
}

function said({ mean, ci95 }: Estimate, digits: number): string {
  return ci95 === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${ci95.toFixed(digits)}`;
}
