/** Joins the result folders of a sweep's shards to one that is as if the sweep had run whole. */
import { join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName, ResultsFolder } from "../../results/folder.ts";
import { programText, thisProgram } from "../../results/version.ts";
import { type Database, literal } from "./database.ts";
import { exportResults } from "./export.ts";
import { shardText, wholeSweep } from "./shard.ts";
import { openStoreIn, readStore } from "./store.ts";
import { isSameProgram, openPoints, readStates, type StoredSweep, writeDatabase } from "./stored-sweep.ts";
import type { LoadedSweep } from "./sweep-source.ts";

interface MergedSweep {
  readonly name: string;
  readonly identity: string;
  readonly shards: number;
  readonly points: number;
  readonly failed: number;
}

interface ShardFolder {
  readonly path: string;
  readonly stored: StoredSweep;
  readonly sweep: LoadedSweep;
  /** Points without a result. */
  readonly open: number;
}

/** How many shards a message names. */
const maxNamed = 20;

/**
 * Merges the shards in `folders` into the folder `out`, which may hold an earlier result of the same sweep, and exports
 * them. An earlier result stays until all of the new one is there.
 *
 * @param writeReport adds the report of the merged results, before the folder is marked complete.
 * @throws ConfigError if the folders are not all shards of one sweep by this version, each once and finished.
 */
export async function mergeShards(
  folders: readonly string[],
  out: string,
  writeReport: (out: string) => Promise<unknown>,
): Promise<MergedSweep> {
  const shards: ShardFolder[] = [];
  for (const path of folders) shards.push(await readShard(path));
  requireOneSweep(shards);
  requireAllShards(shards);
  requireFinished(shards);
  const folder = new ResultsFolder(out, { ofSweep: true });
  try {
    return await mergeInto(folder, shards, writeReport);
  } finally {
    folder.close();
  }
}

async function mergeInto(
  folder: ResultsFolder,
  shards: readonly ShardFolder[],
  writeReport: (out: string) => Promise<unknown>,
): Promise<MergedSweep> {
  const [{ sweep }] = shards;
  const options = { shard: wholeSweep, program: thisProgram() };
  // Refuses a folder of something else, and empties the log of an older result before its file is replaced.
  (await openStoreIn(folder, sweep, options)).database.close();
  await writeDatabase(folder, sweep, options, async (database) => {
    for (const { path } of shards) await copyShard(database, path);
  });
  const store = await openStoreIn(folder, sweep, options);
  try {
    await exportResults(store);
  } finally {
    store.database.close();
  }
  await writeReport(folder.path);
  const paths = shards.map(({ path }) => path);
  folder.markEnded({ state: "complete", ...options.program, node: process.version, shards: paths });
  const { name, identity, pointCount } = sweep;
  return { name, identity, shards: shards.length, points: pointCount, failed: store.counts.failed };
}

async function readShard(path: string): Promise<ShardFolder> {
  const { database, stored, sweep } = await readStore(path, `merge: ${path}`);
  try {
    const states = await readStates(database, sweep.pointCount);
    return { path, stored, sweep, open: openPoints(states, stored.shard) };
  } finally {
    database.close();
  }
}

function requireOneSweep(shards: readonly ShardFolder[]): void {
  const [first] = shards;
  for (const { path, stored } of shards) {
    const { identity, program, shard } = stored;
    if (identity !== first.stored.identity) {
      throw new ConfigError(`merge: ${first.path} and ${path} are of different sweeps (or of one that has changed)`);
    }
    if (!isSameProgram(program, thisProgram())) {
      const [theirs, ours] = [program, thisProgram()].map(programText);
      throw new ConfigError(`merge: ${path} was made by ${theirs}, this is ${ours}`);
    }
    if (shard.count !== first.stored.shard.count) {
      const [one, other] = [first.stored.shard, shard].map(shardText);
      throw new ConfigError(`merge: ${first.path} is shard ${one} and ${path} shard ${other}: not of one division`);
    }
  }
}

function requireAllShards(shards: readonly ShardFolder[]): void {
  const { count } = shards[0].stored.shard;
  const paths = new Map<number, string>();
  for (const { path, stored } of shards) {
    const twin = paths.get(stored.shard.index);
    if (twin !== undefined) throw new ConfigError(`merge: shard ${shardText(stored.shard)} is in ${twin} and ${path}`);
    paths.set(stored.shard.index, path);
  }
  const indices = Array.from({ length: count }, (_, k) => k + 1);
  const missing = indices.filter((index) => !paths.has(index));
  if (missing.length === 0) return;
  throw new ConfigError(`merge: missing: ${listed(missing.map((index) => shardText({ index, count })))}`);
}

function requireFinished(shards: readonly ShardFolder[]): void {
  const unfinished = shards.filter(({ open }) => open > 0);
  if (unfinished.length === 0) return;
  const names = unfinished.map(({ stored, open }) => `${shardText(stored.shard)} (${open} points open)`);
  throw new ConfigError(`merge: unfinished: ${listed(names)}; run them again, they go on where they stopped`);
}

function listed(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return `${names.slice(0, maxNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

async function copyShard(database: Database, path: string): Promise<void> {
  await database.run(`ATTACH ${literal(join(path, databaseName))} AS shard (READ_ONLY)`);
  await database.transaction(async () => {
    for (const table of ["points", "metrics", "failures"]) {
      await database.run(`INSERT INTO ${table} SELECT * FROM shard.${table} ORDER BY point`);
    }
    const known = "SELECT profile FROM layer_profiles";
    await database.run(`INSERT INTO layer_profiles SELECT * FROM shard.layer_profiles WHERE profile NOT IN (${known})`);
  });
  await database.run("DETACH shard");
}
