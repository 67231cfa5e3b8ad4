/** `dysta sweep FILE`: a grid of scenarios on every core, or on Slurm. */

import { thisProgram } from "../results/version.ts";
import { sweepConditions } from "../study/run/conditions.ts";
import { provenanceOf } from "../study/run/provenance.ts";
import { exportResults } from "../study/sweep/export.ts";
import { runSweep } from "../study/sweep/run-sweep.ts";
import { parseShard, shardPoints, shardText, wholeSweep } from "../study/sweep/shard.ts";
import { openStore, type SweepStore } from "../study/sweep/store.ts";
import { openPoints } from "../study/sweep/stored-sweep.ts";
import { loadSweep } from "../study/sweep/sweep-file.ts";
import type { LoadedSweep } from "../study/sweep/sweep-source.ts";
import { writeReport } from "../view/report/write-report.ts";
import { failuresOf, sweepText } from "../view/text/sweep-render.ts";
import { requirePositiveInteger } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { beforeInterruptedExit, interruptSignal } from "./interrupt.ts";
import { createLog } from "./log.ts";
import { cacheFolder } from "./profile-command.ts";
import { withProgress } from "./progress.ts";
import { dryRun } from "./sweep-dry-run.ts";
import type { SweepArguments } from "./sweep-options.ts";
import { sweepOverrides } from "./sweep-overrides.ts";
import { sweepOnSlurm } from "./sweep-slurm.ts";

export async function sweepCommand(args: SweepArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const shard = args.shard === undefined ? wholeSweep : parseShard(args.shard);
  requireFittingOptions(args);
  const sweep = await loadSweep(args.sweep, sweepOverrides(args));
  const cache = cacheFolder(args.cache);
  if (args["dry-run"] === true) return dryRun(sweep, { out: args.out, shard, workers, cache, json: args.json });
  const out = requireOut(args);
  const unmerged = args.engine === "slurm" ? await sweepOnSlurm(sweep, args, out) : undefined;
  if (unmerged !== undefined) return unmerged;
  const store = await openStore(out, sweep, { shard, program: thisProgram(), restart: args.restart === true });
  beforeInterruptedExit(() => store.folder.markUnfinished({ state: "interrupted" }));
  try {
    if (args["retry-failed"] === true) await store.forgetFailures();
    const log = createLog(args.logLevel);
    const signal = interruptSignal();
    const run = await withProgress("points", (onDone) =>
      runSweep(sweep, store, {
        ...{ points: shardPoints(sweep.pointCount, shard), workers, cache, signal },
        onDone: (done, total) => {
          onDone(done, total);
          log.info({ done, total }, "points");
        },
      }),
    );
    if (run.isInterrupted) return interruptedStatus(store, openPoints(store.states, shard));
    // A shard's points are exported with those of the others, when they are merged.
    if (shard.count === 1) await exportResults(store);
    const text = await textOf(args, store, run.ran, sweep);
    store.database.close();
    if (shard.count === 1) await writeReport(out);
    // Last: what says that it is complete is.
    store.folder.markEnded({
      ...provenanceOf({ startedAt, workers, state: { state: "complete" } }),
      sweep: { name: sweep.name, identity: sweep.identity, shard: shardText(shard) },
    });
    process.stdout.write(`${text}\n`);
    return store.counts.failed === 0 ? exitStatus.done : exitStatus.failed;
  } catch (error) {
    store.folder.markUnfinished({ state: "failed", failure: (error as Error).message });
    throw error;
  } finally {
    store.close();
  }
}

function requireFittingOptions({ engine, shard, shards, sbatch, restart, out }: SweepArguments): void {
  if (engine === "slurm" && shard !== undefined) {
    throw new UsageError(`--shard ${shard}: --engine slurm makes the shards itself; say how many with --shards`);
  }
  if (engine === "slurm" && restart === true) {
    throw new UsageError(`--restart: shards on Slurm have folders of their own; remove ${out} and begin again`);
  }
  const useless = Object.entries({ shards, sbatch }).find(([, value]) => value !== undefined);
  if (engine === "slurm" || useless === undefined) return;
  throw new UsageError(`--${useless[0]} is for --engine slurm, the engine is ${engine}`);
}

function requireOut({ out }: SweepArguments): string {
  if (out !== undefined) return out;
  throw new UsageError("--out is missing: name the result folder of the sweep (or ask with --dry-run)");
}

function interruptedStatus({ folder, counts }: SweepStore, open: number): number {
  folder.markUnfinished({ state: "interrupted" });
  process.stderr.write(
    `interrupted: ${counts.done} points done, ${counts.failed} failed, ${open} to run; the same command goes on with ${folder.path}\n`,
  );
  return exitStatus.interrupted;
}

async function conditionsOfSweep({ axes, source, scenarioOf }: LoadedSweep) {
  const names = axes.map(({ name }) => name);
  const seeds = Array.from({ length: source.seedCount }, (_, k) => source.firstSeed + k);
  return sweepConditions(await scenarioOf(0), names, seeds);
}

/** What standard output gets. */
async function textOf({ json }: SweepArguments, store: SweepStore, ran: number, loaded: LoadedSweep): Promise<string> {
  const { sweep, folder, counts } = store;
  const all = { points: sweep.pointCount, ...counts, ran };
  return json
    ? JSON.stringify({
        ...{ name: sweep.name, identity: sweep.identity, out: folder.path, ...all },
        conditions: await conditionsOfSweep(loaded),
        failures: await failuresOf(store),
      })
    : sweepText(store, all);
}
