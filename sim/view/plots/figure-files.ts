/** Figures as files of a result folder: every plot as SVG, every table of numbers as CSV. */

import type { ResultsFolder } from "../../results/folder.ts";
import type { Figure } from "./figure.ts";
import { svgOf } from "./svg.ts";

/** Writes `plots/ID-NAME.svg` and `plots/ID-K.csv`. */
export async function writeFigures(folder: ResultsFolder, figures: readonly Figure[]): Promise<void> {
  for (const { id, plots, tables } of figures) {
    for (const { name, spec } of plots) folder.writeText(`plots/${id}-${name}.svg`, await svgOf(spec));
    for (const [k, { columns, rows }] of tables.entries()) {
      const suffix = tables.length === 1 ? "" : `-${k}`;
      folder.writeCsv(
        `plots/${id}${suffix}.csv`,
        columns.map(({ title }) => title),
        rows.map((row) => row.map((cell) => cell ?? "")),
      );
    }
  }
}
