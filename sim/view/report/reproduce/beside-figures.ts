/** Figures of `dysta reproduce`: each item's published values against ours, so that agreement is the diagonal. */
import type { ReproduceDocument } from "../../../study/reproduce/reproduce-document.ts";
import type { Figure, NumberTable, Plot } from "../../plots/figure.ts";
import { categoryColours, categoryShapes, ink } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

type Item = ReproduceDocument["items"][number];
type Row = Item["rows"][number];

/** The columns of ours, and what they are called. */
const readings = {
  artifact: "artifact's rules, its tables",
  sameTables: "papers' rules, its tables",
  corrected: "papers' rules, modelled hardware",
} as const satisfies Partial<Record<keyof Row, string>>;
type Reading = keyof typeof readings;

/** Values further apart than this are drawn on logarithmic axes, if all are above 0. */
const logarithmicFrom = 30;

/** A figure for each item that has published values with ours beside them. */
export function reproduceFigures({ items }: ReproduceDocument): Figure[] {
  return items.flatMap((item) => {
    const units = [...new Set(item.rows.filter(isCompared).map(({ unit }) => unit))];
    if (units.length === 0) return [];
    return {
      id: item.item,
      title: `${item.title}: ours against the paper's`,
      caption: `A point is a published value, ours above it; on the line the two are the same. ${item.verdict}.`,
      plots: units.map((unit) => plotOf(item, unit)),
      tables: [tableOf(item)],
    };
  });
}

function isCompared(row: Row): boolean {
  return row.paper !== null && readingsOf(row).length > 0;
}

function readingsOf(row: Row): Reading[] {
  return (Object.keys(readings) as Reading[]).filter((reading) => row[reading] !== null);
}

function plotOf({ title, rows }: Item, unit: string): Plot {
  const quantity = unit === "" ? "value" : unit;
  return {
    name:
      quantity
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "") || "share",
    label: `${title}, ${quantity}: published values across, ours upwards`,
    spec: specOf(
      rows.filter((row) => row.unit === unit && isCompared(row)),
      quantity,
    ),
  };
}

function specOf(rows: readonly Row[], quantity: string): PlotSpec {
  const values = rows.flatMap((row) =>
    readingsOf(row).map((reading) => ({
      reading: readings[reading],
      paper: row.paper,
      ours: row[reading],
      says: `${row.what}: paper ${row.paper}, ${readings[reading]} ${shown(row[reading])}`,
    })),
  );
  const all = values.flatMap(({ paper, ours }) => [paper ?? 0, ours ?? 0]);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const isLogarithmic = least > 0 && most / least > logarithmicFrom;
  const kindOfScale = isLogarithmic ? { type: "log" as const } : { type: "linear" as const, zero: false };
  const axis = (field: string, title: string) => {
    const scale = { ...kindOfScale, nice: true, domain: [least, most] };
    return { field, type: "quantitative" as const, title: `${title}, ${quantity}`, scale };
  };
  const [x, y] = [axis("paper", "paper"), axis("ours", "ours")];
  const names = Object.values(readings).filter((name) => values.some(({ reading }) => reading === name));
  const kind = { field: "reading", type: "nominal", title: null, legend: { orient: "top", columns: 1 } } as const;
  return {
    width: 380,
    height: 380,
    data: { values },
    layer: [
      {
        data: { values: [least, most].map((end) => ({ paper: end, ours: end })) },
        mark: { type: "line", color: ink.faint, strokeDash: [4, 3] },
        encoding: { x, y },
      },
      {
        mark: { type: "point", filled: true, size: 45, opacity: 0.9, aria: true },
        encoding: {
          ...{ x, y },
          color: { ...kind, scale: { domain: names, range: categoryColours.slice(0, names.length) } },
          shape: { ...kind, scale: { domain: names, range: categoryShapes.slice(0, names.length) } },
          description: { field: "says" },
        },
      },
    ],
  };
}

function shown(value: number | null): string {
  return value === null ? "–" : String(Number(value.toPrecision(4)));
}

function tableOf({ title, rows }: Item): NumberTable {
  const columns = ["what", "unit", "paper", ...Object.values(readings)];
  return {
    title,
    columns: columns.map((name) => ({ title: name })),
    rows: rows.map((row) => [row.what, row.unit, row.paper, row.artifact, row.sameTables, row.corrected]),
  };
}
