/** The result of `dysta sweep` as the JSON document of the command-line contract. */
import type { SweepStore } from "./store.ts";

export interface SweepDocument {
  readonly name: string;
  /** A hash of everything that the results follow from. */
  readonly identity: string;
  /** The result folder. */
  readonly out: string;
  readonly points: number;
  readonly done: number;
  readonly failed: number;
  /** In this command. */
  readonly ran: number;
  readonly failures: readonly SweepFailure[];
}

interface SweepFailure {
  readonly error: string;
  /** How many points failed with it. */
  readonly points: number;
}

export async function sweepDocument(store: SweepStore, ran: number): Promise<SweepDocument> {
  const { sweep, folder, counts } = store;
  return {
    ...{ name: sweep.name, identity: sweep.identity, out: folder.path, points: sweep.pointCount, ...counts, ran },
    failures: await failuresOf(store),
  };
}

/** Messages of failed points, the most frequent first. */
async function failuresOf({ database }: SweepStore): Promise<SweepFailure[]> {
  const rows = await database.rows(
    "SELECT error, count(*)::INTEGER FROM failures GROUP BY error ORDER BY count(*) DESC, error",
  );
  return rows.map(([error, points]) => ({ error: String(error), points: Number(points) }));
}
