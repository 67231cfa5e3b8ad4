/** Writing what a run has found into its folder. */
import { ConfigError } from "../../workloads/input/errors.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { type FolderState, provenance } from "../study/run/provenance.ts";
import type { Comparison, PreparedRun } from "../study/run/run.ts";
import { finishedShare } from "../study/run/run-document.ts";
import { writeRunFolder } from "../study/run/run-folder.ts";
import { writeReport } from "../view/report/write-report.ts";
import { timelineCutLine } from "../view/text/waveform-render.ts";

interface KeepingOptions {
  readonly startedAt: Date;
  readonly workers: number | undefined;
  /** Whether the timeline shows each layer by itself. */
  readonly everyLayer: boolean;
}

/**
 * Writes the result folder and its report; of an interrupted run what has finished, if anything has.
 *
 * @returns why it could not be written whole, if so: what is found must still be shown.
 */
export async function keepResults(
  folder: ResultsFolder,
  prepared: PreparedRun,
  comparison: Comparison,
  { everyLayer, ...options }: KeepingOptions,
): Promise<ConfigError | undefined> {
  if (comparison.isInterrupted && comparison.runs.length === 0) {
    folder.markUnfinished({ state: "interrupted" });
    return undefined;
  }
  try {
    const cut = writeRunFolder(folder, prepared, comparison, { everyLayer });
    if (cut !== undefined) process.stderr.write(timelineCutLine(cut));
    await writeReport(folder.path);
    // Last: what says that it is complete is.
    folder.markEnded(provenance(prepared, { ...options, state: stateOf(prepared, comparison) }));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    folder.markUnfinished({ state: "failed", failure: error.message });
    return error;
  }
}

function stateOf(prepared: PreparedRun, comparison: Comparison): FolderState {
  if (comparison.isInterrupted) return { state: "interrupted", ...finishedShare(prepared, comparison) };
  if (comparison.mistake !== undefined) return { state: "failed", failure: comparison.mistake.message };
  return { state: "complete" };
}
