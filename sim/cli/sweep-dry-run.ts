/** `dysta sweep FILE --dry-run`: what there is to do. */

import { thisProgram } from "../results/version.ts";
import { type Estimate, estimateSweep } from "../study/sweep/estimate.ts";
import { openGroups } from "../study/sweep/run-sweep.ts";
import { shardPoints } from "../study/sweep/shard.ts";
import { storedStates } from "../study/sweep/store.ts";
import { pointStates, type Shard } from "../study/sweep/sweep.ts";
import type { LoadedSweep } from "../study/sweep/sweep-source.ts";
import { exitStatus } from "./exit.ts";
import { durationText } from "./progress.ts";

interface DryRunOptions {
  readonly out: string | undefined;
  readonly shard: Shard;
  readonly workers: number | undefined;
  readonly cache: string | undefined;
  readonly json: boolean;
}

export async function dryRun(sweep: LoadedSweep, options: DryRunOptions): Promise<number> {
  const { out, shard } = options;
  const states =
    out === undefined
      ? new Uint8Array(sweep.pointCount)
      : await storedStates(out, sweep, { shard, program: thisProgram() });
  const points = shardPoints(sweep.pointCount, shard);
  const groups = openGroups(sweep, { states }, points);
  const estimate = await estimateSweep(sweep, groups, options);
  const document = documentOf(sweep, states.subarray(points.from, points.to), groups.length, estimate);
  process.stdout.write(`${options.json ? JSON.stringify(document) : textOf(sweep, document, estimate.isCut)}\n`);
  return exitStatus.done;
}

function documentOf(
  { name, configurationCount }: LoadedSweep,
  states: Uint8Array,
  networkGroups: number,
  { keptGroups, seconds, points: sampledPoints }: Estimate,
) {
  const inState = (wanted: number) => states.reduce((count, state) => count + (state === wanted ? 1 : 0), 0);
  return {
    name,
    points: states.length,
    configurations: configurationCount,
    done: inState(pointStates.done),
    failed: inState(pointStates.failed),
    open: inState(pointStates.open),
    networkGroups,
    profiledGroups: keptGroups,
    estimatedSeconds: seconds,
    sampledPoints,
  };
}

function textOf(
  { description, axes, source: { schedulers, seedCount } }: LoadedSweep,
  counts: ReturnType<typeof documentOf>,
  isCut: boolean,
): string {
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const { done, failed, open, networkGroups, profiledGroups } = counts;
  const basis = isCut
    ? "from what was done of a sample in ten seconds, taken to go on like that"
    : `from profiling and ${counts.sampledPoints} points of a sample, run now`;
  return [
    `${counts.name}  ${description}`.trimEnd(),
    `axes: ${axes.map((axis) => axis.name).join(", ")}`,
    `${counted(counts.points, "point")}: ${counted(counts.configurations, "configuration")} × ${counted(schedulers.length, "scheduler")} × ${counted(seedCount, "seed")}`,
    `${done} done, ${failed} failed, ${open} to run, on ${counted(networkGroups, "set")} of networks and hardware, ${profiledGroups} of them profiled`,
    ...(open === 0 ? [] : [`estimated time: ${durationText(counts.estimatedSeconds)} (${basis})`]),
  ].join("\n");
}
