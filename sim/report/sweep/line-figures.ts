/** Figures: the measures of a sweep over each of its axes, one line per scheduler, a panel for other axes' values. */
import type { Figure, NumberTable, Plot } from "../../plots/figure.ts";
import { palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { schedulerScale } from "../summary-metrics.ts";
import type { Measure, Spread, SweepData } from "./sweep-data.ts";
import {
  axisValueText,
  combinations,
  configurationFinder,
  evenlySpaced,
  fewEnough,
  type SweptAxis,
} from "./swept-axes.ts";
import { isLogarithmic, type ValueAxis, valueAxis, within } from "./value-axis.ts";

/** A figure has this many panels, values of its axis, and rows in its table, or fewer. */
const mostPanels = 9;
const mostValues = 40;
const mostRows = 1500;

interface LineRow {
  readonly panel: string;
  readonly label: string;
  readonly number: number | undefined;
  readonly scheduler: string;
  readonly configuration: number;
  readonly schedulerIndex: number;
}

export interface ShownMeasure extends Measure {
  readonly spread: Spread;
}

export function lineFigure(
  data: SweepData,
  axes: readonly SweptAxis[],
  axis: SweptAxis,
  measures: readonly ShownMeasure[],
): Figure {
  const others = axes.filter((other) => other !== axis);
  const places = evenlySpaced(axis.labels.length, mostValues);
  const panels = Math.min(mostPanels, Math.floor(mostRows / (places.length * data.schedulers.length)));
  const shown = fewEnough(others, panels);
  const rows = lineRows(data, axis, places, others, shown);
  return {
    id: axis.id,
    title: `Against ${axis.title}`,
    caption: captionOf(data, axis, places, others, shown),
    plots: measures.flatMap((measure) => linePlot(data, axis, rows, measure)),
    tables: lineTables(data, axis, others, rows, measures),
  };
}

function lineRows(
  data: SweepData,
  axis: SweptAxis,
  places: readonly number[],
  others: readonly SweptAxis[],
  shown: readonly (readonly number[])[],
): LineRow[] {
  const find = configurationFinder(data);
  return combinations(shown).flatMap((fixed) => {
    const panel = others.map((other, k) => axisValueText(data, other, fixed[k])).join(", ");
    return places.flatMap((place) => {
      const configuration = find(new Map([[axis, place], ...others.map((other, k) => [other, fixed[k]] as const)]));
      if (configuration === undefined) return [];
      return data.schedulers.map((scheduler, schedulerIndex) => ({
        ...{
          panel,
          label: axis.labels[place],
          number: axis.numbers?.[place],
          scheduler,
          schedulerIndex,
          configuration,
        },
      }));
    });
  });
}

function captionOf(
  data: SweepData,
  axis: SweptAxis,
  places: readonly number[],
  others: readonly SweptAxis[],
  shown: readonly (readonly number[])[],
): string {
  const over =
    data.seedCount > 1 ? `Means over ${data.seedCount} seeds with 95 % intervals` : "One seed: there are no intervals";
  const fewer =
    places.length < axis.labels.length ? `; ${places.length} of ${axis.labels.length} values are shown` : "";
  const left = others.flatMap(({ title, labels }, k) =>
    shown[k].length < labels.length ? [`${title} at ${shown[k].map((place) => labels[place]).join(", ")} only`] : [],
  );
  const panels =
    others.length === 0
      ? ""
      : ` Nothing is averaged over the other axes: each panel is one combination of their values${left.length === 0 ? "" : ` (${left.join("; ")}; all others are in points.csv)`}.`;
  return `${over}${fewer}.${panels}`;
}

function linePlot(data: SweepData, axis: SweptAxis, rows: readonly LineRow[], measure: ShownMeasure): Plot[] {
  const found = rows.flatMap((row) => {
    if (!measure.spread.isPerScheduler && row.schedulerIndex > 0) return [];
    const estimate = data.estimate(measure, row.configuration, row.schedulerIndex);
    return estimate === undefined ? [] : [{ ...row, ...estimate }];
  });
  if (found.length === 0) return [];
  const means = found.map(({ mean }) => mean);
  const y = valueAxis(measure.title, means);
  const values = found.map(({ panel, number, label, scheduler, mean, ci95 }) => ({
    ...{ panel, x: number ?? label, scheduler, mean },
    low: within(y, mean - (ci95 ?? 0)),
    high: within(y, mean + (ci95 ?? 0)),
    says: `${scheduler}, ${axis.title} ${label}: ${measure.title} ${Number(mean.toPrecision(4))}`,
  }));
  return [
    { name: measure.name, label: `${measure.title} over ${axis.title}`, spec: lineSpec(axis, measure, values, y) },
  ];
}

interface LineValue {
  readonly panel: string;
  readonly x: number | string;
  readonly scheduler: string;
  readonly mean: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
}

function lineSpec(
  axis: SweptAxis,
  { spread }: ShownMeasure,
  values: readonly LineValue[],
  { title, scale }: ValueAxis,
): PlotSpec {
  const names = [...new Set(values.map(({ scheduler }) => scheduler))];
  const { color, strokeDash } = schedulerEncodings(names);
  const ofScheduler = spread.isPerScheduler ? { color } : { color: { value: palette.blue } };
  const ofLine = spread.isPerScheduler ? { color, strokeDash } : ofScheduler;
  const x = xEncoding(axis);
  const y = { field: "mean", type: "quantitative", title, scale } as const;
  const layer = [
    {
      mark: { type: "rule", opacity: 0.45, strokeWidth: 1.5 } as const,
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, ...ofScheduler },
    },
    { mark: { type: "line", strokeWidth: 2 } as const, encoding: { x, y, ...ofLine } },
    {
      mark: { type: "point", filled: true, size: 30, opacity: 1, aria: true } as const,
      encoding: { x, y, ...ofScheduler, description: { field: "says" } as const },
    },
  ];
  const panels = [...new Set(values.map(({ panel }) => panel))];
  if (panels.length === 1) return { width: 560, height: 260, data: { values: [...values] }, layer };
  return {
    data: { values: [...values] },
    columns: Math.min(3, panels.length),
    facet: { field: "panel", type: "nominal", title: null, sort: panels },
    spec: { width: panels.length === 2 ? 380 : 260, height: 190, layer },
  };
}

function xEncoding({ title, labels, numbers }: SweptAxis) {
  if (numbers === undefined) {
    return { field: "x", type: "ordinal", sort: [...labels], title, axis: { labelAngle: labelAngle(labels) } } as const;
  }
  if (isLogarithmic(numbers)) {
    const scale = { type: "log", nice: false } as const;
    return { field: "x", type: "quantitative", title: `${title}, logarithmic`, scale } as const;
  }
  return { field: "x", type: "quantitative", title, scale: { zero: false, nice: false } } as const;
}

function labelAngle(labels: readonly string[]): number {
  return labels.join("").length > 30 ? -40 : 0;
}

const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 2, 2, 2],
];

/** Families of schedulers share a colour; their members are told apart by the dashes of their lines. */
function schedulerEncodings(names: readonly string[]) {
  const scale = schedulerScale(names);
  const dashOf = names.map(
    (_, k) => dashes[scale.range.slice(0, k).filter((colour) => colour === scale.range[k]).length % 4],
  );
  return {
    color: { field: "scheduler", type: "nominal", title: null, scale, sort: null },
    strokeDash: {
      field: "scheduler",
      type: "nominal",
      title: null,
      scale: { domain: [...names], range: dashOf },
      sort: null,
    },
  } as const;
}

function lineTables(
  data: SweepData,
  axis: SweptAxis,
  others: readonly SweptAxis[],
  rows: readonly LineRow[],
  measures: readonly ShownMeasure[],
): NumberTable[] {
  const tableOf = (isPerScheduler: boolean): NumberTable[] => {
    const own = measures.filter(({ spread }) => spread.isPerScheduler === isPerScheduler);
    const some = rows.filter(({ schedulerIndex }) => isPerScheduler || schedulerIndex === 0);
    if (own.length === 0) return [];
    return [
      {
        title: `${own.map(({ title }) => title).join("; ")}, over ${axis.title}`,
        columns: [
          ...others.map(({ title }) => ({ title })),
          { title: axis.title },
          ...(isPerScheduler ? [{ title: "scheduler" }] : []),
          ...own.flatMap(({ title, digits }) => [
            { title, ...(digits === undefined ? {} : { digits }) },
            ...(isPerScheduler && data.seedCount > 1
              ? [{ title: "± 95 %", ...(digits === undefined ? {} : { digits }) }]
              : []),
          ]),
        ],
        rows: some.map(({ configuration, scheduler, schedulerIndex, label }) => [
          ...others.map(({ index, labels }) => labels[data.placesOf(configuration)[index]]),
          label,
          ...(isPerScheduler ? [scheduler] : []),
          ...own.flatMap((measure) => {
            const found = data.estimate(measure, configuration, schedulerIndex);
            const mean = found?.mean ?? null;
            return isPerScheduler && data.seedCount > 1 ? [mean, found?.ci95 ?? null] : [mean];
          }),
        ]),
      },
    ];
  };
  return [...tableOf(true), ...tableOf(false)];
}
