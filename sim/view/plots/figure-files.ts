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
      const titles = ownTitles(columns.map(({ title }) => title));
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

/** Titles as names, each once: `95 % from` of two quantities is told apart by the quantity before it. */
function ownTitles(titles: readonly string[]): string[] {
  const isRepeated = (title: string) => titles.indexOf(title) !== titles.lastIndexOf(title);
  return titles.map((title, k) => {
    const owner = titles.slice(0, k).findLast((other) => !isRepeated(other));
    return isRepeated(title) && owner !== undefined ? `${title} (${owner})` : title;
  });
}
