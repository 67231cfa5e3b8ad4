/** The end of a sweep: exports, report, and last the statement that the folder is complete. */
import { provenanceOf } from "../study/run/provenance.ts";
import { exportResults } from "../study/sweep/export.ts";
import { shardText } from "../study/sweep/shard.ts";
import type { SweepStore } from "../study/sweep/store.ts";
import type { Shard } from "../study/sweep/sweep.ts";
import { writeReport } from "../view/report/write-report.ts";

interface SweepMaking {
  readonly startedAt: Date;
  readonly workers: number | undefined;
  readonly shard: Shard;
}

/**
 * Closes the database; a shard's points are exported with those of the others, when they are merged.
 *
 * @param describe asks the database for what is told of the sweep, while it is open
 */
export async function finishSweep<T>(
  store: SweepStore,
  { startedAt, workers, shard }: SweepMaking,
  describe: () => Promise<T>,
): Promise<T> {
  const { folder, sweep } = store;
  const isWhole = shard.count === 1;
  if (isWhole) await exportResults(store);
  const told = await describe();
  store.database.close();
  if (isWhole) await writeReport(folder.path);
  // Last: what says that it is complete is.
  folder.markEnded({
    ...provenanceOf({ startedAt, workers, state: { state: "complete" } }),
    sweep: { name: sweep.name, identity: sweep.identity, shard: shardText(shard) },
  });
  return told;
}
