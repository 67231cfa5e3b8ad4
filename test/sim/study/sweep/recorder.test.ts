/** Is every outcome kept soon, in few transactions, and is a store that fails told of? */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Recorder } from "../../../../sim/study/sweep/recorder.ts";
import type { PointOutcome } from "../../../../sim/study/sweep/sweep.ts";
import { outcomeOf } from "./results.ts";

const outcomes = (from: number, count: number) => Array.from({ length: count }, (_, k) => outcomeOf(from + k));

function recorder(append: (outcomes: readonly PointOutcome[]) => Promise<void>) {
  const kept: number[] = [];
  return { recorder: new Recorder({ append }, (done) => kept.push(done)), kept };
}

describe("a recorder", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("keeps what waits after half a second, though nothing is added", async () => {
    const sizes: number[] = [];
    const { recorder: kept, kept: counts } = recorder(async ({ length }) => void sizes.push(length));
    await kept.add(outcomes(0, 3));
    await vi.advanceTimersByTimeAsync(400);
    await kept.add(outcomes(3, 2));
    expect(sizes).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sizes).toEqual([5]);
    expect(counts).toEqual([5]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sizes).toEqual([5]);
  });

  it("keeps 500 at once, and the rest when it is asked to", async () => {
    const sizes: number[] = [];
    const { recorder: kept } = recorder(async ({ length }) => void sizes.push(length));
    for (let from = 0; from < 1400; from += 100) await kept.add(outcomes(from, 100));
    expect(sizes).toEqual([500, 500]);
    await kept.flush();
    await kept.flush();
    expect(sizes).toEqual([500, 500, 400]);
    expect([kept.done, kept.failed]).toEqual([1400, outcomes(0, 1400).filter((each) => "error" in each).length]);
  });

  it("begins no transaction before the last has ended", async () => {
    let open = 0;
    const { recorder: kept } = recorder(async () => {
      expect(++open).toBe(1);
      await new Promise((done) => setTimeout(done, 50));
      open -= 1;
    });
    const added = [0, 500, 1000, 1500].map((from) => kept.add(outcomes(from, 500)));
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(added);
    expect(kept.done).toBe(2000);
  });

  it("tells of a failure that came while nobody waited, and keeps nothing after it", async () => {
    const append = vi.fn(async () => {
      throw new Error("the disk is full");
    });
    const { recorder: kept } = recorder(append);
    await kept.add(outcomes(0, 1));
    await vi.advanceTimersByTimeAsync(500);
    await expect(kept.add(outcomes(1, 1))).rejects.toThrow("the disk is full");
    await expect(kept.flush()).rejects.toThrow("the disk is full");
    expect(append).toHaveBeenCalledTimes(1);
    expect(kept.done).toBe(0);
  });
});
