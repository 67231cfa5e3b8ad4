/**
 * Figures as files: each plot as `NAME.svg`, as a Vega-Lite specification `NAME.vl.json` that holds its data and its look,
 * and its numbers as `NAME.csv`; the other tables of a figure as `FIGURE-table-K.csv`.
 */
import { csvField } from "../../../workloads/input/csv-cell.ts";
import { columnsPage } from "../../results/columns.ts";
import { type FigureFile, specFileName, writeFigureFiles } from "../../results/figure-files.ts";
import type { Figure, NumberTable, Plot, TableColumn } from "./figure.ts";
import { plotConfig } from "./look.ts";
import { type PlotSpec, svgOf } from "./svg.ts";

const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v6.json";

/**
 * Writes `figures/` of the result folder at `path` anew.
 *
 * @throws ConfigError if it cannot be written.
 */
export async function writeFigures(path: string, figures: readonly Figure[]): Promise<void> {
  writeFigureFiles(path, await figureFiles(figures), true);
}

/** The files of `figures`, and `columns.md`, which says what is in the tables. The same figures give the same bytes. */
export async function figureFiles(figures: readonly Figure[]): Promise<FigureFile[]> {
  const files: FigureFile[] = [];
  const tables = new Map<string, { readonly seen: string; readonly table: NumberTable }>();
  for (const figure of figures) {
    for (const plot of figure.plots) {
      const name = plotName(figure, plot);
      files.push(
        { name: `${name}.svg`, content: await svgOf(plot.spec) },
        { name: specFileName(name), content: specText(figure, plot) },
      );
      tables.set(`${name}.csv`, { seen: figure.title, table: numbersOf(figure, plot) });
    }
    const shown = figure.plots.map((plot) => numbersOf(figure, plot));
    for (const [k, table] of figure.tables.entries()) {
      if (!shown.includes(table)) tables.set(`${figure.id}-table-${k + 1}.csv`, { seen: figure.title, table });
    }
  }
  if (tables.size === 0) return files;
  const csv = [...tables].map(([name, { table }]) => ({ name, content: tableCsv(table) }));
  return [...files, ...csv, columnsFile(tables)];
}

/** The figure's own name where it has one plot. */
function plotName({ id, plots }: Figure, { name }: Plot): string {
  return plots.length === 1 ? id : `${id}-${name}`;
}

function numbersOf({ tables }: Figure, { numbers = tables[0] }: Plot): NumberTable {
  return numbers;
}

function specText({ title }: Figure, { label, spec }: Plot): string {
  const whole: PlotSpec = { $schema: vegaLiteSchema, description: `${title}. ${label}.`, ...spec, config: plotConfig };
  return `${JSON.stringify(whole, null, 1)}\n`;
}

/** As RFC 4180 has it: a header of names that differ, lines that end in CR LF; a value that there is not is empty. */
function tableCsv({ columns, rows }: NumberTable): string {
  const cells = (row: readonly (string | number | null)[]) =>
    row.map((cell) => (cell === null || Number.isNaN(cell) ? "" : csvField(cell))).join(",");
  return [columnNames(columns), ...rows].map((row) => `${cells(row)}\r\n`).join("");
}

/** Titles as names, each once: `95 % from` of two quantities is told apart by the quantity before it. */
function columnNames(columns: readonly TableColumn[]): string[] {
  const titles = columns.map(({ title }, k) => (title !== "" ? title : k === 0 ? "row" : `column ${k + 1}`));
  const isRepeated = (title: string) => titles.indexOf(title) !== titles.lastIndexOf(title);
  return titles.map((title, k) => {
    const owner = titles.slice(0, k).findLast((other) => !isRepeated(other));
    return isRepeated(title) && owner !== undefined ? `${title} (${owner})` : title;
  });
}

/** `columns.md` of the folder: each CSV file's columns. */
function columnsFile(tables: ReadonlyMap<string, { readonly seen: string; readonly table: NumberTable }>): FigureFile {
  const described = [...tables].map(([name, { seen, table }]) => {
    const columns = columnNames(table.columns).map((title) => ({
      name: title,
      unit: "in the name",
      meaning: `of the figure "${seen}": ${table.title}`,
    }));
    return [name, columns] as const;
  });
  return { name: "columns.md", content: columnsPage(new Map(described)) };
}
