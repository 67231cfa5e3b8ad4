/** What a worker thread can be asked to do. A job and its result are plain data; large arrays are in shared memory. */
import type { Resources } from "../hw/synthesis/resources.ts";
import type { Design } from "../hw/synthesis/yosys.ts";
import { loadUserScheduler } from "../sched/user-policy.ts";
import { ConfigError } from "../workloads/input/errors.ts";
import { type ChannelCounts, type ChannelCountsJob, channelCounts } from "./profile/channel-counts.ts";
import { type LayerProfile, type ProfileLayerJob, profileLayerOnEach } from "./profile/profile-layer.ts";
import { Cache } from "./results/cache.ts";
import { checkRecording } from "./study/conform/check-recording.ts";
import type { ConformJob, ConformPart } from "./study/conform/part.ts";
import { RecordedTables } from "./study/conform/recorded-tables.ts";
import { resourcesOf } from "./study/overhead/synthesis.ts";
import { type SimulateJob, type SimulateResult, simulateJob } from "./study/run/simulate-job.ts";
import { type SweepPointsJob, type SweepPointsResult, sweepPoints } from "./study/sweep/sweep-points.ts";
import { type ProfileWaveformJob, profileWaveform } from "./trace/waveform/profile-waveform.ts";
import type { WaveformReport } from "./trace/waveform/waveform-file.ts";

/** Replay one recording. */
export interface ReplayJob {
  readonly kind: "replay";
  readonly recording: ConformJob;
}

/** Synthesise a design, from the cache as far as it reaches. */
export interface SynthesiseJob {
  readonly kind: "synthesise";
  readonly design: Design;
  /** Folder of kept results, if any. */
  readonly cache: string | undefined;
}

/** Load a user's scheduler and say what it is called. */
export interface NameSchedulerJob {
  readonly kind: "name-scheduler";
  readonly path: string;
}

export type Job =
  | SimulateJob
  | ReplayJob
  | ProfileLayerJob
  | ProfileWaveformJob
  | ChannelCountsJob
  | NameSchedulerJob
  | SweepPointsJob
  | SynthesiseJob;

/** The path of the user's module that a job runs, if it runs one. */
export function userCodeOf(job: Job): string | undefined {
  if (job.kind === "name-scheduler") return job.path;
  return job.kind === "simulate" && job.scheduler.kind === "module" ? job.scheduler.path : undefined;
}

interface JobResults {
  readonly "channel-counts": ChannelCounts;
  readonly "name-scheduler": string;
  readonly "profile-layer": readonly LayerProfile[];
  readonly "profile-waveform": WaveformReport;
  readonly replay: ConformPart;
  readonly simulate: SimulateResult;
  readonly "sweep-points": SweepPointsResult;
  readonly synthesise: Resources;
}
export type JobResult<K extends Job["kind"]> = JobResults[K];

export type JobOutcome =
  | { readonly ok: true; readonly result: JobResult<Job["kind"]> }
  | { readonly ok: false; readonly message: string };

type Handler<K extends Job["kind"]> = (job: Extract<Job, { kind: K }>) => JobResult<K> | Promise<JobResult<K>>;

const handlers: { readonly [K in Job["kind"]]: Handler<K> } = {
  "channel-counts": channelCounts,
  simulate: simulateJob,
  "sweep-points": sweepPoints,
  "name-scheduler": async ({ path }) => (await loadUserScheduler(path)).name,
  "profile-layer": profileLayerOnEach,
  synthesise: ({ design, cache }) => resourcesOf(design, cache === undefined ? undefined : new Cache(cache)),
  "profile-waveform": profileWaveform,
  replay: ({ recording }) => checkRecording(recording, tablesOf(recording.dir)),
};

/** The tables this thread has read, by folder. */
const recordedTables = new Map<string, RecordedTables>();

function tablesOf(dir: string): RecordedTables {
  const known = recordedTables.get(dir) ?? new RecordedTables(dir);
  recordedTables.set(dir, known);
  return known;
}

/** Runs one job; the user's mistakes come back as text, since a thread boundary strips an error of its class. */
export async function runJob(job: Job): Promise<JobOutcome> {
  try {
    return { ok: true, result: await (handlers[job.kind] as Handler<typeof job.kind>)(job) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, message: error.message };
    throw error;
  }
}
