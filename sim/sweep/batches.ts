/** The points of a group in batches on worker threads. A thread that dies takes nothing with it but time. */

import { ConfigError } from "../../workloads/errors.ts";
import type { Profile } from "../../workloads/profile.ts";
import { type Threads, withThreads } from "../pool.ts";
import type { PointOutcome } from "./sweep.ts";
import type { SweepPointsJob } from "./sweep-points.ts";
import type { LoadedSweep } from "./sweep-source.ts";

export interface BatchesOptions {
  readonly sweep: LoadedSweep;
  readonly networks: readonly Profile[];
  /** All with these networks. */
  readonly points: readonly number[];
  readonly threads: Threads;
  readonly signal?: AbortSignal | undefined;
}

/** Long enough to make messages cheap, short enough to lose little and to end together. */
const batchMs = 75;
const mostPoints = 500;

type Keep = (outcomes: readonly PointOutcome[]) => Promise<void>;

export class Batches {
  private readonly options: BatchesOptions;
  /** Points of schedulers of ours; those of a user's get a thread each, so that no state of theirs lives on. */
  private readonly shared: readonly number[];
  private readonly isolated: readonly number[];
  private taken = 0;
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

  /** Resolves when every point has had its outcome, or the signal was aborted. */
  async run(keep: Keep): Promise<void> {
    const { threads } = this.options;
    await inLanes(
      threads.count,
      () => this.takeBatch(),
      async (batch) => keep(await this.outcomesOf(batch, threads)),
    );
    const queue = this.isolated.values();
    await inLanes(
      threads.count,
      () => this.next(queue),
      async (point) => keep(await this.alone(point)),
    );
  }

  private next<T>(queue: IterableIterator<T>): T | undefined {
    return this.options.signal?.aborted ? undefined : queue.next().value;
  }

  private takeBatch(): readonly number[] | undefined {
    if (this.options.signal?.aborted || this.taken === this.shared.length) return undefined;
    const size = Math.min(mostPoints, Math.max(1, Math.floor(batchMs / this.pointMs)));
    const batch = this.shared.slice(this.taken, this.taken + size);
    this.taken += batch.length;
    return batch;
  }

  private async outcomesOf(points: readonly number[], threads: Threads): Promise<readonly PointOutcome[]> {
    const beganMs = performance.now();
    const outcomes = await this.attempt(points, threads);
    if (Array.isArray(outcomes)) {
      this.pointMs = (performance.now() - beganMs) / points.length;
      return outcomes;
    }
    // One of them has killed the thread: each alone tells which.
    const each: PointOutcome[] = [];
    for (const point of points) each.push(...(await this.secondAttempt(point, threads)));
    return each;
  }

  private async secondAttempt(point: number, threads: Threads): Promise<readonly PointOutcome[]> {
    const outcomes = await this.attempt([point], threads);
    return Array.isArray(outcomes)
      ? outcomes
      : [{ point, error: `ended its worker thread twice: ${(outcomes as ThreadDeath).reason}` }];
  }

  /** A point in a thread of its own. */
  private alone(point: number): Promise<readonly PointOutcome[]> {
    return withThreads(1, async (threads) => {
      const outcomes = await this.attempt([point], threads);
      return Array.isArray(outcomes) ? outcomes : this.secondAttempt(point, threads);
    });
  }

  /** The outcomes, none if the work was given up, or how the thread died. */
  private async attempt(points: readonly number[], threads: Threads): Promise<readonly PointOutcome[] | ThreadDeath> {
    const { sweep, networks, signal } = this.options;
    const job: SweepPointsJob = { kind: "sweep-points", sweep: sweep.source, networks, points };
    try {
      const outcome = await threads.run(job, signal);
      if (!outcome.ok) throw new ConfigError(outcome.message);
      return outcome.result as readonly PointOutcome[];
    } catch (error) {
      if (signal?.aborted) return [];
      return new ThreadDeath(error);
    }
  }
}

/** A job that has no answer: what is wrong with a point comes back as its outcome. */
class ThreadDeath {
  readonly reason: string;

  constructor(error: unknown) {
    [this.reason] = String((error as Error)?.message ?? error).split("\n", 1);
  }
}

/** Handles what `take` gives, so many at a time, until there is no more. */
async function inLanes<T>(count: number, take: () => T | undefined, handle: (item: T) => Promise<void>): Promise<void> {
  const lane = async () => {
    for (let item = take(); item !== undefined; item = take()) await handle(item);
  };
  await Promise.all(Array.from({ length: count }, lane));
}
