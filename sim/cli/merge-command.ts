/** `dysta merge FOLDER... --out DIR`: the result folder of a sweep from those of its shards. */
import { mergeShards } from "../study/sweep/merge.ts";
import { writeReport } from "../view/report/write-report.ts";
import { exitStatus } from "./exit.ts";

export async function mergeCommand({
  folders,
  out,
  json,
}: {
  readonly folders: readonly string[];
  readonly out: string;
  readonly json: boolean;
}): Promise<number> {
  const merged = await mergeShards(folders, out, writeReport);
  const { name, shards, points, failed } = merged;
  const failures = failed === 0 ? "" : `, ${failed} of them failed (${out}/failures.csv)`;
  const text = `${name}: ${points} points of ${shards} shards in ${out}${failures}`;
  process.stdout.write(`${json ? JSON.stringify({ out, ...merged }) : text}\n`);
  return failed === 0 ? exitStatus.done : exitStatus.failed;
}
