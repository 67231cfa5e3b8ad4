/** Writing what a run has found into its folder. */
import { ConfigError } from "../../workloads/input/errors.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { type FolderState, provenance } from "../study/run/provenance.ts";
import type { Comparison, PreparedRun } from "../study/run/run.ts";
import { completion } from "../study/run/run-document.ts";
import { type FolderOptions, writeRunFolder } from "../study/run/run-folder.ts";
import { writeReport } from "../view/report/write-report.ts";
import { timelineCutLine } from "../view/text/waveform-render.ts";

interface KeepingOptions {
  readonly startedAt: Date;
  readonly workers: number | undefined;
  readonly kept: FolderOptions;
}

/**
 * Writes the result folder and its report; of an interrupted run what has finished, if anything has.
 *
 * @returns why it could not be written whole, if so: what is found must still be shown.
 */
export async function writeResults(
  folder: ResultsFolder,
  prepared: PreparedRun,
  comparison: Comparison,
  { kept, ...options }: KeepingOptions,
): Promise<ConfigError | undefined> {
  if (comparison.isInterrupted && comparison.runs.length === 0) {
    folder.markUnfinished({ state: "interrupted" });
    return undefined;
  }
  try {
    const { timeline, dispatchSeeds } = writeRunFolder(folder, prepared, comparison, kept);
    if (timeline !== undefined) process.stderr.write(timelineCutLine(timeline));
    if (dispatchSeeds !== undefined) process.stderr.write(dispatchCutLine(dispatchSeeds, prepared.seeds));
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
  if (comparison.isInterrupted) return { state: "interrupted", ...completion(prepared, comparison) };
  if (comparison.mistake !== undefined) return { state: "failed", failure: comparison.mistake.message };
  return { state: "complete" };
}

function dispatchCutLine(kept: readonly number[], seeds: readonly number[]): string {
  const range = kept.length === 1 ? `seed ${kept[0]}` : `seeds ${kept[0]}..${kept[kept.length - 1]}`;
  return `dispatch.csv has the turns of ${range} of ${seeds.length} seeds; --dispatch-seeds ${seeds.length} keeps all\n`;
}
