/** The worker pool: every parallel command hands its jobs to it. The only file that knows piscina. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { ConfigError } from "../workloads/errors.ts";
import { packagePath } from "../workloads/package-root.ts";
import { Interrupted } from "./interrupted.ts";
import { type Job, type JobOutcome, type JobResult, userCodeOf } from "./jobs.ts";

export interface PoolOptions {
  /** Number of worker threads; default: all cores. */
  readonly workers?: number | undefined;
  /** Called before the first job begins (with 0), and as each job ends. */
  readonly onDone?: (doneCount: number, totalCount: number) => void;
  /** When it is aborted, jobs that have not ended are given up, those that run included. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a job: its result, or the user's mistake that stopped it, or that it was given up. */
export type Settled<K extends Job["kind"]> =
  | { readonly ok: true; readonly result: JobResult<K> }
  | { readonly ok: false; readonly error: ConfigError | Interrupted };

/**
 * Runs `jobs`, each whole in one worker thread, and returns what became of them in the order of the jobs, whatever the
 * number of workers.
 *
 * Jobs that run a user's code have a thread each, one after another. A ConfigError (the user's mistake) and an interruption
 * are returned beside the results of the other jobs; any other error is thrown.
 */
export async function runJobs<K extends Job["kind"]>(
  jobs: readonly Extract<Job, { kind: K }>[],
  { workers = availableParallelism(), onDone, signal }: PoolOptions = {},
): Promise<Settled<K>[]> {
  let doneCount = 0;
  onDone?.(doneCount, jobs.length);
  const settle = async (job: Extract<Job, { kind: K }>, pool: Piscina): Promise<Settled<K>> => {
    const outcome = await unlessAborted<JobOutcome>(() => pool.run(job, { signal: signal ?? null }), signal);
    if (outcome instanceof Interrupted) return { ok: false, error: outcome };
    doneCount += 1;
    onDone?.(doneCount, jobs.length);
    return outcome.ok
      ? { ok: true, result: outcome.result as JobResult<K> }
      : { ok: false, error: new ConfigError(outcome.message) };
  };
  const shared = jobs.filter((job) => userCodeOf(job) === undefined);
  const settled = new Map<Job, Settled<K>>();
  if (shared.length > 0) {
    const threads = Math.min(workers, shared.length);
    const queue = shared.values();
    const runQueue = async (pool: Piscina) => {
      for (const job of queue) settled.set(job, await settle(job, pool));
    };
    await withPool(threads, (pool) => Promise.all(Array.from({ length: threads }, () => runQueue(pool))));
  }
  for (const job of jobs) {
    const path = userCodeOf(job);
    if (path !== undefined) settled.set(job, await isolated(path, (pool) => settle(job, pool)));
  }
  return jobs.map((job) => settled.get(job) as Settled<K>);
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
  use: (pool: Piscina) => Promise<T>,
): Promise<T | { ok: false; error: ConfigError }> {
  try {
    return await withPool(1, use);
  } catch (error) {
    const [reason] = String((error as Error)?.message ?? error).split("\n", 1);
    return { ok: false, error: new ConfigError(`scheduler ${path}: ended its thread: ${reason}`) };
  }
}

async function withPool<T>(threads: number, use: (pool: Piscina) => Promise<T>): Promise<T> {
  const pool = new Piscina({ filename: workerFile(), minThreads: threads, maxThreads: threads });
  try {
    return await use(pool);
  } finally {
    await pool.destroy();
  }
}

/** The built worker: beside this file, or in dist/ when this file runs from source (tests). */
function workerFile(): string {
  const beside = fileURLToPath(new URL("./worker.js", import.meta.url));
  return existsSync(beside) ? beside : packagePath("dist/sim/worker.js");
}
