/**
 * Runs the open points of a sweep on worker threads, and keeps each result as soon as it is there.
 *
 * Points that have the same networks are a group. A group's networks are profiled once (from the cache as far as it
 * reaches), then its points run in batches; two groups are under way at a time, so that one is profiled while the other
 * is simulated, and no more than two groups' profiles are in memory. Results do not depend on any of this.
 */
import { availableParallelism } from "node:os";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { type ScenarioNetworks, scenarioNetworks } from "../../profile/modelled-networks.ts";
import { reasonOf, type Threads, withThreads } from "../../threads/pool.ts";
import { Batches } from "./batches.ts";
import { inLanes } from "./lanes.ts";
import { layerRows } from "./layer-rows.ts";
import { Recorder } from "./recorder.ts";
import { type PointOutcome, pointStates, type ResultStore } from "./sweep.ts";
import type { LoadedSweep } from "./sweep-source.ts";

interface RunSweepOptions {
  /** Points to run, from `from` up to but not including `to`. */
  readonly points: { readonly from: number; readonly to: number };
  /** Number of worker threads at most; default: all cores. Never more than points. */
  readonly workers?: number | undefined;
  /** Folder of kept layer profiles, if any. */
  readonly cache?: string | undefined;
  /** When it is aborted, what has not ended is given up; what has is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 first, then as results are kept: of the points that were open. */
  readonly onDone?: (done: number, total: number) => void;
}

interface SweepRun {
  /** Points that were run this time, the failed ones among them. */
  readonly ran: number;
  readonly failed: number;
  readonly isInterrupted: boolean;
}

/** Groups under way at a time. */
const groupsAtOnce = 2;

/**
 * @throws ConfigError if results cannot be kept. A point that cannot be run is a result: its outcome says why.
 */
export async function runSweep(sweep: LoadedSweep, store: ResultStore, options: RunSweepOptions): Promise<SweepRun> {
  return new SweepRunner(sweep, store, options).run();
}

/** Open points by group, in ascending order, the groups in the order of their first points. */
export function openGroups(
  sweep: LoadedSweep,
  { states }: Pick<ResultStore, "states">,
  { from, to }: RunSweepOptions["points"],
): number[][] {
  const groups = new Map<number, number[]>();
  for (let point = from; point < to; point++) {
    if (states[point] !== pointStates.open) continue;
    const networks = sweep.networksOf(sweep.point(point).configuration);
    const group = groups.get(networks);
    if (group === undefined) groups.set(networks, [point]);
    else group.push(point);
  }
  return [...groups.values()];
}

class SweepRunner {
  private readonly sweep: LoadedSweep;
  private readonly store: ResultStore;
  private readonly options: RunSweepOptions;
  private readonly groups: readonly (readonly number[])[];
  private readonly total: number;
  private readonly recorder: Recorder;
  /** Aborted by the first error: what still runs is given up, and nothing recorded of it. */
  private readonly failure = new AbortController();
  private readonly signal: AbortSignal;

  constructor(sweep: LoadedSweep, store: ResultStore, options: RunSweepOptions) {
    this.sweep = sweep;
    this.store = store;
    this.options = options;
    this.groups = openGroups(sweep, store, options.points);
    this.total = this.groups.reduce((sum, points) => sum + points.length, 0);
    this.recorder = new Recorder(store, (done) => options.onDone?.(done, this.total));
    this.signal = AbortSignal.any([this.failure.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  }

  async run(): Promise<SweepRun> {
    const { groups, total, recorder, signal } = this;
    const { workers = availableParallelism(), onDone } = this.options;
    onDone?.(0, total);
    if (total === 0) return { ran: 0, failed: 0, isInterrupted: false };
    const queue = groups.values();
    try {
      await withThreads(Math.min(workers, total), (threads) =>
        inLanes(
          groupsAtOnce,
          () => (signal.aborted ? undefined : queue.next().value),
          (points) => this.runGroup(points, threads),
        ),
      );
    } finally {
      await recorder.flush();
    }
    return { ran: recorder.done, failed: recorder.failed, isInterrupted: recorder.done < total };
  }

  private async runGroup(points: readonly number[], threads: Threads): Promise<void> {
    try {
      await this.runPoints(points, threads);
    } catch (error) {
      this.failure.abort();
      throw error;
    }
  }

  private async runPoints(points: readonly number[], threads: Threads): Promise<void> {
    const { sweep, store, recorder, signal } = this;
    const networks = await this.networksOf(points[0], threads);
    if (signal.aborted) return;
    if (networks instanceof Error) {
      const { message } = networks;
      await recorder.add(points.map((point): PointOutcome => ({ point, error: message })));
      return;
    }
    if (sweep.keep.layers) await store.addLayers(layerRows(networks));
    const batches = new Batches({ sweep, networks: networks.profiles, points, threads, signal });
    await batches.run((outcomes) => recorder.add(outcomes));
  }

  /** Why there are none is the outcome of all points of the group. What is no mistake of the user's gets another try. */
  private async networksOf(point: number, threads: Threads): Promise<ScenarioNetworks | Error> {
    const first = await this.attemptNetworks(point, threads);
    if (!(first instanceof Error) || first instanceof ConfigError || this.signal.aborted) return first;
    const second = await this.attemptNetworks(point, threads);
    if (!(second instanceof Error) || second instanceof ConfigError) return second;
    return new Error(`its networks could not be profiled, twice: ${reasonOf(second)}`);
  }

  private async attemptNetworks(point: number, threads: Threads): Promise<ScenarioNetworks | Error> {
    const { sweep, options, signal } = this;
    try {
      const scenario = await sweep.scenarioOf(sweep.point(point).configuration);
      return await scenarioNetworks(scenario, { cache: options.cache, threads, signal });
    } catch (error) {
      return error as Error;
    }
  }
}
