/**
 * Results of a sweep in its result folder, in a DuckDB database: points, metrics, failures, layer profiles and what the
 * sweep is. A point's rows are written when it has run, all of an `append` in one transaction; the export reads them in
 * order of the points, so that nothing depends on the order they came in.
 *
 * Tables have no keys: their indexes would slow down appending and the replay of the log. That no point is there twice is
 * seen to by `states`.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName, ResultsFolder } from "../../results/folder.ts";
import { programText } from "../../results/version.ts";
import { keptPoints, writeAddedTo } from "./additions.ts";
import { type Cell, Database } from "./database.ts";
import {
  failureTable,
  layerCells,
  layerTable,
  metricRow,
  metricTable,
  pointRows,
  pointTable,
} from "./result-tables.ts";
import { shardText } from "./shard.ts";
import {
  isSameProgram,
  readStates,
  type StoredSweep,
  type StoreOptions,
  storedSweep,
  writeDatabase,
} from "./stored-sweep.ts";
import { type KeptLayer, type PointOutcome, pointStates, type ResultStore, type Shard, type Sweep } from "./sweep.ts";
import { type LoadedSweep, sweepFrom } from "./sweep-source.ts";

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
  if (options.restart !== true) await addTo(folder, sweep, options);
  const database = await Database.open(file, place);
  try {
    await requireSame(database, sweep, options, path);
    const states = await readStates(database, sweep.pointCount);
    const profiles = await database.rows("SELECT DISTINCT profile FROM layer_profiles");
    folder.markRunning();
    return new SweepStore(folder, sweep, database, states, new Set(profiles.map(([profile]) => profile as string)));
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Where the folder holds a sweep that this one adds to, makes it this one, with the results that are there. */
async function addTo(folder: ResultsFolder, sweep: LoadedSweep, options: StoreOptions): Promise<void> {
  const place = `--out ${folder.path}`;
  const database = await Database.open(join(folder.path, databaseName), place);
  let kept: ReturnType<typeof keptPoints>;
  try {
    const stored = await storedSweep(database, folder.path, place);
    if (!isAddable(stored, sweep, options)) return;
    kept = keptPoints(stored, sweep, await readStates(database, sweepFrom(stored.source).pointCount), place);
  } finally {
    database.close();
  }
  if (kept === undefined) return;
  folder.markRunning();
  await writeAddedTo(folder, sweep, options, kept);
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
    const stored = await storedSweep(database, path, place);
    return { database, stored, sweep: sweepFrom(stored.source) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * How far the points of a sweep have come in the folder at `path`, those of a sweep that it adds to among them; changes
 * nothing.
 *
 * @throws ConfigError as `openStore` does.
 */
export async function storedStates(path: string, sweep: LoadedSweep, options: StoreOptions): Promise<Uint8Array> {
  const states = new Uint8Array(sweep.pointCount);
  if (!existsSync(join(path, databaseName))) return states;
  const place = `--out ${path}`;
  const { database, stored } = await readStore(path, place);
  try {
    const older = await readStates(database, sweepFrom(stored.source).pointCount);
    const kept = isAddable(stored, sweep, options) ? keptPoints(stored, sweep, older, place) : undefined;
    if (kept === undefined) {
      await requireSame(database, sweep, options, path);
      return older;
    }
    for (const { older: number, point } of kept) states[point] = older[number];
    return states;
  } finally {
    database.close();
  }
}

/** Whether a sweep may add to another: both whole, by the same program. */
function isAddable(stored: StoredSweep, sweep: Sweep, { shard, program }: StoreOptions): boolean {
  if (stored.identity === sweep.identity || !isSameProgram(stored.program, program)) return false;
  return stored.shard.count === 1 && shard.count === 1;
}

async function requireSame(
  database: Database,
  sweep: Sweep,
  { shard, program }: StoreOptions,
  path: string,
): Promise<void> {
  const place = `--out ${path}`;
  const stored = await storedSweep(database, path, place);
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

function partText(shard: Shard): string {
  return shard.count === 1 ? "the whole sweep" : `shard ${shardText(shard)}`;
}
