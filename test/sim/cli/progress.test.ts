/** When does a progress bar appear, and what does it say? On a clock of the test's own. */
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { durationText, withProgress } from "../../../sim/cli/progress.ts";

let shown = "";
const { isTTY } = process.stderr;

beforeEach(() => {
  shown = "";
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    shown += text;
    return true;
  });
  process.stderr.isTTY = true;
});

afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Four jobs, each of so many milliseconds. @returns what has been on the terminal soon after each of them. */
async function fourJobs(jobMs: number): Promise<string[]> {
  const seen: string[] = [];
  await withProgress("runs", async (onDone) => {
    onDone(0, 4);
    for (let done = 1; done <= 4; done++) {
      vi.advanceTimersByTime(jobMs);
      onDone(done, 4);
      vi.advanceTimersByTime(150);
      seen.push(stripVTControlCharacters(shown));
    }
  });
  return seen;
}

describe("a progress bar", () => {
  it("is not shown for work that is over in less than two seconds", async () => {
    expect((await fourJobs(300)).join("")).toBe("");
  });

  it("is shown at once when more is to be expected, with the time that is left and the rate", async () => {
    const [first, second] = await fourJobs(1000);
    expect(first).toMatch(/^runs █+░+ 1\/4 {2}3 s left \(1\/s\)/);
    expect(second).toMatch(/2\/4 {2}2 s left \(0\.93\/s\)/);
  });

  it("is shown after two seconds when nothing has ended by then; it knows no time left yet", async () => {
    const [first] = await fourJobs(2500);
    expect(first).toMatch(/^runs ░+ 0\/4(?! {2}\d)/);
    expect(first).toMatch(/1\/4 {2}8 s left \(0\.4\/s\)/);
  });

  it("counts down between the ends of jobs, and leaves nothing behind", async () => {
    await withProgress("layers", async (onDone) => {
      onDone(0, 2);
      vi.advanceTimersByTime(5000);
      onDone(1, 2);
      vi.advanceTimersByTime(3500);
      expect(stripVTControlCharacters(shown)).toMatch(/5 s left[\s\S]*4 s left[\s\S]*2 s left/);
    });
    expect(shown).toContain("\u001b[?25h");
  });

  it("begins anew with another batch of work", async () => {
    await withProgress("layers", async (onDone) => {
      onDone(0, 2);
      vi.advanceTimersByTime(9000);
      onDone(2, 2);
      onDone(0, 100);
      vi.advanceTimersByTime(1000);
      onDone(1, 100);
      vi.advanceTimersByTime(200);
      expect(stripVTControlCharacters(shown)).toMatch(/1\/100 {2}1 min 39 s left/);
    });
  });

  it("is never shown when stderr is no terminal", async () => {
    process.stderr.isTTY = false;
    expect((await fourJobs(5000)).join("")).toBe("");
  });
});

it("durations are in whole seconds, rounded up, and in the two largest units", () => {
  expect([0, 0.2, 59.5, 61, 3599.5, 7260].map(durationText)).toEqual([
    "0 s",
    "1 s",
    "1 min 00 s",
    "1 min 01 s",
    "1 h 00 min",
    "2 h 01 min",
  ]);
});
