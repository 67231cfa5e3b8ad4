/** What tells two sweeps apart: a hash of everything that results follow from, the contents of files included. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { networkFileName } from "../../../workloads/networks/network-file.ts";
import { isPath, member } from "./keys.ts";
import type { SweepSource } from "./sweep-source.ts";

/** Of a source without the parts that follow from the others. */
type IdentifiedParts = Pick<
  SweepSource,
  "base" | "axes" | "schedulers" | "firstSeed" | "seedCount" | "derived" | "keep" | "capacity"
> & { readonly where: readonly string[] };

interface SweepIdentity {
  readonly identity: string;
  /** SHA-256 of every file that the sweep names, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * SHA-256 of a sweep. The same on every machine: files count by what they hold, whatever their folder.
 *
 * @param place begins a message
 * @throws ConfigError for a file that cannot be read.
 */
export function sweepIdentity(parts: IdentifiedParts, place: string): SweepIdentity {
  const { base, axes, schedulers, derived, ...rest } = parts;
  const hashes = new FileHashes(place);
  const hashOf = (path: string) => hashes.of(path);
  const identified = {
    ...rest,
    base: withoutLabels(inPlaceOfPaths("", base, hashOf)),
    axes: axes.map(({ keys }) =>
      keys.map(({ name, shown, values }) => [name, shown, values.map((value) => inPlaceOfPaths(name, value, hashOf))]),
    ),
    schedulers: schedulers.map((choice) =>
      choice.kind === "module"
        ? [choice.name, hashes.of(choice.path), ...(choice.parameters === undefined ? [] : [choice.parameters])]
        : choice.name,
    ),
    derived: derived.map(({ name, expression }) => [name, expression.text]),
  };
  return { identity: hashOfTree(identified), files: Object.fromEntries(hashes.known) };
}

/**
 * SHA-256 of a configuration's data: the same for two sweeps whose points of it are the same simulations.
 *
 * @param files of the data's sweep, by path
 */
export function configurationHash(data: unknown, files: Readonly<Record<string, string>>): string {
  return hashOfTree(withoutLabels(inPlaceOfPaths("", data, (path) => files[path] ?? path)));
}

function hashOfTree(tree: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(tree)))
    .digest("hex");
}

/** Keys of a scenario that change no result, or stand elsewhere in what is hashed. */
function withoutLabels(base: unknown): unknown {
  const {
    name: _,
    description: __,
    schedulers: ___,
    seed: ____,
    seeds: _____,
    ...keys
  } = base as Record<string, unknown>;
  return keys;
}

/** The same with every mapping's keys in one order, so that theirs in the file does not count. */
function sorted(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(sorted);
  if (typeof tree !== "object" || tree === null) return tree;
  const entries = Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}

type HashOf = (path: string) => string;

/** `value` of a key (`""`: a whole scenario) with paths replaced by hashes of what is there. */
function inPlaceOfPaths(key: string, value: unknown, hashOf: HashOf): unknown {
  if (typeof value === "string") return isPath(key, value) ? hashOf(value) : value;
  if (Array.isArray(value)) {
    if (key === "models") return value.map((entry) => replaced(entry, ["network"], "models.", hashOf));
    return key === "table" ? value.map((each) => inPlaceOfPaths(key, each, hashOf)) : value;
  }
  if (key === "") return replaced(value, ["table", "arrivals", "models"], "", hashOf);
  return key === "arrivals" ? replaced(value, ["file"], "arrivals.", hashOf) : value;
}

function replaced(tree: unknown, keys: readonly string[], prefix: string, hashOf: HashOf): unknown {
  const present = keys.filter((key) => member(tree, key) !== undefined);
  const entries = present.map((key) => [key, inPlaceOfPaths(prefix + key, member(tree, key), hashOf)]);
  return { ...(tree as object), ...Object.fromEntries(entries) };
}

class FileHashes {
  /** By path. */
  readonly known = new Map<string, string>();
  private readonly place: string;

  constructor(place: string) {
    this.place = place;
  }

  /** Of a file, or of the tables in a folder with their names. */
  of(path: string): string {
    const known = this.known.get(path) ?? this.hashOf(path);
    this.known.set(path, known);
    return known;
  }

  private hashOf(path: string): string {
    const hash = createHash("sha256");
    try {
      const isFolder = statSync(path).isDirectory();
      const files = isFolder ? filesOf(path) : [path];
      for (const file of files) hash.update(`${basename(file)}\n`).update(readFileSync(file));
    } catch (error) {
      throw new ConfigError(`${this.place}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    return hash.digest("hex");
  }
}

/** Everything in the folder of a network; of other folders the tables. */
function filesOf(folder: string): string[] {
  const isNetwork = existsSync(join(folder, networkFileName));
  const names = readdirSync(folder, { recursive: isNetwork, encoding: "utf8" }).sort();
  const paths = names.map((name) => join(folder, name));
  return paths.filter((path) => (isNetwork ? statSync(path).isFile() : path.toLowerCase().endsWith(".csv")));
}
