import { checkRecording } from "../../sim/conform/check-recording.ts";
import { findRecordings } from "../../sim/conform/folder.ts";
import type { ConformPart } from "../../sim/conform/part.ts";
import { RecordedTables } from "../../sim/conform/recorded-tables.ts";

/** What `dysta conform dir` does, in this thread. */
export function conformFolder(dir: string): ConformPart[] {
  const jobs = findRecordings(dir);
  const tables = new RecordedTables(dir);
  return jobs.map((job) => checkRecording(job, tables));
}
