/** The check of one recording, as a task of a worker thread. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { task } from "../../threads/task.ts";
import type { Check } from "./check.ts";
import { checkAccuracy } from "./check-accuracy.ts";
import { checkEyeriss } from "./check-eyeriss.ts";
import { checkLut } from "./check-lut.ts";
import { checkScenario } from "./check-scenario.ts";
import { checkSummary } from "./check-summary.ts";
import { checkSweep } from "./check-sweep.ts";
import { checkTrace } from "./check-trace.ts";
import { checkMean, checkNumberParsing, checkPredictors, checkRandom, checkSangerLatency } from "./check-vectors.ts";
import { Comparison } from "./comparison.ts";
import type { ConformJob, ConformPart, RecordingKind } from "./part.ts";
import { RecordedTables } from "./recorded-tables.ts";
import { readJson } from "./recordings.ts";

export const checkRecordingTask = task<ConformJob, ConformPart>("check-recording");

const skip =
  (reason: string): Check =>
  (job) => {
    if (job.file.endsWith(".json")) readJson(job.dir, job.file);
    return { skipped: true, reason };
  };

const checks: Readonly<Record<RecordingKind, Check>> = {
  scenario: checkScenario,
  trace: checkTrace,
  lut: checkLut,
  sweep: checkSweep,
  summary: checkSummary,
  random: checkRandom,
  mean: checkMean,
  predictors: checkPredictors,
  "predictor-accuracy": checkAccuracy,
  "sanger-latency": checkSangerLatency,
  "number-parsing": checkNumberParsing,
  "eyeriss-v2": checkEyeriss,
  unknown: skip("not a kind of recording that this version knows"),
};

/**
 * Checks one recording. The result depends on the job alone; `tables` only saves reading a table twice.
 *
 * A damaged recording or table is a failed part with the reason; faults of ours are thrown.
 */
export function checkRecording(job: ConformJob, tables = new RecordedTables(job.dir)): ConformPart {
  const comparison = new Comparison();
  const { file, kind } = job;
  try {
    const remark = checks[kind](job, tables, comparison);
    const { compared, differenceCount, differences } = comparison;
    const status = differenceCount > 0 ? "failed" : remark?.skipped ? "skipped" : "passed";
    const reason = remark === undefined ? {} : { reason: remark.reason };
    return { file, kind, status, compared, differenceCount, differences, ...reason };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { compared, differenceCount, differences } = comparison;
    return { file, kind, status: "failed", compared, differenceCount, differences, reason: withFile(file, error) };
  }
}

/** The tables this thread has read, by folder. */
const tablesByFolder = new Map<string, RecordedTables>();

/** As `checkRecording`, with the tables that this thread has read already. */
export function checkRecordingJob(job: ConformJob): ConformPart {
  const tables = tablesByFolder.get(job.dir) ?? new RecordedTables(job.dir);
  tablesByFolder.set(job.dir, tables);
  return checkRecording(job, tables);
}

function withFile(file: string, { message }: ConfigError): string {
  return message.startsWith(`${file}: `) ? message : `${file}: ${message}`;
}
