/** The worker pool: every parallel command hands its jobs to it. The only file that knows piscina. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { ConfigError } from "../workloads/errors.ts";
import { packagePath } from "../workloads/package-root.ts";
import type { Job, JobOutcome, JobResult } from "./jobs.ts";

export interface PoolOptions {
  /** Number of worker threads; default: all cores. */
  readonly workers?: number | undefined;
  /** Called as each job ends, in order of ending. */
  readonly onDone?: (doneCount: number, totalCount: number) => void;
}

/** What became of a job: its result, or the user's mistake that stopped it. */
export type Settled<K extends Job["kind"]> =
  | { readonly ok: true; readonly result: JobResult<K> }
  | { readonly ok: false; readonly error: ConfigError };

/**
 * Runs `jobs`, each whole in one worker thread, and returns what became of them in the order of the jobs, whatever the
 * number of workers.
 *
 * A ConfigError (the user's mistake) is returned beside the results of the other jobs; any other error is thrown.
 */
export async function runJobs<K extends Job["kind"]>(
  jobs: readonly Extract<Job, { kind: K }>[],
  { workers = availableParallelism(), onDone }: PoolOptions = {},
): Promise<Settled<K>[]> {
  if (jobs.length === 0) return [];
  const threads = Math.min(workers, jobs.length);
  const pool = new Piscina({ filename: workerFile(), minThreads: threads, maxThreads: threads });
  let doneCount = 0;
  try {
    return await Promise.all(
      jobs.map(async (job): Promise<Settled<K>> => {
        const outcome: JobOutcome = await pool.run(job);
        doneCount += 1;
        onDone?.(doneCount, jobs.length);
        return outcome.ok
          ? { ok: true, result: outcome.result as JobResult<K> }
          : { ok: false, error: new ConfigError(outcome.message) };
      }),
    );
  } finally {
    await pool.destroy();
  }
}

/** The built worker: beside this file, or in dist/ when this file runs from source (tests). */
function workerFile(): string {
  const beside = fileURLToPath(new URL("./worker.js", import.meta.url));
  return existsSync(beside) ? beside : packagePath("dist/sim/worker.js");
}
