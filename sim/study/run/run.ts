/** A comparison of schedulers on one scenario: every (seed, scheduler) is one job of the pool. */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { comparedSchedulers, isSchedulerName } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { arrivalsOf, type Scenario, type SchedulerParameters } from "../../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { Workload } from "../../core/workload.ts";
import type { Accelerator } from "../../profile/accelerator.ts";
import { type ModellingOptions, type ScenarioNetworks, scenarioNetworks } from "../../profile/modelled-networks.ts";
import type { NetworkToProfile } from "../../profile/profile.ts";
import type { ProfileDocument } from "../../profile/profile-document.ts";
import { Interrupted } from "../../threads/interrupted.ts";
import { type PoolOptions, runJobs, type Settled, withThreads } from "../../threads/pool.ts";
import type { RunWaveformOrder } from "../../trace/waveform/run-waveform.ts";
import { warnOfHopelessDeadlines } from "./hopeless-deadlines.ts";
import { nameSchedulerTask } from "./name-scheduler.ts";
import { type BoundsJob, boundsJobs, boundsTask, meanBounds, type RunBounds } from "./run-bounds.ts";
import { type DispatchKind, dispatchOf, type RunSetup, requireUnitPolicy, runSetup } from "./run-setup.ts";
import {
  type SchedulerChoice,
  type SimulateJob,
  type SimulateResult,
  simulateTask,
  workloadOf,
} from "./simulate-job.ts";
import {
  type PairedDifference,
  pairedDifferences,
  type SchedulerSummary,
  type Standing,
  standingsOf,
  summarise,
} from "./summary.ts";

/** Everything that is decided before the first request is drawn. */
export interface PreparedRun {
  readonly scenario: Scenario;
  readonly setup: RunSetup;
  readonly schedulers: readonly SchedulerChoice[];
  readonly seeds: readonly number[];
  /** That arrive by themselves with each seed; of a trace the most that a seed has. */
  readonly requestCount: number;
  /** The networks that ran on the scenario's hardware, layer by layer; undefined if none did. */
  readonly profile: ProfileDocument | undefined;
  /** The scenario's hardware; undefined if it names none. */
  readonly accelerator: Accelerator | undefined;
  /** The networks that ran on it. */
  readonly modelled: readonly NetworkToProfile[];
}

export interface Run {
  readonly seed: number;
  readonly scheduler: string;
  readonly dispatch: DispatchKind;
  readonly result: SimulateResult;
}

export interface Comparison {
  /** With dispatch in hardware: `dysta` in software on the same requests, seed by seed. */
  readonly softwareBaseline: readonly Run[];
  /** With modelled preemption: every scheduler on the same requests, switches free. In the order of `runs`. */
  readonly freePreemptionBaseline: readonly Run[];
  /** Every finished run, scheduler by scheduler and seed by seed. */
  readonly runs: readonly Run[];
  /** Of the schedulers that finished on every seed. */
  readonly summaries: readonly SchedulerSummary[];
  /** From `dysta` where it ran, else from the first scheduler. */
  readonly differences: readonly PairedDifference[];
  readonly standings: readonly Standing[];
  /** What no scheduler can beat; undefined where the bounds do not hold, or were not wanted. */
  readonly bounds: RunBounds | undefined;
  /** The first mistake of the user's that stopped a run, if any; the other runs are unharmed. */
  readonly mistake: ConfigError | undefined;
  /** Some runs were given up because the user stopped the work. */
  readonly isInterrupted: boolean;
}

/**
 * Loads what the scenario names, and runs its networks on its hardware where no table has them.
 *
 * @throws ConfigError for anything in it that cannot be run.
 */
export async function prepareRun(scenario: Scenario, modelling: ModellingOptions = {}): Promise<PreparedRun> {
  const schedulers = await chooseSchedulers(scenario.schedulers, scenario.schedulerParameters);
  const prepared = await prepareProfiled(scenario, schedulers, await scenarioNetworks(scenario, modelling));
  warnOfHopelessDeadlines(scenario.file, prepared.setup);
  return prepared;
}

/**
 * As `prepareRun`, of networks that have been run.
 *
 * @throws ConfigError for anything in the scenario that cannot be run on them.
 */
export async function prepareProfiled(
  scenario: Scenario,
  schedulers: readonly SchedulerChoice[],
  networks: ScenarioNetworks,
): Promise<PreparedRun> {
  const { document: profile, accelerator, modelled } = networks;
  const setup = runSetup(scenario, networks);
  requireUnitPolicy(
    setup,
    schedulers.map(({ name }) => name),
  );
  const seeds = Array.from({ length: scenario.seeds }, (_, k) => scenario.seed + k);
  const count = requestCount(scenario, setup, seeds);
  return { scenario, setup, schedulers, seeds, requestCount: count, profile, accelerator, modelled };
}

/** What runs keep besides their metrics. */
interface KeptRuns {
  readonly keepSchedules: boolean;
  /** The scheduler whose first seed keeps what its timeline needs. */
  readonly timelineOf?: string | undefined;
  /** Draws what the scheduling unit dispatches with the first seed. */
  readonly waveform?: RunWaveformOrder | undefined;
  /** Whether bounds are computed (default: no); `auto`: where they hold and are cheap. */
  readonly bounds?: boolean | "auto";
}

/** Runs every scheduler on every seed. */
export async function runComparison(prepared: PreparedRun, options: PoolOptions & KeptRuns): Promise<Comparison> {
  const { schedulers, seeds } = prepared;
  const compared = comparedJobs(prepared, options);
  const groups = [compared, softwareTwins(prepared), freeTwins(prepared, compared)];
  const bounded = boundsJobs(prepared.setup, seeds, prepared.requestCount, options.bounds ?? false);
  const { bounds, outcomes } = await boundedRuns(groups.flat(), bounded, options);
  const [runs, softwareBaseline, freePreemptionBaseline] = groups.map((jobs, k) => {
    const before = groups.slice(0, k).flat().length;
    return finishedRuns(jobs, outcomes.slice(before, before + jobs.length));
  });
  const summaries = schedulers.flatMap(({ name }) => summaryOf(name, runs, seeds.length) ?? []);
  const reference = summaries.find(({ scheduler }) => scheduler === "dysta") ?? summaries[0];
  const differences = reference === undefined ? [] : pairedDifferences(summaries, reference);
  return {
    runs,
    softwareBaseline,
    freePreemptionBaseline,
    summaries,
    differences,
    standings: standingsOf(summaries),
    bounds,
    mistake: firstMistake(outcomes),
    isInterrupted: outcomes.some((outcome) => !outcome.ok && outcome.error instanceof Interrupted),
  };
}

/** All runs and the bounds, on the same threads: starting one costs as much as many a run. */
async function boundedRuns(runs: readonly SimulateJob[], bounded: readonly BoundsJob[], options: PoolOptions) {
  const { workers = availableParallelism(), onDone, ...rest } = options;
  const onThreads = async (pool: PoolOptions) => ({
    bounds: await runBounds(bounded, pool),
    outcomes: await runJobs(simulateTask, runs, onDone === undefined ? pool : { ...pool, onDone }),
  });
  const sharing = bounded.length + runs.filter(({ scheduler }) => scheduler.kind === "builtin").length;
  if (rest.threads !== undefined || sharing === 0) return onThreads(rest);
  return withThreads(Math.min(workers, sharing), (threads) => onThreads({ ...rest, threads }));
}

/** Bounds of every seed; undefined where there are none, or the work was given up. */
async function runBounds(jobs: readonly BoundsJob[], options: PoolOptions): Promise<RunBounds | undefined> {
  if (jobs.length === 0) return undefined;
  const outcomes = await runJobs(boundsTask, jobs, options);
  const finished = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.result] : []));
  return finished.length === jobs.length ? meanBounds(finished) : undefined;
}

function finishedRuns(jobs: readonly SimulateJob[], outcomes: readonly Settled<SimulateResult>[]): Run[] {
  return outcomes.flatMap((outcome, k) => {
    const { seed, scheduler, dispatch } = jobs[k];
    return outcome.ok ? [{ seed, scheduler: scheduler.name, dispatch, result: outcome.result }] : [];
  });
}

function comparedJobs(prepared: PreparedRun, { keepSchedules, timelineOf, waveform }: KeptRuns): SimulateJob[] {
  const { setup, schedulers, seeds, scenario } = prepared;
  const { preemption } = scenario;
  return schedulers.flatMap((scheduler) => {
    const dispatch = dispatchOf(setup, scheduler.name);
    return seeds.map((seed, k): SimulateJob => {
      // A timeline has one track for the accelerator.
      const hasTimeline = scheduler.name === timelineOf && k === 0 && setup.arrays === 1;
      const keep = hasTimeline ? "timeline" : keepSchedules ? "schedule" : "metrics";
      const drawn = waveform !== undefined && dispatch === "hardware" && k === 0 ? { waveform } : {};
      return { setup, seed, scheduler, dispatch, preemption, keep, ...drawn };
    });
  });
}

/** What hardware dispatch is compared with. */
function softwareTwins({ setup, seeds, scenario: { preemption } }: PreparedRun): SimulateJob[] {
  if (setup.unit === undefined) return [];
  const scheduler = { kind: "builtin", name: setup.unit.unit.policy } as const;
  const shared = { setup, scheduler, dispatch: "software", preemption, keep: "metrics" } as const;
  return seeds.map((seed) => ({ ...shared, seed }));
}

/** What modelled preemption is compared with. */
function freeTwins({ scenario }: PreparedRun, jobs: readonly SimulateJob[]): SimulateJob[] {
  if (scenario.preemption === "free") return [];
  return jobs.map(({ waveform: _, ...job }) => ({ ...job, preemption: "free", keep: "metrics" }));
}

/** Undefined if the scheduler did not finish on every seed. */
function summaryOf(name: string, runs: readonly Run[], seedCount: number): SchedulerSummary | undefined {
  const own = runs.filter((run) => run.scheduler === name);
  if (own.length < seedCount) return undefined;
  return summarise(
    name,
    own.map(({ seed, result }) => ({ seed, metrics: result.metrics })),
  );
}

/** Draws from a trace once beforehand, so that its mistakes are found before anything is computed. */
function requestCount(scenario: Scenario, setup: RunSetup, seeds: readonly number[]): number {
  if (arrivalsOf(scenario).every(({ kind }) => kind !== "trace")) return scenario.requests ?? 0;
  const countOf = ({ requests }: Workload) => requests.released?.arriving ?? requests.count;
  return Math.max(...seeds.map((seed) => countOf(workloadOf(setup, seed))));
}

/** SHA-256 of what a profile holds, to tell whether two results came from the same tables. */
export function profileHash({ model, pattern, timeUnit, clockHz, sampleIds, ...arrays }: Profile): string {
  const hash = createHash("sha256").update(JSON.stringify([model, pattern, timeUnit, clockHz, ...sampleIds]));
  for (const values of [arrays.latency, arrays.inputDensity, arrays.outputDensity ?? new Float64Array()]) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

/**
 * Names, `all` and paths of modules → schedulers, each once, in the order asked for.
 *
 * @throws ConfigError for a module that cannot be loaded, or whose name another scheduler has.
 */
export async function chooseSchedulers(
  entries: readonly string[],
  parameters: Scenario["schedulerParameters"] = {},
): Promise<SchedulerChoice[]> {
  const chosen = new Map<string, SchedulerChoice>();
  for (const entry of entries.flatMap((name) => (name === "all" ? comparedSchedulers : [name]))) {
    const choice: SchedulerChoice = isSchedulerName(entry)
      ? { kind: "builtin", name: entry }
      : await moduleChoice(entry, parameters[entry]);
    const taken = chosen.get(choice.name);
    if (taken !== undefined && (taken.kind === "module" || choice.kind === "module")) {
      throw new ConfigError(`scheduler ${entry}: another scheduler of this run is already called "${choice.name}"`);
    }
    chosen.set(choice.name, choice);
  }
  return [...chosen.values()];
}

async function moduleChoice(path: string, parameters: SchedulerParameters | undefined): Promise<SchedulerChoice> {
  const given = parameters === undefined ? {} : { parameters };
  const [outcome] = await runJobs(nameSchedulerTask, [{ path, ...given }]);
  if (!outcome.ok) throw outcome.error;
  return { kind: "module", name: outcome.result, path, ...given };
}

function firstMistake(outcomes: readonly Settled<SimulateResult>[]): ConfigError | undefined {
  for (const outcome of outcomes) if (!outcome.ok && outcome.error instanceof ConfigError) return outcome.error;
  return undefined;
}
