/** One (seed, scheduler) run, whole: draw the requests, schedule them, measure. What a worker thread does. */
import { CountedLoop } from "../hw/scheduling-unit/counted-loop.ts";
import { FreeLoop } from "../hw/scheduling-unit/free-loop.ts";
import type { Host } from "../hw/scheduling-unit/in-loop.ts";
import { Dysta } from "../sched/dysta.ts";
import type { PredictorParameters } from "../sched/predictor.ts";
import { createPolicy, type PolicyParameters, type SchedulerName } from "../sched/registry.ts";
import { loadUserScheduler, UserPolicy } from "../sched/user-policy.ts";
import { generateRequests, type RequestSpec } from "../workloads/generate.ts";
import { simulate } from "./engine.ts";
import { HardwareDispatch, type UnitReport } from "./hardware-dispatch.ts";
import { computeMetrics, type RunMetrics } from "./metrics.ts";
import { RunWaveform, type RunWaveformOrder } from "./run-waveform.ts";
import type { Schedule } from "./schedule.ts";
import { SoftwareDispatch } from "./software-dispatch.ts";
import { type RunTiming, TimingRecorder } from "./timeline/timing.ts";
import { type UnitSetup, unitTables } from "./unit-setup.ts";
import type { WaveformReport } from "./waveform-file.ts";
import type { Workload } from "./workload.ts";

/** A built-in scheduler or the absolute path of a user's module, with the name it is shown under. */
export type SchedulerChoice =
  | { readonly kind: "builtin"; readonly name: SchedulerName }
  | { readonly kind: "module"; readonly name: string; readonly path: string };

/** What all runs of one comparison share. */
export interface RunSetup {
  /** Networks and tables of the workload; its requests follow from `requests` and the seed. */
  readonly networks: Omit<Workload, "requests">;
  readonly requests: RequestSpec;
  readonly policies: PolicyParameters;
  readonly predictor: PredictorParameters;
  /** α of each profile. */
  readonly alpha: readonly number[];
  /** In the workload's time unit. */
  readonly preemptionCost: number;
  /** The scheduling unit that dispatches for `dysta`, if the run has one. */
  readonly unit?: UnitSetup;
}

/** Who takes a scheduler's decisions. */
export type DispatchKind = "software" | "hardware";

export interface SimulateJob {
  readonly kind: "simulate";
  readonly setup: RunSetup;
  readonly seed: number;
  readonly scheduler: SchedulerChoice;
  /** `hardware` only for `dysta`, in a run that has a unit. */
  readonly dispatch: DispatchKind;
  /** What is wanted besides the metrics: the schedule; with `timeline` also the times of its layers. */
  readonly keep: "metrics" | "schedule" | "timeline";
  /** Of dispatch in hardware whose decisions take cycles. */
  readonly waveform?: RunWaveformOrder;
}

export interface SimulateResult {
  readonly metrics: RunMetrics;
  readonly schedule?: Schedule;
  readonly timing?: RunTiming;
  /** Of dispatch in hardware. */
  readonly unit?: UnitReport;
  readonly waveform?: WaveformReport;
}

export async function simulateJob(job: SimulateJob): Promise<SimulateResult> {
  const { setup } = job;
  const workload = workloadOf(setup, job.seed);
  const recorder = job.keep === "timeline" ? new TimingRecorder() : undefined;
  const waveform = job.waveform && new RunWaveform(job.waveform, unitOf(setup).unit, workload);
  const dispatch =
    job.dispatch === "hardware"
      ? hardwareDispatch(setup, workload, { recorder, waveform })
      : await softwareDispatch(job, workload);
  const schedule = simulate(workload, dispatch, { ...setup, ...recorder?.observers });
  // Before the report: a stepped unit that renews scores beside the last layer has not done so yet.
  const drawn = waveform?.finish();
  return {
    metrics: computeMetrics(workload, schedule),
    ...(job.keep === "metrics" ? {} : { schedule }),
    ...(recorder === undefined ? {} : { timing: recorder.timing() }),
    ...(dispatch instanceof HardwareDispatch ? { unit: dispatch.report() } : {}),
    ...(drawn === undefined ? {} : { waveform: drawn }),
  };
}

/** The workload of one seed: the same requests for every scheduler. */
export function workloadOf({ networks, requests }: RunSetup, seed: number): Workload {
  return { ...networks, requests: generateRequests(requests, networks.profiles, networks.tables, seed) };
}

async function softwareDispatch({ scheduler, setup }: SimulateJob, workload: Workload): Promise<SoftwareDispatch> {
  return new SoftwareDispatch(await policyFor(scheduler, setup, workload), setup.policies.semantics);
}

async function policyFor(scheduler: SchedulerChoice, setup: RunSetup, { requests, profiles }: Workload) {
  if (scheduler.kind === "builtin") return createPolicy(scheduler.name, setup.policies);
  const module = await loadUserScheduler(scheduler.path);
  return new UserPolicy(module, (request) => profiles[requests.profile[request]]);
}

interface Onlookers {
  readonly recorder: TimingRecorder | undefined;
  /** Draws the run; the unit is then stepped, with the same result. */
  readonly waveform: RunWaveform | undefined;
}

function hardwareDispatch(setup: RunSetup, workload: Workload, { recorder, waveform }: Onlookers): HardwareDispatch {
  const { policies, alpha } = setup;
  const { unit, decisionCost } = unitOf(setup);
  const tables = unitTables(unit, workload, alpha);
  const UnitLoop = decisionCost === "free" ? FreeLoop : CountedLoop;
  const loopOf = (host: Host) => waveform?.steppedLoop(tables, host) ?? new UnitLoop(unit, tables, host);
  const policy = new Dysta("dysta", policies.dysta, policies.semantics);
  const watchedLoopOf = (host: Host) =>
    recorder === undefined ? loopOf(host) : recorder.watch(loopOf(host), unit.secondsPerTick);
  return new HardwareDispatch(workload, policy, watchedLoopOf, {
    ...unit,
    beta: policies.dysta.beta,
    ...(waveform === undefined ? {} : { observe: (layer) => waveform.layerRan(layer) }),
  });
}

function unitOf({ unit }: RunSetup): UnitSetup {
  if (unit === undefined) throw new Error("a run without a scheduling unit cannot dispatch in hardware");
  return unit;
}
