/** Replays a folder of recorded reference results (`dysta conform DIR`). */
import { checkRecording } from "./check-recording.ts";
import { findRecordings } from "./folder.ts";
import type { ConformPart } from "./part.ts";
import { RecordedTables } from "./recorded-tables.ts";

export interface ConformOptions {
  /** Called after each recording with the number done and the number there are. */
  readonly onProgress?: (done: number, total: number, part: ConformPart) => void;
}

/**
 * Checks every recording under `dir`, in order of path.
 *
 * @throws ConfigError if `dir` cannot be read or holds no recording
 */
export function conformFolder(dir: string, { onProgress }: ConformOptions = {}): ConformPart[] {
  const jobs = findRecordings(dir);
  const tables = new RecordedTables(dir);
  return jobs.map((job, index) => {
    const part = checkRecording(job, tables);
    onProgress?.(index + 1, jobs.length, part);
    return part;
  });
}
