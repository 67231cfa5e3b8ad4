import { checkRecording } from "../../sim/study/conform/check-recording.ts";
import { findRecordings } from "../../sim/study/conform/folder.ts";
import type { ConformPart } from "../../sim/study/conform/part.ts";
import { RecordedTables } from "../../sim/study/conform/recorded-tables.ts";

/** What `dysta conform dir` does, in this thread. */
export function conformFolder(dir: string): ConformPart[] {
  const jobs = findRecordings(dir);
  const tables = new RecordedTables(dir);
  return jobs.map((job) => checkRecording(job, tables));
}
