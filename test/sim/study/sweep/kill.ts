/** A process that appends to a store, and its end at any moment. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { Database } from "../../../../sim/study/sweep/database.ts";
import { packagePath } from "../../../../workloads/input/package-root.ts";

/** The program. */
export const appending = packagePath("test/sim/study/sweep/appending.js");

/**
 * Runs `appending.js` on the store at `path`, and kills it (SIGKILL) some milliseconds after a number of lines it has
 * said, or lets it end.
 *
 * @returns how many points it has said are kept.
 */
export async function appendUntilKilled(path: string, kill?: { lines: number; afterMs: number }): Promise<number> {
  const child = spawn(process.execPath, [appending, path], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint += text;
  });
  let kept = 0;
  let lines = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("kept ")) kept = Number(line.slice(5));
    lines += 1;
    if (lines === kill?.lines) wait(kill.afterMs).then(() => child.kill("SIGKILL"));
  }
  const status = await ended;
  if (complaint !== "" || (kill === undefined && status !== 0)) throw new Error(`${appending}: ${status} ${complaint}`);
  return kept;
}

/** Kills the process again and again, then lets it end; what it had said is kept must be there each time. */
export async function keptAfterKills(path: string, kills: readonly { lines: number; afterMs: number }[]) {
  let kept = 0;
  for (const kill of kills) {
    const now = await appendUntilKilled(path, kill);
    kept = Math.max(kept, now);
    const stored = existsSync(join(path, "results.duckdb")) ? await countStored(path) : 0;
    if (stored < kept) throw new Error(`${kept} points were said to be kept, ${stored} are`);
  }
  await appendUntilKilled(path);
}

async function countStored(path: string): Promise<number> {
  const database = await Database.open(join(path, "results.duckdb"), path, { readOnly: true });
  try {
    const [[count, distinct]] = await database.rows("SELECT count(*), count(DISTINCT point) FROM points");
    if (count !== distinct) throw new Error(`${count} rows of ${distinct} points`);
    return count as number;
  } finally {
    database.close();
  }
}
