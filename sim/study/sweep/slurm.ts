/**
 * A sweep as a job array of Slurm: a task per shard, and a job that merges their folders once all have ended. Shards resume
 * from their own folders, so that one which is cancelled, killed or lost is simply submitted again.
 *
 * In the result folder: `shards/1` … `shards/N`, and `slurm/` with the scripts, what the tasks printed and `jobs.json`, from
 * which the same command goes on watching. The folder must be on a file system that the nodes share.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { marker } from "../../results/folder.ts";
import { FolderLock, removeLock } from "../../results/folder-lock.ts";
import { markerSchema, readOwnJson } from "../../results/own-files.ts";
import { writeWhole } from "../../results/whole-file.ts";
import { Interrupted } from "../../threads/interrupted.ts";
import { cancel, queuedTasks, requireSlurm, submit } from "./slurm-commands.ts";

export interface SlurmSweep {
  /** A result folder that has been opened. */
  readonly out: string;
  /** Of the jobs. */
  readonly name: string;
  readonly shards: number;
  /** Worker threads of a shard: what its task asks for as CPUs. */
  readonly workers: number;
  /** Program and words that run this command line, e.g. `node`, `…/main.js`. */
  readonly dysta: readonly string[];
  /** Words of `dysta sweep` that every shard gets: the sweep file and its options. */
  readonly sweep: readonly string[];
  /** Further options of sbatch, e.g. `--partition=long`. */
  readonly sbatch: readonly string[];
}

interface WatchOptions {
  readonly pollMs: number;
  /** Stops watching; jobs go on. */
  readonly signal?: AbortSignal | undefined;
  /** Shards that have ended well. */
  readonly onDone?: (done: number, total: number) => void;
  /** What happened: submissions, shards that are submitted again. */
  readonly onEvent?: (text: string) => void;
}

/** How often a shard, or the merge, is submitted in one watch before it is given up. */
const maxAttempts = 3;

const jobNumber = z.string().regex(/^\d+$/, "must be a job's number");

const jobsSchema = z.strictObject({
  shards: z.int().min(1),
  /** Job arrays of shards that had not ended when the queue was last read. */
  arrays: z.array(jobNumber),
  merge: jobNumber.optional(),
});

type Jobs = z.infer<typeof jobsSchema>;

/** Shards that did not finish in three attempts, and where to read why. */
interface SlurmOutcome {
  readonly failedShards: readonly number[];
  readonly logs: string;
}

/**
 * Submits what is missing, watches, submits again what failed, until the merged result is there.
 *
 * @throws ConfigError if Slurm is missing or refuses a job, or the merge fails; Interrupted when the signal is aborted, with the jobs'
 * numbers as message.
 */
export async function runOnSlurm(sweep: SlurmSweep, options: WatchOptions): Promise<SlurmOutcome> {
  requireSlurm();
  const folder = resolve(sweep.out, "slurm");
  mkdirSync(folder, { recursive: true });
  const lock = new FolderLock(folder, `--out ${sweep.out}`);
  try {
    return await new SlurmWatch(sweep, folder, options).run();
  } finally {
    lock.release();
  }
}

class SlurmWatch {
  private readonly sweep: SlurmSweep;
  private readonly options: WatchOptions;
  private readonly folder: string;
  private readonly jobs: Jobs;
  private readonly attempts: number[];
  private mergeAttempts = 0;

  constructor(sweep: SlurmSweep, folder: string, options: WatchOptions) {
    this.sweep = sweep;
    this.options = options;
    this.folder = folder;
    this.jobs = readJobs(this.jobsFile, sweep);
    this.attempts = new Array(sweep.shards + 1).fill(0);
    writeWhole(join(folder, "shard.sh"), [shardScript(sweep)]);
    writeWhole(join(folder, "merge.sh"), [mergeScript(sweep)]);
  }

  async run(): Promise<SlurmOutcome> {
    const { sweep, options } = this;
    for (;;) {
      const open = shardNumbers(sweep).filter((shard) => !isComplete(this.shardFolder(shard)));
      options.onDone?.(sweep.shards - open.length, sweep.shards);
      if (open.length === 0 && isComplete(sweep.out)) return { failedShards: [], logs: this.folder };
      const failed = await this.advance(open);
      if (failed.length > 0) return { failedShards: failed, logs: this.folder };
      await this.pause();
    }
  }

  /** Submits what is neither done nor queued. @returns shards that have failed too often, once no other is under way. */
  private async advance(open: readonly number[]): Promise<number[]> {
    const { jobs } = this;
    const tasks = await queuedTasks([...jobs.arrays, ...(jobs.merge === undefined ? [] : [jobs.merge])]);
    const queued = new Set(tasks.filter(({ job }) => job !== jobs.merge).map(({ index }) => index));
    jobs.arrays = jobs.arrays.filter((array) => tasks.some(({ job }) => job === array));
    // Read again: a shard that ended in between is not missing.
    const missing = open.filter((shard) => !queued.has(shard) && !isComplete(this.shardFolder(shard)));
    const failed = missing.filter((shard) => this.attempts[shard] >= maxAttempts);
    const again = missing.filter((shard) => this.attempts[shard] < maxAttempts);
    if (again.length > 0) await this.submitShards(again);
    else if (open.length === 0 && !tasks.some(({ job }) => job === jobs.merge) && !isComplete(this.sweep.out)) {
      await this.submitMerge();
    }
    return queued.size === 0 && again.length === 0 ? failed : [];
  }

  private async submitShards(shards: readonly number[]): Promise<void> {
    const { sweep, jobs, folder } = this;
    // None of them is queued or runs: whatever holds their folders has ended, wherever it ran.
    for (const shard of shards) removeLock(this.shardFolder(shard));
    const job = await submit(join(folder, "shard.sh"), [
      `--array=${rangesText(shards)}`,
      `--job-name=${sweep.name}`,
      `--cpus-per-task=${sweep.workers}`,
      `--output=${join(folder, "shard-%a.log")}`,
      "--open-mode=append",
      ...sweep.sbatch,
    ]);
    const isAgain = shards.some((shard) => this.attempts[shard] > 0);
    for (const shard of shards) this.attempts[shard] += 1;
    jobs.arrays = [...jobs.arrays, job];
    this.save();
    this.options.onEvent?.(`job ${job}: ${isAgain ? "again " : ""}shards ${rangesText(shards, ", ")}`);
    if (jobs.merge !== undefined) await cancel([jobs.merge]);
    await this.submitMerge(jobs.arrays);
  }

  /** @param after jobs that must have ended; merging itself refuses what is not finished. */
  private async submitMerge(after: readonly string[] = []): Promise<void> {
    const { sweep, jobs, folder } = this;
    if (after.length === 0 && this.mergeAttempts >= maxAttempts) {
      throw new ConfigError(`--engine slurm: shards could not be merged; see ${join(folder, "merge.log")}`);
    }
    if (after.length === 0) this.mergeAttempts += 1;
    jobs.merge = await submit(join(folder, "merge.sh"), [
      ...(after.length === 0 ? [] : [`--dependency=afterany:${after.join(":")}`]),
      `--job-name=${sweep.name}-merge`,
      `--output=${join(folder, "merge.log")}`,
      "--open-mode=append",
      ...sweep.sbatch,
    ]);
    this.save();
    this.options.onEvent?.(`job ${jobs.merge}: merge`);
  }

  private async pause(): Promise<void> {
    const { signal, pollMs } = this.options;
    await wait(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    if (!signal?.aborted) return;
    const { arrays, merge } = this.jobs;
    throw new Interrupted([...arrays, ...(merge === undefined ? [] : [merge])].join(" "));
  }

  private shardFolder(shard: number): string {
    return join(this.sweep.out, "shards", String(shard));
  }

  private get jobsFile(): string {
    return join(this.folder, "jobs.json");
  }

  private save(): void {
    writeWhole(this.jobsFile, [`${JSON.stringify(this.jobs)}\n`]);
  }
}

function readJobs(file: string, { shards, out }: SlurmSweep): Jobs {
  if (!existsSync(file)) return { shards, arrays: [] };
  const jobs = readOwnJson(file, jobsSchema, "remove it, and jobs of it that still run (squeue)");
  if (jobs.shards === shards) return jobs;
  throw new ConfigError(
    `--shards ${shards}: ${out} was begun with ${jobs.shards}; go on with that, or name another --out`,
  );
}

/** Ascending numbers as Slurm writes them: `1-7,9`. */
export function rangesText(numbers: readonly number[], separator = ","): string {
  const ranges: string[] = [];
  for (let from = 0, to = 0; from < numbers.length; from = to) {
    do to += 1;
    while (numbers[to] === numbers[to - 1] + 1);
    const [first, last] = [numbers[from], numbers[to - 1]];
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return ranges.join(separator);
}

function shardNumbers({ shards }: SlurmSweep): number[] {
  return Array.from({ length: shards }, (_, k) => k + 1);
}

/** Whether a result folder says that it is complete. One that says nothing, or nothing that can be read, is not. */
function isComplete(folder: string): boolean {
  const file = join(folder, marker);
  try {
    return existsSync(file) && readOwnJson(file, markerSchema, "").state === "complete";
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

function shardScript({ dysta, sweep, shards, out }: SlurmSweep): string {
  const folder = quoted(resolve(out, "shards"));
  return script(
    `${[...dysta, ...sweep].map(quoted).join(" ")} --shard "$SLURM_ARRAY_TASK_ID/${shards}" --out ${folder}/"$SLURM_ARRAY_TASK_ID" --workers "\${SLURM_CPUS_PER_TASK:-1}"`,
  );
}

function mergeScript({ dysta, out, shards }: SlurmSweep): string {
  const folders = Array.from({ length: shards }, (_, k) => quoted(resolve(out, "shards", String(k + 1))));
  return script(`${dysta.map(quoted).join(" ")} merge ${folders.join(" ")} --out ${quoted(resolve(out))}`);
}

function script(command: string): string {
  return `#!/bin/sh\nexec ${command}\n`;
}

/** For a shell: between single quotes only these need care. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
