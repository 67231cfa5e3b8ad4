/** A scenario's data with keys given anew. */
import { byScope, member, type Path, pathsOf, withValue } from "./keys.ts";
import type { AxisValue } from "./sweep.ts";

/** A key, where it is in the data, and its new value. */
export interface Change {
  readonly key: string;
  readonly paths: readonly Path[];
  readonly value: unknown;
  /** The value in a name. */
  readonly shown: AxisValue;
}

/** A key and a value that it takes. */
interface KeyValue {
  readonly key: string;
  readonly value: unknown;
}

/**
 * Where keys are in a scenario's data, once those of which others are a part (`hardware`) have these values.
 *
 * @throws ConfigError as `pathsOf`.
 */
export function pathsOfKeys(
  values: readonly KeyValue[],
  data: unknown,
  where: string,
): ReadonlyMap<string, readonly Path[]> {
  const found = new Map<string, readonly Path[]>();
  let result = data;
  for (const { key, value } of values.toSorted((a, b) => byScope(a.key, b.key))) {
    const paths = pathsOf(key, result, where);
    found.set(key, paths);
    result = changed(result, [{ key, paths, value, shown: "" }]);
  }
  return found;
}

/**
 * The data of a scenario with every change. Hardware that has a name of its own is called after it and what is changed:
 * `small (grid.peRows 4)`; hardware without one is named where it is loaded.
 */
export function changed(data: unknown, changes: readonly Change[]): unknown {
  let result = data;
  for (const { key, paths, value } of changes.toSorted((a, b) => byScope(a.key, b.key))) {
    if (key.startsWith(hardwarePrefix)) result = withHardwareKeys(result);
    for (const path of paths) result = withValue(result, path, value);
  }
  const name = member(member(result, "hardware"), "name");
  const inHardware = changes.filter(({ key }) => key.startsWith(hardwarePrefix));
  if (inHardware.length === 0 || name === undefined) return result;
  const words = inHardware.map(({ key, shown }) => `${key.slice(hardwarePrefix.length)} ${shown}`);
  return withValue(result, ["hardware", "name"], `${name} (${words.join(", ")})`);
}

const hardwarePrefix = "hardware.";

/** A preset as the keys of one, so that others can be set beside it. */
function withHardwareKeys(data: unknown): unknown {
  const hardware = member(data, "hardware");
  return typeof hardware === "string" ? withValue(data, ["hardware"], { preset: hardware }) : data;
}
