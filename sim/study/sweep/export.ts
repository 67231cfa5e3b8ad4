/**
 * Results of a sweep as CSV and Parquet: points in their order, no durations, so that the same sweep gives the same bytes
 * whatever the workers, shards and interruptions. In the Parquet files DuckDB names itself and its build (`created_by`)
 * and writes no times.
 */
import { type FileHandle, open } from "node:fs/promises";
import { csvField } from "../../../workloads/input/csv-cell.ts";
import { type Column as DescribedColumn, tableColumns } from "../../results/columns.ts";
import type { ResultsFolder } from "../../results/folder.ts";
import { type Cell, type Column, type Database, literal, quoted, type Table } from "./database.ts";
import { failureTable, layerTable, metricTable, pointTable } from "./result-tables.ts";
import type { Sweep } from "./sweep.ts";

/** Points that are in memory at a time. */
const windowPoints = 32_768;

/** What is exported: the database of a sweep, open. */
interface Exported {
  readonly folder: ResultsFolder;
  readonly sweep: Sweep;
  readonly database: Database;
}

/**
 * Writes `points`, `layers` (CSV and Parquet) and `failures.csv` into the result folder.
 *
 * @throws ConfigError if one cannot be written.
 */
export async function exportResults({ folder, sweep, database }: Exported): Promise<void> {
  const points = exportedPoints(sweep);
  await exportTable(folder, database, points, pointsInOrder(database, sweep, points));
  await exportTable(folder, database, { name: "layers", columns: layerTable.columns }, layersInOrder(database));
  const failures: Table = {
    name: "failures",
    columns: points.columns.filter(({ name }) => identifies(sweep, name) || name === "error"),
  };
  await folder.writeFile("failures.csv", (path) => writeCsv(path, failures, failuresInOrder(database, failures)));
  folder.describe("points.csv, points.parquet", describedColumns(sweep, "points.csv", points));
  folder.describe("layers.csv, layers.parquet", tableColumns("layers.csv", layerTable.columns.map(nameOf)));
  folder.describe("failures.csv", describedColumns(sweep, "failures.csv", failures));
}

const nameOf = ({ name }: Column) => name;

/** Columns of ours, and those that the sweep file makes: its axes and what it derives. */
function describedColumns({ axes, derived }: Sweep, file: string, { columns }: Table): DescribedColumn[] {
  const axisNames = axes.map(({ name }) => name);
  return tableColumns(file, columns.map(nameOf)).map((column) => {
    const { name } = column;
    if (axisNames.includes(name)) return { name, unit: "that of the key", meaning: `axis: the scenario's key ${name}` };
    return derived.includes(name) ? { name, unit: "", meaning: "derived column of the sweep file" } : column;
  });
}

/** Columns of `points`: what is known before and after a point has run, derived columns, and the error of one that failed. */
export function exportedPoints(sweep: Sweep): Table {
  const derived = sweep.derived.map((name): Column => ({ name, type: "number" }));
  const columns = [...pointTable(sweep.axes).columns, ...metricTable.columns.slice(1), ...derived];
  return { name: "points", columns: [...columns, ...failureTable.columns.slice(1)] };
}

function identifies({ axes }: Sweep, column: string): boolean {
  return ["point", "scheduler", "seed"].includes(column) || axes.some(({ name }) => name === column);
}

type Rows = AsyncIterable<readonly (readonly Cell[])[]>;

/** All rows of `exportedPoints`, a stretch of points after another. */
export async function* pointsInOrder(database: Database, sweep: Sweep, { columns }: Table): Rows {
  const stored = columns.filter(({ name }) => !sweep.derived.includes(name));
  const known = await database.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'results'");
  // A database of an older version lacks what figures have come since.
  const isKnown = (name: string) => known.some(([each]) => each === name);
  const list = stored.map(({ name }) => (isKnown(name) ? quoted(name) : `NULL AS ${quoted(name)}`)).join(", ");
  const withDerived = derivation(sweep, stored);
  for (let from = 0; from < sweep.pointCount; from += windowPoints) {
    const range = `point >= ${from} AND point < ${from + windowPoints}`;
    for await (const rows of database.stream(`SELECT ${list} FROM results WHERE ${range} ORDER BY point`)) {
      yield rows.map(withDerived);
    }
  }
}

/** Puts the derived columns before the last, which is the error. */
function derivation(sweep: Sweep, stored: readonly Column[]): (row: readonly Cell[]) => readonly Cell[] {
  if (sweep.derived.length === 0) return (row) => row;
  return (row) => {
    const named = Object.fromEntries(stored.map(({ name }, k) => [name, row[k]]));
    return [...row.slice(0, -1), ...sweep.deriveColumns(named), row[row.length - 1]];
  };
}

function layersInOrder(database: Database): Rows {
  return database.stream("SELECT * FROM layer_profiles ORDER BY hardware, model, pattern, profile, layer");
}

function failuresInOrder(database: Database, { columns }: Table): Rows {
  const list = columns.map(({ name }) => quoted(name)).join(", ");
  return database.stream(`SELECT ${list} FROM results WHERE error IS NOT NULL ORDER BY point`);
}

/** Writes `NAME.csv` and `NAME.parquet` in one pass over the rows. */
async function exportTable(folder: ResultsFolder, database: Database, table: Table, rows: Rows): Promise<void> {
  const copy = { ...table, name: "exported" };
  await database.createTable(copy, { isTemporary: true });
  try {
    await folder.writeFile(`${table.name}.csv`, (path) => writeCsv(path, table, alsoAppended(rows, database, copy)));
    await folder.writeFile(`${table.name}.parquet`, (path) =>
      database.run(`COPY exported TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`),
    );
  } finally {
    await database.dropTable(copy);
  }
}

async function* alsoAppended(rows: Rows, database: Database, table: Table): Rows {
  for await (const some of rows) {
    await database.append(table, some);
    yield some;
  }
}

async function writeCsv(path: string, { columns }: Table, rows: Rows): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(`${columns.map(({ name }) => csvField(name)).join(",")}\n`);
    for await (const some of rows) await writeLines(file, some);
  } finally {
    await file.close();
  }
}

async function writeLines(file: FileHandle, rows: readonly (readonly Cell[])[]): Promise<void> {
  const lines = rows.map((row) => `${row.map(cellText).join(",")}\n`);
  await file.writeFile(lines.join(""));
}

/** What is not there is empty. */
function cellText(cell: Cell): string {
  return cell === null ? "" : csvField(typeof cell === "boolean" ? String(cell) : cell);
}
