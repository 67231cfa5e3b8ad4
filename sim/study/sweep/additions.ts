/**
 * Adding to a sweep: when seeds, values on an axis, schedulers or derived columns are added, points that are the same
 * simulation as before keep their results. A point is the same if its scenario (files by what they hold), its scheduler and
 * its seed are; its number, and what its axes are called, do not count.
 */
import { join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName, type ResultsFolder } from "../../results/folder.ts";
import type { SchedulerChoice } from "../run/simulate-job.ts";
import { type Database, literal, type Table } from "./database.ts";
import { pointRows, pointTable } from "./result-tables.ts";
import { type StoredSweep, type StoreOptions, writeDatabase } from "./stored-sweep.ts";
import { pointStates } from "./sweep.ts";
import { configurationHash } from "./sweep-identity.ts";
import { type LoadedSweep, type SweepSource, sweepFrom } from "./sweep-source.ts";

/** Numbers of points with results, in the older sweep and in the one that adds to it; ascending in the latter. */
type KeptPoints = readonly { readonly older: number; readonly point: number }[];

const mappingTable: Table = {
  name: "kept_points",
  columns: [
    { name: "older", type: "integer" },
    { name: "point", type: "integer" },
  ],
};

/**
 * The points of an older sweep that have results, as points of `sweep`; undefined if it is another sweep altogether.
 *
 * @param states of the older sweep's points
 * @param place begins a message
 * @throws ConfigError if a point that has its result would be lost.
 */
export function keptPoints(
  { source }: StoredSweep,
  sweep: LoadedSweep,
  states: Uint8Array,
  place: string,
): KeptPoints | undefined {
  const { files } = source;
  if (
    files === undefined ||
    (sweep.keep.layers && !source.keep.layers) ||
    (sweep.keep.bounds && source.keep.bounds !== true) ||
    source.capacity?.target !== sweep.source.capacity?.target
  ) {
    return undefined;
  }
  const older = sweepFrom(source);
  const placeOf = pointPlaces(sweep);
  const hashes = cached((configuration: number) => configurationHash(older.dataOf(configuration), files));
  const kept: { older: number; point: number }[] = [];
  const lost: number[] = [];
  for (const [number, state] of states.entries()) {
    if (state === pointStates.open) continue;
    const { configuration, scheduler, seed } = older.point(number);
    const point = placeOf(hashes(configuration), schedulerKey(source, scheduler), seed);
    if (point === undefined) lost.push(number);
    else kept.push({ older: number, point });
  }
  if (kept.length === 0) return undefined;
  if (lost.length === 0) return kept.sort((a, b) => a.point - b.point);
  const { scheduler, seed, configuration } = older.point(lost[0]);
  const values = older.valuesOf(configuration).map((value, k) => `${older.axes[k].name} ${value}`);
  const first = [...values, scheduler, `seed ${seed}`].join(", ");
  throw new ConfigError(
    `${place}: ${sweep.file} has no place for ${lost.length} of the ${lost.length + kept.length} points that are computed there (the first: ${first}); name another folder, or start over with --restart`,
  );
}

/** Finds a point by hash of its configuration, scheduler and seed. */
function pointPlaces(sweep: LoadedSweep): (hash: string, scheduler: string, seed: number) => number | undefined {
  const { source, configurationCount } = sweep;
  const { schedulers, firstSeed, seedCount, files = {} } = source;
  const configurations = new Map<string, number>();
  for (let configuration = 0; configuration < configurationCount; configuration++) {
    configurations.set(configurationHash(sweep.dataOf(configuration), files), configuration);
  }
  const keys = schedulers.map(({ name }) => schedulerKey(source, name));
  return (hash, key, seed) => {
    const configuration = configurations.get(hash);
    const scheduler = keys.indexOf(key);
    const within = seed - firstSeed;
    if (configuration === undefined || scheduler < 0 || within < 0 || within >= seedCount) return undefined;
    return (configuration * schedulers.length + scheduler) * seedCount + within;
  };
}

/** A scheduler's name, and for a user's module what it holds and is given. */
function schedulerKey({ schedulers, files = {} }: SweepSource, name: string): string {
  const choice = schedulers.find((each) => each.name === name) as SchedulerChoice;
  if (choice.kind !== "module") return name;
  return `${name} ${files[choice.path] ?? choice.path} ${JSON.stringify(choice.parameters ?? {})}`;
}

function cached<T>(compute: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

/**
 * Replaces the folder's database, which must be closed, by one of `sweep` with the results that are kept. The older one
 * stays until the new one is whole.
 */
export async function writeAddedTo(
  folder: ResultsFolder,
  sweep: LoadedSweep,
  options: StoreOptions,
  kept: KeptPoints,
): Promise<void> {
  const rowOf = pointRows(sweep);
  await writeDatabase(folder, sweep, options, async (database) => {
    await database.run(`ATTACH ${literal(join(folder.path, databaseName))} AS older (READ_ONLY)`);
    await database.createTable(mappingTable, { isTemporary: true });
    await database.append(
      mappingTable,
      kept.map(({ older, point }) => [older, point]),
    );
    await database.append(
      pointTable(sweep.axes),
      kept.map(({ point }) => rowOf(point)),
    );
    for (const table of ["metrics", "failures"]) await copyRenumbered(database, table);
    if (sweep.keep.layers) await database.run("INSERT INTO layer_profiles SELECT * FROM older.layer_profiles");
    await database.dropTable(mappingTable);
    await database.run("DETACH older");
  });
}

async function copyRenumbered(database: Database, table: string): Promise<void> {
  await database.run(
    `INSERT INTO ${table} SELECT kept.point, row.* EXCLUDE (point)
     FROM older.${table} row JOIN kept_points kept ON row.point = kept.older ORDER BY kept.point`,
  );
}
