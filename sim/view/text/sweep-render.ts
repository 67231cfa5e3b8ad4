/** What a sweep has found, in short: the whole is in its folder. */
import type { SweepStore } from "../../study/sweep/store.ts";
import type { SweepDocument } from "../../study/sweep/sweep-document.ts";
import { newTable } from "./table.ts";

/** Rows that a table on the terminal has at most. */
const maxRows = 40;
const maxFailures = 5;

const shownFigures = ["violationRate", "antt", "capacity", "cycles", "energyPj"] as const;

export async function sweepText(store: SweepStore, document: SweepDocument): Promise<string> {
  const { sweep, folder } = store;
  const { points, done, failed, ran, failures } = document;
  const parts = [`${sweep.name}  ${sweep.description}`.trimEnd(), await resultTable(store)];
  parts.push(
    [
      `${points} points: ${done} done, ${failed} failed; ${ran} of them run now. Results: ${folder.path}`,
      ...failures.slice(0, maxFailures).map(({ error, points: count }) => `failed in ${count}: ${error}`),
      ...(failures.length > maxFailures ? [`and ${failures.length - maxFailures} other messages: failures.csv`] : []),
    ].join("\n"),
  );
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Means over the seeds of every configuration and scheduler, if there are few enough. */
async function resultTable({ database, sweep }: SweepStore): Promise<string> {
  const axes = sweep.axes.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  const figures = shownFigures.map((figure) => `avg("${figure}")`);
  const rows = await database.rows(
    `SELECT ${[...axes, "scheduler", ...figures].join(", ")} FROM results GROUP BY ${[...axes, "scheduler"].join(", ")} ORDER BY min(point) LIMIT ${maxRows + 1}`,
  );
  if (rows.length > maxRows) return "";
  const known = shownFigures.filter((_, k) => rows.some((row) => row[axes.length + 1 + k] !== null));
  const table = newTable([...sweep.axes.map(({ name }) => name), "scheduler", ...known.map((name) => headings[name])]);
  for (const row of rows) {
    const cells = row.slice(0, axes.length + 1).map(String);
    table.push([...cells, ...known.map((name) => figureText(name, row[axes.length + 1 + shownFigures.indexOf(name)]))]);
  }
  return table.toString();
}

const headings = {
  violationRate: "violations %",
  antt: "ANTT",
  capacity: "capacity /s",
  cycles: "cycles",
  energyPj: "energy µJ",
} as const;

function figureText(name: (typeof shownFigures)[number], value: unknown): string {
  if (value === null) return "–";
  const number = Number(value);
  if (name === "violationRate") return (number * 100).toFixed(2);
  if (name === "cycles") return number.toFixed(0);
  return (name === "energyPj" ? number / 1e6 : number).toFixed(2);
}
