/**
 * Runs the open points of a sweep on worker threads, and keeps each result as soon as it is there.
 *
 * Points that have the same networks are a group. A group's networks are profiled once (from the cache as far as it
 * reaches), then its points run in batches; two groups are under way at a time, so that one is profiled while the other
 * is simulated, and no more than two groups' profiles are in memory. Results do not depend on any of this.
 */
import { availableParallelism } from "node:os";
import { ConfigError } from "../../workloads/errors.ts";
import { Interrupted } from "../interrupted.ts";
import { scenarioNetworks } from "../modelled-networks.ts";
import { type Threads, withThreads } from "../pool.ts";
import { Batches } from "./batches.ts";
import { type GroupNetworks, layerRows } from "./layer-rows.ts";
import { Recorder } from "./recorder.ts";
import { type PointOutcome, pointStates, type ResultStore } from "./sweep.ts";
import type { LoadedSweep } from "./sweep-source.ts";

export interface RunSweepOptions {
  /** Points to run, from `from` up to but not including `to`. */
  readonly points: { readonly from: number; readonly to: number };
  /** Number of worker threads; default: all cores. */
  readonly workers?: number | undefined;
  /** Folder of kept layer profiles, if any. */
  readonly cache?: string | undefined;
  /** When it is aborted, what has not ended is given up; what has is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 first, then as results are kept: of the points that were open. */
  readonly onDone?: (done: number, total: number) => void;
}

export interface SweepRun {
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
  private readonly recorder: Recorder;

  constructor(sweep: LoadedSweep, store: ResultStore, options: RunSweepOptions) {
    this.sweep = sweep;
    this.store = store;
    this.options = options;
    this.groups = openGroups(sweep, store, options.points);
    const total = this.groups.reduce((sum, points) => sum + points.length, 0);
    this.recorder = new Recorder(store, (done) => options.onDone?.(done, total));
  }

  async run(): Promise<SweepRun> {
    const { workers = availableParallelism(), signal, onDone } = this.options;
    const { groups, recorder } = this;
    onDone?.(
      0,
      groups.reduce((sum, points) => sum + points.length, 0),
    );
    const queue = groups.values();
    if (groups.length > 0) {
      await withThreads(workers, async (threads) => {
        const lane = async () => {
          for (const points of queue) {
            if (signal?.aborted) return;
            await this.runGroup(points, threads);
          }
        };
        await Promise.all(Array.from({ length: groupsAtOnce }, lane));
      });
    }
    await recorder.flush();
    return { ran: recorder.done, failed: recorder.failed, isInterrupted: signal?.aborted === true };
  }

  private async runGroup(points: readonly number[], threads: Threads): Promise<void> {
    const networks = await this.networksOf(points[0], threads);
    if (networks instanceof Interrupted) return;
    if (networks instanceof ConfigError) {
      const { message } = networks;
      await this.recorder.add(points.map((point): PointOutcome => ({ point, error: message })));
      return;
    }
    if (this.sweep.keep.layers) await this.store.addLayers(layerRows(networks));
    const { sweep, options, recorder } = this;
    const batches = new Batches({ sweep, networks: networks.profiles, points, threads, signal: options.signal });
    await batches.run((outcomes) => recorder.add(outcomes));
  }

  /** Why there are none is the outcome of all points of the group. */
  private async networksOf(point: number, threads: Threads): Promise<GroupNetworks | ConfigError | Interrupted> {
    const { sweep, options } = this;
    try {
      const scenario = await sweep.scenarioOf(sweep.point(point).configuration);
      return await scenarioNetworks(scenario, { cache: options.cache, threads, signal: options.signal });
    } catch (error) {
      if (error instanceof ConfigError || error instanceof Interrupted) return error;
      throw error;
    }
  }
}
