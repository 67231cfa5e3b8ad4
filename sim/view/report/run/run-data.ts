/** What the files of a `dysta run` result folder say, as far as they are there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../../workloads/input/errors.ts";
import type { ProfileDocument } from "../../../profile/profile-document.ts";
import type { RunDocument } from "../../../study/run/run-document.ts";
import { type Columns, readColumns } from "./columns.ts";

export interface RunData {
  readonly summary: RunDocument;
  /** Milliseconds in a unit of the run's time. */
  readonly msPerTick: number;
  /** By seed. */
  readonly requests: ReadonlyMap<number, RequestColumns>;
  /** Scheduler by scheduler and seed by seed, as they were written. */
  readonly runs: readonly RunColumns[];
  readonly profile: ProfileDocument | undefined;
  readonly predictions: PredictionColumns | undefined;
}

/** Times here and below are in the run's time unit. */
export interface RequestColumns {
  readonly arrival: Float64Array;
  readonly deadline: Float64Array;
  /** `model/pattern` of each request is `networks[network[request]]`. */
  readonly networks: readonly string[];
  readonly network: Int32Array;
}

export interface RunColumns {
  readonly scheduler: string;
  readonly seed: number;
  readonly finish: Float64Array;
  readonly turnaround: Float64Array;
  /** Who ran when; undefined in folders that do not say. */
  readonly turns: TurnColumns | undefined;
}

/** Turns: consecutive layers of one request. */
export interface TurnColumns {
  readonly request: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
}

export interface PredictionColumns {
  readonly networks: readonly string[];
  readonly network: Int32Array;
  readonly average: Float64Array;
  readonly predicted: Float64Array;
  readonly real: Float64Array;
}

/**
 * Reads the result folder at `path`.
 *
 * @throws ConfigError if it is none, or a file that every such folder has is missing or damaged.
 */
export function readRunFolder(path: string): RunData {
  const summary = readSummary(path);
  const order = (summary.networks ?? []).map(({ model, pattern }) => `${model}/${pattern}`);
  const requests = requestsBySeed(required(path, "requests.csv", ["model", "pattern"]), order);
  const turns = turnsByRun(readColumns(join(path, "dispatch.csv"), ["scheduler"]));
  const results = required(path, "results.csv", ["scheduler"]);
  const [finish, turnaround] = ["finish", "normalised_turnaround"].map((name) => results.numbers(name));
  const runs = stretches(results).map(({ scheduler, seed, from, to }) => ({
    scheduler,
    seed,
    finish: finish.subarray(from, to),
    turnaround: turnaround.subarray(from, to),
    turns: turns.get(runKey(scheduler, seed)),
  }));
  for (const { seed, finish } of runs) {
    if (requests.get(seed)?.arrival.length === finish.length) continue;
    throw new ConfigError(`${join(path, "results.csv")}: seed ${seed} has other requests than requests.csv`);
  }
  const { timeUnit, clockHz } = summary;
  return {
    summary,
    msPerTick: timeUnit === "seconds" ? 1e3 : 1e3 / (clockHz ?? 1),
    requests,
    runs,
    profile: readJson<ProfileDocument>(join(path, "profile.json")),
    predictions: predictionsOf(readColumns(join(path, "prediction.csv"), ["model", "pattern"]), order),
  };
}

function readSummary(path: string): RunDocument {
  const summary = readJson<RunDocument>(join(path, "summary.json"));
  if (summary === undefined) {
    throw new ConfigError(`report ${path}: is not a result folder of dysta run (it has no summary.json)`);
  }
  const { schedulers, timeUnit, clockHz } = summary;
  if (typeof schedulers === "object" && (timeUnit === "seconds" || typeof clockHz === "number")) return summary;
  throw new ConfigError(`report ${path}: summary.json is not that of dysta run: it has no schedulers or no time unit`);
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

function required(path: string, name: string, words: readonly string[]): Columns {
  const columns = readColumns(join(path, name), words);
  if (columns !== undefined) return columns;
  throw new ConfigError(`report ${path}: is not a result folder of dysta run (it has no ${name})`);
}

function requestsBySeed(columns: Columns, order: readonly string[]): Map<number, RequestColumns> {
  const [seeds, arrival, deadline] = ["seed", "arrival", "deadline"].map((name) => columns.numbers(name));
  const { networks, network } = networkColumn(columns, order);
  const bySeed = new Map<number, RequestColumns>();
  for (const { from, to } of equalStretches(seeds.length, (row) => seeds[row])) {
    bySeed.set(seeds[from], {
      arrival: arrival.subarray(from, to),
      deadline: deadline.subarray(from, to),
      networks,
      network: network.subarray(from, to),
    });
  }
  return bySeed;
}

function turnsByRun(columns: Columns | undefined): Map<string, TurnColumns> {
  if (columns === undefined || !columns.has("start") || !columns.has("end")) return new Map();
  const [request, start, end] = ["request", "start", "end"].map((name) => columns.numbers(name));
  return new Map(
    stretches(columns).map(({ scheduler, seed, from, to }) => [
      runKey(scheduler, seed),
      {
        request: request.subarray(from, to),
        start: start.subarray(from, to),
        end: end.subarray(from, to),
      },
    ]),
  );
}

function predictionsOf(columns: Columns | undefined, order: readonly string[]): PredictionColumns | undefined {
  if (columns === undefined) return undefined;
  const [average, predicted, real] = ["average", "predicted", "real"].map((name) => columns.numbers(name));
  return { ...networkColumn(columns, order), average, predicted, real };
}

/** `model/pattern` of every row; those of `order` first, so that every figure has one order and one colour for each. */
function networkColumn(
  columns: Columns,
  order: readonly string[],
): { networks: readonly string[]; network: Int32Array } {
  const [model, pattern] = [columns.words("model"), columns.words("pattern")];
  const known = new Map(order.map((name, k) => [name, k]));
  const network = model.index.map((index, row) => {
    const name = `${model.words[index]}/${pattern.words[pattern.index[row]]}`;
    if (!known.has(name)) known.set(name, known.size);
    return known.get(name) as number;
  });
  return { networks: [...known.keys()], network };
}

/** Rows of one run after another. */
function stretches(columns: Columns) {
  const { words, index } = columns.words("scheduler");
  const seeds = columns.numbers("seed");
  const key = (row: number) => runKey(words[index[row]], seeds[row]);
  return equalStretches(seeds.length, key).map(({ from, to }) => ({
    scheduler: words[index[from]],
    seed: seeds[from],
    from,
    to,
  }));
}

function equalStretches(length: number, key: (row: number) => unknown): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 0;
  for (let row = 1; row <= length; row++) {
    if (row < length && key(row) === key(from)) continue;
    found.push({ from, to: row });
    from = row;
  }
  return found;
}

function runKey(scheduler: string, seed: number): string {
  return `${seed} ${scheduler}`;
}
