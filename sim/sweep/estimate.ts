/** How long the open points of a sweep will take, from running a few of them. */
import { availableParallelism } from "node:os";
import { scenarioNetworks } from "../modelled-networks.ts";
import { type Threads, withThreads } from "../pool.ts";
import type { LoadedSweep } from "./sweep-source.ts";

export interface Estimate {
  readonly seconds: number;
  /** What was run for it. */
  readonly points: number;
  readonly groups: number;
  /** Profiling had not ended when time was up: the rest was taken to go on as it began. */
  readonly isCut: boolean;
}

const sampledGroups = 3;
const sampledPoints = 6;
/** For profiling one group's networks. */
const mostProfilingMs = 10_000;

/**
 * Profiles the networks of a few groups (what is profiled is kept in the cache) and runs a few of their points.
 *
 * @param groups open points by group (`openGroups`).
 * @throws ConfigError for a group whose networks cannot be profiled.
 */
export async function estimateSweep(
  sweep: LoadedSweep,
  groups: readonly (readonly number[])[],
  { workers = availableParallelism(), cache }: { workers?: number | undefined; cache?: string | undefined },
): Promise<Estimate> {
  const chosen = evenly(groups, sampledGroups);
  const open = groups.reduce((sum, points) => sum + points.length, 0);
  const each = await withThreads(workers, async (threads) => {
    const samples: GroupSample[] = [];
    for (const points of chosen) samples.push(await sampleOf(sweep, points, threads, cache));
    return samples;
  });
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const pointMs = mean(each.flatMap((sample) => sample.pointMs ?? []));
  return {
    seconds: (mean(each.map(({ profilingMs }) => profilingMs)) * groups.length + (pointMs * open) / workers) / 1000,
    points: each.reduce((sum, { points }) => sum + points, 0),
    groups: each.length,
    isCut: each.some(({ pointMs }) => pointMs === undefined),
  };
}

interface GroupSample {
  /** On all threads. */
  readonly profilingMs: number;
  /** On one thread; undefined if profiling took too long. */
  readonly pointMs: number | undefined;
  readonly points: number;
}

async function sampleOf(
  sweep: LoadedSweep,
  group: readonly number[],
  threads: Threads,
  cache: string | undefined,
): Promise<GroupSample> {
  const scenario = await sweep.scenarioOf(sweep.point(group[0]).configuration);
  const signal = AbortSignal.timeout(mostProfilingMs);
  let layers = { done: 0, total: 1 };
  const beganMs = performance.now();
  const onDone = (done: number, total: number) => {
    layers = { done, total };
  };
  const networks = await scenarioNetworks(scenario, { cache, threads, signal, onDone }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  const profilingMs = performance.now() - beganMs;
  if (networks === undefined) {
    return { profilingMs: (profilingMs * layers.total) / Math.max(1, layers.done), pointMs: undefined, points: 0 };
  }
  const points = evenly(group, sampledPoints);
  const startedMs = performance.now();
  await threads.run({ kind: "sweep-points", sweep: sweep.source, networks: networks.profiles, points });
  return { profilingMs, pointMs: (performance.now() - startedMs) / points.length, points: points.length };
}

/** So many of the items, from the first on at equal distances. */
function evenly<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(items.length / count));
  return items.filter((_, k) => k % step === 0).slice(0, count);
}
