/**
 * Results of a sweep in its result folder, in a DuckDB database: points, metrics, failures, layer profiles and what the
 * sweep is. A point's rows are written when it has run, all of an `append` in one transaction; the export reads them in
 * order of the points, so that nothing depends on the order they came in.
 *
 * Tables have no keys: their indexes would slow down appending and the replay of the log. That no point is there twice is
 * seen to by `states`.
 */
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName, ResultsFolder } from "../../results/folder.ts";
import { type Program, programText } from "../../results/version.ts";
import { type Cell, Database } from "./database.ts";
import {
  failureTable,
  layerCells,
  layerTable,
  metricRow,
  metricTable,
  pointRows,
  pointTable,
  provenanceTable,
} from "./result-tables.ts";
import { parseShard, shardPoints, shardText, wholeSweep } from "./shard.ts";
import { sourceFromText, sourceText } from "./source-text.ts";
import { type KeptLayer, type PointOutcome, pointStates, type ResultStore, type Shard, type Sweep } from "./sweep.ts";
import { type LoadedSweep, type SweepSource, sweepFrom } from "./sweep-source.ts";

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

/** The database of a sweep and the sweep. */
export class SweepStore implements ResultStore {
  readonly folder: ResultsFolder;
  readonly sweep: Sweep;
  readonly database: Database;
  readonly states: Uint8Array;
  private readonly profiles: Set<string>;
  private readonly pointRow: (point: number) => Cell[];
  private readonly pointTable;
  /** Of the database's file. */
  private readonly inode: number;

  constructor(folder: ResultsFolder, sweep: Sweep, database: Database, states: Uint8Array, profiles: Set<string>) {
    this.folder = folder;
    this.sweep = sweep;
    this.database = database;
    this.states = states;
    this.profiles = profiles;
    this.pointRow = pointRows(sweep);
    this.pointTable = pointTable(sweep.axes);
    this.inode = statSync(join(folder.path, databaseName)).ino;
  }

  /** How many points have come how far. */
  get counts(): { readonly done: number; readonly failed: number } {
    const counts = { done: 0, failed: 0 };
    for (const state of this.states) {
      if (state === pointStates.done) counts.done += 1;
      if (state === pointStates.failed) counts.failed += 1;
    }
    return counts;
  }

  /**
   * Adds all or nothing; on the disk when it returns.
   *
   * @throws ConfigError if the disk is full; Error for a point that is there already.
   */
  async append(outcomes: readonly PointOutcome[]): Promise<void> {
    const again = outcomes.find(({ point }) => this.states[point] !== pointStates.open);
    if (again !== undefined) throw new Error(`point ${again.point} has its result already, or there is no such point`);
    this.requireFile();
    const { database } = this;
    const done = outcomes.flatMap((outcome) => ("figures" in outcome ? [metricRow(outcome)] : []));
    const failed = outcomes.flatMap((outcome) => ("error" in outcome ? [[outcome.point, outcome.error]] : []));
    const points = outcomes.map(({ point }) => this.pointRow(point));
    await database.transaction(async () => {
      await database.append(this.pointTable, points);
      if (done.length > 0) await database.append(metricTable, done);
      if (failed.length > 0) await database.append(failureTable, failed);
    });
    this.requireFile();
    for (const outcome of outcomes) {
      this.states[outcome.point] = "error" in outcome ? pointStates.failed : pointStates.done;
    }
  }

  async addLayers(rows: readonly KeptLayer[]): Promise<void> {
    const missing = rows.filter(({ profile }) => !this.profiles.has(profile));
    if (missing.length === 0) return;
    // At once: the same profile may be given again before it is written.
    for (const { profile } of missing) this.profiles.add(profile);
    const { database } = this;
    await database.transaction(() => database.append(layerTable, missing.map(layerCells)));
  }

  /** Opens the failed points again. */
  async forgetFailures(): Promise<void> {
    const { database, states } = this;
    await database.transaction(async () => {
      await database.run("DELETE FROM points WHERE point IN (SELECT point FROM failures)");
      await database.run("DELETE FROM failures");
    });
    for (const [point, state] of states.entries()) if (state === pointStates.failed) states[point] = pointStates.open;
  }

  /** Lets another process have the folder. */
  close(): void {
    this.database.close();
    this.folder.close();
  }

  /** A file that was removed can be written for as long as it is open. */
  private requireFile(): void {
    const { path } = this.folder;
    if (statSync(join(path, databaseName), { throwIfNoEntry: false })?.ino === this.inode) return;
    throw new ConfigError(`--out ${path}: ${databaseName} was removed or replaced while the sweep was running`);
  }
}

/**
 * Opens the results of a sweep in the folder at `path`, or begins them.
 *
 * @throws ConfigError if the folder holds another sweep, another shard of it or results of other code, is in use, is damaged
 * or cannot be written.
 */
export async function openStore(path: string, sweep: LoadedSweep, options: StoreOptions): Promise<SweepStore> {
  const folder = new ResultsFolder(path, { ofSweep: true });
  try {
    if (options.restart === true) startOver(folder);
    return await openStoreIn(folder, sweep, options);
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** As `openStore`, in a folder that is open. */
export async function openStoreIn(
  folder: ResultsFolder,
  sweep: LoadedSweep,
  options: StoreOptions,
): Promise<SweepStore> {
  const { path } = folder;
  const place = `--out ${path}`;
  const file = join(path, databaseName);
  if (!existsSync(file)) await writeDatabase(folder, sweep, options);
  const database = await Database.open(file, place);
  try {
    await requireSame(database, sweep, options, place);
    const states = await readStates(database, sweep.pointCount);
    const profiles = await database.rows("SELECT DISTINCT profile FROM layer_profiles");
    folder.markRunning();
    return new SweepStore(folder, sweep, database, states, new Set(profiles.map(([profile]) => profile as string)));
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Removes the database; the log first, which a new database must not find. */
function startOver(folder: ResultsFolder): void {
  for (const name of [`${databaseName}.wal`, databaseName]) folder.removeFile(name);
}

/** A database that is only read. */
export interface StoredResults {
  readonly database: Database;
  readonly stored: StoredSweep;
  readonly sweep: LoadedSweep;
}

/**
 * Opens the results in the folder at `path` to read them.
 *
 * @param place begins every message
 * @throws ConfigError if it is no folder of a sweep, or in use.
 */
export async function readStore(path: string, place: string): Promise<StoredResults> {
  const file = join(path, databaseName);
  if (!existsSync(file)) throw new ConfigError(`${place}: is not a result folder of dysta sweep (no ${databaseName})`);
  const database = await Database.open(file, place, { readOnly: true });
  try {
    const stored = await storedSweep(database, place);
    return { database, stored, sweep: sweepFrom(stored.source) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * How far the points of a sweep have come in the folder at `path`; changes nothing.
 *
 * @throws ConfigError as `openStore` does.
 */
export async function storedStates(path: string, sweep: Sweep, options: StoreOptions): Promise<Uint8Array> {
  if (!existsSync(join(path, databaseName))) return new Uint8Array(sweep.pointCount);
  const { database } = await readStore(path, `--out ${path}`);
  try {
    await requireSame(database, sweep, options, `--out ${path}`);
    return await readStates(database, sweep.pointCount);
  } finally {
    database.close();
  }
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
      await createTables(database, sweep, options);
      await fill(database);
      await database.run("CHECKPOINT");
    } finally {
      database.close();
    }
  });
}

async function createTables(database: Database, sweep: LoadedSweep, { shard, program }: StoreOptions): Promise<void> {
  const { identity, name, pointCount, source } = sweep;
  for (const table of [pointTable(sweep.axes), metricTable, failureTable, layerTable, provenanceTable]) {
    await database.createTable(table);
  }
  await database.run(
    "CREATE VIEW results AS SELECT * FROM points LEFT JOIN metrics USING (point) LEFT JOIN failures USING (point)",
  );
  const entries = { identity, name, ...program, shard: shardText(shard), pointCount: String(pointCount) };
  await database.append(provenanceTable, Object.entries({ ...entries, source: sourceText(source) }));
}

/** @param place begins the message. @throws ConfigError if the database does not say what it is of. */
async function storedSweep(database: Database, place: string): Promise<StoredSweep> {
  try {
    const entries = new Map((await database.rows("SELECT key, value FROM provenance")) as [string, string][]);
    const value = (key: string) => entries.get(key) ?? "";
    const [identity, version, code] = ["identity", "version", "code"].map(value);
    const source = sourceFromText(value("source"));
    if (source.identity !== identity) throw new Error("its parts are of different sweeps");
    return { identity, program: { version, code }, shard: parseShard(value("shard")), source };
  } catch (error) {
    throw new ConfigError(`${place}: ${databaseName} is damaged: provenance: ${(error as Error).message}`);
  }
}

async function requireSame(
  database: Database,
  sweep: Sweep,
  { shard, program }: StoreOptions,
  place: string,
): Promise<void> {
  const stored = await storedSweep(database, place);
  const { identity } = sweep;
  if (stored.identity !== identity) {
    const [theirs, ours] = [stored.identity, identity].map((hash) => hash.slice(0, 8));
    throw new ConfigError(
      `${place}: holds another sweep (${stored.source.name}, ${theirs}; ${sweep.file} is ${ours}); name another folder`,
    );
  }
  if (!isSameProgram(stored.program, program)) {
    const [[count]] = await database.rows("SELECT count(*) FROM points");
    const [theirs, ours] = [stored.program, program].map(programText);
    throw new ConfigError(
      `${place}: was begun by ${theirs}, whose results may differ from those of ${ours}; --restart starts over and loses ${count} points that are computed, or name another folder`,
    );
  }
  if (shardText(stored.shard) === shardText(shard)) return;
  throw new ConfigError(`${place}: holds ${partText(stored.shard)}, not ${partText(shard)}; name another folder`);
}

export function isSameProgram(a: Program, b: Program): boolean {
  return a.version === b.version && a.code === b.code;
}

function partText(shard: Shard): string {
  return shard.count === 1 ? "the whole sweep" : `shard ${shardText(shard)}`;
}

/**
 * How far the points have come.
 *
 * @throws ConfigError if a point has more than one result, or a result is of no point: a file that was changed from outside.
 */
export async function readStates(database: Database, pointCount: number): Promise<Uint8Array> {
  const states = new Uint8Array(pointCount);
  for (const [table, state] of [
    [metricTable, pointStates.done],
    [failureTable, pointStates.failed],
  ] as const) {
    for await (const rows of database.stream(`SELECT point FROM ${table.name}`)) {
      for (const [point] of rows) {
        if (states[point as number] !== pointStates.open) throw damaged(database, table.name, `point ${point}`);
        states[point as number] = state;
      }
    }
  }
  let rowCount = 0;
  const seen = new Uint8Array(pointCount);
  for await (const rows of database.stream(`SELECT point FROM ${pointTableName}`)) {
    for (const [point] of rows) {
      if (seen[point as number] !== 0) throw damaged(database, pointTableName, `point ${point}`);
      seen[point as number] = 1;
      rowCount += 1;
    }
  }
  const resultCount = pointCount - openPoints(states, wholeSweep);
  if (rowCount === resultCount) return states;
  throw damaged(database, pointTableName, `one of ${rowCount} points with ${resultCount} results`);
}

function damaged({ place }: Database, table: string, what: string): ConfigError {
  return new ConfigError(`${place}: ${databaseName} is damaged: ${table}: ${what} is there twice or out of place`);
}

/** How many points of a shard have no result. */
export function openPoints(states: Uint8Array, shard: Shard): number {
  const { from, to } = shardPoints(states.length, shard);
  return states.subarray(from, to).reduce((open, state) => open + (state === pointStates.open ? 1 : 0), 0);
}
