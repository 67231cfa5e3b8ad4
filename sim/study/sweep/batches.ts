/** The points of a group in batches on worker threads. A thread that dies takes nothing with it but time. */

import type { Profile } from "../../../workloads/tables/profile.ts";
import { reasonOf, type Threads, withThreads } from "../../threads/pool.ts";
import type { TaskOutcome } from "../../threads/task.ts";
import { inLanes } from "./lanes.ts";
import type { PointOutcome } from "./sweep.ts";
import { type SweepPointsResult, sweepPointsTask } from "./sweep-points.ts";
import type { LoadedSweep } from "./sweep-source.ts";

interface BatchesOptions {
  readonly sweep: LoadedSweep;
  readonly networks: readonly Profile[];
  /** All with these networks. */
  readonly points: readonly number[];
  readonly threads: Pick<Threads, "count" | "run">;
  readonly signal: AbortSignal;
}

/** Long enough to make messages cheap, short enough to lose little and to end together. */
const batchMs = 75;
const maxPoints = 500;

type Keep = (outcomes: readonly PointOutcome[]) => Promise<void>;

export class Batches {
  private readonly options: BatchesOptions;
  /** Points of schedulers of ours; those of a user's get a thread each, so that no state of theirs lives on. */
  private readonly shared: readonly number[];
  private readonly isolated: readonly number[];
  private taken = 0;
  /** Of the latest batch. */
  private pointMs = batchMs;

  constructor(options: BatchesOptions) {
    this.options = options;
    const { sweep, points } = options;
    const modules = new Set(
      sweep.source.schedulers.flatMap((choice) => (choice.kind === "module" ? [choice.name] : [])),
    );
    const isModule = (point: number) => modules.has(sweep.point(point).scheduler);
    this.shared = modules.size === 0 ? points : points.filter((point) => !isModule(point));
    this.isolated = modules.size === 0 ? [] : points.filter(isModule);
  }

  /**
   * Resolves when every point has had its outcome, or the signal was aborted.
   *
   * @throws what `keep` throws.
   */
  async run(keep: Keep): Promise<void> {
    const { threads } = this.options;
    // One batch more than threads: the next is there when a thread has ended one.
    await inLanes(
      threads.count + 1,
      () => this.takeBatch(),
      async (batch) => keep(await this.outcomesOf(batch, threads)),
    );
    const queue = this.isolated.values();
    await inLanes(
      threads.count,
      () => (this.options.signal.aborted ? undefined : queue.next().value),
      async (point) => keep(await withThreads(1, (own) => this.outcomesOf([point], own))),
    );
  }

  private takeBatch(): readonly number[] | undefined {
    if (this.options.signal.aborted || this.taken === this.shared.length) return undefined;
    const size = Math.min(maxPoints, Math.max(1, Math.floor(batchMs / this.pointMs)));
    const batch = this.shared.slice(this.taken, this.taken + size);
    this.taken += batch.length;
    return batch;
  }

  /** If the thread dies, every point is tried twice more, or once if it was alone. */
  private async outcomesOf(
    points: readonly number[],
    threads: BatchesOptions["threads"],
  ): Promise<readonly PointOutcome[]> {
    const first = await this.attempt(points, threads);
    if (!("death" in first)) return first;
    if (points.length > 1) {
      const each: PointOutcome[] = [];
      for (const point of points) each.push(...(await this.outcomesOf([point], threads)));
      return each;
    }
    const second = await this.attempt(points, threads);
    if (!("death" in second)) return second;
    return [{ point: points[0], error: `ended its worker thread twice: ${second.death}` }];
  }

  /** The outcomes, or none if the work was given up, or how the thread died. */
  private async attempt(
    points: readonly number[],
    threads: BatchesOptions["threads"],
  ): Promise<readonly PointOutcome[] | { readonly death: string }> {
    const { sweep, networks, signal } = this.options;
    let outcome: TaskOutcome<SweepPointsResult>;
    try {
      outcome = await threads.run(sweepPointsTask, { sweep: sweep.source, networks, points }, signal);
    } catch (error) {
      return signal.aborted ? [] : { death: reasonOf(error) };
    }
    if (!outcome.ok) throw new Error(outcome.message);
    const { outcomes, elapsedMs } = outcome.result;
    this.pointMs = elapsedMs / points.length;
    return outcomes;
  }
}
