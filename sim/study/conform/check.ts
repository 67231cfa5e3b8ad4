/** What a check of a recording is: a function that compares, and what it says. */
import type { Comparison } from "./comparison.ts";
import type { ConformJob } from "./part.ts";
import type { RecordedTables } from "./recorded-tables.ts";

/** What a check says besides the differences it noted; `skipped` means that nothing can be said about the recording. */
interface Remark {
  readonly skipped: boolean;
  readonly reason: string;
}

/**
 * Compares one recording with what this version computes.
 *
 * @throws ConfigError if the recording, or a table it needs, is damaged
 */
export type Check = (job: ConformJob, tables: RecordedTables, comparison: Comparison) => Remark | undefined;
