/** What conformance checking hands around: jobs for workers, and one result per recording. All of it is plain data. */

/** What a recording holds; `unknown` lies where recordings belong but has none of their shapes. */
export const recordingKinds = {
  scenario: "schedules: dispatch, finish times, metrics",
  trace: "scores at every decision",
  lut: "look-up tables",
  sweep: "metrics over rates, objectives and seeds",
  summary: "metrics and dispatches of scenarios",
  random: "random numbers",
  mean: "pairwise means",
  predictors: "density ratios",
  "predictor-accuracy": "errors of predicted latency",
  "sanger-latency": "Sanger latencies",
  "number-parsing": "decimal numbers to doubles",
  "eyeriss-v2": "Eyeriss v2 cycles",
  unknown: "no known recording",
} as const;
export type RecordingKind = keyof typeof recordingKinds;

/** One recording to check; `file` is relative to `dir`, with forward slashes. */
export interface ConformJob {
  readonly dir: string;
  readonly file: string;
  readonly kind: RecordingKind;
}

export type Value = number | string;

/** One value that came out otherwise than recorded. */
export interface Difference {
  /** Where: scheduler, request, layer or case, from the outside in. */
  readonly where: string;
  readonly recorded: Value;
  readonly replayed: Value;
}

/** The outcome for one recording. */
export interface ConformPart {
  readonly file: string;
  readonly kind: RecordingKind;
  readonly status: "passed" | "failed" | "skipped";
  /** How many values were compared. */
  readonly compared: number;
  readonly differenceCount: number;
  /** The first of the differences. */
  readonly differences: readonly Difference[];
  /** Why it was skipped or could not be replayed; or a remark on how it was. One line. */
  readonly reason?: string;
}

/** A difference as a line of text; both values have all their digits. */
export function describeDifference(file: string, { where, recorded, replayed }: Difference): string {
  return `${file}: ${where}: recorded ${recorded}, replayed ${replayed}`;
}
