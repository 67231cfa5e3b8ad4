/** `dysta reproduce` in the paper's layout, as Markdown that a terminal shows as it is. */
import type { ReproducedItem } from "../../study/reproduce/reproduce.ts";
import type { ReproduceDocument } from "../../study/reproduce/reproduce-document.ts";
import type { ReproducedRow } from "../../study/reproduce/row.ts";

const sources = [
  { title: "paper", value: "paper", ci95: undefined },
  { title: "artifact", value: "artifact", ci95: "artifactCi95" },
  { title: "same tables", value: "sameTables", ci95: "sameTablesCi95" },
  { title: "corrected", value: "corrected", ci95: "correctedCi95" },
  { title: "artifact − paper", value: "artifactDifference", ci95: undefined },
  { title: "corrected − paper", value: "correctedDifference", ci95: undefined },
] as const satisfies readonly { title: string; value: keyof ReproducedRow; ci95: keyof ReproducedRow | undefined }[];

export function reproduceText(document: ReproduceDocument): string {
  const { source, requests, seeds, items, errata } = document;
  const range = seeds === 1 ? "seed 1" : `seeds 1 to ${seeds}`;
  return [
    `Published: ${source}`,
    `Ours: ${requests} requests per seed, ${range}; ± is the half-width of the 95 % interval of the mean. *artifact*: the public artifact's semantics ` +
      "on tables with latencies inferred from the paper (scheduling), its code's formula or table format (the rest). *same tables*: the papers' own rules on those " +
      "tables. *corrected*: the papers' own rules on modelled hardware at the same load.",
    ...items.flatMap(itemBlocks),
    "## Errata",
    ...errata.map(({ what, evidence }) => `${what}:\n\n${evidence.map((line) => `- ${line}`).join("\n")}`),
  ].join("\n\n");
}

function itemBlocks({ item, title, rows, verdict, why }: ReproducedItem): string[] {
  const panels = [...new Set(rows.map(({ panel }) => panel))];
  return [
    `## ${title}`,
    `\`${item}\`: ${verdict}.`,
    ...panels.flatMap((panel) => {
      const own = rows.filter((row) => row.panel === panel);
      return [...(panel === "" ? [] : [`**${panel}**`]), panelTable(own)];
    }),
    why,
  ];
}

/** Lines of the panel by its columns, one row for each source of values that there is. */
function panelTable(rows: readonly ReproducedRow[]): string {
  const columns = [...new Set(rows.map(({ column }) => column))];
  const lines = [...new Set(rows.map(({ line }) => line))];
  const cells = lines.flatMap((line) => {
    const own = columns.map((column) => rows.find((row) => row.line === line && row.column === column));
    const known = sources.filter(({ value }) => own.some((row) => (row?.[value] ?? null) !== null));
    return known.map(({ title, value, ci95 }, k) => [
      k === 0 ? line : "",
      title,
      ...own.map((row) => cellText(row, value, ci95)),
    ]);
  });
  return markdownTable(["", "", ...columns], cells);
}

function cellText(
  row: ReproducedRow | undefined,
  value: (typeof sources)[number]["value"],
  ci95: (typeof sources)[number]["ci95"],
): string {
  const number = row?.[value] ?? null;
  if (number === null) return "–";
  const interval = ci95 === undefined ? null : (row?.[ci95] ?? null);
  const isDifference = value.endsWith("Difference");
  const text = `${isDifference && number > 0 ? "+" : ""}${shown(number)}`.replace("-", "−");
  return interval === null ? text : `${text} ±${shown(interval)}`;
}

/** Three digits, but not more than two after the point. */
function shown(number: number): string {
  const size = Math.abs(number);
  return number.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, k) => Math.max(3, title.length, ...rows.map((row) => row[k].length)));
  const isText = (k: number) => k < 2;
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, k) => (isText(k) ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join(" | ")} |`;
  const rule = `|${widths.map((width, k) => (isText(k) ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [lineOf(head), rule, ...rows.map(lineOf)].join("\n");
}
