/**
 * Traces: CSV files with a request per row. `arrival` is required; `model`, `pattern`, `sample` (a sample number of the
 * profile), `priority` and `deadline` (absolute, like the arrival) replace what would be drawn. A `seed` column, as in the
 * `requests.csv` of a result folder, selects the rows of one seed. Other columns are ignored. docs/traces.md has the format.
 */

import { ConfigError, didYouMean } from "../input/errors.ts";
import type { Profile } from "../tables/profile.ts";
import {
  amountRule,
  type CsvTable,
  columnIndex,
  indexRule,
  type NumberRule,
  numberColumn,
  readTable,
  tableError,
} from "../tables/table-reader.ts";
import type { TraceArrivals, TraceUnit } from "./arrivals.ts";
import { exactTicks, hasWholeTicks, maxTicks, type TimeBase, tickName } from "./time.ts";

export interface TraceRows {
  readonly file: string;
  readonly count: number;
  /** In the run's time unit, never decreasing. */
  readonly arrival: Float64Array;
  readonly deadline?: Float64Array;
  readonly priority?: Float64Array;
  /** Sample numbers (not rows). */
  readonly sample?: Float64Array;
  /** Per request the profiles that fit its model and pattern, in canonical order. */
  readonly candidates?: readonly (readonly number[])[];
}

interface TraceContext extends TimeBase {
  readonly profiles: readonly Profile[];
  /** Indices of the profiles in canonical order. */
  readonly order: readonly number[];
  readonly seed: number;
}

const wholePriority = { least: 1, most: 2 ** 31 - 1, whole: true };

const unitSeconds: Readonly<Record<Exclude<TraceUnit, "cycles">, number>> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/**
 * The rows of a trace for one seed.
 *
 * @throws ConfigError, one line with file, line and value.
 */
export function readTrace(trace: TraceArrivals, context: TraceContext): TraceRows {
  const { file } = trace;
  const table = rowsOfSeed(readTable(file), context.seed);
  const optional = <T>(name: string, read: () => T): T | undefined =>
    table.header.includes(name) ? read() : undefined;
  const times = traceTimes(table, trace, context);
  const arrival = times("arrival");
  requireOrder(table, arrival);
  const deadline = optional("deadline", () => times("deadline"));
  if (deadline !== undefined) requireDeadlinesAfter(table, arrival, deadline);
  const priority = optional("priority", () => numberColumn(table, "priority", wholePriority));
  const sample = optional("sample", () => numberColumn(table, "sample", indexRule));
  const candidates = optional("model", () => fittingProfiles(table, context));
  if (candidates === undefined && table.header.includes("pattern")) {
    throw tableError(file, "column pattern needs a column model");
  }
  return {
    file,
    count: table.rows.length,
    arrival,
    ...(deadline === undefined ? {} : { deadline }),
    ...(priority === undefined ? {} : { priority }),
    ...(sample === undefined ? {} : { sample }),
    ...(candidates === undefined ? {} : { candidates }),
  };
}

/**
 * Whether a trace says by when each request should be done, instead of the scenario's SLO.
 *
 * @throws ConfigError if the file is no table.
 */
export function traceHasDeadlines(file: string): boolean {
  return readTable(file).header.includes("deadline");
}

function rowsOfSeed(table: CsvTable, seed: number): CsvTable {
  if (!table.header.includes("seed")) return table;
  const seeds = numberColumn(table, "seed", { whole: true });
  const rows = table.rows.filter((_, row) => seeds[row] === seed);
  if (rows.length > 0) return { ...table, rows };
  throw tableError(table.file, `has no rows for seed ${seed} (its seeds: ${[...new Set(seeds)].join(", ")})`);
}

/** Reads a column of times: the run's ticks, counted from the trace's origin. */
function traceTimes(table: CsvTable, trace: TraceArrivals, base: TimeBase): (name: string) => Float64Array {
  const { file, unit, origin } = trace;
  if (unit === "cycles" && base.timeUnit !== "cycles") {
    throw new ConfigError(`trace ${file}: its unit is cycles, but the tables of this run are in seconds`);
  }
  const rule = origin === 0 ? amountRule : {};
  if (!hasWholeTicks(base)) return timesInSeconds(table, trace, rule);
  const column = (name: string) => {
    numberColumn(table, name, rule);
    const index = columnIndex(table, name);
    return table.rows.map(({ cells }) => ticksIn(cells[index], unit, base));
  };
  const first = origin === 0 ? 0n : column("arrival")[0];
  return (name) => {
    const ticks = column(name).map((at) => at - first);
    requireCountable(table, name, ticks, { trace, base });
    return Float64Array.from(ticks, Number);
  };
}

function ticksIn(text: string, unit: TraceUnit, base: TimeBase): bigint {
  return unit === "cycles"
    ? exactTicks(text, 1, { timeUnit: "seconds", secondsPerTick: 1 })
    : exactTicks(text, unitSeconds[unit], base);
}

/** Doubles in seconds, for the artifact's semantics. */
function timesInSeconds(table: CsvTable, { unit, origin }: TraceArrivals, rule: NumberRule) {
  const scale = unit === "cycles" ? 1 : unitSeconds[unit];
  const column = (name: string) => numberColumn(table, name, rule).map((at) => at * scale);
  const first = origin === 0 ? 0 : column("arrival")[0];
  return (name: string) => column(name).map((at) => at - first);
}

function requireCountable(
  { file, header, rows }: CsvTable,
  name: string,
  ticks: readonly bigint[],
  { trace: { unit, origin }, base }: { readonly trace: TraceArrivals; readonly base: TimeBase },
): void {
  const row = ticks.findIndex((at) => at > BigInt(maxTicks) || at < -BigInt(maxTicks));
  if (row < 0) return;
  const value = rows[row].cells[header.indexOf(name)];
  const hint = origin === 0 ? "; origin: first counts from the first arrival" : "";
  throw tableError(
    file,
    `line ${rows[row].line}: ${name} ${value} ${unit} is later than can be counted (2^53 times ${tickName(base)})${hint}`,
  );
}

/** @throws ConfigError naming the first request that would be due before it arrives. */
function requireDeadlinesAfter({ file, header, rows }: CsvTable, arrival: Float64Array, deadline: Float64Array): void {
  const early = deadline.findIndex((at, row) => at < arrival[row]);
  if (early < 0) return;
  const { line, cells } = rows[early];
  const [due, since] = [cells[header.indexOf("deadline")], cells[header.indexOf("arrival")]];
  throw tableError(file, `line ${line}: deadline must not be before the arrival ${since}, is ${due}`);
}

/**
 * Seconds from the first to the last arrival of a trace, over all of its rows; 0 for a trace in cycles.
 *
 * @throws ConfigError if the file cannot be read.
 */
export function traceSpanSeconds({ file, unit }: TraceArrivals): number {
  if (unit === "cycles") return 0;
  const arrival = numberColumn(readTable(file), "arrival", {});
  return (arrival.reduce((a, b) => Math.max(a, b)) - arrival.reduce((a, b) => Math.min(a, b))) * unitSeconds[unit];
}

function requireOrder({ file, rows }: CsvTable, arrival: Float64Array): void {
  const late = arrival.findIndex((at, row) => row > 0 && at < arrival[row - 1]);
  if (late >= 0) throw tableError(file, `line ${rows[late].line}: arrival is earlier than on the line before`);
}

function fittingProfiles(table: CsvTable, { profiles, order }: TraceContext): number[][] {
  const modelColumn = columnIndex(table, "model");
  const patternColumn = table.header.indexOf("pattern");
  const known = new Map<string, number[]>();
  return table.rows.map(({ line, cells }) => {
    const model = cells[modelColumn];
    const pattern = patternColumn < 0 ? "" : cells[patternColumn];
    const key = `${model}/${pattern}`;
    const fitting =
      known.get(key) ??
      order.filter((k) => profiles[k].model === model && (pattern === "" || profiles[k].pattern === pattern));
    known.set(key, fitting);
    if (fitting.length > 0) return fitting;
    throw tableError(table.file, `line ${line}: ${unknownNetwork(model, pattern, profiles)}`);
  });
}

/** What is wrong with a (model, pattern) that none of `profiles` has; an empty pattern stands for any. */
export function unknownNetwork(
  model: string,
  pattern: string,
  profiles: readonly Pick<Profile, "model" | "pattern">[],
): string {
  const patterns = profiles.filter((profile) => profile.model === model).map((profile) => profile.pattern);
  if (patterns.length > 0) return `unknown pattern "${pattern}" of model ${model}${didYouMean(pattern, patterns)}`;
  const models = [...new Set(profiles.map((profile) => profile.model))].sort();
  return `unknown model "${model}"${didYouMean(model, models)}`;
}
