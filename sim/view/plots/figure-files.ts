/**
 * Figures as files: each plot as `NAME.svg`, as a Vega-Lite specification `NAME.vl.json` that holds its data and its look,
 * and its numbers as `NAME.csv`; the other tables of a figure as `FIGURE-table-K.csv`.
 */
import { csvField } from "../../../workloads/input/csv-cell.ts";
import { type FigureFile, specFileName } from "../../results/figure-files.ts";
import type { Figure, NumberTable, Plot, TableColumn } from "./figure.ts";
import { plotConfig } from "./look.ts";
import { type PlotSpec, svgOf } from "./svg.ts";

const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v6.json";

/** The files of `figures`. The same figures give the same bytes. */
export async function figureFiles(figures: readonly Figure[]): Promise<FigureFile[]> {
  const files: FigureFile[] = [];
  for (const figure of figures) {
    for (const plot of figure.plots) {
      const name = plotName(figure, plot);
      files.push(
        { name: `${name}.svg`, content: await svgOf(plot.spec) },
        { name: specFileName(name), content: specText(figure, plot) },
        { name: `${name}.csv`, content: tableCsv(numbersOf(figure, plot)) },
      );
    }
    const shown = figure.plots.map((plot) => numbersOf(figure, plot));
    for (const [k, table] of figure.tables.entries()) {
      if (!shown.includes(table)) files.push({ name: `${figure.id}-table-${k + 1}.csv`, content: tableCsv(table) });
    }
  }
  return files;
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

/** A column that is called as an earlier one takes the name of the column before it in front: `ANTT ± 95 %`. */
function columnNames(columns: readonly TableColumn[]): string[] {
  const titles = columns.map(({ title }, k) => (title === "" ? (k === 0 ? "row" : `column ${k + 1}`) : title));
  return titles.map((title, k) => {
    const isAgain = k > 0 && titles.indexOf(title) !== titles.lastIndexOf(title);
    return isAgain ? `${titles[k - 1]} ${title}` : title;
  });
}
