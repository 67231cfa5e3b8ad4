/** Worker threads: every parallel command hands its jobs to them. The only file that knows piscina. */
import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { ConfigError } from "../../workloads/input/errors.ts";
import { packagePath } from "../../workloads/input/package-root.ts";
import { Interrupted } from "./interrupted.ts";
import type { Task, TaskMessage, TaskOutcome } from "./task.ts";

export interface PoolOptions {
  /** Number of worker threads; default: all cores. */
  readonly workers?: number | undefined;
  /** Threads that are there already, used instead of new ones. */
  readonly threads?: Threads | undefined;
  /** Called before the first job begins (with 0), and as each job ends. */
  readonly onDone?: (doneCount: number, totalCount: number) => void;
  /** When it is aborted, jobs that have not ended are given up, those that run included. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a job: its result, or the user's mistake that stopped it, or that it was given up. */
export type Settled<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: ConfigError | Interrupted };

/**
 * Runs `jobs`, each whole in one worker thread, and returns what became of them in the order of the jobs, whatever the
 * number of workers.
 *
 * Jobs that run a user's module have a thread each, one after another. A ConfigError (the user's mistake) and an
 * interruption are returned beside the results of the other jobs; any other error is thrown.
 */
export async function runJobs<Job, Result>(
  task: Task<Job, Result>,
  jobs: readonly Job[],
  { workers = availableParallelism(), threads, onDone, signal }: PoolOptions = {},
): Promise<Settled<Result>[]> {
  const settled: Settled<Result>[] = new Array(jobs.length);
  let doneCount = 0;
  onDone?.(doneCount, jobs.length);
  const settle = async (index: number, on: Threads): Promise<Settled<Result>> => {
    const outcome = await unlessAborted(() => on.run(task, jobs[index], signal), signal);
    if (outcome instanceof Interrupted) return { ok: false, error: outcome };
    doneCount += 1;
    onDone?.(doneCount, jobs.length);
    return outcome.ok ? outcome : { ok: false, error: new ConfigError(outcome.message) };
  };
  const moduleOf = (index: number) => task.userModuleOf?.(jobs[index]);
  const shared = [...jobs.keys()].filter((index) => moduleOf(index) === undefined);
  if (shared.length > 0) {
    const run = (on: Threads) =>
      inParallel(Math.min(on.count, shared.length), shared, async (index) => {
        settled[index] = await settle(index, on);
      });
    await (threads === undefined ? withThreads(Math.min(workers, shared.length), run) : run(threads));
  }
  for (const index of jobs.keys()) {
    const path = moduleOf(index);
    if (path !== undefined) settled[index] = await isolated(path, (on) => settle(index, on));
  }
  return settled;
}

/** Calls `run` on every item, on at most `count` of them at a time, in the order of the items. */
async function inParallel<T>(count: number, items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const takeTurns = async () => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: count }, takeTurns));
}

async function unlessAborted<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T | Interrupted> {
  if (signal?.aborted) return new Interrupted();
  try {
    return await run();
  } catch (error) {
    if (signal?.aborted) return new Interrupted();
    throw error;
  }
}

/** Runs in a thread of its own; whatever ends the thread is the doing of the module at `path`. */
async function isolated<T>(
  path: string,
  use: (on: Threads) => Promise<T>,
): Promise<T | { readonly ok: false; readonly error: ConfigError }> {
  try {
    return await withThreads(1, use);
  } catch (error) {
    return { ok: false, error: new ConfigError(`scheduler ${path}: ended its thread: ${reasonOf(error)}`) };
  }
}

/** In one line, why a job has no answer: what a module threw can be anything. */
export function reasonOf(error: unknown): string {
  return String((error as Error | undefined)?.message ?? error).split("\n", 1)[0];
}

/**
 * Piscina tries `require` before `import`. Node 20's `require` of ES modules can end the process ("IsGraphAsync must be used
 * on an instantiated module") where a thread is short of time, so threads have it switched off.
 */
const threadOptions = [...process.execArgv, "--no-experimental-require-module"];

/** Worker threads that run one job each at a time. One that dies is replaced, and its job rejected. */
export class Threads {
  readonly count: number;
  private readonly pool: Piscina;

  constructor(count: number) {
    this.count = count;
    this.pool = new Piscina({ filename: workerFile(), minThreads: count, maxThreads: count, execArgv: threadOptions });
  }

  /** Waits for a free thread, runs the job there. */
  run<Job, Result>(task: Task<Job, Result>, job: Job, signal?: AbortSignal): Promise<TaskOutcome<Result>> {
    const message: TaskMessage = { task: task.name, job };
    // Every job that waits listens: any number of them is as it should be.
    if (signal !== undefined) setMaxListeners(0, signal);
    return this.pool.run(message, { signal: signal ?? null });
  }

  /** Ends the threads, whatever they are at. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

/** Threads for as long as `use` needs them. */
export async function withThreads<T>(count: number, use: (threads: Threads) => Promise<T>): Promise<T> {
  const threads = new Threads(count);
  try {
    return await use(threads);
  } finally {
    await threads.close();
  }
}

/** The built worker: beside this file, or in dist/ when this file runs from source (tests). */
function workerFile(): string {
  const beside = fileURLToPath(new URL("../worker.js", import.meta.url));
  return existsSync(beside) ? beside : packagePath("dist/sim/worker.js");
}
