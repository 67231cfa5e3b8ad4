/** Figures as files of a result folder: every plot as SVG, every table of numbers as CSV. */

import type { ResultsFolder } from "../../results/folder.ts";
import type { Figure } from "./figure.ts";
import { svgOf } from "./svg.ts";

/** Writes `plots/ID-NAME.svg` and `plots/ID-K.csv`. */
export async function writeFigures(folder: ResultsFolder, figures: readonly Figure[]): Promise<void> {
  for (const { id, title: seen, plots, tables } of figures) {
    for (const { name, spec } of plots) folder.writeText(`plots/${id}-${name}.svg`, await svgOf(spec));
    for (const [k, { columns, rows }] of tables.entries()) {
      const suffix = tables.length === 1 ? "" : `-${k}`;
      const name = `plots/${id}${suffix}.csv`;
      const titles = columns.map(({ title }) => title);
      folder.writeCsv(
        name,
        titles,
        rows.map((row) => row.map((cell) => cell ?? "")),
      );
      folder.describe(
        name,
        titles.map((title) => ({ name: title, unit: "in the name", meaning: `of the figure "${seen}"` })),
      );
    }
  }
}
