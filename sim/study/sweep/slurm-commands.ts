/** The programs of Slurm that a sweep needs: sbatch, squeue, scancel. Job numbers are texts, as Slurm prints them. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ConfigError } from "../../../workloads/input/errors.ts";

const run = promisify(execFile);

/** A job, or one task of a job array, that waits or runs. */
interface QueuedTask {
  readonly job: string;
  /** Index in its array; undefined if it is none. */
  readonly index: number | undefined;
  /** E.g. `RUNNING`, `PENDING`. */
  readonly state: string;
  /** Why it waits, e.g. `Resources`, `Dependency`. */
  readonly reason: string;
}

/** @throws ConfigError if Slurm's programs are not installed. */
export function requireSlurm(): void {
  for (const program of ["sbatch", "squeue", "scancel"]) {
    if (!isOnPath(program)) {
      throw new ConfigError(`--engine slurm: ${program} is not on the PATH; shards can be run by hand with --shard`);
    }
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Submits a batch script.
 *
 * @param options of sbatch, e.g. `--array=1-7`.
 * @returns the job's number.
 * @throws ConfigError with Slurm's reason if it refuses.
 */
export async function submit(script: string, options: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("sbatch", ["--parsable", ...options, script]);
    // With several clusters: `number;cluster`.
    return stdout.trim().split(";")[0];
  } catch (error) {
    const reason = reasonOf(error);
    throw new ConfigError(`sbatch: ${reason}${/job array/i.test(reason) ? await arrayLimit() : ""}`);
  }
}

/** What a refused array may lack: the highest index there can be is one less than a setting of the cluster. */
async function arrayLimit(): Promise<string> {
  const advice = "use fewer --shards";
  try {
    const { stdout } = await run("scontrol", ["show", "config"]);
    const [, limit] = /^MaxArraySize\s*=\s*(\d+)/m.exec(stdout) ?? [];
    if (limit !== undefined) return ` (MaxArraySize is ${limit}: at most ${Number(limit) - 1} shards; ${advice})`;
  } catch {
    // Then the name of the setting has to do.
  }
  return ` (the cluster's MaxArraySize limits them: scontrol show config; ${advice})`;
}

/**
 * The tasks of these jobs that have not ended.
 *
 * @throws ConfigError if the queue cannot be read, e.g. because the controller does not answer.
 */
export async function queuedTasks(jobs: readonly string[]): Promise<QueuedTask[]> {
  const tasks: QueuedTask[] = [];
  // One by one: squeue refuses the whole list for one job that it has forgotten.
  for (const job of jobs) {
    try {
      const { stdout } = await run("squeue", ["--noheader", "--array", `--jobs=${job}`, "--format=%K|%T|%r"]);
      tasks.push(...stdout.split("\n").flatMap((line) => taskOf(job, line)));
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason.includes("Invalid job id")) throw new ConfigError(`squeue: ${reason}`);
    }
  }
  return tasks;
}

function taskOf(job: string, line: string): QueuedTask[] {
  const [index, state, reason] = line.trim().split("|");
  if (state === undefined) return [];
  return [{ job, index: /^\d+$/.test(index) ? Number(index) : undefined, state, reason }];
}

/** Takes jobs out of the queue; one that has ended is no mistake. */
export async function cancel(jobs: readonly string[]): Promise<void> {
  for (const job of jobs) {
    try {
      await run("scancel", [job]);
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason.includes("Invalid job id")) throw new ConfigError(`scancel: ${reason}`);
    }
  }
}

/** The last line of what the program complained about, without its own name. */
function reasonOf(error: unknown): string {
  const { stderr = "", message } = error as Error & { readonly stderr?: string };
  const lines = stderr.trim().split("\n");
  const last = lines[lines.length - 1] || message.split("\n")[0];
  return last.replace(/^\w+: (error|fatal): /, "");
}
