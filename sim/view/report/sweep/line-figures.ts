/** Figures: the measures of a sweep over each of its axes, one line per scheduler, a panel for other axes' values. */
import { type Estimate, endsOf } from "../../../study/run/summary.ts";
import type { Measure, SweepData } from "../../../study/sweep/sweep-data.ts";
import { oddsAxis } from "../../plots/axes.ts";
import type { Figure, NumberTable, Plot } from "../../plots/figure.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { categoryEncodings, type LineEncodings, oneColour, schedulerLines } from "./line-colours.ts";
import { measureCells, measureColumns, type ShownMeasure } from "./shown-measure.ts";
import {
  axisValueText,
  combinations,
  configurationFinder,
  evenlySpaced,
  fewEnough,
  type SweptAxis,
} from "./swept-axes.ts";
import { isLogarithmic, labelAngle, labelFormat, valueAxis, within } from "./value-axis.ts";

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
  const others = axes.filter(({ index }) => index !== axis.index);
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
    plots: changing.flatMap((measure) => linePlots(data, { axis, others, rows }, measure)),
    tables: lineTables(data, { axis, others, rows }, measures),
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
          label: axis.at === undefined ? axis.labels[place] : axis.at(configuration).toPrecision(4),
          number: axis.at === undefined ? axis.numbers?.[place] : axis.at(configuration),
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

/** The vertical axis of a plot: where a value is, and what is drawn. */
interface HeightAxis {
  place(value: number): number;
  encoding(field: string): object;
}

function plainAxis(title: string, values: readonly number[]): HeightAxis {
  const axis = valueAxis(title, values);
  return {
    place: (value) => within(axis, value),
    encoding: (field) => ({ field, type: "quantitative", ...axis }),
  };
}

type Found = LineRow & Estimate;

/** One plot of a measure; of violations that differ by much a second one, by their odds. */
function linePlots(data: SweepData, lines: Lines, measure: ShownMeasure): Plot[] {
  const found = lines.rows.flatMap((row): Found[] => {
    if (!measure.spread.isPerScheduler && row.schedulerIndex > 0) return [];
    const estimate = data.estimate(measure, row.configuration, row.schedulerIndex);
    return estimate === undefined ? [] : [{ ...row, ...estimate }];
  });
  if (found.length === 0) return [];
  const means = found.map(({ mean }) => mean);
  const [numbers] = lineTables(data, lines, [measure]);
  const plot = (name: string, height: HeightAxis): Plot => ({
    name,
    label: `${measure.title} over ${lines.axis.title}`,
    spec: measureSpec(lines, found, measure, height),
    numbers,
  });
  const plots = [plot(measure.name, plainAxis(measure.title, means))];
  const isShare = measure.name === "violationRate" && measure.against === undefined;
  if (!isShare || !isCrowdedAtEnds(means)) return plots;
  const odds = oddsAxis(means);
  const height = { place: odds.place, encoding: (field: string) => odds.encoding(field, measure.title) };
  return [...plots, plot(`${measure.name}-odds`, height)];
}

/** Whether a linear axis would draw shares in percent that differ by much at the same height. */
function isCrowdedAtEnds(percents: readonly number[]): boolean {
  const most = Math.max(...percents);
  return most > 90 || percents.some((percent) => percent < most / 12);
}

function measureSpec({ axis, others }: Lines, found: readonly Found[], measure: ShownMeasure, height: HeightAxis) {
  const { isPerScheduler } = measure.spread;
  const isVaried = (k: number) => found.some(({ fixed }) => fixed[k] !== found[0].fixed[k]);
  const lineAxis = isPerScheduler ? -1 : others.findLastIndex((other, k) => isVaried(k) && other.labels.length <= 8);
  const panelAxes = others.map((_, k) => k).filter((k) => k !== lineAxis);
  const values = found.map(({ fixed, number, label, scheduler, mean, ci95, ends }): LineValue => {
    const { low, high } = endsOf({ mean, ci95, ...(ends === undefined ? {} : { ends }) });
    const line = isPerScheduler || lineAxis < 0 ? scheduler : axisValueText(others[lineAxis], fixed[lineAxis]);
    const half = ci95 === null ? "" : ` ± ${Number(ci95.toPrecision(3))}`;
    return {
      panel: panelAxes.map((k) => axisValueText(others[k], fixed[k])).join(lineBreak),
      x: number ?? label,
      ...{ line, mean: height.place(mean), low: height.place(low), high: height.place(high) },
      says: `${line}, ${axis.title} ${label}: ${measure.title} ${Number(mean.toPrecision(4))}${half}`,
    };
  });
  const innermost = panelAxes.filter(isVaried).slice(-1)[0];
  const innermostCount = new Set(found.map(({ fixed }) => fixed[innermost])).size;
  return lineSpec(axis, besideEachOther(values), height, {
    colours: isPerScheduler ? schedulerLines : lineAxis < 0 ? oneColour : categoryEncodings,
    columns: innermost === undefined ? 1 : innermostCount <= 4 ? innermostCount : 3,
  });
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

/** Pixels between the intervals of two lines at one value, and between the first and the last at most. */
const [shiftStep, maxShift] = [4, 16];

/** Moves lines that have intervals aside by some pixels, so that no interval hides another. */
function besideEachOther(values: readonly LineValue[]): (LineValue & { readonly shift: number })[] {
  const lines = [...new Set(values.map(({ line }) => line))];
  const hasIntervals = values.some(({ low, high }) => high > low);
  const step = hasIntervals ? Math.min(shiftStep, maxShift / Math.max(1, lines.length - 1)) : 0;
  return values.map((value) => ({ ...value, shift: (lines.indexOf(value.line) - (lines.length - 1) / 2) * step }));
}

interface LineLook {
  readonly colours: (lines: readonly string[]) => LineEncodings;
  /** Panels beside each other. */
  readonly columns: number;
}

function lineSpec(
  axis: SweptAxis,
  values: readonly LineValue[],
  height: HeightAxis,
  { colours, columns }: LineLook,
): PlotSpec {
  const { ofPoints, ofLines } = colours([...new Set(values.map(({ line }) => line))]);
  const panels = [...new Set(values.map(({ panel }) => panel))];
  const size = panels.length === 1 ? { width: 560, height: 260 } : panelSize(columns);
  const x = xEncoding(axis, size.width);
  const y = height.encoding("mean");
  const aside = { xOffset: { expr: "datum.shift" } } as const;
  const layer = [
    {
      mark: { type: "rule", opacity: 0.8, strokeWidth: 1.2, ...aside },
      encoding: { x, y: height.encoding("low"), y2: { field: "high" }, color: ofPoints.color },
    },
    { mark: { type: "line", strokeWidth: 2, ...aside }, encoding: { x, y, ...ofLines } },
    {
      mark: { type: "point", filled: true, size: 40, opacity: 1, aria: true, ...aside },
      encoding: { x, y, ...ofPoints, description: { field: "says" } },
    },
  ];
  if (panels.length === 1) return { ...size, data: { values: [...values] }, layer } as PlotSpec;
  return {
    data: { values: [...values] },
    columns,
    facet: {
      ...{ field: "panel", type: "nominal", title: null, sort: panels },
      header: { labelExpr: `split(datum.label, "${lineBreak}")` },
    },
    spec: { ...size, layer },
    resolve: { axis: { x: "independent" } },
  } as PlotSpec;
}

/** Of one of several panels, in pixels. */
function panelSize(columns: number): { width: number; height: number } {
  if (columns <= 2) return { width: 400, height: 200 };
  return columns === 3 ? { width: 260, height: 180 } : { width: 185, height: 150 };
}

function xEncoding({ title, labels: all, numbers, at }: SweptAxis, width: number) {
  if (numbers === undefined) {
    const labels = evenlySpaced(all.length, maxValues).map((place) => all[place]);
    const axis = { labelAngle: labelAngle(labels, width) };
    return { field: "x", type: "ordinal", sort: labels, title, axis } as const;
  }
  const format = labelFormat(numbers);
  // Ticks are where points are.
  const axis = {
    ...(at === undefined ? { values: [...numbers] } : {}),
    ...{ labelOverlap: "greedy", ...(format === undefined ? {} : { format }) },
  } as const;
  const shared = { field: "x", type: "quantitative", axis } as const;
  if (isLogarithmic(numbers)) {
    const scale = { type: "log", nice: false, padding: maxShift / 2 } as const;
    return { ...shared, title: `${title}, logarithmic`, scale } as const;
  }
  return { ...shared, title, scale: { zero: false, nice: false, padding: maxShift / 2 } } as const;
}

function lineTables(data: SweepData, { axis, others, rows }: Lines, measures: readonly ShownMeasure[]): NumberTable[] {
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
