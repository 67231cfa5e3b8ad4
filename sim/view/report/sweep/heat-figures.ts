/** Figures: the measures of a sweep over two of its axes at once, as colours. */

import type { SweepData } from "../../../study/sweep/sweep-data.ts";
import type { Figure, NumberTable, Plot } from "../../plots/figure.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { measureCells, measureColumns, type ShownMeasure } from "./shown-measure.ts";
import { axisValueText, configurationFinder, evenlySpaced, type SweptAxis } from "./swept-axes.ts";
import { isLogarithmic, labelAngle, labelFormat } from "./value-axis.ts";

/** Schedulers with a panel of their own, and values of an axis. */
const maxSchedulers = 6;
const maxValues = 16;
/** Of a cell, in pixels. */
const cellWidth = 48;
/** Cells of a panel in which the numbers are written. */
const maxWritten = 100;

interface HeatCell {
  readonly across: string;
  readonly up: string;
  readonly configuration: number;
}

/** @param pair the axis that goes across and the one that goes up. */
export function heatFigure(
  data: SweepData,
  axes: readonly SweptAxis[],
  [across, up]: readonly [SweptAxis, SweptAxis],
  measures: readonly ShownMeasure[],
): Figure {
  const others = axes.filter((axis) => axis !== across && axis !== up);
  const fixed = new Map(others.map((axis) => [axis, evenlySpaced(axis.labels.length, 1)[0]] as const));
  const cells = heatCells(data, across, up, fixed);
  const schedulers = data.schedulers.slice(0, maxSchedulers);
  return {
    id: `${across.id}-and-${up.id.slice("axis-".length)}`,
    title: `${across.title} and ${up.title} together`,
    caption: captionOf(data, [across, up], fixed, schedulers),
    plots: measures.flatMap((measure) => heatPlot(data, { across, up, cells, schedulers }, measure)),
    tables: [heatTable(data, { across, up, cells, schedulers }, measures)],
  };
}

function heatTable(
  data: SweepData,
  { across, up, cells, schedulers }: HeatMap,
  measures: readonly ShownMeasure[],
): NumberTable {
  return {
    title: `Over ${across.title} and ${up.title}`,
    columns: [
      { title: across.title },
      { title: up.title },
      { title: "scheduler" },
      ...measures.flatMap(measureColumns),
    ],
    rows: cells.flatMap((cell) =>
      schedulers.map((scheduler, k) => [
        cell.across,
        cell.up,
        scheduler,
        ...measures.flatMap((measure) => measureCells(data, measure, cell.configuration, k)),
      ]),
    ),
  };
}

function heatCells(
  data: SweepData,
  across: SweptAxis,
  up: SweptAxis,
  fixed: ReadonlyMap<SweptAxis, number>,
): HeatCell[] {
  const find = configurationFinder(data);
  return evenlySpaced(across.labels.length, maxValues).flatMap((x) =>
    evenlySpaced(up.labels.length, maxValues).flatMap((y) => {
      const configuration = find(new Map([...fixed, [across, x], [up, y]]));
      return configuration === undefined ? [] : [{ across: across.labels[x], up: up.labels[y], configuration }];
    }),
  );
}

/** Of the values that are shown; a sort by many more is more than Vega can take. */
function shownLabels({ labels }: SweptAxis): string[] {
  return evenlySpaced(labels.length, maxValues).map((place) => labels[place]);
}

function captionOf(
  data: SweepData,
  pair: readonly SweptAxis[],
  fixed: ReadonlyMap<SweptAxis, number>,
  schedulers: readonly string[],
): string {
  const at = [...fixed].map(([axis, place]) => axisValueText(axis, place)).join(", ");
  const others = at === "" ? "" : ` The other axes have their middle values: ${at}.`;
  const left = data.schedulers.length - schedulers.length;
  const shown =
    left === 0 ? "" : ` Shown are the first ${schedulers.length} schedulers; ${left} more are in points.csv.`;
  const thinned = pair.flatMap(({ title, labels }) =>
    labels.length > maxValues ? [` ${maxValues} of ${labels.length} values of ${title} are shown.`] : [],
  );
  const seeds = data.seedCount === 1 ? "" : `, the mean over ${data.seedCount} seeds`;
  return `Each cell is one configuration${seeds}; cells that the sweep does not have are empty.${thinned.join("")}${others}${shown}`;
}

/** What the map of one measure is drawn from: two axes, their cells, and the schedulers that have a panel each. */
interface HeatMap {
  readonly across: SweptAxis;
  readonly up: SweptAxis;
  readonly cells: readonly HeatCell[];
  readonly schedulers: readonly string[];
}

function heatPlot(data: SweepData, { across, up, cells, schedulers }: HeatMap, measure: ShownMeasure): Plot[] {
  const panels = measure.spread.isPerScheduler ? schedulers : [""];
  const values = cells.flatMap(({ configuration, ...cell }) =>
    panels.flatMap((scheduler, k) => {
      const mean = data.estimate(measure, configuration, k)?.mean;
      if (mean === undefined) return [];
      const says = `${scheduler} ${cell.across}, ${cell.up}: ${measure.title} ${Number(mean.toPrecision(4))}`;
      return [{ ...cell, scheduler, mean, text: shortText(mean), says }];
    }),
  );
  if (values.length === 0) return [];
  const label = `${measure.title} over ${across.title} and ${up.title}`;
  return [{ name: measure.name, label, spec: heatSpec(across, up, values, measure, panels) }];
}

function shortText(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-2))
    return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

interface HeatValue {
  readonly mean: number;
}

function heatSpec(
  across: SweptAxis,
  up: SweptAxis,
  values: readonly HeatValue[],
  { title }: ShownMeasure,
  panels: readonly string[],
): PlotSpec {
  const means = values.map(({ mean }) => mean);
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const isLog = isLogarithmic(means);
  const middle = isLog ? Math.sqrt(least * most) : (least + most) / 2;
  const [columns, rows] = [shownLabels(across), shownLabels(up)];
  const x = { field: "across", type: "ordinal", sort: columns, title: across.title } as const;
  const y = { field: "up", type: "ordinal", sort: rows.toReversed(), title: up.title } as const;
  const format = labelFormat(means);
  const isWritten = values.length / panels.length <= maxWritten;
  const layer = [
    {
      mark: { type: "rect", aria: true } as const,
      encoding: {
        x: { ...x, axis: { labelAngle: labelAngle(columns, columns.length * cellWidth) } },
        y,
        color: {
          field: "mean",
          type: "quantitative",
          title: isLog ? `${title}, logarithmic` : title,
          scale: { scheme: "blues", ...(isLog ? { type: "log" as const } : {}) },
          legend: { orient: "right", titleLimit: 0, ...(format === undefined ? {} : { format }) },
        } as const,
        description: { field: "says" } as const,
      },
    },
    ...(isWritten
      ? [
          {
            mark: { type: "text", fontSize: 11 } as const,
            encoding: {
              x,
              y,
              text: { field: "text" } as const,
              color: { condition: { test: `datum.mean > ${middle}`, value: "white" }, value: "black" } as const,
            },
          },
        ]
      : []),
  ];
  const size = { width: { step: cellWidth }, height: { step: 26 } } as const;
  if (panels.length === 1) return { ...size, data: { values: [...values] }, layer };
  return {
    data: { values: [...values] },
    columns: 2,
    facet: { field: "scheduler", type: "nominal", title: null, sort: [...panels] },
    spec: { ...size, layer },
  };
}
