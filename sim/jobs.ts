/** What a worker thread can be asked to do. A job and its result are plain data; large arrays are in shared memory. */
import { ConfigError } from "../workloads/errors.ts";
import { type SimulateJob, type SimulateResult, simulateJob } from "./simulate-job.ts";

export type Job = SimulateJob;

interface JobResults {
  readonly simulate: SimulateResult;
}
export type JobResult<K extends Job["kind"]> = JobResults[K];

export type JobOutcome =
  | { readonly ok: true; readonly result: JobResult<Job["kind"]> }
  | { readonly ok: false; readonly message: string };

const handlers: { readonly [K in Job["kind"]]: (job: Extract<Job, { kind: K }>) => Promise<JobResult<K>> } = {
  simulate: simulateJob,
};

/** Runs one job; the user's mistakes come back as text, since a thread boundary strips an error of its class. */
export async function runJob(job: Job): Promise<JobOutcome> {
  try {
    return { ok: true, result: await handlers[job.kind](job) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, message: error.message };
    throw error;
  }
}
