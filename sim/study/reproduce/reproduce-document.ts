/** The result of `dysta reproduce` as the JSON document of the command-line contract, and as rows. */
import { thisProgram } from "../../results/version.ts";
import type { Reproduction } from "./reproduce.ts";
import type { ReproducedRow } from "./row.ts";

/** `dysta reproduce --json`, and `reproduce.json` of a result folder. Holds no times of day and no durations. */
export function reproduceDocument({ source, requests, seeds, items, errata }: Reproduction) {
  return { source, requests, seeds, ...thisProgram(), items, errata };
}

export type ReproduceDocument = ReturnType<typeof reproduceDocument>;

const csvColumns = [
  ...["panel", "line", "column", "unit", "paper", "artifact", "artifactCi95", "artifactDifference"],
  ...["sameTables", "sameTablesCi95", "corrected", "correctedCi95", "correctedDifference"],
] as const satisfies (keyof ReproducedRow)[];

/** Header and rows of `reproduce.csv`; what is not known is empty. */
export function reproduceRows({ items }: Reproduction): { header: string[]; rows: (string | number)[][] } {
  return {
    header: ["item", ...csvColumns],
    rows: items.flatMap(({ item, rows }) =>
      rows.map((row) => [item, ...csvColumns.map((column) => row[column] ?? "")]),
    ),
  };
}
