/** Figures: the measures of a sweep over each of its axes, one line per scheduler, a panel for other axes' values. */
import { endsOf } from "../../../study/run/summary.ts";
import type { Figure, NumberTable, Plot } from "../../plots/figure.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { categoryEncodings, type LineEncodings, oneColour, schedulerColours } from "./line-colours.ts";
import { measureCells, measureColumns, type ShownMeasure } from "./shown-measure.ts";
import type { Measure, SweepData } from "./sweep-data.ts";
import {
  axisValueText,
  combinations,
  configurationFinder,
  evenlySpaced,
  fewEnough,
  type SweptAxis,
} from "./swept-axes.ts";
import { isLogarithmic, labelAngle, type ValueAxis, valueAxis, within } from "./value-axis.ts";

/** A figure has this many panels, values of its axis, and rows in its table, or fewer. */
const maxPanels = 9;
const maxValues = 40;
const maxRows = 1500;

/** Between the lines of a panel's title. */
const lineBreak = "; ";

interface LineRow {
  /** Place of each of the other axes. */
  readonly fixed: readonly number[];
  readonly label: string;
  readonly number: number | undefined;
  readonly scheduler: string;
  readonly configuration: number;
  readonly schedulerIndex: number;
}

/** What the plots of a figure share. */
interface Lines {
  readonly axis: SweptAxis;
  readonly others: readonly SweptAxis[];
  readonly rows: readonly LineRow[];
}

export function lineFigure(
  data: SweepData,
  axes: readonly SweptAxis[],
  axis: SweptAxis,
  measures: readonly ShownMeasure[],
): Figure {
  const others = axes.filter((other) => other !== axis);
  const places = evenlySpaced(axis.labels.length, maxValues);
  const panels = Math.min(maxPanels, Math.floor(maxRows / (places.length * data.schedulers.length)));
  const shown = fewEnough(others, panels);
  const rows = lineRows(data, axis, places, others, shown);
  const changing = measures.filter((measure) => isChanged(data, rows, measure));
  const same = measures.filter((measure) => !changing.includes(measure)).map(({ title }) => title);
  return {
    id: axis.id,
    title: `Against ${axis.title}`,
    caption: `${captionOf(data, axis, places, others, shown)}${same.length === 0 ? "" : ` Not changed by it: ${same.join("; ")}.`}`,
    plots: changing.flatMap((measure) => linePlot(data, { axis, others, rows }, measure)),
    tables: lineTables(data, axis, others, rows, measures),
  };
}

/** Whether a measure has two values on one line. */
function isChanged(data: SweepData, rows: readonly LineRow[], measure: Measure): boolean {
  const first = new Map<string, number>();
  return rows.some(({ fixed, schedulerIndex, configuration }) => {
    const mean = data.estimate(measure, configuration, schedulerIndex)?.mean;
    if (mean === undefined) return false;
    const line = `${schedulerIndex} ${fixed}`;
    if (!first.has(line)) first.set(line, mean);
    return first.get(line) !== mean;
  });
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
    return places.flatMap((place) => {
      const configuration = find(new Map([[axis, place], ...others.map((other, k) => [other, fixed[k]] as const)]));
      if (configuration === undefined) return [];
      return data.schedulers.map((scheduler, schedulerIndex) => ({
        ...{
          fixed,
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
      : ` Nothing is averaged over the other axes: each panel, or each line in it, is one combination of their values${left.length === 0 ? "" : ` (${left.join("; ")}; all others are in points.csv)`}.`;
  return `${over}${fewer}.${panels}`;
}

function linePlot(data: SweepData, { axis, others, rows }: Lines, measure: ShownMeasure): Plot[] {
  const { isPerScheduler } = measure.spread;
  const found = rows.flatMap((row) => {
    if (!isPerScheduler && row.schedulerIndex > 0) return [];
    const estimate = data.estimate(measure, row.configuration, row.schedulerIndex);
    return estimate === undefined ? [] : [{ ...row, ...estimate }];
  });
  if (found.length === 0) return [];
  const isVaried = (k: number) => found.some(({ fixed }) => fixed[k] !== found[0].fixed[k]);
  const lineAxis = isPerScheduler ? -1 : others.findLastIndex((other, k) => isVaried(k) && other.labels.length <= 8);
  const panelAxes = others.map((_, k) => k).filter((k) => k !== lineAxis);
  const y = valueAxis(
    measure.title,
    found.map(({ mean }) => mean),
  );
  const values = found.map(({ fixed, number, label, scheduler, mean, ci95, ends }): LineValue => {
    const { low, high } = endsOf({ mean, ci95, ...(ends === undefined ? {} : { ends }) });
    const line = isPerScheduler || lineAxis < 0 ? scheduler : axisValueText(others[lineAxis], fixed[lineAxis]);
    return {
      panel: panelAxes.map((k) => axisValueText(others[k], fixed[k])).join(lineBreak),
      x: number ?? label,
      ...{ line, mean, low: within(y, low), high: within(y, high) },
      says: `${line}, ${axis.title} ${label}: ${measure.title} ${Number(mean.toPrecision(4))}`,
    };
  });
  const innermost = panelAxes.filter(isVaried).slice(-1)[0];
  const innermostCount = new Set(found.map(({ fixed }) => fixed[innermost])).size;
  const spec = lineSpec(axis, values, y, {
    colours: isPerScheduler ? schedulerColours : lineAxis < 0 ? oneColour : categoryEncodings,
    columns: innermost === undefined ? 1 : innermostCount <= 4 ? innermostCount : 3,
  });
  return [{ name: measure.name, label: `${measure.title} over ${axis.title}`, spec }];
}

interface LineValue {
  readonly panel: string;
  readonly x: number | string;
  readonly line: string;
  readonly mean: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
  readonly says: string;
}

interface LineLook {
  readonly colours: (lines: readonly string[]) => LineEncodings;
  /** Panels beside each other. */
  readonly columns: number;
}

function lineSpec(
  axis: SweptAxis,
  values: readonly LineValue[],
  { title, scale, axis: labels }: ValueAxis,
  { colours, columns }: LineLook,
): PlotSpec {
  const { ofPoints, ofLines } = colours([...new Set(values.map(({ line }) => line))]);
  const panels = [...new Set(values.map(({ panel }) => panel))];
  const size = panels.length === 1 ? { width: 560, height: 260 } : panelSize(columns);
  const x = xEncoding(axis, size.width);
  const y = { field: "mean", type: "quantitative", title, scale, axis: labels } as const;
  const layer = [
    {
      mark: { type: "rule", opacity: 0.45, strokeWidth: 1.5 } as const,
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, ...ofPoints },
    },
    { mark: { type: "line", strokeWidth: 2 } as const, encoding: { x, y, ...ofLines } },
    {
      mark: { type: "point", filled: true, size: 30, opacity: 1, aria: true } as const,
      encoding: { x, y, ...ofPoints, description: { field: "says" } as const },
    },
  ];
  if (panels.length === 1) return { ...size, data: { values: [...values] }, layer };
  return {
    data: { values: [...values] },
    columns,
    facet: {
      ...{ field: "panel", type: "nominal", title: null, sort: panels },
      header: { labelExpr: `split(datum.label, "${lineBreak}")` },
    },
    spec: { ...size, layer },
    resolve: { axis: { x: "independent" } },
  };
}

/** Of one of several panels, in pixels. */
function panelSize(columns: number): { width: number; height: number } {
  if (columns <= 2) return { width: 400, height: 200 };
  return columns === 3 ? { width: 260, height: 180 } : { width: 185, height: 150 };
}

function xEncoding({ title, labels: all, numbers }: SweptAxis, width: number) {
  if (numbers === undefined) {
    const labels = evenlySpaced(all.length, maxValues).map((place) => all[place]);
    const axis = { labelAngle: labelAngle(labels, width) };
    return { field: "x", type: "ordinal", sort: labels, title, axis } as const;
  }
  if (isLogarithmic(numbers)) {
    const scale = { type: "log", nice: false } as const;
    return { field: "x", type: "quantitative", title: `${title}, logarithmic`, scale } as const;
  }
  return { field: "x", type: "quantitative", title, scale: { zero: false, nice: false } } as const;
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
          ...own.flatMap(measureColumns),
        ],
        rows: some.map(({ configuration, scheduler, schedulerIndex, label }) => [
          ...others.map(({ index, labels }) => labels[data.placesOf(configuration)[index]]),
          label,
          ...(isPerScheduler ? [scheduler] : []),
          ...own.flatMap((measure) => measureCells(data, measure, configuration, schedulerIndex)),
        ]),
      },
    ];
  };
  return [...tableOf(true), ...tableOf(false)];
}
