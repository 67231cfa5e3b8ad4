/** `dysta sweep FILE --dry-run`: what there is to do. */
import { estimateSweep } from "../sweep/estimate.ts";
import { openGroups } from "../sweep/run-sweep.ts";
import { shardPoints } from "../sweep/shard.ts";
import { storedStates } from "../sweep/store.ts";
import { pointStates, type Shard } from "../sweep/sweep.ts";
import type { LoadedSweep } from "../sweep/sweep-source.ts";
import { packageVersion } from "../version.ts";
import { exitStatus } from "./exit.ts";
import { durationText } from "./progress.ts";

export interface DryRunOptions {
  readonly out: string | undefined;
  readonly shard: Shard;
  readonly workers: number | undefined;
  readonly cache: string | undefined;
  readonly json: boolean;
}

export async function dryRun(sweep: LoadedSweep, options: DryRunOptions): Promise<number> {
  const { out, shard, json } = options;
  const version = packageVersion();
  const states =
    out === undefined ? new Uint8Array(sweep.pointCount) : await storedStates(out, sweep, { shard, version });
  const points = shardPoints(sweep.pointCount, shard);
  const own = states.subarray(points.from, points.to);
  const inState = (wanted: number) => own.reduce((count, state) => count + (state === wanted ? 1 : 0), 0);
  const groups = openGroups(sweep, { states }, points);
  const estimate = await estimateSweep(sweep, groups, options);
  const document = {
    name: sweep.name,
    points: own.length,
    configurations: sweep.configurationCount,
    done: inState(pointStates.done),
    failed: inState(pointStates.failed),
    open: inState(pointStates.open),
    networkGroups: groups.length,
    profiledGroups: estimate.keptGroups,
    estimatedSeconds: estimate.seconds,
    sampledPoints: estimate.points,
  };
  process.stdout.write(`${json ? JSON.stringify(document) : textOf(sweep, document, estimate.isCut)}\n`);
  return exitStatus.done;
}

function textOf(
  { description, axes, source }: LoadedSweep,
  {
    name,
    points,
    configurations,
    done,
    failed,
    open,
    networkGroups,
    profiledGroups,
    estimatedSeconds,
    sampledPoints,
  }: DryRunDocument,
  isCut: boolean,
): string {
  const { schedulers, seedCount } = source;
  const basis = isCut
    ? "from what was done of a sample in ten seconds, taken to go on like that"
    : `from profiling and ${sampledPoints} points of a sample, run now`;
  return [
    `${name}  ${description}`.trimEnd(),
    `axes: ${axes.map((axis) => axis.name).join(", ")}`,
    `${points} points: ${configurations} configurations × ${schedulers.length} scheduler${schedulers.length === 1 ? "" : "s"} × ${seedCount} seed${seedCount === 1 ? "" : "s"}`,
    `${done} done, ${failed} failed, ${open} to run, on ${networkGroups} set${networkGroups === 1 ? "" : "s"} of networks and hardware, ${profiledGroups} of them profiled`,
    ...(open === 0 ? [] : [`estimated time: ${durationText(estimatedSeconds)} (${basis})`]),
  ].join("\n");
}

interface DryRunDocument {
  readonly name: string;
  readonly points: number;
  readonly configurations: number;
  readonly done: number;
  readonly failed: number;
  readonly open: number;
  readonly networkGroups: number;
  readonly profiledGroups: number;
  readonly estimatedSeconds: number;
  readonly sampledPoints: number;
}
