/**
 * Traces: CSV files with a request per row. `arrival` is required; `model`, `pattern`, `sample` (a sample number of the
 * profile), `priority` and `deadline` (absolute) replace what would be drawn. A `seed` column, as in the `requests.csv` of
 * a result folder, selects the rows of one seed. Other columns are ignored.
 */

import { ConfigError, didYouMean } from "../input/errors.ts";
import type { Profile, TimeUnit } from "../tables/profile.ts";
import {
  amountRule,
  type CsvTable,
  columnIndex,
  indexRule,
  numberColumn,
  readTable,
  tableError,
} from "../tables/table-reader.ts";
import type { TraceArrivals } from "./arrivals.ts";

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

export interface TraceContext {
  readonly profiles: readonly Profile[];
  /** Indices of the profiles in canonical order. */
  readonly order: readonly number[];
  readonly timeUnit: TimeUnit;
  readonly secondsPerTick: number;
  readonly seed: number;
}

const wholePriority = { least: 1, most: 2 ** 31 - 1, whole: true };

/**
 * The rows of a trace for one seed.
 *
 * @throws ConfigError, one line with file, line and value.
 */
export function readTrace({ file, unit }: TraceArrivals, context: TraceContext): TraceRows {
  const table = rowsOfSeed(readTable(file), context.seed);
  const toRunUnit = unitConversion(file, unit, context);
  const times = (name: string) => numberColumn(table, name, amountRule).map(toRunUnit);
  const optional = <T>(name: string, read: () => T): T | undefined =>
    table.header.includes(name) ? read() : undefined;
  const arrival = times("arrival");
  requireOrder(table, arrival);
  const deadline = optional("deadline", () => times("deadline"));
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

function unitConversion(file: string, unit: TraceArrivals["unit"], { timeUnit, secondsPerTick }: TraceContext) {
  if (unit === "seconds") {
    return timeUnit === "seconds" ? (at: number) => at : (at: number) => Math.round(at / secondsPerTick);
  }
  if (timeUnit === "cycles") return (at: number) => at;
  throw new ConfigError(`trace ${file}: its unit is cycles, but the tables of this run are in seconds`);
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
