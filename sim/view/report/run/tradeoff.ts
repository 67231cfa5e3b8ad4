/** Figure: violated deadlines against mean slowdown, one point per scheduler, with intervals over the seeds. */

import type { RunData } from "../../../study/run/run-data.ts";
import { type Estimate, endsOf } from "../../../study/run/summary.ts";
import { logAxis, type OddsAxis, oddsAxis } from "../../plots/axes.ts";
import type { Figure } from "../../plots/figure.ts";
import { labelled } from "../../plots/labels.ts";
import { ink } from "../../plots/look.ts";
import { schedulerColours, schedulerShapes } from "../../plots/scheduler-looks.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { metricOf, schedulerNames } from "./summary-metrics.ts";

const width = 600;
const height = 380;

type Bounds = NonNullable<RunData["summary"]["bounds"]>;

interface Point {
  readonly scheduler: string;
  readonly antt: Estimate;
  readonly percent: Estimate;
}

export function tradeoffFigure(data: RunData): Figure {
  const points = schedulerNames(data).map((scheduler): Point => {
    const percent = percentOf(metricOf(data, scheduler, "violationRate"));
    return { scheduler, antt: metricOf(data, scheduler, "antt"), percent };
  });
  const { seeds, bounds } = data.summary;
  const limits =
    bounds === undefined
      ? ""
      : " Dashed: the lower bounds, which no schedule crosses; cross: what is reached by knowing the future and preempting within layers.";
  const intervals =
    seeds.length > 1
      ? `Lines: 95 % intervals of the means over ${seeds.length} seeds (differences between schedulers are surer than these suggest, since all had the same requests: see the summary).`
      : "One seed: there are no intervals.";
  return {
    id: "tradeoff",
    title: "Violated deadlines against average slowdown",
    caption:
      "Each point is a scheduler; nearer to the lower left corner is better on both counts. " +
      `ANTT is the mean of turnaround / time alone, 1 if nobody ever waited. ${intervals} The vertical axis is one of odds, p / (1 − p), logarithmic: it tells apart near 0 % and near 100 % alike; a share of 0 % is on its lower end.${limits}`,
    plots: [
      {
        name: "points",
        label: "Violated deadlines over average normalised turnaround, by scheduler",
        spec: spec(points, bounds),
      },
    ],
    tables: [
      {
        title: "Violations and ANTT",
        columns: [
          { title: "scheduler" },
          { title: "violations %", digits: 2 },
          { title: "95 % from", digits: 2 },
          { title: "to", digits: 2 },
          { title: "ANTT", digits: 3 },
          { title: "95 % from", digits: 3 },
          { title: "to", digits: 3 },
        ],
        rows: points.map(({ scheduler, antt, percent }) => [scheduler, ...cellsOf(percent), ...cellsOf(antt)]),
      },
    ],
  };
}

/** A mean and the ends of its interval, if it has one. */
function cellsOf(estimate: Estimate): (number | null)[] {
  if (estimate.ci95 === null) return [estimate.mean, null, null];
  const { low, high } = endsOf(estimate);
  return [estimate.mean, low, high];
}

function spec(points: readonly Point[], bounds: Bounds | undefined): PlotSpec {
  const axes = axesOf(points, bounds);
  const names = points.map(({ scheduler }) => scheduler);
  const values = points.map(({ scheduler, antt, percent }) => ({
    scheduler,
    antt: antt.mean,
    percent: percent.mean,
    odds: axes.percent.place(percent.mean),
    anttLow: clamp(endsOf(antt).low, axes.antt),
    anttHigh: clamp(endsOf(antt).high, axes.antt),
    oddsLow: axes.percent.place(endsOf(percent).low),
    oddsHigh: axes.percent.place(endsOf(percent).high),
    says: `${scheduler}: ANTT ${said(antt, 2)}, ${said(percent, 2)} % violated`,
  }));
  const color = {
    field: "scheduler",
    type: "nominal",
    scale: schedulerColours(names),
    legend: null,
  } as const;
  const shape = { field: "scheduler", type: "nominal", scale: schedulerShapes(names), legend: null } as const;
  const { x, y } = encodings(axes);
  const spec = {
    width,
    height,
    data: { values },
    layer: [
      {
        mark: { type: "rule", opacity: 0.8, strokeWidth: 1.2 },
        encoding: { x: { ...x, field: "anttLow" }, x2: { field: "anttHigh" }, y, color },
      },
      {
        mark: { type: "rule", opacity: 0.8, strokeWidth: 1.2 },
        encoding: { x, y: { ...y, field: "oddsLow" }, y2: { field: "oddsHigh" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 80, opacity: 1, aria: true },
        encoding: { x, y, color, shape, description: { field: "says" } },
      },
      ...boundLayers(bounds, axes),
    ],
  } satisfies PlotSpec;
  return labelled(
    spec,
    points.map((point, k) => ({ ...placeOf(point, axes), text: point.scheduler, colour: color.scale.range[k] })),
  );
}

interface Axes {
  readonly antt: [number, number];
  readonly percent: OddsAxis;
}

function encodings(axes: Axes) {
  return {
    x: logAxis("antt", "ANTT (mean of turnaround / time alone)", axes.antt),
    y: axes.percent.encoding("odds", "violated deadlines, %"),
  };
}

/** Around all points; intervals may be cut off at twice the farthest point. */
function axesOf(points: readonly Point[], bounds: Bounds | undefined): Axes {
  const antts = [...points.map(({ antt }) => antt.mean), ...(bounds === undefined ? [] : [bounds.antt.lower])];
  const anttEnds = points.map(({ antt }) => endsOf(antt).high);
  const percents = points.map(({ percent }) => percent.mean);
  const most = (means: number[], ends: number[]) => Math.min(2 * Math.max(...means), Math.max(...ends));
  return {
    antt: [Math.max(1, Math.min(...antts) * 0.8), Math.max(most(antts, anttEnds), Math.max(...antts)) * 1.15],
    percent: oddsAxis([
      ...percents,
      ...(bounds === undefined ? [] : [bounds.violationRate.lower * 100, bounds.violationRate.feasible * 100]),
    ]),
  };
}

/** As shares of the plot, from the left and from the top. */
function placeOf({ antt, percent }: Point, axes: Axes): { readonly x: number; readonly y: number } {
  const [low, high] = axes.antt;
  const x = Math.log(antt.mean / low) / Math.log(high / low);
  return { x, y: 1 - axes.percent.share(percent.mean) };
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high);
}

function said(estimate: Estimate, digits: number): string {
  const { mean, ci95 } = estimate;
  const { low, high } = endsOf(estimate);
  return ci95 === null
    ? mean.toFixed(digits)
    : `${mean.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

function percentOf({ mean, ci95, ends }: Estimate): Estimate {
  return {
    mean: mean * 100,
    ci95: ci95 === null ? null : ci95 * 100,
    ...(ends === undefined ? {} : { ends: { low: ends.low * 100, high: ends.high * 100 } }),
  };
}

/** Two lines that no point can be beyond, and the point of what full knowledge reaches. */
function boundLayers(bounds: Bounds | undefined, axes: Axes) {
  if (bounds === undefined) return [];
  const { antt, violationRate } = bounds;
  const { x, y } = encodings(axes);
  const rule = { type: "rule" as const, strokeDash: [5, 4], color: ink.text, opacity: 0.7 };
  const percent = violationRate.feasible * 100;
  const says = `feasible with full knowledge: ANTT ${antt.feasible.toFixed(2)}, ${percent.toFixed(2)} % violated`;
  return [
    { data: { values: [{ antt: antt.lower }] }, mark: rule, encoding: { x } },
    { data: { values: [{ odds: axes.percent.place(violationRate.lower * 100) }] }, mark: rule, encoding: { y } },
    {
      data: { values: [{ antt: antt.feasible, odds: axes.percent.place(percent), says }] },
      mark: {
        type: "point" as const,
        shape: "M-1,-1L1,1M-1,1L1,-1",
        size: 70,
        strokeWidth: 1.8,
        color: ink.text,
        aria: true,
      },
      encoding: { x, y, description: { field: "says" } },
    },
  ];
}
