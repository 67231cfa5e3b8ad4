/** `dysta conform DIR`: replays recordings and says which agree. */

import { checkRecordingTask } from "../study/conform/check-recording.ts";
import { findRecordings } from "../study/conform/folder.ts";
import { type ConformPart, describeDifference, recordingKinds } from "../study/conform/part.ts";
import { runJobs } from "../threads/pool.ts";
import { newTable } from "../view/text/table.ts";
import { colours } from "../view/text/terminal.ts";
import { exitStatus } from "./exit.ts";
import { withProgress } from "./progress.ts";

export interface ConformArguments {
  readonly folder: string;
  readonly json: boolean;
  readonly workers?: number | undefined;
}

/** How many differences of one recording are printed; the count is always exact. */
const shownDifferences = 5;

export async function conformCommand({ folder, json, workers }: ConformArguments): Promise<number> {
  const parts = await replayAll(folder, workers);
  const count = (status: ConformPart["status"]) => parts.filter((part) => part.status === status).length;
  const totals = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  process.stdout.write(json ? `${JSON.stringify({ folder, ...totals, parts })}\n` : `${partsTable(parts)}\n`);
  if (!json) {
    for (const part of parts) for (const line of complaints(part)) process.stdout.write(`${line}\n`);
    process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  }
  return totals.failed > 0 ? exitStatus.failed : exitStatus.done;
}

async function replayAll(folder: string, workers: number | undefined): Promise<ConformPart[]> {
  const outcomes = await withProgress("recordings", (onDone) =>
    runJobs(checkRecordingTask, findRecordings(folder), { workers, onDone }),
  );
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error;
    return outcome.result;
  });
}

const paint = { passed: colours.green, failed: colours.red, skipped: colours.yellow };

function partsTable(parts: readonly ConformPart[]): string {
  const table = newTable(["recording", "what", "values", "result"], { alignment: ["left", "left", "right", "left"] });
  for (const { file, kind, compared, status, reason, differenceCount } of parts) {
    const remark = status === "failed" ? (reason ?? `${differenceCount} differ`) : (reason ?? "");
    table.push([file, recordingKinds[kind], compared, `${paint[status](status)}${remark === "" ? "" : `: ${remark}`}`]);
  }
  return table.toString();
}

function complaints({ file, differences, differenceCount }: ConformPart): string[] {
  const lines = differences.slice(0, shownDifferences).map((difference) => describeDifference(file, difference));
  const rest = differenceCount - lines.length;
  return rest > 0 ? [...lines, `${file}: ${rest} more`] : lines;
}
