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
    estimatedSeconds: estimate.seconds,
    sampledPoints: estimate.points,
  };
  process.stdout.write(`${json ? JSON.stringify(document) : textOf(sweep, document, estimate.isCut)}\n`);
  return exitStatus.done;
}

function textOf(
  { description, axes, source }: LoadedSweep,
  { name, points, configurations, done, failed, open, networkGroups, estimatedSeconds, sampledPoints }: DryRunDocument,
  isCut: boolean,
): string {
  const { schedulers, seedCount } = source;
  const basis = isCut
    ? "from the first ten seconds of profiling; points themselves not timed everywhere"
    : `from ${sampledPoints} points run now`;
  return [
    `${name}  ${description}`.trimEnd(),
    `axes: ${axes.map((axis) => axis.name).join(", ")}`,
    `${points} points: ${configurations} configurations × ${schedulers.length} scheduler${schedulers.length === 1 ? "" : "s"} × ${seedCount} seed${seedCount === 1 ? "" : "s"}`,
    `${done} done, ${failed} failed, ${open} to run, on ${networkGroups} sets of networks and hardware`,
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
  readonly estimatedSeconds: number;
  readonly sampledPoints: number;
}
