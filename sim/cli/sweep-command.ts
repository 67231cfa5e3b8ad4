/** `dysta sweep FILE`: a grid of scenarios on every core, or on Slurm. */

import { packageVersion } from "../results/version.ts";
import { provenanceOf } from "../study/run/provenance.ts";
import { exportResults } from "../study/sweep/export.ts";
import { runSweep } from "../study/sweep/run-sweep.ts";
import { parseShard, shardPoints, shardText, wholeSweep } from "../study/sweep/shard.ts";
import { openPoints, openStore, type SweepStore } from "../study/sweep/store.ts";
import { loadSweep } from "../study/sweep/sweep-file.ts";
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
  const store = await openStore(out, sweep, { shard, version: packageVersion() });
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
    const status = await show(args, store, run.ran);
    store.folder.writeJson("provenance.json", {
      ...provenanceOf({ startedAt, workers, state: { state: "complete" } }),
      sweep: { name: sweep.name, identity: sweep.identity, shard: shardText(shard) },
    });
    store.close();
    if (shard.count === 1) await writeReport(out);
    return status;
  } catch (error) {
    store.folder.markUnfinished({ state: "failed", failure: (error as Error).message });
    throw error;
  } finally {
    store.close();
  }
}

function requireFittingOptions({ engine, shard, shards, sbatch }: SweepArguments): void {
  if (engine === "slurm" && shard !== undefined) {
    throw new UsageError(`--shard ${shard}: --engine slurm makes the shards itself; say how many with --shards`);
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

/** @returns the exit status. */
async function show({ json }: SweepArguments, store: SweepStore, ran: number): Promise<number> {
  const { sweep, folder, counts } = store;
  const all = { points: sweep.pointCount, ...counts, ran };
  const text = json
    ? JSON.stringify({
        ...{ name: sweep.name, identity: sweep.identity, out: folder.path, ...all },
        failures: await failuresOf(store),
      })
    : await sweepText(store, all);
  process.stdout.write(`${text}\n`);
  return counts.failed === 0 ? exitStatus.done : exitStatus.failed;
}
