/** What the files of a `dysta run` result folder say, as far as they are there. */
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { ProfileDocument } from "../../profile/profile-document.ts";
import { OwnFolder } from "../../results/own-files.ts";
import { type Columns, readColumns } from "./result-columns.ts";
import type { RunDocument } from "./run-document.ts";

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
  /** In the order of `finish`; only of runs whose requests are released by others, when the scheduler decides on it. */
  readonly arrival?: Float64Array;
  /** Of the requests that were not dropped. */
  readonly turnaround: Float64Array;
  /** Who ran when; undefined in folders that do not say. */
  readonly turns: TurnColumns | undefined;
}

/** Turns: consecutive layers of one request. */
export interface TurnColumns {
  readonly request: Float64Array;
  /** The array of each turn, of runs on several. */
  readonly array?: Float64Array;
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
  const folder = new OwnFolder(path);
  const summary = readSummary(path, folder);
  const columnsOf = (name: string, words: readonly string[], optional: readonly string[] = []) =>
    folder.read(name, (file, text) => readColumns(file, text, words, optional));
  const required = (name: string, words: readonly string[], optional: readonly string[] = []): Columns => {
    const columns = columnsOf(name, words, optional);
    if (columns !== undefined) return columns;
    throw new ConfigError(`report ${path}: is not a result folder of dysta run (it has no ${name})`);
  };
  const order = (summary.networks ?? []).map(({ model, pattern }) => `${model}/${pattern}`);
  const requests = requestsBySeed(required("requests.csv", ["model", "pattern"], releaseTimes), order);
  const turns = turnsByRun(columnsOf("dispatch.csv", ["scheduler"]));
  const results = required("results.csv", ["scheduler"]);
  const [finish, turnaround] = ["finish", "normalised_turnaround"].map((name) => results.numbers(name));
  const dropped = results.has("dropped") ? results.numbers("dropped") : undefined;
  const ownArrival = results.has("arrival") ? results.numbers("arrival") : undefined;
  const runs = stretches(results).map(({ scheduler, seed, from, to }) => ({
    scheduler,
    seed,
    ...(ownArrival === undefined ? {} : { arrival: ownArrival.subarray(from, to) }),
    finish: finish.subarray(from, to),
    turnaround: served(turnaround.subarray(from, to), dropped?.subarray(from, to)),
    turns: turns.get(runKey(scheduler, seed)),
  }));
  for (const { seed, finish, arrival } of runs) {
    if (arrival !== undefined || requests.get(seed)?.arrival.length === finish.length) continue;
    throw new ConfigError(`${join(path, "results.csv")}: seed ${seed} has other requests than requests.csv`);
  }
  requireWholeRuns(path, summary, runs);
  const { timeUnit, clockHz } = summary;
  return {
    summary,
    msPerTick: timeUnit === "seconds" ? 1e3 : 1e3 / (clockHz ?? 1),
    requests,
    runs,
    profile: folder.readJson("profile.json", profileSchema) as ProfileDocument | undefined,
    predictions: predictionsOf(columnsOf("prediction.csv", ["model", "pattern"]), order),
  };
}

/** Turnarounds of the requests that ran; older folders do not say which were dropped, since none were. */
function served(turnaround: Float64Array, dropped: Float64Array | undefined): Float64Array {
  return dropped === undefined ? turnaround : turnaround.filter((_, request) => dropped[request] === 0);
}

/** Empty in requests.csv for a request that another one's end releases: then they are in results.csv. */
const releaseTimes = ["arrival", "deadline", "after"];

const measured = z.number().nullable();
const bound = z.looseObject({ lower: z.number(), feasible: z.number() });

/** Of `summary.json`, as far as a report needs it: older versions said less. */
const summarySchema = z.looseObject({
  name: z.string(),
  timeUnit: z.enum(["seconds", "cycles"]),
  clockHz: z.number().positive().nullable().optional(),
  seeds: z.array(z.int()).min(1),
  bounds: z.looseObject({ violationRate: bound, antt: bound }).optional(),
  networks: z.array(z.looseObject({ model: z.string(), pattern: z.string() })).optional(),
  schedulers: z.record(
    z.string(),
    z.looseObject({
      ...Object.fromEntries(["antt", "violationRate", "p50", "p95", "p99", "max"].map((name) => [name, measured])),
      perModel: z.record(z.string(), z.looseObject({ antt: measured, violationRate: measured })),
      perSeed: z.array(z.looseObject({ seed: z.int() })),
    }),
  ),
  differences: z
    .array(z.looseObject({ scheduler: z.string(), against: z.string(), antt: measured, violationRate: measured }))
    .optional(),
});

/** Of `profile.json`, as far as a report needs it. */
const profileSchema = z.looseObject({
  hardware: z.string(),
  clockHz: z.number().positive(),
  layers: z.array(
    z.looseObject({
      model: z.string(),
      pattern: z.string(),
      name: z.string(),
      cycles: z.number().min(0),
      effectualMacs: z.number().min(0),
      utilisation: z.number().min(0),
    }),
  ),
});

function readSummary(path: string, folder: OwnFolder): RunDocument {
  const summary = folder.readJson("summary.json", summarySchema);
  if (summary !== undefined) return summary as unknown as RunDocument;
  throw new ConfigError(`report ${path}: is not a result folder of dysta run (it has no summary.json)`);
}

/** Every scheduler of the summary has its run with every seed, and no turn is outside of the time of its run. */
function requireWholeRuns(path: string, { schedulers, seeds }: RunDocument, runs: readonly RunColumns[]): void {
  const place = join(path, "results.csv");
  for (const scheduler of Object.keys(schedulers)) {
    const missing = seeds.find((seed) => !runs.some((run) => run.scheduler === scheduler && run.seed === seed));
    if (missing === undefined) continue;
    throw new ConfigError(`${place}: has no rows of ${scheduler}, seed ${missing}, of which summary.json tells`);
  }
  for (const { scheduler, seed, finish, turns } of runs) {
    if (turns === undefined) continue;
    const last = finish.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
    const wrong = turns.end.findIndex((end, k) => !(turns.start[k] <= end && end <= last));
    if (wrong < 0) continue;
    const times = `${turns.start[wrong]} to ${turns.end[wrong]}`;
    throw new ConfigError(
      `${join(path, "dispatch.csv")}: ${scheduler}, seed ${seed}, order ${wrong}: ${times} is no time of a run that ends at ${last}`,
    );
  }
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
  const array = columns.has("array") ? columns.numbers("array") : undefined;
  return new Map(
    stretches(columns).map(({ scheduler, seed, from, to }) => [
      runKey(scheduler, seed),
      {
        request: request.subarray(from, to),
        ...(array === undefined ? {} : { array: array.subarray(from, to) }),
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
