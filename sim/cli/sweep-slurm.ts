/** `dysta sweep FILE --engine slurm`. */

import { resolve } from "node:path";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { cacheFolder } from "../results/cache.ts";
import { thisProgram } from "../results/version.ts";
import { wholeSweep } from "../study/sweep/shard.ts";
import { rangesText, runOnSlurm } from "../study/sweep/slurm.ts";
import { openStore } from "../study/sweep/store.ts";
import type { LoadedSweep } from "../study/sweep/sweep-source.ts";
import { Interrupted } from "../threads/interrupted.ts";
import { exitStatus } from "./exit.ts";
import { interruptSignal } from "./interrupt.ts";
import { createLog } from "./log.ts";
import { withProgress } from "./progress.ts";
import type { SweepArguments } from "./sweep-options.ts";
import { overridingWords } from "./sweep-overrides.ts";

const defaultShards = 8;
const pollMs = 2000;

/** @returns the exit status if there is no merged result to show. */
export async function sweepOnSlurm(sweep: LoadedSweep, args: SweepArguments, out: string): Promise<number | undefined> {
  const shards = requirePositiveInteger("--shards", args.shards) ?? defaultShards;
  const workers = requirePositiveInteger("--workers", args.workers) ?? 1;
  // Refuses a folder of something else before anything is submitted.
  (await openStore(out, sweep, { shard: wholeSweep, program: thisProgram() })).close();
  const log = createLog(args.logLevel);
  const cache = cacheFolder(args.cache);
  const work = {
    ...{ out, shards, workers },
    name: `dysta-${sweep.name}`,
    dysta: [process.execPath, resolve(process.argv[1])],
    sweep: [
      "sweep",
      args.sweep,
      ...overridingWords(args),
      ...(cache === undefined ? ["--no-cache"] : ["--cache", resolve(cache)]),
    ],
    sbatch: args.sbatch?.split(/\s+/).filter((word) => word !== "") ?? [],
  };
  const signal = interruptSignal();
  const onEvent = (text: string) => log.info(text);
  try {
    const { failedShards, logs } = await withProgress("shards", (onDone) =>
      runOnSlurm(work, { pollMs, signal, onDone, onEvent }),
    );
    if (failedShards.length === 0) return undefined;
    const [first] = failedShards;
    process.stderr.write(
      `dysta: shards ${rangesText(failedShards, ", ")} did not finish in three attempts; see ${logs}/shard-${first}.log\n`,
    );
    return exitStatus.failed;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(
      `no longer watching; jobs ${error.message} go on: the same command watches again, scancel ${error.message} ends them\n`,
    );
    return exitStatus.interrupted;
  }
}
