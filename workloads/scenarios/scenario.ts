/** Scenarios: what runs, when it arrives and how it is judged; read from YAML files, checked, units and paths resolved. */
import { existsSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { BuiltInFiles } from "../input/built-in-files.ts";
import { ConfigError, didYouMean } from "../input/errors.ts";
import { firstComplaint } from "../input/schema-errors.ts";
import { isNetworkPath, readNetworkFile } from "../networks/network-file.ts";
import { isTransformer } from "../networks/transformer.ts";
import type { Arrivals } from "../requests/arrivals.ts";
import { artifact, currentFaults, type Fault, type Semantics } from "../semantics/faults.ts";
import { type ModelRequests, requireArrivals, resolvedArrivals, resolvedModelRequests } from "./model-requests.ts";
import type { MonitorKeys } from "./monitor-keys.ts";
import { withCurrentKeys } from "./old-keys.ts";
import { quantity } from "./quantity.ts";
import { type ScenarioInput, scenarioDefaults, scenarioSchema } from "./scenario-schema.ts";

/** A scenario with every default filled in. Keys are those of the file; times in seconds, rates per second. */
export interface Scenario {
  /** What messages call it: the file as the user named it, or the name of a built-in scenario. */
  readonly file: string;
  readonly name: string;
  readonly description: string;
  /** Where models that no table has are run. */
  readonly hardware?: HardwareChoice;
  /** Identical arrays, each with 1 / count of the hardware's DRAM bandwidth; absent: one. */
  readonly accelerators?: { readonly count: number; readonly share: "static" };
  readonly fidelity: ScenarioInput["fidelity"];
  /** Input samples per network on hardware. */
  readonly samples: number;
  /** Absolute paths of CSV files or folders, and `builtin:` tables. */
  readonly table: readonly string[];
  /** Tokens, for attention tables whose name does not say. */
  readonly sequenceLength?: number;
  /** The mix; without it every network of the tables in equal shares. */
  readonly models?: readonly ScenarioModel[];
  /** Of the networks that have no arrivals of their own; absent: there are none. */
  readonly arrivals?: Arrivals;
  /** That arrive by themselves, per seed; absent: every request of the trace. */
  readonly requests?: number;
  /** Deadline − arrival, as a multiple of the model's mean isolated latency. */
  readonly slo: number;
  /** Names, `all`, or absolute paths of modules. */
  readonly schedulers: readonly string[];
  /** What the scenario gives a module of the user's, by its absolute path. */
  readonly schedulerParameters?: Readonly<Record<string, SchedulerParameters>>;
  readonly dysta: ScenarioInput["dysta"];
  readonly sdrm3: ScenarioInput["sdrm3"];
  /** ε of the elastic predictor; a mapping is by model/pattern. */
  readonly elasticity: ScenarioInput["elasticity"];
  /** Whether a preemption pays for the data it displaces. */
  readonly preemption: ScenarioInput["preemption"];
  /** A constant for every preemption, besides; seconds. */
  readonly preemptionCost: number;
  readonly semantics: "corrected" | "artifact";
  readonly dispatch: ScenarioInput["dispatch"];
  /** The scheduling unit of `dispatch: hardware`; what is absent is as in the paper's unit of that format. */
  readonly unit: UnitKeys;
  /**
   * In the path of the outputs of every modelled array; absent: as the hardware says, and where it has none and the unit
   * dispatches, one of 128 lanes.
   */
  readonly monitor?: MonitorKeys;
  /** Faults besides those of the semantics. */
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly seeds: number;
}

/** Name of a preset, absolute path of a hardware file, or the keys of one, which are checked where it is loaded. */
export type HardwareChoice = string | HardwareKeys;
export type HardwareKeys = Readonly<Record<string, unknown>>;

type UnitInput = ScenarioInput["unit"];
/** Keys without a default are absent where the file does not have them. */
type UnitKeys = {
  readonly [K in keyof Omit<UnitInput, "clock">]: Exclude<UnitInput[K], undefined>;
} & {
  /** Hz; absent: the slowest accelerator's. */
  readonly clock?: number;
};

export interface ScenarioModel extends ModelRequests {
  /** As results call it: for a network file the name in it. */
  readonly model: string;
  /** Absolute path of a network file or folder. */
  readonly network?: string;
  /** Without it all patterns of the model share the weight equally. */
  readonly pattern?: string;
  /** Share of zero weights, for networks on hardware, 0..1. */
  readonly sparsity?: number;
  /** Where it runs; absent: on the scenario's hardware. */
  readonly hardware?: HardwareChoice;
  /** Share of the scenario's arrivals; absent for a network that has no part in them. */
  readonly weight?: number;
  readonly slo?: number;
}

/** Parameters of a user's scheduler: any names and values. */
export type SchedulerParameters = Readonly<Record<string, unknown>>;

interface ScenarioSummary {
  readonly name: string;
  readonly description: string;
  readonly file: string;
}

/** Where a result folder keeps the scenario that it is of. */
const keptScenario = "config.yaml";

const builtInScenarios = new BuiltInFiles("scenario", "scenarios");

/**
 * Reads a built-in scenario by name, or a file.
 *
 * @param schedulerNames names that `schedulers` may have besides `all` and paths of modules
 * @throws ConfigError, one line `scenario FILE: …`.
 */
export async function loadScenario(nameOrPath: string, schedulerNames: readonly string[]): Promise<Scenario> {
  const scenario = await scenarioFrom(readScenario(nameOrPath));
  requireSchedulers(`scenario ${nameOrPath}: schedulers`, scenario.schedulers, schedulerNames);
  return scenario;
}

/** What a scenario file says, unchecked. */
interface ScenarioSource {
  /** What messages call it. */
  readonly file: string;
  /** Its relative paths begin here. */
  readonly folder: string;
  readonly data: unknown;
}

/**
 * Reads a built-in scenario by name, a file, or the scenario of a result folder, without checking it.
 *
 * @param folder where a relative path begins
 * @throws ConfigError for an unknown name, or a file that cannot be read or parsed
 */
export function readScenario(nameOrPath: string, folder = process.cwd()): ScenarioSource {
  const kept = join(nameOrPath, keptScenario);
  const isFolder = !builtInScenarios.names().includes(nameOrPath) && existsSync(resolve(folder, kept));
  return { file: nameOrPath, ...builtInScenarios.read(isFolder ? kept : nameOrPath, folder) };
}

/**
 * The scenario that a file's data describe. Names of schedulers are not checked.
 *
 * @throws ConfigError, one line `scenario FILE: …`.
 */
export async function scenarioFrom({ file, folder, data }: ScenarioSource): Promise<Scenario> {
  return resolved(file, folder, checked(file, withCurrentKeys(data, `scenario ${file}`)));
}

/** The built-in scenarios, by name. */
export function listScenarios(): ScenarioSummary[] {
  return builtInScenarios.names().map((own) => {
    const { path, data } = builtInScenarios.read(own);
    const { name, description } = checked(own, data);
    return { name, description, file: path };
  });
}

/**
 * The scenario as the text of a file that loads as the same scenario.
 *
 * @param folder where the file is going to be: its paths begin there, so that it can be moved together with what it names
 */
export function scenarioYaml(
  { file: _, table, models, schedulerParameters = {}, ...keys }: Scenario,
  folder?: string,
): string {
  const { hardware, arrivals, schedulers } = keys;
  const fromFolder = (path: string) => (folder === undefined ? path : relativePath(folder, path));
  const withPath = (given: Arrivals) => (given.kind === "trace" ? { ...given, file: fromFolder(given.file) } : given);
  const entries = models?.map(({ model, network, ...rest }) => ({
    ...(network === undefined ? { model } : { network: fromFolder(network) }),
    ...rest,
    ...(rest.arrivals === undefined ? {} : { arrivals: withPath(rest.arrivals) }),
    ...(typeof rest.hardware === "string" ? { hardware: fromFolder(rest.hardware) } : {}),
  }));
  return stringify(
    {
      ...keys,
      ...(typeof hardware === "string" ? { hardware: fromFolder(hardware) } : {}),
      ...(entries === undefined ? {} : { models: entries }),
      ...(arrivals === undefined ? {} : { arrivals: withPath(arrivals) }),
      schedulers: schedulers.map((entry) =>
        Object.hasOwn(schedulerParameters, entry)
          ? { path: fromFolder(entry), parameters: schedulerParameters[entry] }
          : fromFolder(entry),
      ),
      ...(table.length === 0 ? {} : { table: table.map(fromFolder) }),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** An absolute path as seen from `folder`; any other text as it is. */
function relativePath(folder: string, path: string): string {
  if (!isAbsolute(path)) return path;
  const seen = relative(resolve(folder), path);
  return seen.startsWith("..") ? seen : `./${seen}`;
}

/** The faults that a run of the scenario has. */
export function semanticsOf({ semantics, faults }: Pick<Scenario, "semantics" | "faults">): Semantics {
  return new Set([...(semantics === "artifact" ? artifact : []), ...faults]);
}

/** Whether an entry of `schedulers` is the path of a user's module rather than a name. */
function isModulePath(entry: string): boolean {
  return entry.includes("/") || entry.includes("\\") || /\.(m?js|m?ts)$/.test(entry);
}

/**
 * Checks names of schedulers.
 *
 * @param where what the message begins with
 */
export function requireSchedulers(where: string, entries: readonly string[], known: readonly string[]): void {
  const unknown = entries.find((entry) => !isModulePath(entry) && entry !== "all" && !known.includes(entry));
  if (unknown === undefined) return;
  throw new ConfigError(`${where}: unknown scheduler "${unknown}"${didYouMean(unknown, [...known, "all"])}`);
}

/** Entries with absolute paths, and the parameters that they have. */
export function resolvedSchedulers(
  folder: string,
  entries: ScenarioInput["schedulers"],
): Pick<Scenario, "schedulers" | "schedulerParameters"> {
  const paths = entries.map((entry) =>
    typeof entry === "string" ? resolveScheduler(folder, entry) : resolve(folder, entry.path),
  );
  const given = entries.flatMap((entry, k) =>
    typeof entry === "string" || entry.parameters === undefined ? [] : [[paths[k], entry.parameters] as const],
  );
  return {
    schedulers: paths,
    ...(given.length === 0 ? {} : { schedulerParameters: Object.fromEntries(given) }),
  };
}

/** A scheduler entry with a module's path made absolute, relative to `folder`. */
export function resolveScheduler(folder: string, entry: string): string {
  return isModulePath(entry) ? resolve(folder, entry) : entry;
}

function checked(name: string, data: unknown): ScenarioInput {
  const result = scenarioSchema.safeParse(data);
  if (result.success) return result.data;
  throw new ConfigError(`scenario ${name}: ${firstComplaint(scenarioSchema, data, result.error.issues)}`);
}

async function resolved(file: string, folder: string, input: ScenarioInput): Promise<Scenario> {
  const { table = [], hardware, models, sequenceLength, requests, monitor, arrivals: _, accelerators, ...rest } = input;
  const tables = typeof table === "string" ? [table] : table;
  requireNetworks(file, input);
  const common = input.arrivals && (await resolvedArrivals({ file, folder, key: "arrivals" }, input.arrivals));
  const entries =
    models &&
    (await Promise.all(models.map((model, k) => resolvedModel({ file, folder, key: `models[${k}]` }, model))));
  const mixed = {
    ...(entries === undefined ? {} : { models: entries }),
    ...(common === undefined ? {} : { arrivals: common }),
  };
  const scenario = {
    file,
    ...rest,
    table: tables.map((entry) => (entry.startsWith("builtin:") ? entry : resolve(folder, entry))),
    ...(hardware === undefined ? {} : { hardware: resolveHardware(folder, hardware) }),
    ...(accelerators === undefined ? {} : resolvedAccelerators(file, folder, input)),
    ...(sequenceLength === undefined ? {} : { sequenceLength }),
    ...(monitor === undefined ? {} : { monitor }),
    ...mixed,
    ...requestCount(arrivalsOf(mixed), requests),
    ...resolvedSchedulers(folder, input.schedulers),
    faults: currentFaults(input.faults),
    unit: await unitKeys(file, input.unit),
    preemptionCost: await quantity(file, "preemptionCost", "time", input.preemptionCost, { least: 0 }),
  };
  requireArrivals(scenario);
  requireDispatchable(scenario);
  return scenario;
}

/** All arrivals of a scenario: those that networks share, and those that networks have of their own. */
export function arrivalsOf({ arrivals, models = [] }: Pick<Scenario, "arrivals" | "models">): Arrivals[] {
  const own = models.flatMap((model) => (model.arrivals === undefined ? [] : [model.arrivals]));
  return arrivals === undefined ? own : [arrivals, ...own];
}

async function unitKeys(file: string, { clock, ...keys }: UnitInput): Promise<UnitKeys> {
  const own = clock === undefined ? {} : { clock: await quantity(file, "unit.clock", "frequency", clock) };
  return { ...(withoutUndefined(keys) as Omit<UnitKeys, "clock">), ...own };
}

async function resolvedModel(place: ModelPlace, input: ModelInput): Promise<ScenarioModel> {
  const { file, folder } = place;
  const { model, network, hardware, arrivals: _, deadline: __, after: ___, late: ____, ...keys } = input;
  const own = hardware === undefined ? {} : { hardware: resolveHardware(folder, hardware) };
  const requests = await resolvedModelRequests(place, input);
  const weight =
    requests.arrivals === undefined && requests.after === undefined ? { weight: scenarioDefaults.weight } : {};
  const rest = {
    ...weight,
    ...(withoutUndefined(keys) as Omit<ScenarioModel, "model" | "network">),
    ...own,
    ...requests,
  };
  const path = network ?? (model !== undefined && !isTransformer(model) && isNetworkPath(model) ? model : undefined);
  if (path === undefined) {
    if (model !== undefined) return { model, ...rest };
    throw new ConfigError(`scenario ${file}: models: an entry needs model or network`);
  }
  if (model !== undefined && network !== undefined) {
    throw new ConfigError(`scenario ${file}: models: an entry has both model "${model}" and network "${network}"`);
  }
  const absolute = resolve(folder, path);
  return { model: readNetworkFile(absolute).name, network: absolute, ...rest };
}

/** Several arrays, and their hardware. @throws ConfigError for networks that cannot run on them. */
function resolvedAccelerators(file: string, folder: string, input: ScenarioInput) {
  const { accelerators, hardware, table, models = [] } = input;
  const where = `scenario ${file}: accelerators`;
  const choice = accelerators?.hardware ?? hardware;
  if (accelerators === undefined || choice === undefined) throw new ConfigError(`${where}: needs hardware`);
  if (accelerators.hardware !== undefined && hardware !== undefined) {
    throw new ConfigError(`${where}.hardware: is there twice, also as the scenario's hardware`);
  }
  const { count, share } = accelerators;
  const own = { hardware: resolveHardware(folder, choice) };
  if (count === 1) return own;
  if (table !== undefined) {
    throw new ConfigError(
      `${where}: needs networks on hardware: a table is of one array with all of its DRAM bandwidth`,
    );
  }
  const elsewhere = models.find((model) => model.hardware !== undefined);
  if (elsewhere !== undefined) {
    throw new ConfigError(
      `${where}: are identical, models: ${elsewhere.model ?? elsewhere.network} cannot have hardware of its own`,
    );
  }
  return { ...own, accelerators: { count, share } };
}

/** @throws ConfigError for several arrays that a scheduling unit should serve, or with the artifact's faults. */
export function requireDispatchable({
  file,
  accelerators,
  dispatch,
  semantics,
  faults,
}: Pick<Scenario, "file" | "accelerators" | "dispatch" | "semantics" | "faults">): void {
  if (accelerators === undefined) return;
  const complain = (what: string) => new ConfigError(`scenario ${file}: accelerators: ${what}`);
  if (dispatch === "hardware") throw complain("the scheduling unit serves one array, dispatch is hardware");
  if (semantics === "artifact" || faults.length > 0) throw complain("need corrected semantics without faults");
}

type ModelPlace = Parameters<typeof resolvedModelRequests>[0];
type ModelInput = Parameters<typeof resolvedModelRequests>[1];

function requireNetworks(file: string, { table, hardware: common, models, accelerators }: ScenarioInput): void {
  const hardware = common ?? accelerators?.hardware ?? models?.find((model) => model.hardware !== undefined)?.hardware;
  if (table === undefined && hardware === undefined) {
    throw new ConfigError(`scenario ${file}: needs hardware (and models) to run networks on, or a table to replay`);
  }
  if (table === undefined && models === undefined) {
    throw new ConfigError(`scenario ${file}: models is missing: hardware needs the networks that run on it`);
  }
}

/** A hardware entry with a file's path made absolute, relative to `folder`. */
export function resolveHardware(folder: string, entry: HardwareChoice): HardwareChoice {
  return typeof entry === "string" && isHardwareFile(entry, folder) ? resolve(folder, entry) : entry;
}

/** Whether a hardware entry is a path rather than the name of a preset: by its look, or because the file exists. */
export function isHardwareFile(entry: string, folder = process.cwd()): boolean {
  if (/[/\\]|\.(ya?ml|json)$/i.test(entry)) return true;
  return statSync(resolve(folder, entry), { throwIfNoEntry: false })?.isFile() === true;
}

/** Traces alone have an end. */
function requestCount(arrivals: readonly Arrivals[], requests: number | undefined): { requests?: number } {
  if (requests !== undefined) return { requests };
  return arrivals.every(({ kind }) => kind === "trace") ? {} : { requests: scenarioDefaults.requests };
}

function withoutUndefined<T extends object>(keys: T): object {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}
