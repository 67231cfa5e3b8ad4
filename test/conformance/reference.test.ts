/** Does this version compute what the public artifact computed? */
import { describe, expect, test } from "vitest";
import { checkRecording } from "../../sim/study/conform/check-recording.ts";
import { findRecordings } from "../../sim/study/conform/folder.ts";
import { RecordedTables } from "../../sim/study/conform/recorded-tables.ts";

const reference = "test/reference";
const jobs = findRecordings(reference);

test("every recorded file is found, and nothing else", () => {
  const kinds = jobs.map(({ kind }) => kind);
  const countOf = (kind: string) => kinds.filter((other) => other === kind).length;
  expect(jobs).toHaveLength(36);
  expect(["lut", "scenario", "trace", "summary", "sweep"].map(countOf)).toEqual([3, 10, 2, 1, 12]);
});

describe("replayed to the recorded values", () => {
  const tables = new RecordedTables(reference);

  test.each(jobs)("$file", (job) => {
    const part = checkRecording(job, tables);
    expect(part).toMatchObject({ status: "passed", differences: [] });
    expect(part.compared).toBeGreaterThan(30);
  });
});

test("jobs and parts survive the way to a worker and back", () => {
  const job = jobs[0];
  expect(structuredClone(job)).toEqual(job);
  const part = checkRecording(job);
  expect(structuredClone(part)).toEqual(part);
});
