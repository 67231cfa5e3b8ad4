/** From a scenario's tables to the networks it runs, what schedulers know of them, and the mix of requests. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, didYouMean } from "../input/errors.ts";
import { packagePath } from "../input/package-root.ts";
import { patternName } from "../masks/weight-pattern.ts";
import { canonicalOrder } from "../requests/mix.ts";
import type { MixShare } from "../requests/request-spec.ts";
import { unknownNetwork } from "../requests/trace.ts";
import { buildLookupTables, type LookupTable } from "../tables/lookup-table.ts";
import { type Profile, secondsPerTick, sharedDoublesOf, type TimeUnit } from "../tables/profile.ts";
import { type ReadOptions, readProfiles } from "../tables/profile-csv.ts";
import { type Scenario, type ScenarioModel, semanticsOf } from "./scenario.ts";

export interface LoadedTables {
  /** The networks of the mix in canonical order, all in `timeUnit`. */
  readonly profiles: readonly Profile[];
  /** One per profile. */
  readonly lookupTables: readonly LookupTable[];
  readonly timeUnit: TimeUnit;
  /** 1 for seconds, 1 / clock for cycles. */
  readonly secondsPerTick: number;
  /** One per profile. */
  readonly mix: readonly MixShare[];
  /** Whose networks they are; undefined for every one in a scenario without a list of models. */
  readonly entryOf: readonly (ScenarioModel | undefined)[];
  /** α of Dysta's predictor, one per profile. */
  readonly alpha: readonly number[];
}

type TableScenario = Pick<
  Scenario,
  "file" | "table" | "sequenceLength" | "models" | "slo" | "dysta" | "semantics" | "faults"
>;

/** Tokens at which the artifact costs every attention table. */
const artifactSequenceLength = 512;
/** Below `workloads/`, by the name after `builtin:`. */
const builtInPlaces = {
  eyerissv2: "artifact-tables/eyerissv2",
  sanger: "artifact-tables/sanger",
  "inferred-attnn": "inferred-tables/attnn.csv",
  "inferred-cnn": "inferred-tables/cnn.csv",
} as const;
type BuiltInName = keyof typeof builtInPlaces;
const builtInNames = Object.keys(builtInPlaces) as BuiltInName[];

/**
 * Every network of the scenario's tables.
 *
 * @throws ConfigError if a table is unreadable, incomplete, or has a network that another table has.
 */
export function readTables(scenario: TableScenario): Profile[] {
  const { file, table, sequenceLength } = scenario;
  const isFixed = semanticsOf(scenario).has("fixed-sequence-length");
  const tokens = isFixed ? artifactSequenceLength : sequenceLength;
  const options = tokens === undefined ? {} : { sequenceLength: tokens };
  const profiles = table.flatMap((entry) => readEntry(file, entry, options));
  const seen = new Set<string>();
  for (const profile of profiles) {
    const key = networkKey(profile);
    if (seen.has(key)) throw new ConfigError(`scenario ${file}: table: ${key} is in more than one table`);
    seen.add(key);
    requireTime(file, profile);
  }
  return profiles;
}

/** The models of the mix that no table has: those to be run on the scenario's hardware. */
export function modelsWithoutTable({ models = [] }: TableScenario, tables: readonly Profile[]): ScenarioModel[] {
  return models.filter(({ model, network }) => network !== undefined || !tables.some((table) => table.model === model));
}

/**
 * Picks the networks of the mix among `available`. Averages over a model's patterns are over those of the mix. Times are
 * in cycles if those of all are: of one clock, or of the fastest where it is a whole multiple of the others. Otherwise all
 * are turned into seconds.
 *
 * @throws ConfigError if the scenario names a network that is not there.
 */
export function loadTables(
  scenario: TableScenario,
  available: readonly Profile[] = readTables(scenario),
): LoadedTables {
  const mix = mixOf(scenario, available);
  const chosen = canonicalOrder(available).flatMap((index) => {
    const own = mix.get(index);
    return own === undefined ? [] : [{ profile: available[index], ...own }];
  });
  const { profiles, ...time } = inOneUnit(chosen.map(({ profile }) => profile));
  return {
    profiles,
    lookupTables: buildLookupTables(profiles),
    ...time,
    mix: chosen.map(({ share }) => share),
    entryOf: chosen.map(({ entry }) => entry),
    alpha: alphaOf(scenario, profiles),
  };
}

/** Turnaround is judged against the time a request needs alone, so that time must be more than 0. */
function requireTime(file: string, profile: Profile): void {
  const { sampleIds, layerCount, latency } = profile;
  for (const [row, sample] of sampleIds.entries()) {
    const own = latency.subarray(row * layerCount, (row + 1) * layerCount);
    if (own.some((time) => time > 0)) continue;
    throw new ConfigError(
      `scenario ${file}: table: ${networkKey(profile)}: sample ${sample} takes no time in any layer`,
    );
  }
}

function readEntry(file: string, entry: string, options: ReadOptions): Profile[] {
  return readPath(entry.startsWith("builtin:") ? builtInPath(file, entry) : entry, options);
}

function readPath(path: string, options: ReadOptions): Profile[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return readProfiles(path, options);
  return readFolder(path, options);
}

function readFolder(folder: string, options: ReadOptions): Profile[] {
  const files = readdirSync(folder).filter((name) => name.toLowerCase().endsWith(".csv"));
  if (files.length === 0) throw new ConfigError(`table ${folder}: the folder has no .csv file`);
  return files.sort().flatMap((name) => readProfiles(join(folder, name), options));
}

function builtInPath(file: string, entry: string): string {
  const name = builtInNames.find((known) => `builtin:${known}` === entry);
  if (name !== undefined) return packagePath("workloads", ...builtInPlaces[name].split("/"));
  const known = builtInNames.map((each) => `builtin:${each}`);
  throw new ConfigError(`scenario ${file}: unknown table "${entry}"${didYouMean(entry, known)}`);
}

interface OwnShare {
  readonly share: MixShare;
  readonly entry?: ScenarioModel;
}

/** The share of each network in the mix, by its index in `available`. */
function mixOf({ file, models, slo }: TableScenario, available: readonly Profile[]): Map<number, OwnShare> {
  if (models === undefined) return new Map(available.map((_, index) => [index, { share: { weight: 1, slo } }]));
  const mix = new Map<number, OwnShare>();
  for (const wanted of models) {
    const { model, pattern, weight = 1, slo: ownSlo } = wanted;
    const fitting = [...available.keys()].filter((index) => isWanted(available[index], wanted, available));
    if (fitting.length === 0) {
      throw new ConfigError(`scenario ${file}: models: ${unknownNetwork(model, pattern ?? "", available)}`);
    }
    for (const index of fitting) {
      if (mix.has(index))
        throw new ConfigError(`scenario ${file}: models: ${networkKey(available[index])} is named twice`);
      mix.set(index, { share: { weight: weight / fitting.length, slo: ownSlo ?? slo }, entry: wanted });
    }
  }
  return mix;
}

/** Without a pattern: every one in the tables, or of a network on hardware the one as trained. */
function isWanted(
  profile: Profile,
  { model, pattern, sparsity }: ScenarioModel,
  available: readonly Profile[],
): boolean {
  if (profile.model !== model) return false;
  const trained = patternName(undefined, undefined);
  if (pattern !== undefined) return profile.pattern === patternName(pattern, sparsity);
  return profile.pattern === trained || !available.some((other) => other.model === model && other.pattern === trained);
}

function alphaOf({ file, dysta }: TableScenario, profiles: readonly Profile[]): number[] {
  const { alpha } = dysta;
  if (typeof alpha === "number") return profiles.map(() => alpha);
  return perNetwork(`scenario ${file}: dysta.alpha`, alpha, profiles).map((own) => own ?? 1);
}

/**
 * The values of a mapping by `model/pattern`, one per profile; undefined for those not named.
 *
 * @param where begins a message.
 * @throws ConfigError for a name that no profile has.
 */
export function perNetwork<Value>(
  where: string,
  values: Readonly<Record<string, Value>>,
  profiles: readonly Pick<Profile, "model" | "pattern">[],
): (Value | undefined)[] {
  const known = profiles.map(networkKey);
  const unknown = Object.keys(values).find((key) => !known.includes(key));
  if (unknown === undefined) return known.map((key) => values[key]);
  throw new ConfigError(`${where}: unknown model/pattern "${unknown}"${didYouMean(unknown, known)}`);
}

/** `model/pattern`, which names a network within a run. */
export function networkKey({ model, pattern }: Pick<Profile, "model" | "pattern">): string {
  return `${model}/${pattern}`;
}

function inOneUnit(profiles: readonly Profile[]): Pick<LoadedTables, "profiles" | "timeUnit" | "secondsPerTick"> {
  const [{ clockHz }] = profiles;
  const sameCycles = profiles.every((profile) => profile.timeUnit === "cycles" && profile.clockHz === clockHz);
  if (sameCycles) return { profiles, timeUnit: "cycles", secondsPerTick: 1 / clockHz };
  const fastest = Math.max(...profiles.map((profile) => profile.clockHz));
  if (profiles.every((profile) => profile.timeUnit === "cycles" && fastest % profile.clockHz === 0)) {
    return {
      profiles: profiles.map((each) => inCyclesOf(fastest, each)),
      timeUnit: "cycles",
      secondsPerTick: 1 / fastest,
    };
  }
  return { profiles: profiles.map(inSeconds), timeUnit: "seconds", secondsPerTick: 1 };
}

/** In cycles of a clock that is a whole multiple of its own: whole numbers stay whole. */
function inCyclesOf(clockHz: number, profile: Profile): Profile {
  const factor = clockHz / profile.clockHz;
  if (factor === 1) return profile;
  const latency = sharedDoublesOf(profile.latency.map((cycles) => cycles * factor));
  return { ...profile, clockHz, acceleratorHz: profile.clockHz, latency };
}

function inSeconds(profile: Profile): Profile {
  if (profile.timeUnit === "seconds") return profile;
  const factor = secondsPerTick(profile);
  const latency = sharedDoublesOf(profile.latency.map((cycles) => cycles * factor));
  return { ...profile, timeUnit: "seconds", latency };
}

/** The built-in tables and the networks in each. Attention tables at the sequence length of their names. */
export function builtInTables(): { readonly table: string; readonly profiles: readonly Profile[] }[] {
  return builtInNames.map((name) => {
    const table = `builtin:${name}`;
    return { table, profiles: readEntry("built in", table, {}) };
  });
}
