/**
 * How many requests per second a scheduler can serve: the highest rate, all rates of the scenario scaled together, at
 * which the share of requests on time still reaches a target. Every rate is tried with the same seeds, whose requests come
 * in the same order and with the same inputs, only faster (common random numbers).
 */
import { availableParallelism } from "node:os";
import { type PoolOptions, runJobs, type Threads, withThreads } from "../../threads/pool.ts";
import type { PreparedRun } from "../run/run.ts";
import { dispatchOf } from "../run/run-setup.ts";
import type { SchedulerChoice } from "../run/simulate-job.ts";
import { type Estimate, estimate } from "../run/summary.ts";
import { capacityOfSeeds, type SeedShares } from "./crossing.ts";
import { type HighestRate, highestRate, rateTolerance, startLoad } from "./highest-rate.ts";
import { onTimeTask } from "./on-time.ts";
import type { RatedSystem } from "./system.ts";

export interface CapacityQuestion {
  readonly system: RatedSystem;
  readonly schedulers: readonly SchedulerChoice[];
  readonly preemption: PreparedRun["scenario"]["preemption"];
  readonly seeds: readonly number[];
  /** Share of requests on time, above 0 and at most 1. */
  readonly target: number;
  /** Seeds are added until the half-width of every interval is at most this share of the rate. */
  readonly precision?: number | undefined;
}

export interface SchedulerCapacity {
  readonly scheduler: string;
  /** As `highestRate`. */
  readonly reached: HighestRate["reached"];
  /** Requests per second as `--rate` takes them: the highest tried rate that reaches the target; null unless found. */
  readonly rate: number | null;
  /** Half of the 95 % interval over the seeds; null with one seed. */
  readonly rateCi95: number | null;
  /** Seconds of work arriving per second at that rate. */
  readonly load: number | null;
  /** Share of requests on time at that rate, 0..1. */
  readonly onTimeRate: number | null;
  /** Rates that were tried, each with every seed. */
  readonly evaluations: number;
  /** Those rates ascending, with the share on time: mean over the seeds, half of its 95 % interval. */
  readonly curve: readonly CurvePoint[];
  /** A value of each seed whose mean estimates the rate (`capacityOfSeeds`); undefined where there are none. */
  readonly ofSeeds?: readonly number[];
}

export interface CurvePoint {
  readonly rate: number;
  readonly onTimeRate: number;
  readonly onTimeCi95: number | null;
}

/** How much more one scheduler can serve than another, on the same requests; requests per second. */
interface CapacityDifference extends Estimate {
  readonly scheduler: string;
  readonly against: string;
  /** Whether the interval leaves out 0 and the difference is more than the search's tolerance. */
  readonly isToldApart: boolean;
}

export interface Capacities {
  /** Those that were used in the end. */
  readonly seeds: readonly number[];
  readonly schedulers: readonly SchedulerCapacity[];
  /** Of every scheduler from `dysta` where it ran, else from the first. */
  readonly differences: readonly CapacityDifference[];
}

/** Seeds at most: beyond them a precision is given up, and the intervals say so. */
const maxSeeds = 1280;

/** @throws ConfigError if a user's scheduler misbehaves. */
export async function findCapacities(question: CapacityQuestion, options: PoolOptions): Promise<Capacities> {
  const { workers = availableParallelism(), onDone } = options;
  const progress = new Progress(question.schedulers.length, onDone);
  return withThreads(workers, async (threads) => {
    const shares = new OnTimeShares(question, threads);
    for (let { seeds } = question; ; ) {
      const schedulers = await Promise.all(
        question.schedulers.map((scheduler) => capacityOf(question, { scheduler, seeds, shares, progress })),
      );
      const wanted = seedsFor(question.precision, schedulers, seeds.length);
      if (wanted === seeds.length) return { seeds, schedulers, differences: differencesOf(schedulers) };
      seeds = Array.from({ length: wanted }, (_, k) => seeds[0] + k);
      progress.expectMore(question.schedulers.length);
    }
  });
}

interface SchedulerSearch {
  readonly scheduler: SchedulerChoice;
  readonly seeds: readonly number[];
  readonly shares: OnTimeShares;
  readonly progress: Progress;
}

async function capacityOf(
  { system, target }: CapacityQuestion,
  { scheduler, seeds, shares, progress }: SchedulerSearch,
): Promise<SchedulerCapacity> {
  const search = { start: system.rateOfLoad(startLoad), target, tolerance: rateTolerance };
  const byRate: SeedShares[] = [];
  const { reached, rate, tried } = await highestRate(search, async (rate) => {
    const ofSeeds = await shares.of(scheduler, rate, seeds);
    byRate.push({ rate, shares: ofSeeds });
    progress.step();
    return estimate(ofSeeds).mean;
  });
  const ofSeeds = rate !== undefined && seeds.length > 1 ? { ofSeeds: capacityOfSeeds(byRate, target) } : {};
  return {
    scheduler: scheduler.name,
    reached,
    rate: rate ?? null,
    rateCi95: ofSeeds.ofSeeds === undefined ? null : estimate(ofSeeds.ofSeeds).ci95,
    load: rate === undefined ? null : system.loadOfRate(rate),
    onTimeRate: tried.find((each) => each.rate === rate)?.share ?? null,
    evaluations: tried.length,
    curve: byRate.toSorted((a, b) => a.rate - b.rate).map(curvePoint),
    ...ofSeeds,
  };
}

function curvePoint({ rate, shares }: SeedShares): CurvePoint {
  const { mean, ci95 } = estimate(shares);
  return { rate, onTimeRate: mean, onTimeCi95: ci95 };
}

/** How many seeds the widest interval asks for, by the square root law; no fewer than there are, at most four times as many. */
function seedsFor(precision: number | undefined, schedulers: readonly SchedulerCapacity[], count: number): number {
  if (precision === undefined) return count;
  const widest = Math.max(...schedulers.map(({ rate, rateCi95 }) => (rateCi95 ?? 0) / (rate ?? 1)));
  if (widest <= precision || count >= maxSeeds) return count;
  return Math.min(maxSeeds, Math.max(count + 1, Math.ceil(count * Math.min(4, (widest / precision) ** 2))));
}

function differencesOf(schedulers: readonly SchedulerCapacity[]): CapacityDifference[] {
  const known = schedulers.filter(({ ofSeeds }) => ofSeeds !== undefined);
  const against = known.find(({ scheduler }) => scheduler === "dysta") ?? known[0];
  return known
    .filter((each) => each !== against)
    .map(({ scheduler, ofSeeds = [] }) => {
      const difference = estimate(ofSeeds.map((value, k) => value - (against.ofSeeds?.[k] ?? 0)));
      const least = Math.max(difference.ci95 ?? Number.POSITIVE_INFINITY, rateTolerance * (against.rate ?? 0));
      return {
        scheduler,
        against: against.scheduler,
        ...difference,
        isToldApart: Math.abs(difference.mean) > least,
      };
    });
}

/** Shares on time by scheduler and rate, seed by seed; what is known is not run again. */
class OnTimeShares {
  private readonly question: CapacityQuestion;
  private readonly threads: Threads;
  private readonly known = new Map<string, number[]>();

  constructor(question: CapacityQuestion, threads: Threads) {
    this.question = question;
    this.threads = threads;
  }

  /** @param seeds those asked for earlier, and more behind them. */
  async of(scheduler: SchedulerChoice, rate: number, seeds: readonly number[]): Promise<readonly number[]> {
    const key = `${scheduler.name} ${rate}`;
    const known = this.known.get(key) ?? [];
    const missing = seeds.slice(known.length);
    const shares = [...known, ...(await this.run(scheduler, rate, missing))];
    this.known.set(key, shares);
    return shares;
  }

  private async run(scheduler: SchedulerChoice, rate: number, seeds: readonly number[]): Promise<number[]> {
    const { system, preemption } = this.question;
    const setup = system.setupAt(rate);
    const dispatch = dispatchOf(setup, scheduler.name);
    // A thread that runs a user's module takes longer to begin than the module to run.
    const parts = scheduler.kind === "module" ? 1 : Math.min(this.threads.count, seeds.length);
    const jobs = inParts(seeds, parts).map((part) => ({ setup, scheduler, dispatch, preemption, seeds: part }));
    const outcomes = await runJobs(onTimeTask, jobs, { threads: this.threads });
    return outcomes.flatMap((outcome) => {
      if (!outcome.ok) throw outcome.error;
      return outcome.result;
    });
  }
}

/** Consecutive parts of about one length, none empty. */
function inParts<T>(all: readonly T[], count: number): T[][] {
  const cuts = Array.from({ length: count + 1 }, (_, k) => Math.round((k * all.length) / count));
  return cuts.slice(1).map((end, k) => all.slice(cuts[k], end));
}

/** Rates of a search, about: what a bar can promise. */
const usualEvaluations = 9;

class Progress {
  private done = 0;
  private total: number;
  private readonly onDone: PoolOptions["onDone"];

  constructor(searches: number, onDone: PoolOptions["onDone"]) {
    this.total = searches * usualEvaluations;
    this.onDone = onDone;
    onDone?.(0, this.total);
  }

  step(): void {
    this.done += 1;
    this.total = Math.max(this.total, this.done);
    this.onDone?.(this.done, this.total);
  }

  expectMore(searches: number): void {
    this.total = this.done + searches * usualEvaluations;
  }
}
