import { thisProgram } from "../results/version.ts";
import { runSweep } from "../study/sweep/run-sweep.ts";
import { wholeSweep } from "../study/sweep/shard.ts";
import { openStore } from "../study/sweep/store.ts";
import { type SweepDocument, sweepDocument } from "../study/sweep/sweep-document.ts";
import { loadSweep } from "../study/sweep/sweep-file.ts";
import { finishSweep } from "./finish-sweep.ts";
import { type WorkOptions, workOf } from "./work.ts";

export interface SweepOptions extends WorkOptions {
  /** Built-in sweep by name, or path of a sweep file. */
  readonly sweep: string;
  /** Result folder; a sweep that is in it is gone on with. */
  readonly out: string;
  /** Whether points that failed before are run again; default no. */
  readonly retryFailed?: boolean | undefined;
}

/**
 * Runs a sweep into a result folder (DuckDB, Parquet, CSV, report): what `dysta sweep --json` prints.
 *
 * @throws DystaError, one line: the thing, the rule, the value. Points that fail are counted and do not throw.
 */
export async function sweep({
  sweep: name,
  out,
  retryFailed = false,
  ...options
}: SweepOptions): Promise<SweepDocument> {
  const startedAt = new Date();
  const { counted, cache } = workOf(options);
  const loaded = await loadSweep(name);
  const store = await openStore(out, loaded, { shard: wholeSweep, program: thisProgram() });
  try {
    if (retryFailed) await store.forgetFailures();
    const points = { from: 0, to: loaded.pointCount };
    const { ran } = await runSweep(loaded, store, { ...counted("points"), points, cache });
    const made = { startedAt, workers: options.workers, shard: wholeSweep };
    return await finishSweep(store, made, () => sweepDocument(store, loaded, ran));
  } catch (error) {
    store.folder.markUnfinished({ state: "failed", failure: (error as Error).message });
    throw error;
  } finally {
    store.close();
  }
}
