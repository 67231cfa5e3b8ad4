/** Are the metrics what their definitions say, on schedules small enough to measure by hand? */
import { describe, expect, it } from "vitest";
import { computeMetrics } from "../../../sim/core/metrics.ts";
import type { Schedule } from "../../../sim/core/schedule.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { estimate, pairedDifferences, summarise } from "../../../sim/study/run/summary.ts";
import { pairwiseMean, quantile } from "../../../workloads/tables/statistics.ts";
import { handMadeWorkload } from "../hand-made.ts";

/** Three requests on two networks (2 s and 4 s alone), of which the second is late. */
const workload: Workload = handMadeWorkload({
  networks: [
    { model: "a", layers: [[1, 1]] },
    { model: "b", layers: [[4]] },
  ],
  requests: [
    { arrival: 1, network: 0, deadline: 5 },
    { arrival: 1, network: 1, deadline: 8 },
    { arrival: 3, network: 0, deadline: 7 },
  ],
});
const schedule: Schedule = {
  start: Float64Array.of(1, 5, 3),
  finish: Float64Array.of(3, 9, 7),
  preemptions: Int32Array.of(0, 0, 1),
  finishOrder: Int32Array.of(0, 2, 1),
  dispatchRequest: Int32Array.of(0, 2, 1, 2),
  dispatchLayers: Int32Array.of(2, 1, 1, 1),
  dispatchStart: new Float64Array(4),
  dispatchEnd: new Float64Array(4),
  decisionCount: 5,
  longestQueue: 2,
  clockRollbacks: [],
};

describe("metrics of a schedule", () => {
  const { overall, perModel } = computeMetrics(workload, schedule);

  it("average normalised turnaround: 2/2, 8/4, 4/2", () => {
    expect(overall.antt).toBeCloseTo(5 / 3, 15);
    expect([overall.p50, overall.max]).toEqual([2, 2]);
  });

  it("a finish at the deadline is no violation, one after it is", () => {
    expect(overall.violationRate).toBe(1 / 3);
    expect(perModel["a/x"].violationRate).toBe(0);
    expect(perModel["b/x"].violationRate).toBe(1);
  });

  it("turnaround in milliseconds: 2, 8 and 4 s; the share on time is what is not late", () => {
    const { meanMs, p50Ms, maxMs, onTimeRate, dropRate } = overall;
    expect([meanMs, p50Ms, maxMs]).toEqual([14_000 / 3, 4000, 8000]);
    expect([perModel["a/x"].p95Ms, perModel["b/x"].meanMs]).toEqual([expect.closeTo(3900, 9), 8000]);
    expect([onTimeRate, dropRate]).toEqual([2 / 3, 0]);
  });

  it("of a network whose requests were all dropped there is no turnaround, in one seed or in all", () => {
    const dropping = computeMetrics(workload, { ...schedule, dropped: new Set([1]) });
    expect(dropping.overall).toMatchObject({ meanMs: 3000, dropRate: 1 / 3, onTimeRate: 2 / 3 });
    expect(dropping.perModel["b/x"]).toMatchObject({ dropRate: 1, onTimeRate: 0, p95Ms: Number.NaN, max: Number.NaN });
    const runs = [dropping, { overall, perModel }].map((metrics, seed) => ({ seed, metrics }));
    expect(summarise("x", runs).perModel["b/x"].meanMs).toEqual({ mean: 8000, ci95: null });
    expect(summarise("x", runs.slice(0, 1)).perModel["b/x"].antt).toEqual({ mean: Number.NaN, ci95: null });
  });

  it("no violation in one seed has an upper end: 1 − 0.025^(8 / n), late requests coming in clusters of 8", () => {
    const spotless = { ...overall, requests: 800, violationRate: 0, onTimeRate: 1 };
    const { violationRate, onTimeRate } = summarise("x", [
      { seed: 1, metrics: { overall: spotless, perModel: {} } },
    ]).overall;
    const most = 1 - 0.025 ** (1 / 100);
    expect(violationRate).toEqual({ mean: 0, ci95: null, ends: { low: 0, high: expect.closeTo(most, 12) } });
    expect(onTimeRate).toEqual({ mean: 1, ci95: null, ends: { low: expect.closeTo(1 - most, 12), high: 1 } });
  });

  it("throughput counts from the first arrival to the last finish: 3 in 8 s", () => {
    expect(overall.throughputPerS).toBe(3 / 8);
    expect(perModel["a/x"].throughputPerS).toBe(2 / 8);
  });

  it("Eyerman–Eeckhout STP adds progress rates: 1 + 1/2 + 1/2, and Jain's index compares them", () => {
    expect(overall.stp).toBe(2);
    expect(overall.jain).toBeCloseTo(4 / (3 * 1.5), 15);
  });

  it("preemptions are counted where they hit", () => {
    expect([overall.preemptions, perModel["a/x"].preemptions, perModel["b/x"].preemptions]).toEqual([1, 1, 0]);
  });
});

it("quantiles of slowdowns 1, 2, …, 101 are 51, 96 and 100: half, 5 % and 1 % of the requests are slowed down more", () => {
  const count = 101;
  const inTurn = Float64Array.from({ length: count }, (_, request) => request + 1);
  const order = Int32Array.from(inTurn.keys());
  const queued = handMadeWorkload({
    networks: [{ model: "a", layers: [[1]] }],
    requests: Array.from({ length: count }, () => ({ arrival: 0 })),
  });
  const { overall } = computeMetrics(queued, {
    ...schedule,
    start: inTurn.map((finish) => finish - 1),
    finish: inTurn,
    preemptions: new Int32Array(count),
    finishOrder: order.toReversed(),
    dispatchRequest: order,
    dispatchLayers: new Int32Array(count).fill(1),
    dispatchStart: new Float64Array(count),
    dispatchEnd: new Float64Array(count),
  });
  expect(overall.p50).toBeCloseTo(51, 10);
  expect(overall.p95).toBeCloseTo(96, 10);
  expect(overall.p99).toBeCloseTo(100, 10);
  expect(overall.max).toBe(101);
});

describe("over seeds", () => {
  it("gives Student's 95 % interval: for 1..5 it is 3 ± 2.776·√(2.5/5)", () => {
    const { mean, ci95 } = estimate([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(ci95).toBeCloseTo(2.7764451 * Math.sqrt(0.5), 6);
  });

  it("has no interval for one seed", () => {
    expect(estimate([7])).toEqual({ mean: 7, ci95: null });
  });

  it("pairs schedulers seed by seed: equal differences have an interval of 0 whatever the seeds' spread", () => {
    const metrics = computeMetrics(workload, schedule);
    const runs = (offset: number) =>
      [1, 5, 30].map((antt, seed) => ({
        seed,
        metrics: { ...metrics, overall: { ...metrics.overall, antt: antt + offset } },
      }));
    const summaries = [summarise("fast", runs(0)), summarise("slow", runs(2))];
    const [difference] = pairedDifferences(summaries, summaries[0]);
    expect(difference).toMatchObject({ scheduler: "slow", against: "fast", antt: { mean: 2, ci95: 0 } });
  });
});

describe("statistics", () => {
  it("quantile interpolates by method R-7", () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((p) => quantile(Float64Array.of(1, 2, 3, 4), p))).toEqual([1, 1.75, 2.5, 3.7, 4]);
  });

  it("pairwise mean of a million equal values is within an ulp or two, a plain sum is far from it", () => {
    const values = new Float64Array(1 << 20).fill(0.1);
    const plain = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(pairwiseMean(values) - 0.1)).toBeLessThan(3e-17);
    expect(Math.abs(plain - 0.1)).toBeGreaterThan(1e-13);
  });
});
