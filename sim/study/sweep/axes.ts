/** Axes of a sweep: lists and ranges of values, several keys in step (zipped). */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { firstComplaint, shown } from "../../../workloads/input/schema-errors.ts";
import { parseQuantity } from "../../../workloads/input/units.ts";
import { dimensionOf, isWholeNumber, requireKey, withAbsolutePaths } from "./keys.ts";
import type { AxisColumn, AxisValue } from "./sweep.ts";
import { axisForms, type RangeInput } from "./sweep-schema.ts";

/** A key and the values it takes, one after another. Plain data. */
export interface SweptKey extends AxisColumn {
  /** As results show them: quantities in base units, other than plain values as JSON, paths as written. */
  readonly shown: readonly AxisValue[];
  /** As they are set in the scenario. */
  readonly values: readonly unknown[];
}

/** Keys that change together. */
export interface Axis {
  readonly name: string;
  readonly length: number;
  readonly keys: readonly SweptKey[];
}

/** More values than any axis needs; keeps a slip of the keyboard from exhausting the memory. */
const maxValues = 1_000_000;

/** Values of ranges are rounded to this many digits: 0.1 + 0.2 is 0.3, and powers are the same on every machine. */
const digits = 12;

/**
 * The axis that an entry of `axes` describes.
 *
 * @param where begins every message, e.g. `sweep a.yaml`
 * @param folder where relative paths among the values begin
 * @throws ConfigError for an unknown key, or values that are none.
 */
export async function readAxis(name: string, data: unknown, where: string, folder: string): Promise<Axis> {
  const place = `${where}: axis ${name}`;
  if (formOf(data) === "zip") return zippedAxis(name, parsed("zip", data, place).zip, place, folder);
  requireKey(name, `${where}: axes`);
  const key = await sweptKey(name, data, place, folder);
  return withoutRepetition({ name, length: key.values.length, keys: [key] }, place);
}

async function zippedAxis(name: string, zip: Record<string, unknown>, place: string, folder: string): Promise<Axis> {
  const keys: SweptKey[] = [];
  for (const [key, values] of Object.entries(zip)) {
    requireKey(key, place);
    keys.push(await sweptKey(key, values, `${place}: ${key}`, folder));
  }
  const [first] = keys;
  if (first === undefined) throw new ConfigError(`${place}: zip names no key`);
  const { length } = first.values;
  const other = keys.find(({ values }) => values.length !== length);
  if (other === undefined) return withoutRepetition({ name, length, keys }, place);
  throw new ConfigError(
    `${place}: zipped keys need equally many values: ${first.name} has ${length}, ${other.name} has ${other.values.length}`,
  );
}

function withoutRepetition(axis: Axis, place: string): Axis {
  const seen = new Set<string>();
  for (let k = 0; k < axis.length; k++) {
    const value = valueText(axis, k);
    if (seen.has(value)) throw new ConfigError(`${place} has the value ${value} twice`);
    seen.add(value);
  }
  return axis;
}

/** The value of an axis in messages: `4`, zipped `hardware.grid.peRows 3, hardware.grid.peColumns 4`. */
export function valueText({ keys }: Axis, place: number): string {
  if (keys.length === 1) return String(keys[0].shown[place]);
  return keys.map(({ name, shown }) => `${name} ${shown[place]}`).join(", ");
}

type Form = "list" | "range" | "zip";

function formOf(data: unknown): Form | undefined {
  if (Array.isArray(data)) return "list";
  if (typeof data !== "object" || data === null) return undefined;
  return "zip" in data ? "zip" : "range";
}

function parsed<F extends Form>(form: F, data: unknown, place: string) {
  const schema = axisForms[form];
  const result = schema.safeParse(data);
  if (result.success) return result.data as ReturnType<(typeof axisForms)[F]["parse"]>;
  throw new ConfigError(`${place}: ${firstComplaint(schema, data, result.error.issues)}`);
}

async function sweptKey(name: string, data: unknown, place: string, folder: string): Promise<SweptKey> {
  const form = formOf(data);
  if (form === undefined || form === "zip") throw new ConfigError(`${place} ${axisForms.text}, is ${shown(data)}`);
  const given = form === "list" ? parsed("list", data, place) : await rangeValues(name, data, place);
  if (given.length === 0) throw new ConfigError(`${place} has no values`);
  requireFew(given.length, place);
  const numbers = await inBaseUnits(name, given, place);
  const labels = given.map((value, k) => label(numbers[k] ?? value));
  const type = typeOf(labels);
  return {
    name,
    type,
    shown: type === "text" ? given.map((value) => String(label(value))) : labels,
    values: given.map((value, k) => numbers[k] ?? withAbsolutePaths(name, value, folder)),
  };
}

function requireFew(count: number, place: string): void {
  if (count > maxValues) throw new ConfigError(`${place} has more than ${maxValues} values`);
}

/** Quantities as numbers; undefined for values that are none, whose turn comes when the scenario is checked. */
async function inBaseUnits(name: string, given: readonly unknown[], place: string): Promise<(number | undefined)[]> {
  const dimension = dimensionOf(name);
  if (dimension === undefined) return given.map(() => undefined);
  return Promise.all(
    given.map(async (value) => {
      if (value === "unlimited" || (typeof value !== "string" && typeof value !== "number")) return undefined;
      return parseQuantity(value, dimension, place);
    }),
  );
}

/** A value as results and names show it: what is not plain as JSON. */
export function label(value: unknown): AxisValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}

function typeOf(labels: readonly AxisValue[]): AxisColumn["type"] {
  if (labels.every((value) => typeof value === "number")) return "number";
  return labels.every((value) => typeof value === "boolean") ? "boolean" : "text";
}

/** The values of a range; of a key that takes whole numbers, the nearest whole ones. */
async function rangeValues(name: string, data: unknown, place: string): Promise<number[]> {
  const input = parsed("range", data, place);
  const end = (key: "from" | "to" | "step") => rangeEnd(name, input[key] ?? Number.NaN, `${place}: ${key}`);
  const [from, to] = [await end("from"), await end("to")];
  const { points, step, scale = "linear" } = input;
  if ((points === undefined) === (step === undefined)) throw new ConfigError(`${place} needs either step or points`);
  if (scale === "log" && !(from > 0 && to > 0 && points !== undefined)) {
    throw new ConfigError(`${place}: a log scale needs points, and from and to more than 0`);
  }
  requireFew(points ?? 0, place);
  const values = points === undefined ? stepped(from, to, await end("step"), place) : spaced(from, to, points, scale);
  if (!isWholeNumber(name) || step !== undefined) return values;
  return [...new Set(values.map(Math.round))];
}

async function rangeEnd(name: string, value: number | string, place: string): Promise<number> {
  const dimension = dimensionOf(name);
  if (dimension !== undefined) return parseQuantity(value, dimension, place);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new ConfigError(`${place} must be a number, is ${shown(value)}`);
}

function stepped(from: number, to: number, step: number, place: string): number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (step !== 0 && count >= 1 && count <= maxValues) {
    return Array.from({ length: count }, (_, k) => rounded(from + k * step));
  }
  throw new ConfigError(`${place}: from ${from} in steps of ${step} does not come to ${to} in ${maxValues} values`);
}

function spaced(from: number, to: number, points: number, scale: RangeInput["scale"]): number[] {
  return Array.from({ length: points }, (_, k) => {
    const share = points === 1 ? 0 : k / (points - 1);
    return rounded(scale === "log" ? from * (to / from) ** share : from + (to - from) * share);
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(digits));
}
