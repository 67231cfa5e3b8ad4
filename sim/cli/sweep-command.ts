/** `dysta sweep FILE`: a grid of scenarios on every core, or on Slurm. */

import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { finishSweep } from "../library/finish-sweep.ts";
import { cacheFolder } from "../results/cache.ts";
import { thisProgram } from "../results/version.ts";
import { runSweep } from "../study/sweep/run-sweep.ts";
import { parseShard, shardPoints, wholeSweep } from "../study/sweep/shard.ts";
import { openStore, type SweepStore } from "../study/sweep/store.ts";
import { openPoints } from "../study/sweep/stored-sweep.ts";
import { sweepDocument } from "../study/sweep/sweep-document.ts";
import { loadSweep } from "../study/sweep/sweep-file.ts";
import { sweepText } from "../view/text/sweep-render.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { beforeInterruptedExit, interruptSignal } from "./interrupt.ts";
import { createLog } from "./log.ts";
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
    const text = await finishSweep(store, { startedAt, workers, shard }, async () => {
      const document = await sweepDocument(store, sweep, run.ran);
      return args.json ? JSON.stringify(document) : sweepText(store, document);
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
