/** The result of `dysta sweep` as the JSON document of the command-line contract. */
import { type SweepConditions, sweepConditions } from "../run/conditions.ts";
import type { SweepStore } from "./store.ts";
import type { LoadedSweep } from "./sweep-source.ts";

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
  readonly conditions: SweepConditions;
  readonly failures: readonly SweepFailure[];
}

interface SweepFailure {
  readonly error: string;
  /** How many points failed with it. */
  readonly points: number;
}

export async function sweepDocument(store: SweepStore, loaded: LoadedSweep, ran: number): Promise<SweepDocument> {
  const { sweep, folder, counts } = store;
  return {
    ...{ name: sweep.name, identity: sweep.identity, out: folder.path, points: sweep.pointCount, ...counts, ran },
    conditions: await conditionsOf(loaded),
    failures: await failuresOf(store),
  };
}

async function conditionsOf({ axes, source, scenarioOf }: LoadedSweep): Promise<SweepConditions> {
  const names = axes.map(({ name }) => name);
  const seeds = Array.from({ length: source.seedCount }, (_, k) => source.firstSeed + k);
  return sweepConditions(await scenarioOf(0), names, seeds);
}

/** Messages of failed points, the most frequent first. */
async function failuresOf({ database }: SweepStore): Promise<SweepFailure[]> {
  const rows = await database.rows(
    "SELECT error, count(*)::INTEGER FROM failures GROUP BY error ORDER BY count(*) DESC, error",
  );
  return rows.map(([error, points]) => ({ error: String(error), points: Number(points) }));
}
