/** Sweep files: read, checked, and turned into a sweep. */
import { basename, resolve } from "node:path";
import { schedulerNames } from "../../../sched/registry.ts";
import { BuiltInFiles } from "../../../workloads/input/built-in-files.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { firstComplaint, shown } from "../../../workloads/input/schema-errors.ts";
import { parseShare } from "../../../workloads/input/share.ts";
import { parseQuantity } from "../../../workloads/input/units.ts";
import { withoutHardwareFile } from "../../../workloads/scenarios/hardware-file.ts";
import { withCurrentKeys } from "../../../workloads/scenarios/old-keys.ts";
import {
  readScenario,
  requireSchedulers,
  resolvedSchedulers,
  resolveScheduler,
  type Scenario,
} from "../../../workloads/scenarios/scenario.ts";
import { scenarioDefaults, schedulerEntriesSchema } from "../../../workloads/scenarios/scenario-schema.ts";
import { chooseSchedulers } from "../run/run.ts";
import type { SchedulerChoice } from "../run/simulate-job.ts";
import { type Axis, label, readAxis, type SweptKey } from "./axes.ts";
import { changed, pathsOfKeys } from "./changes.ts";
import { findConfigurations } from "./configurations.ts";
import { member, quantities, requireKey, withAbsolutePaths, withValue } from "./keys.ts";
import { withCurrentSweepKeys } from "./old-keys.ts";
import { readConstraints, readDerivedColumns } from "./sweep-columns.ts";
import { sweepIdentity } from "./sweep-identity.ts";
import { type SweepInput, sweepSchema } from "./sweep-schema.ts";
import { type LoadedSweep, sweepFrom } from "./sweep-source.ts";

const builtInSweeps = new BuiltInFiles("sweep", "sweeps");

/** Points that a sweep can have. */
const maxPoints = 100_000_000;

/**
 * Reads a built-in sweep by name, or a file, with everything it names.
 *
 * @throws ConfigError, one line `sweep FILE: …`.
 */
export async function loadSweep(nameOrPath: string, overrides: SweepOverrides = { keys: [] }): Promise<LoadedSweep> {
  const { data, folder } = builtInSweeps.read(nameOrPath);
  return sweepOf(data, { file: nameOrPath, folder }, overrides);
}

/** Keys given anew beside the file, with the options that gave them; paths are absolute. */
export interface SweepOverrides {
  readonly keys: readonly { readonly key: string; readonly option: string; readonly value: unknown }[];
  readonly schedulers?: readonly string[];
  readonly seed?: number;
  readonly seeds?: number;
}

interface SweepSummary {
  readonly name: string;
  readonly description: string;
}

/** The built-in sweeps, by name. */
export function listSweeps(): SweepSummary[] {
  return builtInSweeps.names().map((name) => {
    const { data } = builtInSweeps.read(name);
    return { name, description: checked(data, `sweep ${name}`).description };
  });
}

/** Where a sweep's data come from. */
interface SweepOrigin {
  /** What messages call it. */
  readonly file: string;
  /** Its relative paths begin here. */
  readonly folder: string;
}

/**
 * The sweep that a file's data describe.
 *
 * @throws ConfigError as `loadSweep`.
 */
export async function sweepOf(
  data: unknown,
  origin: SweepOrigin,
  overrides: SweepOverrides = { keys: [] },
): Promise<LoadedSweep> {
  const { file } = origin;
  const place = `sweep ${file}`;
  const input = overridden(checked(withCurrentSweepKeys(data, place), place), overrides, place);
  const name = input.name ?? basename(file).replace(/\.[^.]*$/, "");
  const scenario = await baseScenario(input, name, origin);
  const axes = await readAxes(input.axes, origin);
  const where = [input.where].flat();
  const constraints = await readConstraints(where, axes, place);
  const derived = await readDerivedColumns(input.columns, axes, place);
  const entries = schedulerEntries(input, scenario, origin);
  const schedulers = await chooseSchedulers(entries.schedulers, entries.schedulerParameters);
  const { firstSeed, seedCount } = seedsOf(input, scenario);
  const base = { ...scenario, schedulers: schedulers.map(entryOf), seed: firstSeed, seeds: seedCount };
  const configurations = await findConfigurations(base, axes, constraints, place);
  requireFewPoints(configurations.kept.length * schedulers.length * seedCount, place);
  const capacity =
    input.capacity === undefined
      ? {}
      : { capacity: { target: parseShare(input.capacity.target, `${place}: capacity.target`) } };
  const parts = { base, axes, schedulers, firstSeed, seedCount, derived, keep: input.keep, ...capacity };
  requireUnit(overrides, base, axes);
  const { identity, files } = sweepIdentity({ ...parts, where }, place);
  return sweepFrom({ ...parts, ...configurations, file, name, description: input.description, identity, files });
}

/** @throws ConfigError for a key that an axis has already. */
function overridden(input: SweepInput, { keys, schedulers, seed, seeds }: SweepOverrides, place: string): SweepInput {
  const swept = Object.entries(input.axes).flatMap(([name, axis]) => {
    const zip = member(axis, "zip");
    return typeof zip === "object" && zip !== null ? Object.keys(zip) : [name];
  });
  const both = keys.find(({ key }) => swept.some((name) => name === key || key.startsWith(`${name}.`)));
  if (both !== undefined)
    throw new ConfigError(`${both.option} cannot be given for ${place}: ${both.key} is an axis of it`);
  return {
    ...input,
    set: { ...input.set, ...Object.fromEntries(keys.map(({ key, value }) => [key, value])) },
    ...(schedulers === undefined ? {} : { schedulers: [...schedulers] }),
    ...(seed === undefined ? {} : { seed }),
    ...(seeds === undefined ? {} : { seeds }),
  };
}

/** Refuses options of the scheduling unit where no point has one. */
function requireUnit({ keys }: SweepOverrides, base: object, axes: readonly Axis[]): void {
  const useless = keys.find(({ key }) => key.startsWith("unit."));
  const isSwept = axes.some((axis) => axis.keys.some(({ name }) => name === "dispatch"));
  if (useless === undefined || isSwept || member(base, "dispatch") === "hardware") return;
  throw new ConfigError(`${useless.option} is for dispatch hardware, which no point of the sweep has`);
}

/** Data of the sweep's scenario with `set`, paths absolute, hardware files replaced by what they say. */
async function baseScenario({ scenario, set }: SweepInput, name: string, origin: SweepOrigin): Promise<object> {
  const place = `sweep ${origin.file}`;
  const { data, folder } =
    typeof scenario === "string"
      ? readScenario(scenario, origin.folder)
      : { data: { name, ...scenario }, folder: origin.folder };
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new ConfigError(`${place}: scenario ${scenario} must be a mapping of keys`);
  }
  const current = withCurrentKeys(data, typeof scenario === "string" ? `scenario ${scenario}` : place) as object;
  const values = Object.entries(set).map(([key, value]) => {
    requireKey(key, `${place}: set`);
    return { key, value: settled(key, value, origin.folder) };
  });
  const settledData = Object.entries(current).map(([key, value]) => [key, settled(key, value, folder)]);
  const before = Object.fromEntries(settledData) as object;
  const paths = pathsOfKeys(values, before, `${place}: set`);
  const changes = values.map(({ key, value }) => ({ key, value, paths: paths.get(key) ?? [], shown: label(value) }));
  return inBaseUnits(changed(before, changes), `${place}: scenario`);
}

/** The value of a key of a scenario without what depends on folders. */
function settled(key: string, value: unknown, folder: string): unknown {
  if (key === "schedulers" && Array.isArray(value)) {
    return value.map((entry) => {
      if (typeof entry === "string") return resolveScheduler(folder, entry);
      const path = member(entry, "path");
      return typeof path === "string" ? withValue(entry, ["path"], resolve(folder, path)) : entry;
    });
  }
  const absolute = withAbsolutePaths(key, value, folder);
  return key === "hardware" ? withoutHardwareFile(absolute) : absolute;
}

/** Quantities as numbers, so that no point has to parse them. */
async function inBaseUnits(data: unknown, place: string): Promise<object> {
  let result = data;
  for (const [key, dimension] of quantities) {
    const path = key.split(".");
    const value = path.reduce<unknown>(member, data);
    if (typeof value !== "string" || value === "unlimited") continue;
    result = withValue(result, path, await parseQuantity(value, dimension, `${place}: ${key}`));
  }
  return result as object;
}

async function readAxes(data: SweepInput["axes"], { file, folder }: SweepOrigin): Promise<Axis[]> {
  const place = `sweep ${file}`;
  const axes: Axis[] = [];
  for (const [name, values] of Object.entries(data)) {
    const axis = await readAxis(name, values, place, folder);
    axes.push({ ...axis, keys: axis.keys.map(withoutHardwareFiles) });
  }
  const names = axes.flatMap(({ keys }) => keys.map((key) => key.name));
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw new ConfigError(`${place}: axes: ${twice} is in more than one axis`);
  // Databases and spreadsheets tell columns apart by more than upper and lower case.
  const lower = names.map((name) => name.toLowerCase());
  const alike = lower.findIndex((name, k) => lower.indexOf(name) < k);
  if (alike >= 0) {
    const other = names[lower.indexOf(lower[alike])];
    throw new ConfigError(
      `${place}: axes: ${other} and ${names[alike]} differ in upper and lower case only, columns of results must not; rename one`,
    );
  }
  const entry = names.find((name) => name.startsWith("models."));
  if (entry === undefined || !names.includes("models")) return axes;
  throw new ConfigError(`${place}: axes: models replaces the whole mix, so ${entry} cannot be an axis beside it`);
}

function withoutHardwareFiles(key: SweptKey): SweptKey {
  return key.name === "hardware" ? { ...key, values: key.values.map(withoutHardwareFile) } : key;
}

/** Entries of the sweep's `schedulers`, else of the scenario's, with absolute paths. */
function schedulerEntries(
  { schedulers }: SweepInput,
  scenario: object,
  { file, folder }: SweepOrigin,
): Pick<Scenario, "schedulers" | "schedulerParameters"> {
  const place = schedulers === undefined ? `sweep ${file}: scenario: schedulers` : `sweep ${file}: schedulers`;
  const given = schedulers ?? member(scenario, "schedulers") ?? [...scenarioDefaults.schedulers];
  const result = schedulerEntriesSchema.safeParse(given);
  if (!result.success) throw new ConfigError(`${place} ${result.error.issues[0].message}, is ${shown(given)}`);
  const names = result.data.filter((entry) => typeof entry === "string");
  requireSchedulers(place, names, schedulerNames);
  return resolvedSchedulers(folder, result.data);
}

function entryOf(choice: SchedulerChoice): string {
  return choice.kind === "module" ? choice.path : choice.name;
}

/** The scenario's have not been checked yet. */
function seedsOf({ seed, seeds }: SweepInput, scenario: object): { firstSeed: number; seedCount: number } {
  return {
    firstSeed: seed ?? (member(scenario, "seed") as number | undefined) ?? scenarioDefaults.seed,
    seedCount: seeds ?? (member(scenario, "seeds") as number | undefined) ?? scenarioDefaults.seeds,
  };
}

function requireFewPoints(count: number, place: string): void {
  if (count <= maxPoints) return;
  throw new ConfigError(`${place} has ${count} points, more than the ${maxPoints} that a sweep can have`);
}

function checked(data: unknown, place: string): SweepInput {
  const result = sweepSchema.safeParse(data);
  if (result.success) return result.data;
  throw new ConfigError(`${place}: ${firstComplaint(sweepSchema, data, result.error.issues)}`);
}
