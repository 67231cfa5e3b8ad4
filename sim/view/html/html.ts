/** Parts of a report as HTML. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { escaped } from "../plots/escape.ts";
import type { Figure, NumberTable, TableColumn } from "../plots/figure.ts";
import { inlineSvg, svgOf } from "../plots/svg.ts";
import { styleSheet } from "./style.ts";

/** A whole page that needs nothing from outside, and may not load it either. */
export function htmlPage(title: string, body: string): string {
  const script = pageScript();
  const hash = createHash("sha256").update(script).digest("base64");
  // Vega's drawings have style attributes, which a hash cannot allow.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${styleSheet}</style>
</head>
<body>
<main>
${body}
</main>
<div id="note" role="presentation" hidden></div>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Files of the page's script, those first that others import. They share one scope: no two may declare one name. */
const scriptFiles = ["plots/escape", ...["unpack", "schedule", "gantt", "main"].map((name) => `html/page/${name}`)];

/** The built files as one script: what imports and exports say is gone, since all is in one scope. */
function pageScript(): string {
  const texts = scriptFiles.map((name) => readFileSync(packagePath(`dist/sim/view/${name}.js`), "utf8"));
  const joined = texts.join("\n").replaceAll(/^import .*;$|^\/\/# sourceMappingURL.*$/gm, "");
  return joined.replaceAll(/^export /gm, "").replaceAll(/\n\n+/g, "\n");
}

/** Data for the page's script. */
export function dataBlock(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;
}

/** A figure with its plots drawn and its numbers as tables. */
export async function figureHtml(figure: Figure): Promise<string> {
  const plots: string[] = [];
  for (const { name, label, spec } of figure.plots) {
    const svg = inlineSvg(await svgOf(spec), `${figure.id}-${name}`, label);
    plots.push(scrolling(label, svg));
  }
  return section(
    figure.id,
    figure.title,
    figure.caption,
    `<figure>${plots.join("\n")}</figure>\n${tables(figure.tables)}`,
  );
}

export function section(id: string, title: string, caption: string, content: string): string {
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escaped(title)}</h2>
<p>${escaped(caption)}</p>
${content}
</section>`;
}

/** What is wider than the page scrolls by itself, with the keyboard as well. */
export function scrolling(label: string, content: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escaped(label)}">${content}</div>`;
}

function tables(all: readonly NumberTable[]): string {
  return all
    .map((table) => `<details><summary>Numbers: ${escaped(table.title)}</summary>${numberTable(table)}</details>`)
    .join("\n");
}

/** @param isBest marks cells; default: none. */
export function numberTable(
  { title, columns, rows }: NumberTable,
  isBest: (row: number, column: number) => boolean = () => false,
): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column.title)}</th>`).join("");
  const body = rows.map((cells, row) => {
    const html = cells.map((cell, k) => cellHtml(cell, columns[k], { isFirst: k === 0, isBest: isBest(row, k) }));
    return `<tr>${html.join("")}</tr>`;
  });
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table>`;
  return scrolling(title, table);
}

function cellHtml(
  cell: string | number | null,
  column: TableColumn,
  { isFirst, isBest }: { readonly isFirst: boolean; readonly isBest: boolean },
): string {
  const text = cellText(cell, column);
  if (isFirst) return `<th scope="row">${text}</th>`;
  const names = [...(typeof cell === "string" ? ["word"] : []), ...(isBest ? ["best"] : [])];
  return `<td${names.length === 0 ? "" : ` class="${names.join(" ")}"`}>${text}</td>`;
}

/** A cell as it is shown. */
function cellText(cell: string | number | null, { digits }: TableColumn): string {
  if (cell === null || (typeof cell === "number" && Number.isNaN(cell))) return "–";
  if (typeof cell === "string") return escaped(cell);
  return digits === undefined ? String(Number(cell.toPrecision(4))) : cell.toFixed(digits);
}
