/** Modelled preemption over the seeds of a run: what each scheduler's switches cost, and what of its advantage is left. */
import type { MetricName } from "../../core/metrics.ts";
import type { Comparison, Run } from "./run.ts";
import type { SwitchReport } from "./simulate-job.ts";
import { type Estimate, estimate } from "./summary.ts";

/** Per seed, unless it says otherwise. */
export interface PreemptionCost {
  readonly scheduler: string;
  readonly cycles: Estimate;
  readonly bytes: Estimate;
  readonly energyPj: Estimate;
  readonly shareOfBusy: Estimate;
  readonly held: Estimate;
  readonly spills: Estimate;
  /** Switches modelled − free, on the same requests. */
  readonly anttChange: Estimate;
  readonly violationChange: Estimate;
  /**
   * Advantage over `fcfs` (which never pays) with modelled switches / with free ones, of the means over seeds. Null
   * without `fcfs`, and where there was no advantage.
   */
  readonly anttAdvantageLeft: number | null;
  readonly violationAdvantageLeft: number | null;
  readonly perSeed: readonly ({ readonly seed: number } & SwitchReport)[];
}

type Judged = Extract<MetricName, "antt" | "violationRate">;

/** Of the schedulers that finished on every seed both ways; empty where switches are free. */
export function preemptionCosts({ summaries, runs, freePreemptionBaseline }: Comparison): PreemptionCost[] {
  const pairs = summaries.map(({ scheduler }) => pairOf(scheduler, runs, freePreemptionBaseline));
  const fcfs = pairs.find(({ scheduler }) => scheduler === "fcfs");
  return pairs.flatMap((pair) => (isWhole(pair) ? [costOf(pair, fcfs)] : []));
}

/** A scheduler's runs, seed by seed in the same order. */
interface Pair {
  readonly scheduler: string;
  readonly modelled: readonly Run[];
  readonly free: readonly Run[];
}

function pairOf(scheduler: string, runs: readonly Run[], freePreemptionBaseline: readonly Run[]): Pair {
  const own = (all: readonly Run[]) => all.filter((run) => run.scheduler === scheduler);
  return { scheduler, modelled: own(runs), free: own(freePreemptionBaseline) };
}

function isWhole({ modelled, free }: Pair): boolean {
  return free.length > 0 && modelled.length === free.length;
}

function costOf(pair: Pair, fcfs: Pair | undefined): PreemptionCost {
  const { scheduler, modelled, free } = pair;
  const perSeed = modelled.flatMap(({ seed, result }) =>
    result.switches === undefined ? [] : [{ seed, ...result.switches }],
  );
  const total = (name: keyof SwitchReport) => estimate(perSeed.map((report) => report[name]));
  const change = (metric: Judged) =>
    estimate(modelled.map((run, k) => metricOf(run, metric) - metricOf(free[k], metric)));
  const left = (metric: Judged) => (fcfs === undefined || !isWhole(fcfs) ? null : advantageLeft(pair, fcfs, metric));
  return {
    scheduler,
    cycles: total("cycles"),
    bytes: total("bytes"),
    energyPj: total("energyPj"),
    shareOfBusy: total("shareOfBusy"),
    held: total("held"),
    spills: total("spills"),
    anttChange: change("antt"),
    violationChange: change("violationRate"),
    anttAdvantageLeft: left("antt"),
    violationAdvantageLeft: left("violationRate"),
    perSeed,
  };
}

function advantageLeft(pair: Pair, fcfs: Pair, metric: Judged): number | null {
  const sum = (runs: readonly Run[]) => runs.reduce((total, run) => total + metricOf(run, metric), 0);
  const free = sum(fcfs.free) - sum(pair.free);
  return free > 0 ? (sum(fcfs.modelled) - sum(pair.modelled)) / free : null;
}

function metricOf({ result }: Run, metric: Judged): number {
  return result.metrics.overall[metric];
}
