/** Figures: the measures of a sweep over two of its axes at once, as colours. */
import type { Figure, Plot } from "../../plots/figure.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import type { ShownMeasure } from "./line-figures.ts";
import type { SweepData } from "./sweep-data.ts";
import { axisValueText, configurationFinder, evenlySpaced, type SweptAxis } from "./swept-axes.ts";
import { isLogarithmic } from "./value-axis.ts";

/** Schedulers with a panel of their own, and values of an axis. */
const mostSchedulers = 6;
const mostValues = 16;
/** Cells of a panel in which the numbers are written. */
const mostWritten = 100;

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
  const schedulers = data.schedulers.slice(0, mostSchedulers);
  return {
    id: `${across.id}-and-${up.id.slice("axis-".length)}`,
    title: `${across.title} and ${up.title} together`,
    caption: captionOf(data, fixed, schedulers),
    plots: measures.flatMap((measure) => heatPlot(data, across, up, cells, measure, schedulers)),
    tables: [
      {
        title: `Over ${across.title} and ${up.title}`,
        columns: [
          { title: across.title },
          { title: up.title },
          { title: "scheduler" },
          ...measures.map(({ title, digits }) => ({ title, ...(digits === undefined ? {} : { digits }) })),
        ],
        rows: cells.flatMap((cell) =>
          schedulers.map((scheduler, k) => [
            cell.across,
            cell.up,
            scheduler,
            ...measures.map((measure) => data.estimate(measure, cell.configuration, k)?.mean ?? null),
          ]),
        ),
      },
    ],
  };
}

function heatCells(
  data: SweepData,
  across: SweptAxis,
  up: SweptAxis,
  fixed: ReadonlyMap<SweptAxis, number>,
): HeatCell[] {
  const find = configurationFinder(data);
  return evenlySpaced(across.labels.length, mostValues).flatMap((x) =>
    evenlySpaced(up.labels.length, mostValues).flatMap((y) => {
      const configuration = find(new Map([...fixed, [across, x], [up, y]]));
      return configuration === undefined ? [] : [{ across: across.labels[x], up: up.labels[y], configuration }];
    }),
  );
}

function captionOf(data: SweepData, fixed: ReadonlyMap<SweptAxis, number>, schedulers: readonly string[]): string {
  const at = [...fixed].map(([axis, place]) => axisValueText(data, axis, place)).join(", ");
  const others = at === "" ? "" : ` The other axes have their middle values: ${at}.`;
  const left = data.schedulers.length - schedulers.length;
  const shown =
    left === 0 ? "" : ` Shown are the first ${schedulers.length} schedulers; ${left} more are in points.csv.`;
  const seeds = data.seedCount === 1 ? "" : `, the mean over ${data.seedCount} seeds`;
  return `Each cell is one configuration${seeds}; cells that the sweep does not have are empty.${others}${shown}`;
}

function heatPlot(
  data: SweepData,
  across: SweptAxis,
  up: SweptAxis,
  cells: readonly HeatCell[],
  measure: ShownMeasure,
  schedulers: readonly string[],
): Plot[] {
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
  const x = { field: "across", type: "ordinal", sort: [...across.labels], title: across.title } as const;
  const y = { field: "up", type: "ordinal", sort: up.labels.toReversed(), title: up.title } as const;
  const isWritten = values.length / panels.length <= mostWritten;
  const layer = [
    {
      mark: { type: "rect", aria: true } as const,
      encoding: {
        x: { ...x, axis: { labelAngle: across.labels.join("").length > 30 ? -40 : 0 } },
        y,
        color: {
          field: "mean",
          type: "quantitative",
          title: isLog ? `${title}, logarithmic` : title,
          scale: { scheme: "blues", ...(isLog ? { type: "log" as const } : {}) },
          legend: { orient: "right" },
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
  const size = { width: { step: 46 }, height: { step: 26 } } as const;
  if (panels.length === 1) return { ...size, data: { values: [...values] }, layer };
  return {
    data: { values: [...values] },
    columns: 2,
    facet: { field: "scheduler", type: "nominal", title: null, sort: [...panels] },
    spec: { ...size, layer },
  };
}
