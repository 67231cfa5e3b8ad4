/** Keys of scenarios that have a new name. The old one is read for one version more, and a notice says the new one. */
import { ConfigError } from "../input/errors.ts";
import { notice } from "../input/notices.ts";

/** New names of keys by their old ones. */
const modelKeys = { rate: "sparsity" } as const;
const unitKeys = { depth: "fifoDepth", computeUnit: "variant" } as const;

/**
 * A scenario's data with every old key under its new name. Data that are no mapping come back as they are: what is wrong
 * with them is said where they are checked.
 *
 * @param where begins every message, e.g. `scenario mine.yaml`
 * @throws ConfigError if a key stands under both names.
 */
export function withCurrentKeys(data: unknown, where: string): unknown {
  const renamed = new Renamed(where);
  const current = renamed.scenario(data);
  renamed.report();
  return current;
}

/** Renames keys and remembers which, so that one line can name them all. */
export class Renamed {
  private readonly where: string;
  private readonly found = new Map<string, string>();

  constructor(where: string) {
    this.where = where;
  }

  scenario(data: unknown): unknown {
    if (!isMapping(data)) return data;
    const changes = ["models", "unit"]
      .filter((key) => Object.hasOwn(data, key))
      .map((key) => [key, this.value(key, data[key])]);
    return { ...data, ...Object.fromEntries(changes) };
  }

  /** The value of a key of a scenario. */
  value(key: string, data: unknown): unknown {
    if (key === "unit") return this.mapping(data, unitKeys, "unit.");
    if (key !== "models" || !Array.isArray(data)) return data;
    return data.map((entry) => this.mapping(entry, modelKeys, "models[]."));
  }

  /** A dotted key as a sweep names it: `unit.depth`, `models.*.rate`. */
  key(name: string): string {
    const dot = name.lastIndexOf(".");
    const [parent, own] = [name.slice(0, dot), name.slice(dot + 1)];
    const names: Readonly<Record<string, string>> =
      parent === "unit" ? unitKeys : parent.startsWith("models.") ? modelKeys : {};
    if (dot < 0 || !Object.hasOwn(names, own)) return name;
    const current = `${parent}.${names[own]}`;
    this.found.set(name, current);
    return current;
  }

  /** Says what was renamed, if anything was: one line. */
  report(): void {
    if (this.found.size === 0) return;
    const pairs = [...this.found].map(([old, current]) => `${old} is now ${current}`);
    notice(`${this.where}: ${pairs.join(", ")}; the old name is read in this version only`);
  }

  private mapping(data: unknown, names: Readonly<Record<string, string>>, prefix: string): unknown {
    if (!isMapping(data) || !Object.keys(data).some((key) => Object.hasOwn(names, key))) return data;
    const entries = Object.entries(data).map(([key, value]) => {
      if (!Object.hasOwn(names, key)) return [key, value];
      if (Object.hasOwn(data, names[key])) {
        throw new ConfigError(`${this.where}: ${prefix}${names[key]} is there twice, also under its old name ${key}`);
      }
      this.found.set(`${prefix}${key}`, `${prefix}${names[key]}`);
      return [names[key], value];
    });
    return Object.fromEntries(entries);
  }
}

function isMapping(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
