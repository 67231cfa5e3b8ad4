/**
 * How long the open points of a sweep will take: from profiling some groups and running some of their points now. Groups
 * whose profiles are in the cache and groups whose profiles are not are told apart, and some of each taken.
 */
import { availableParallelism } from "node:os";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { areNetworksKept, scenarioNetworks } from "../../profile/modelled-networks.ts";
import { Interrupted } from "../../threads/interrupted.ts";
import { type Threads, withThreads } from "../../threads/pool.ts";
import { Batches } from "./batches.ts";
import type { LoadedSweep } from "./sweep-source.ts";

export interface Estimate {
  readonly seconds: number;
  /** What was run for it. */
  readonly points: number;
  readonly groups: number;
  /** Groups whose profiles are in the cache, most likely, before this. */
  readonly keptGroups: number;
  /** Some of it had not ended when time was up: the rest was taken to go on as it began. */
  readonly isCut: boolean;
}

interface EstimateOptions {
  /** Number of worker threads; default: all cores. */
  readonly workers?: number | undefined;
  /** Folder of kept layer profiles, if any. */
  readonly cache?: string | undefined;
}

/** A group's open points. */
type Group = readonly number[];

/** Of each kind. */
const sampledGroups = 3;
/** Parts of a group whose first points are run. */
const sampledParts = 6;
/** A sample of points is large enough if it takes so long on all threads. */
const enoughMs = 1000;
/** For profiling a group's networks, and again for its points. */
const maxMs = 10_000;

/**
 * Estimates on threads of its own. What is profiled is kept in the cache.
 *
 * @param groups open points by group (`openGroups`).
 */
export async function estimateSweep(
  sweep: LoadedSweep,
  groups: readonly Group[],
  { workers = availableParallelism(), cache }: EstimateOptions,
): Promise<Estimate> {
  const [kept, fresh] = await byCache(sweep, groups, cache);
  const strata = await withThreads(workers, async (threads) => [
    await samplesOf(sweep, kept, threads, cache),
    await samplesOf(sweep, fresh, threads, cache),
  ]);
  const samples = strata.flat();
  const profilingMs = sum(
    [kept, fresh].map(({ length }, k) => length * mean(strata[k].map((each) => each.profilingMs))),
  );
  const pointMs = mean(samples.flatMap((each) => each.pointMs ?? []));
  return {
    seconds: (profilingMs + pointMs * sum(groups.map(({ length }) => length))) / 1000,
    points: sum(samples.map(({ points }) => points)),
    groups: samples.length,
    keptGroups: kept.length,
    isCut: samples.some(({ isCut }) => isCut),
  };
}

/** Groups whose profiles are in the cache, and the others. */
async function byCache(
  sweep: LoadedSweep,
  groups: readonly Group[],
  cache: string | undefined,
): Promise<[kept: Group[], fresh: Group[]]> {
  const [kept, fresh]: [Group[], Group[]] = [[], []];
  for (const group of groups) {
    const isKept = await failingAs(false, async () => areNetworksKept(await scenarioOf(sweep, group), cache));
    (isKept ? kept : fresh).push(group);
  }
  return [kept, fresh];
}

interface GroupSample extends Omit<PointSample, "pointMs"> {
  /** On all threads. */
  readonly profilingMs: number;
  /** Undefined if there is nothing to run points on. */
  readonly pointMs?: number;
}

async function samplesOf(
  sweep: LoadedSweep,
  groups: readonly Group[],
  threads: Threads,
  cache: string | undefined,
): Promise<GroupSample[]> {
  const samples: GroupSample[] = [];
  for (const from of starts(groups.length, sampledGroups)) {
    const group = groups[from];
    // A group that cannot be profiled fails at once in the sweep, too.
    const nothing = { profilingMs: 0, points: 0, isCut: false };
    samples.push(await failingAs(nothing, () => sampleOf(sweep, group, threads, cache)));
  }
  return samples;
}

/** @throws ConfigError if the networks cannot be profiled. */
async function sampleOf(
  sweep: LoadedSweep,
  group: Group,
  threads: Threads,
  cache: string | undefined,
): Promise<GroupSample> {
  const scenario = await scenarioOf(sweep, group);
  let layers = { done: 0, total: 1 };
  const onDone = (done: number, total: number) => {
    layers = { done, total };
  };
  const beganMs = performance.now();
  const signal = AbortSignal.timeout(maxMs);
  const networks = await scenarioNetworks(scenario, { cache, threads, signal, onDone }).catch((error: unknown) => {
    if (error instanceof Interrupted) return undefined;
    throw error;
  });
  const profilingMs = performance.now() - beganMs;
  if (networks === undefined) {
    return { profilingMs: (profilingMs * layers.total) / Math.max(1, layers.done), points: 0, isCut: true };
  }
  return { profilingMs, ...(await timePoints(sweep, group, networks.profiles, threads)) };
}

interface PointSample {
  /** Of one of many on all threads. */
  readonly pointMs: number;
  readonly points: number;
  readonly isCut: boolean;
}

/** More points each time, until they take long enough to tell, or are all. The first are to start the threads. */
async function timePoints(
  sweep: LoadedSweep,
  group: Group,
  networks: readonly Profile[],
  threads: Threads,
): Promise<PointSample> {
  const signal = AbortSignal.timeout(maxMs);
  const time = async (count: number): Promise<PointSample & { readonly elapsedMs: number }> => {
    let ran = 0;
    const beganMs = performance.now();
    const points = spread(group, sampledParts, count);
    await new Batches({ sweep, networks, points, threads, signal }).run(async (outcomes) => {
      ran += outcomes.length;
    });
    const elapsedMs = performance.now() - beganMs;
    return { elapsedMs, pointMs: elapsedMs / Math.max(1, ran), points: ran, isCut: signal.aborted };
  };
  let sample = await time(sampledParts);
  for (let count = sampledParts; !signal.aborted; count *= 2) {
    const next = await time(count);
    // What was cut short says less than what went before.
    if (next.isCut) break;
    const isAll = next.points < count;
    sample = next;
    if (isAll || next.elapsedMs >= enoughMs) break;
  }
  return sample;
}

/** At least so many items, or all: as many from the beginning of each of `parts` equal parts. */
function spread<T>(items: readonly T[], parts: number, count: number): T[] {
  const ends = [...starts(items.length, parts), items.length];
  const each = Math.ceil(count / parts);
  return ends.slice(1).flatMap((end, part) => items.slice(ends[part], Math.min(ends[part] + each, end)));
}

function scenarioOf(sweep: LoadedSweep, [first]: Group) {
  return sweep.scenarioOf(sweep.point(first).configuration);
}

/** Where each of so many parts of a list begins, as equal as can be; each once. */
function starts(length: number, parts: number): number[] {
  const count = Math.min(length, parts);
  return Array.from({ length: count }, (_, part) => Math.floor((part * length) / count));
}

async function failingAs<T>(fallback: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) return fallback;
    throw error;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
