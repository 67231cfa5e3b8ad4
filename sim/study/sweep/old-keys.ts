/** Old names of a scenario's keys in a sweep file: among its keys, in the values of axes, in its expressions. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { Renamed } from "../../../workloads/scenarios/old-keys.ts";
import { member } from "./keys.ts";

/**
 * A sweep's data with every old key under its new name; one notice names them all.
 *
 * @param where begins every message, e.g. `sweep mine.yaml`
 * @throws ConfigError if a key stands under both names.
 */
export function withCurrentSweepKeys(data: unknown, where: string): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  const renamed = new Renamed(where);
  const names = new Map<string, string>();
  const keyOf = (key: string) => {
    const current = renamed.key(key);
    if (current !== key) names.set(key, current);
    return current;
  };
  const result: Record<string, unknown> = { ...data };
  result.scenario = renamed.scenario(member(data, "scenario"));
  result.set = withKeys(where, member(data, "set"), keyOf, (key, value) => renamed.value(key, value));
  result.axes = withKeys(where, member(data, "axes"), keyOf, (key, axis) => axisOf(where, key, axis, renamed, keyOf));
  result.where = withExpressions(member(data, "where"), names);
  result.columns = withExpressions(member(data, "columns"), names);
  renamed.report();
  return Object.fromEntries(Object.keys(data).map((key) => [key, result[key]]));
}

type KeyOf = (key: string) => string;

function axisOf(where: string, key: string, axis: unknown, renamed: Renamed, keyOf: KeyOf): unknown {
  if (Array.isArray(axis)) return axis.map((value) => renamed.value(key, value));
  const zip = member(axis, "zip");
  if (zip === undefined) return axis;
  return {
    ...(axis as object),
    zip: withKeys(`${where}: axis`, zip, keyOf, (name, values) => axisOf(where, name, values, renamed, keyOf)),
  };
}

function withKeys(
  where: string,
  data: unknown,
  keyOf: KeyOf,
  newValue: (key: string, value: unknown) => unknown,
): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  const entries = Object.entries(data).map(([key, value]) => [keyOf(key), newValue(key, value)] as const);
  const twice = entries.find(([key], k) => entries.findIndex(([other]) => other === key) < k);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new ConfigError(`${where}: ${twice[0]} is there twice, also under its old name`);
}

/** Expressions with renamed columns: by their full name, and by their last part where that is unambiguous. */
function withExpressions(data: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0) return data;
  if (typeof data === "string") return renamedIn(data, names);
  if (Array.isArray(data)) return data.map((each) => withExpressions(each, names));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withExpressions(value, names)]));
}

function renamedIn(text: string, names: ReadonlyMap<string, string>): string {
  let result = text.replace(/\b(models(?:\.[\w*/-]+|\[\s*(?:"[^"]*"|'[^']*')\s*\])+)\.rate\b/g, "$1.sparsity");
  for (const [old, current] of names) {
    const [lastOld, lastCurrent] = [old, current].map((name) => name.slice(name.lastIndexOf(".") + 1));
    result = result.replace(new RegExp(`(?<![\\w.'"])(unit\\.)?${lastOld}\\b`, "g"), `$1${lastCurrent}`);
  }
  return result;
}
