/** Keys that a sweep can give anew: of scenarios, of hardware (`hardware.…`) and of entries of the mix (`models.…`). */
import { resolve } from "node:path";
import type { z } from "zod";
import { attentionArrayJsonSchema } from "../../../hw/attention/description-file.ts";
import { hardwareJsonSchema } from "../../../hw/presets/description-file.ts";
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";
import type { Dimension } from "../../../workloads/input/units.ts";
import { isHardwareFile } from "../../../workloads/scenarios/scenario.ts";
import { scenarioJsonSchema } from "../../../workloads/scenarios/scenario-schema.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Steps from the top of a scenario's data to a value. */
export type Path = readonly (string | number)[];

/** Keys that no point can differ in, and what to do instead. */
const noAxes: Readonly<Record<string, string>> = {
  name: "changes no result",
  description: "changes no result",
  "hardware.name": "changes no result",
  "hardware.kind": "is what the other keys are of; sweep hardware itself over presets or files",
  schedulers: "is the sweep's own: list them under schedulers",
  seed: "is the sweep's own: give seed (the first) and seeds (how many)",
  seeds: "is the sweep's own: give seed (the first) and seeds (how many)",
};

/** The keys that are quantities. */
export const quantities: ReadonlyMap<string, Dimension> = new Map<string, Dimension>([
  ["arrivals.rate", "rate"],
  ["arrivals.on", "time"],
  ["arrivals.off", "time"],
  ["arrivals.fps", "rate"],
  ["arrivals.period", "time"],
  ["arrivals.jitter", "time"],
  ["arrivals.offset", "time"],
  ["preemptionCost", "time"],
  ["hardware.clock", "frequency"],
  // Of an attention array, which has one buffer.
  ["hardware.buffer", "size"],
  ["hardware.buffer.activations", "size"],
  ["hardware.buffer.psums", "size"],
  ["hardware.dram.bandwidth", "bandwidth"],
]);

const modelPrefix = "models.";

/** The dimension of a key that is a quantity, also of an entry of the mix (`models.resnet50.arrivals.fps`). */
export function dimensionOf(key: string): Dimension | undefined {
  if (!key.startsWith(modelPrefix)) return quantities.get(key);
  const [own] = splitModelKey(key);
  return own === "after.delay" ? "time" : quantities.get(own);
}

/** Schemas of all keys of scenarios and hardware, by dotted name; where kinds of hardware share a name, a PE array's. */
const schemas = new Map([
  ...keysBelow(scenarioJsonSchema() as JsonSchema, ""),
  ...keysBelow(attentionArrayJsonSchema() as JsonSchema, "hardware."),
  ...keysBelow(hardwareJsonSchema() as JsonSchema, "hardware."),
]);

/** Schemas of the keys of an entry of `models`. */
const entrySchemas = keysBelow((schemas.get("models") as JsonSchema).items as JsonSchema, "");

function keysBelow(schema: JsonSchema, prefix: string): ReadonlyMap<string, JsonSchema> {
  const alternatives = [schema, ...((schema.oneOf ?? schema.anyOf ?? []) as JsonSchema[])];
  return new Map(
    alternatives.flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([key, below]): [string, JsonSchema][] => [
        [`${prefix}${key}`, below as JsonSchema],
        ...keysBelow(below as JsonSchema, `${prefix}${key}.`),
      ]),
    ),
  );
}

/**
 * Checks that a key can be given anew.
 *
 * @param where begins the message
 * @throws ConfigError for an unknown key, with the nearest known one, or one that no point can differ in.
 */
export function requireKey(key: string, where: string): void {
  if (Object.hasOwn(noAxes, key)) throw new ConfigError(`${where}: ${key} ${noAxes[key]}`);
  if (schemaOf(key) !== undefined) return;
  const known = key.startsWith(modelPrefix)
    ? [...entrySchemas.keys()].map((own) => `${modelPrefix}${splitModelKey(key)[1]}.${own}`)
    : [...schemas.keys()].filter((each) => !Object.hasOwn(noAxes, each));
  throw new ConfigError(`${where}: unknown key "${key}"${nearest(key, known)}`);
}

/** The nearest key: spelt almost alike, or else with the same last part; never the whole list, which is long. */
function nearest(key: string, known: readonly string[]): string {
  const suggestion = didYouMean(key, known);
  const lastPart = key.slice(key.lastIndexOf(".") + 1);
  const sameEnd = known.filter((each) => each.endsWith(`.${lastPart}`));
  if (sameEnd.length > 0 && !sameEnd.some((each) => suggestion.includes(`"${each}"`))) {
    return ` (did you mean "${sameEnd[0]}"?)`;
  }
  return suggestion.startsWith(" (known:")
    ? " (dysta schema scenario and dysta schema hardware list them)"
    : suggestion;
}

function schemaOf(key: string): JsonSchema | undefined {
  if (!key.startsWith(modelPrefix)) return schemas.get(key);
  const [own, entry] = splitModelKey(key);
  return entry === "" ? undefined : entrySchemas.get(own);
}

/** Whether values of a key are whole numbers. */
export function isWholeNumber(key: string): boolean {
  const schema = schemaOf(key);
  const types = [schema, ...((schema?.anyOf ?? []) as JsonSchema[])].map((each) => each?.type);
  return types.includes("integer");
}

/** Keys of which another may be a part come first, so that the more particular one has the last word. */
export function byScope(a: string, b: string): number {
  return scope(a) - scope(b);
}

function scope(key: string): number {
  if (!key.startsWith(modelPrefix)) return key.split(".").length;
  const [, entry] = splitModelKey(key);
  return entry === "*" ? 2 : entry.includes("/") ? 4 : 3;
}

/** `models.NAME.key` → key and NAME, both of which may have dots: the longest key that an entry has, else what follows the last one. */
function splitModelKey(key: string): [own: string, entry: string] {
  const parts = key.slice(modelPrefix.length).split(".");
  const known = parts.findIndex((_, k) => k > 0 && entrySchemas.has(parts.slice(k).join(".")));
  const at = known < 0 ? parts.length - 1 : known;
  return [parts.slice(at).join("."), parts.slice(0, at).join(".")];
}

/**
 * Where a key is in a scenario's data: one place, or every entry of the mix that it names (`models.*.sparsity`,
 * `models.resnet50.sparsity`, `models.resnet50/block4.sparsity`).
 *
 * @throws ConfigError if the mix has no such entry, or the scenario no hardware whose key it is.
 */
export function pathsOf(key: string, data: unknown, where: string): readonly Path[] {
  if (key.startsWith("hardware.") && member(data, "hardware") === undefined) {
    throw new ConfigError(`${where}: ${key}: the scenario has no hardware, its networks come from tables`);
  }
  if (!key.startsWith(modelPrefix)) return [key.split(".")];
  const [own, entry] = splitModelKey(key);
  const entries = modelEntries(data);
  const paths = entries.flatMap(({ network, model = network, pattern }, index): Path[] =>
    entry === "*" || entry === model || entry === `${model}/${pattern}` ? [["models", index, ...own.split(".")]] : [],
  );
  if (paths.length > 0) return paths;
  if (entries.length === 0) throw new ConfigError(`${where}: ${key}: the scenario has no list of models`);
  const known = [
    ...new Set(entries.flatMap(({ network, model = network, pattern }) => [`${model}`, `${model}/${pattern}`])),
    "*",
  ];
  throw new ConfigError(`${where}: ${key}: no model "${entry}" in the mix${didYouMean(entry, known)}`);
}

interface ModelEntry {
  readonly model?: unknown;
  readonly network?: unknown;
  readonly pattern?: unknown;
}

function modelEntries(data: unknown): readonly ModelEntry[] {
  const models = member(data, "models");
  return Array.isArray(models) ? models.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

/** The value of a mapping's key; undefined where there is none. */
export function member(data: unknown, key: string | number): unknown {
  return typeof data === "object" && data !== null ? (data as Record<string | number, unknown>)[key] : undefined;
}

/** `data` with the value at `path` replaced; what it shares with `data` is not copied. */
export function withValue(data: unknown, path: Path, value: unknown, depth = 0): unknown {
  if (depth === path.length) return value;
  const step = path[depth];
  const below = withValue(member(data, step), path, value, depth + 1);
  if (Array.isArray(data)) return data.with(step as number, below);
  return { ...(typeof data === "object" ? data : {}), [step]: below };
}

/** A value with paths made absolute, relative to `folder`, where the key has paths. */
export function withAbsolutePaths(key: string, value: unknown, folder: string): unknown {
  if (Array.isArray(value) && key === "table") return value.map((each) => withAbsolutePaths(key, each, folder));
  if (Array.isArray(value) && key === "models") {
    return value.map((entry) => {
      const network = member(entry, "network");
      const own = typeof network === "string" ? withValue(entry, ["network"], resolve(folder, network)) : entry;
      const arrivals = member(own, "arrivals");
      return arrivals === undefined
        ? own
        : withValue(own, ["arrivals"], withAbsolutePaths("arrivals", arrivals, folder));
    });
  }
  if (ownKey(key) === "arrivals") {
    const file = member(value, "file");
    return file === undefined ? value : withValue(value, ["file"], withAbsolutePaths("arrivals.file", file, folder));
  }
  return typeof value === "string" && isPath(key, value, folder) ? resolve(folder, value) : value;
}

/** Whether a value of a key is a path; a relative one begins at `folder`. */
export function isPath(key: string, value: string, folder?: string): boolean {
  if (key === "hardware") return isHardwareFile(value, folder);
  return (
    ownKey(key) === "arrivals.file" || key === "models.network" || (key === "table" && !value.startsWith("builtin:"))
  );
}

/** Of an entry of the mix its own key, else the key. */
function ownKey(key: string): string {
  return key.startsWith(modelPrefix) ? splitModelKey(key)[0] : key;
}

const networkKeys = new Set(["dispatch", "table", "samples", "fidelity", "sequenceLength", "semantics", "faults"]);

/** Whether the networks' profiles depend on a key; of others only what is done with them. */
export function changesNetworks(key: string): boolean {
  if (key.startsWith(modelPrefix)) return !/^(weight|slo|deadline|late|arrivals|after)(\.|$)/.test(ownKey(key));
  return networkKeys.has(key) || /^(hardware|accelerators|models|monitor)(\.|$)/.test(key);
}
