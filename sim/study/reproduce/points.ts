/**
 * Points of the paper's scheduling figures (workload, rate, SLO multiplier), run in three readings: the artifact's semantics and
 * the papers' own rules on tables with the latencies inferred from the paper, and the papers' own rules on modelled hardware at
 * the same load. Each finished point is kept in the cache, so that work that was stopped goes on where it was.
 */
import { availableParallelism } from "node:os";
import { schedulerNames } from "../../../sched/registry.ts";
import { applyOverrides } from "../../../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario } from "../../../workloads/scenarios/scenario.ts";
import { type Profile, secondsPerTick } from "../../../workloads/tables/profile.ts";
import { type ScenarioNetworks, scenarioNetworks } from "../../profile/modelled-networks.ts";
import { Cache, resultKey } from "../../results/cache.ts";
import { type PoolOptions, withThreads } from "../../threads/pool.ts";
import { chooseSchedulers, prepareProfiled, profileHash, runComparison } from "../run/run.ts";
import { type Estimate, estimate } from "../run/summary.ts";
import type { Workload } from "./published.ts";

export interface PointQuestion {
  readonly workload: Workload;
  /** The paper's, requests per second. */
  readonly rate: number;
  readonly slo: number;
}

export const readings = ["artifact", "sameTables", "corrected"] as const;
export type Reading = (typeof readings)[number];

/** By the paper's name. */
export const comparedSchedulers = {
  FCFS: "fcfs",
  SJF: "sjf",
  PREMA: "prema",
  Planaria: "planaria",
  SDRM3: "sdrm3",
  "Dysta-w/o-sparse": "dysta_naive",
  Dysta: "dysta",
  Oracle: "dysta_oracle",
} as const;

export type Judged = "violationRate" | "antt" | "throughputPerS";

/** Per seed, by scheduler of ours. */
type PerSeed = Readonly<Record<string, readonly Readonly<Record<Judged, number>>[]>>;

/** What a point's three readings gave. */
export class PointResult {
  private readonly perSeed: Readonly<Record<Reading, PerSeed>>;
  /** The modelled hardware's rate / the paper's. */
  readonly rateFactor: number;

  constructor(perSeed: Readonly<Record<Reading, PerSeed>>, rateFactor: number) {
    this.perSeed = perSeed;
    this.rateFactor = rateFactor;
  }

  /** One number per seed; `scheduler` as the paper calls it. */
  values(reading: Reading, scheduler: string, judged: Judged): number[] {
    const own = comparedSchedulers[scheduler as keyof typeof comparedSchedulers];
    return this.perSeed[reading][own].map((metrics) => metrics[judged]);
  }

  estimate(reading: Reading, scheduler: string, judged: Judged): Estimate {
    return estimate(this.values(reading, scheduler, judged));
  }
}

const scenarioNames: Readonly<Record<Reading, Readonly<Record<Workload, string>>>> = {
  artifact: { attnn: "multi-attnn-inferred", cnn: "multi-cnn-inferred" },
  sameTables: { attnn: "multi-attnn-inferred", cnn: "multi-cnn-inferred" },
  corrected: { attnn: "multi-attnn-modelled", cnn: "multi-cnn" },
};

/** Inputs per attention network on hardware: as many as the inferred tables have. */
const attentionSamples = 16;

export interface PointWork {
  readonly workers?: number | undefined;
  /** Folder of kept results, if any. */
  readonly cache: string | undefined;
  /** Requests of a seed; the seeds are 1 to `seeds`. */
  readonly requests: number;
  readonly seeds: number;
  readonly onDone: (done: number, total: number) => void;
}

/** A scenario of ours for one reading of a workload, with its networks. */
interface ReadNetworks {
  readonly scenario: Scenario;
  readonly networks: ScenarioNetworks;
}

/** The networks of a workload in one reading, run on the hardware where the reading has one. */
export async function networksFor(
  reading: Reading,
  workload: Workload,
  modelling: PoolOptions & { readonly cache: string | undefined },
): Promise<ReadNetworks> {
  const loaded = await loadScenario(scenarioNames[reading][workload], schedulerNames);
  const semantics = reading === "artifact" ? ("artifact" as const) : ("corrected" as const);
  const samples = reading === "corrected" && workload === "attnn" ? attentionSamples : loaded.samples;
  const scenario = { ...loaded, semantics, samples };
  return { scenario, networks: await scenarioNetworks(scenario, modelling) };
}

export type NetworksByReading = Readonly<Record<Workload, Readonly<Record<Reading, ReadNetworks>>>>;

export function keyOf({ workload, rate, slo }: PointQuestion): string {
  return `${workload} ${rate} ${slo}`;
}

/** Every point, by `keyOf`; one that is asked for twice is run once. */
export async function runPoints(
  questions: readonly PointQuestion[],
  networks: NetworksByReading,
  { workers = availableParallelism(), cache, onDone, ...asked }: PointWork,
): Promise<ReadonlyMap<string, PointResult>> {
  const distinct = new Map(questions.map((question) => [keyOf(question), question]));
  const kept = cache === undefined ? undefined : new Cache(cache);
  const total = distinct.size * readings.length;
  const results = new Map<string, PointResult>();
  let done = 0;
  onDone(done, total);
  await withThreads(workers, async (threads) => {
    for (const [key, question] of distinct) {
      const byReading = networks[question.workload];
      const rateFactor = meanSeconds(byReading.artifact) / meanSeconds(byReading.corrected);
      const perSeed: Partial<Record<Reading, PerSeed>> = {};
      for (const reading of readings) {
        const rate = question.rate * (reading === "corrected" ? rateFactor : 1);
        const point = { rate, slo: question.slo, ...asked, seed: 1, schedulers: Object.values(comparedSchedulers) };
        perSeed[reading] = await keptRun(byReading[reading], point, kept, threads);
        done += 1;
        onDone(done, total);
      }
      results.set(key, new PointResult(perSeed as Record<Reading, PerSeed>, rateFactor));
    }
  });
  return results;
}

type PointKeys = Parameters<typeof applyOverrides>[1];

async function keptRun(
  { scenario: general, networks }: ReadNetworks,
  point: PointKeys,
  cache: Cache | undefined,
  threads: PoolOptions["threads"],
): Promise<PerSeed> {
  const scenario = applyOverrides({ ...general, dispatch: "software" }, point, schedulerNames);
  const { file: _, name: __, description: ___, ...keys } = scenario;
  const key = resultKey([keys, networks.profiles.map(profileHash)]);
  const known = cache?.read<PerSeed>(`point-${key}`);
  if (known !== undefined) return known;
  const prepared = await prepareProfiled(scenario, await chooseSchedulers(scenario.schedulers), networks);
  const { summaries, mistake } = await runComparison(prepared, { keepSchedules: false, threads });
  if (mistake !== undefined) throw mistake;
  const perSeed = Object.fromEntries(
    summaries.map((summary) => [
      summary.scheduler,
      summary.perSeed.map(({ metrics: { violationRate, antt, throughputPerS } }) => ({
        ...{ violationRate, antt, throughputPerS },
      })),
    ]),
  );
  cache?.write(`point-${key}`, perSeed);
  return perSeed;
}

/** Time alone in the mean over the networks of the mix, in which both workloads have equal shares. */
function meanSeconds({ networks }: ReadNetworks): number {
  const times = networks.profiles.map(isolatedSeconds);
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

function isolatedSeconds(profile: Profile): number {
  const total = profile.latency.reduce((sum, time) => sum + time, 0);
  return (total * secondsPerTick(profile)) / profile.sampleIds.length;
}
