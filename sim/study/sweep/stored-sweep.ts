/** The database of a sweep's result folder: how it is made, what it says of itself, and how far its points have come. */
import { rmSync } from "node:fs";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName, type ResultsFolder } from "../../results/folder.ts";
import type { Program } from "../../results/version.ts";
import { Database } from "./database.ts";
import { failureTable, layerTable, metricTable, pointTable, provenanceTable } from "./result-tables.ts";
import { parseShard, shardPoints, shardText, wholeSweep } from "./shard.ts";
import { sourceFromText, sourceText } from "./source-text.ts";
import { pointStates, type Shard } from "./sweep.ts";
import type { LoadedSweep, SweepSource } from "./sweep-source.ts";

const pointTableName = pointTable([]).name;

/** What a database says about itself. */
export interface StoredSweep {
  readonly identity: string;
  /** What made its points; one that said less has an empty code. */
  readonly program: Program;
  readonly shard: Shard;
  readonly source: SweepSource;
}

export interface StoreOptions {
  readonly shard: Shard;
  /** This program: another one's results may differ. */
  readonly program: Program;
  /** Whether to begin anew where there is a sweep already. */
  readonly restart?: boolean;
}

/**
 * Makes the database under another name: under its own it is whole, and its log holds rows only.
 *
 * @param fill adds what there is already.
 * @throws ConfigError if it cannot be written.
 */
export async function writeDatabase(
  folder: ResultsFolder,
  sweep: LoadedSweep,
  options: StoreOptions,
  fill: (database: Database) => Promise<void> = async () => {},
): Promise<void> {
  await folder.writeFile(databaseName, async (path) => {
    // Of a process that was killed.
    for (const file of [path, `${path}.wal`]) rmSync(file, { force: true });
    const database = await Database.open(path, `--out ${folder.path}`);
    try {
      await createTables(database, sweep, options, folder.path);
      await fill(database);
      await database.run("CHECKPOINT");
    } finally {
      database.close();
    }
  });
}

async function createTables(
  database: Database,
  sweep: LoadedSweep,
  { shard, program }: StoreOptions,
  folder: string,
): Promise<void> {
  const { identity, name, pointCount, source } = sweep;
  for (const table of [pointTable(sweep.axes), metricTable, failureTable, layerTable, provenanceTable]) {
    await database.createTable(table);
  }
  await database.run(
    "CREATE VIEW results AS SELECT * FROM points LEFT JOIN metrics USING (point) LEFT JOIN failures USING (point)",
  );
  const entries = { identity, name, ...program, shard: shardText(shard), pointCount: String(pointCount) };
  await database.append(provenanceTable, Object.entries({ ...entries, source: sourceText(source, folder) }));
}

/**
 * @param folder that the database is in
 * @param place begins the message
 * @throws ConfigError if the database does not say what it is of.
 */
export async function storedSweep(database: Database, folder: string, place: string): Promise<StoredSweep> {
  try {
    const entries = new Map((await database.rows("SELECT key, value FROM provenance")) as [string, string][]);
    const value = (key: string) => entries.get(key) ?? "";
    const [identity, version, code] = ["identity", "version", "code"].map(value);
    const source = sourceFromText(value("source"), folder);
    if (source.identity !== identity) throw new Error("its parts are of different sweeps");
    return { identity, program: { version, code }, shard: parseShard(value("shard")), source };
  } catch (error) {
    throw new ConfigError(`${place}: ${databaseName} is damaged: provenance: ${(error as Error).message}`);
  }
}

export function isSameProgram(a: Program, b: Program): boolean {
  return a.version === b.version && a.code === b.code;
}

/**
 * How far the points have come.
 *
 * @throws ConfigError if a point has more than one result, or a result is of no point: a file that was changed from outside.
 */
export async function readStates(database: Database, pointCount: number): Promise<Uint8Array> {
  const states = new Uint8Array(pointCount);
  await markPoints(database, metricTable.name, states, pointStates.done);
  await markPoints(database, failureTable.name, states, pointStates.failed);
  const rowCount = await markPoints(database, pointTableName, new Uint8Array(pointCount), 1);
  const resultCount = pointCount - openPoints(states, wholeSweep);
  if (rowCount === resultCount) return states;
  throw damaged(database, pointTableName, `one of ${rowCount} points with ${resultCount} results`);
}

/** Marks every point of a table, of which none may be marked already, and returns how many there are. */
async function markPoints(database: Database, table: string, marks: Uint8Array, mark: number): Promise<number> {
  let count = 0;
  for await (const rows of database.stream(`SELECT point FROM ${table}`)) {
    for (const [point] of rows) {
      if (marks[point as number] !== 0) throw damaged(database, table, `point ${point}`);
      marks[point as number] = mark;
      count += 1;
    }
  }
  return count;
}

function damaged({ place }: Database, table: string, what: string): ConfigError {
  return new ConfigError(`${place}: ${databaseName} is damaged: ${table}: ${what} is there twice or out of place`);
}

/** How many points of a shard have no result. */
export function openPoints(states: Uint8Array, shard: Shard): number {
  const { from, to } = shardPoints(states.length, shard);
  return states.subarray(from, to).reduce((open, state) => open + (state === pointStates.open ? 1 : 0), 0);
}
