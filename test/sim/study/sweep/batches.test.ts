/** Does every point get one outcome, and is only a point that killed two threads itself given up? */
import { describe, expect, it } from "vitest";
import { Batches } from "../../../../sim/study/sweep/batches.ts";
import type { PointOutcome } from "../../../../sim/study/sweep/sweep.ts";
import type { SweepPointsJob, SweepPointsResult } from "../../../../sim/study/sweep/sweep-points.ts";
import type { TaskOutcome } from "../../../../sim/threads/task.ts";
import { outcomeOf, smallSweep } from "./results.ts";

const sweep = await smallSweep({ slo: Array.from({ length: 50 }, (_, k) => k + 1) });
const all = Array.from({ length: sweep.pointCount }, (_, point) => point);

/** Threads that are not there: a point ends one as often as `deaths` says. */
class FakeThreads {
  readonly count: number;
  readonly batches: (readonly number[])[] = [];
  running = 0;
  maxRunning = 0;
  private readonly deaths: Map<number, number>;
  private readonly pointMs: number;

  constructor(count: number, { deaths = [], pointMs = 1 }: { deaths?: [number, number][]; pointMs?: number } = {}) {
    this.count = count;
    this.deaths = new Map(deaths);
    this.pointMs = pointMs;
  }

  async run(_: unknown, job: unknown, signal?: AbortSignal): Promise<TaskOutcome<never>> {
    const { points } = job as SweepPointsJob;
    this.batches.push(points);
    this.maxRunning = Math.max(this.maxRunning, ++this.running);
    await new Promise((done) => setImmediate(done));
    this.running -= 1;
    if (signal?.aborted) throw new Error("aborted");
    for (const point of points) {
      const left = this.deaths.get(point) ?? 0;
      this.deaths.set(point, left - 1);
      if (left > 0) throw new Error(`worker exited with code: 3\nat ${point}`);
    }
    const result: SweepPointsResult = { outcomes: points.map(outcomeOf), elapsedMs: this.pointMs * points.length };
    return { ok: true, result: result as never };
  }
}

async function run(threads: FakeThreads, points: readonly number[] = all, signal = new AbortController().signal) {
  const outcomes: PointOutcome[] = [];
  await new Batches({ sweep, networks: [], points, threads, signal }).run(async (some) => {
    outcomes.push(...some);
  });
  return outcomes.sort((a, b) => a.point - b.point);
}

describe("batches", () => {
  it.each([1, 2, 4])("give every point its outcome once, with %i threads", async (count) => {
    const threads = new FakeThreads(count);
    expect(await run(threads)).toEqual(all.map(outcomeOf));
    expect(threads.batches.flat().sort((a, b) => a - b)).toEqual(all);
  });

  it("are as long as the points of the last one took, one point to begin with", async () => {
    const sizes = async (pointMs: number) => {
      const threads = new FakeThreads(1, { pointMs });
      await run(threads);
      return threads.batches.map(({ length }) => length);
    };
    expect(await sizes(1)).toEqual([1, 1, 75, 75, 75, 75, 75, 23]);
    expect(await sizes(0.001)).toEqual([1, 1, 398]);
    expect(new Set(await sizes(1000))).toEqual(new Set([1]));
  });

  it("wait one at a time for a thread", async () => {
    const threads = new FakeThreads(3);
    await run(threads);
    expect(threads.maxRunning).toBe(4);
  });
});

describe("a thread that dies", () => {
  it("costs nothing if the point does not kill it again, wherever it was in its batch", async () => {
    for (const point of [0, 5, 60, 399]) {
      expect(await run(new FakeThreads(2, { deaths: [[point, 1]] }))).toEqual(all.map(outcomeOf));
    }
  });

  it("costs the points that kill two of their own", async () => {
    const deaths: [number, number][] = [
      [0, 9],
      [20, 9],
      [21, 9],
      [22, 2],
      [399, 9],
    ];
    const outcomes = await run(new FakeThreads(2, { deaths }));
    const failed = outcomes.filter((outcome) => "error" in outcome && outcome.error.startsWith("ended"));
    expect(failed).toEqual(
      [0, 20, 21, 22, 399].map((point) => ({
        point,
        error: "ended its worker thread twice: worker exited with code: 3",
      })),
    );
    expect(outcomes.map(({ point }) => point)).toEqual(all);
  });

  it("is no point's doing when another of its batch has killed it", async () => {
    const points = all.slice(0, 40);
    // The third batch is of 38 points: 2 … 39. Point 2 kills it, and then two threads of its own; 3 kills one.
    const deaths: [number, number][] = [
      [2, 3],
      [3, 1],
    ];
    const outcomes = await run(new FakeThreads(1, { deaths }), points);
    expect(outcomes[2]).toEqual({ point: 2, error: "ended its worker thread twice: worker exited with code: 3" });
    expect(outcomes[3]).toEqual(outcomeOf(3));
  });
});

describe("batches end", () => {
  it("without the outcomes of what was given up", async () => {
    const stop = new AbortController();
    const threads = new FakeThreads(2);
    const kept: PointOutcome[] = [];
    const batches = new Batches({ sweep, networks: [], points: all, threads, signal: stop.signal });
    await batches.run(async (some) => {
      kept.push(...some);
      if (kept.length > 100) stop.abort();
    });
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThan(all.length);
    expect(kept.filter((outcome) => "error" in outcome)).toEqual(
      kept.map(({ point }) => outcomeOf(point)).filter((outcome) => "error" in outcome),
    );
  });

  it("with the first error of keeping, when nothing runs any more", async () => {
    const threads = new FakeThreads(2);
    const batches = new Batches({
      ...{ sweep, networks: [], points: all, threads },
      signal: new AbortController().signal,
    });
    let calls = 0;
    const outcome = batches.run(async () => {
      calls += 1;
      throw new Error(`the disk is full, ${calls}`);
    });
    await expect(outcome).rejects.toThrow("the disk is full, 1");
    expect(threads.running).toBe(0);
    expect(threads.batches.length).toBe(3);
  });
});
