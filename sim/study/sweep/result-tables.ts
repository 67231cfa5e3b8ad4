/** Tables of a sweep's database and of its exports. Columns have the names that expressions of sweep files use. */
import { metricNames } from "../../core/metrics.ts";
import type { Cell, Column, Table } from "./database.ts";
import {
  type AxisColumn,
  boundFigures,
  capacityFigures,
  hardwareFigures,
  inferenceFigures,
  type KeptLayer,
  type PointOutcome,
  type ResultFigure,
  type Sweep,
  unitFigures,
} from "./sweep.ts";

/** The figures of a point, in the order of their columns. */
export const resultFigures: readonly ResultFigure[] = [
  ...metricNames,
  ...inferenceFigures,
  ...unitFigures,
  ...boundFigures,
  ...capacityFigures,
];

const integer = (name: string): Column => ({ name, type: "integer" });
const number = (name: string): Column => ({ name, type: "number" });
const text = (name: string): Column => ({ name, type: "text" });

/** What a point is: its place in the sweep and what is known of it before it has run. */
export function pointTable(axes: readonly AxisColumn[]): Table {
  return {
    name: "points",
    columns: [
      integer("point"),
      integer("configuration"),
      ...axes.map(({ name, type }) => ({ name, type })),
      text("scheduler"),
      integer("seed"),
      ...hardwareFigures.map(number),
    ],
  };
}

export const metricTable: Table = { name: "metrics", columns: [integer("point"), ...resultFigures.map(number)] };

export const failureTable: Table = { name: "failures", columns: [integer("point"), text("error")] };

export const layerTable: Table = {
  name: "layer_profiles",
  columns: [
    ...["profile", "hardware", "model", "pattern"].map(text),
    integer("layer"),
    text("name"),
    ...["cycles", "utilisation", "effectualMacs", "inputDensity", "outputDensity", "dramBytes", "energyPj"].map(number),
  ],
};

/** What the database is of: names and values as text. */
export const provenanceTable: Table = { name: "provenance", columns: [text("key"), text("value")] };

/** The row of `pointTable` of every point; the cells that points of one configuration share are made once. */
export function pointRows(sweep: Sweep): (point: number) => Cell[] {
  let known: { configuration: number; axes: readonly Cell[]; hardware: readonly Cell[] } | undefined;
  return (index) => {
    const { configuration, scheduler, seed } = sweep.point(index);
    if (known?.configuration !== configuration) {
      known = { configuration, axes: sweep.valuesOf(configuration), hardware: sweep.hardwareOf(configuration) };
    }
    return [index, configuration, ...known.axes, scheduler, seed, ...known.hardware];
  };
}

export function metricRow({ point, figures }: Extract<PointOutcome, { figures: unknown }>): Cell[] {
  return [point, ...resultFigures.map((name) => figures[name])];
}

export function layerCells(row: KeptLayer): Cell[] {
  return layerTable.columns.map(({ name }) => row[name as keyof KeptLayer]);
}
