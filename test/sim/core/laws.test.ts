/** What must hold of every schedule, whatever the policy: laws of a work-conserving accelerator that runs layers whole. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPolicy, type SchedulerName, schedulerNames } from "../../../sched/registry.ts";
import { watched } from "../../../sim/core/dispatcher.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { computeMetrics, isolatedTimes, normalisedTurnarounds } from "../../../sim/core/metrics.ts";
import type { Schedule } from "../../../sim/core/schedule.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { randomWorkload } from "../../models/random-workload.ts";

/** One decision, seen from outside the engine: when, for whom, and who else was ready. */
interface Decision {
  readonly at: number;
  readonly request: number;
  readonly ready: readonly number[];
}

interface Observed {
  readonly schedule: Schedule;
  readonly decisions: readonly Decision[];
}

function observe(workload: Workload, scheduler: SchedulerName, { eta = 0.01, preemptionCost = 0 } = {}): Observed {
  const decisions: Decision[] = [];
  const dysta = { beta: 0.01, eta, clampSlack: true };
  const policy = createPolicy(scheduler, { dysta, sdrm3: { alpha: 1 }, semantics: corrected });
  const dispatcher = watched(new SoftwareDispatcher(policy, corrected), {
    onDispatch: (at, request, { order, count }) => {
      decisions.push({ at, request, ready: [...order.slice(0, count)] });
    },
  });
  const schedule = simulate(workload, dispatcher, {
    predictor: { kind: "last-one", lastN: 3, faults: [] },
    alpha: workload.profiles.map(() => 1),
    preemptionCost,
  });
  return { schedule, decisions };
}

interface LayerRun {
  readonly request: number;
  readonly decidedAt: number;
  readonly start: number;
  readonly end: number;
}

/** The layers as they ran: decisions, latencies of the table, and the price of putting someone aside. */
function timeline(workload: Workload, { decisions }: Observed, preemptionCost = 0): LayerRun[] {
  const { requests, profiles } = workload;
  const layersDone = new Int32Array(requests.count);
  const layerCount = (request: number) => profiles[requests.profile[request]].layerCount;
  return decisions.map(({ at, request }, turn) => {
    const before = turn === 0 ? request : decisions[turn - 1].request;
    const putsAside = before !== request && layersDone[before] < layerCount(before);
    const start = putsAside ? at + preemptionCost : at;
    const row = requests.sample[request] * layerCount(request);
    const end = start + profiles[requests.profile[request]].latency[row + layersDone[request]];
    layersDone[request] += 1;
    return { request, decidedAt: at, start, end };
  });
}

function layersPerRequest({ requests, profiles }: Workload): number[] {
  return [...requests.profile].map((profile) => profiles[profile].layerCount);
}

const costs = [0, 3];

describe.each(schedulerNames)("%s", (scheduler) => {
  const forAll = (law: (workload: Workload) => void, workloads = randomWorkload()) =>
    fc.assert(fc.property(workloads, law), { numRuns: 25 });

  test("runs every layer of every request exactly once", () => {
    forAll((workload) => {
      const { schedule, decisions } = observe(workload, scheduler);
      const layersRun = new Array(workload.requests.count).fill(0);
      schedule.dispatchRequest.forEach((request, turn) => {
        layersRun[request] += schedule.dispatchLayers[turn];
      });
      expect(layersRun).toEqual(layersPerRequest(workload));
      expect(schedule.decisionCount).toBe(decisions.length);
      expect([...schedule.finishOrder].sort((a, b) => a - b)).toEqual([...schedule.finishOrder.keys()]);
    });
  });

  test("chooses among exactly those that have arrived and are not finished, in order of arrival", () => {
    forAll((workload) => {
      const { requests } = workload;
      const { schedule, decisions } = observe(workload, scheduler);
      for (const { at, request, ready } of decisions) {
        const unfinished = [...requests.arrival.keys()].filter(
          (id) => requests.arrival[id] <= at && schedule.finish[id] > at,
        );
        expect(ready).toEqual(unfinished);
        expect(ready).toContain(request);
      }
    });
  });

  test.each(costs)("runs one layer at a time and idles only when nobody is ready; a switch costs %d ms", (ms) => {
    forAll((workload) => {
      const cost = (ms / 1000) * (workload.timeUnit === "seconds" ? 1 : 1 / workload.secondsPerTick);
      const observed = observe(workload, scheduler, { preemptionCost: cost });
      const runs = timeline(workload, observed, cost);
      const { finish } = observed.schedule;
      for (const [turn, { end }] of runs.entries()) {
        if (turn + 1 === runs.length) break;
        const waiting = [...finish.keys()].filter((id) => finish[id] > end);
        const nextArrival = Math.min(...waiting.map((id) => workload.requests.arrival[id]));
        expect(runs[turn + 1].decidedAt).toBe(Math.max(end, nextArrival));
      }
      for (const { request, end } of runs) expect(finish[request]).toBeGreaterThanOrEqual(end);
    });
  });

  test.each(costs)("is busy for the layers' latencies and the switches, %d ms each", (ms) => {
    forAll((workload) => {
      const cost = (ms / 1000) * (workload.timeUnit === "seconds" ? 1 : 1 / workload.secondsPerTick);
      const observed = observe(workload, scheduler, { preemptionCost: cost });
      const busy = timeline(workload, observed, cost).reduce((sum, { decidedAt, end }) => sum + (end - decidedAt), 0);
      const switches = observed.schedule.preemptions.reduce((sum, count) => sum + count, 0);
      const latencies = isolatedTimes(workload).reduce((sum, time) => sum + time, 0);
      expect(busy / (latencies + switches * cost)).toBeCloseTo(1, 9);
    });
  });

  // In whole cycles, where no rounding depends on the order of the layers.
  test("is busy at the same times as first come, first served", () => {
    const inCycles = randomWorkload().filter(({ timeUnit }) => timeUnit === "cycles");
    forAll((workload) => {
      expect(busyPeriods(workload, scheduler)).toEqual(busyPeriods(workload, "fcfs"));
    }, inCycles);
  });

  test.each(costs)("says when each turn began and ended; a switch costs %d ms", (ms) => {
    forAll((workload) => {
      const cost = (ms / 1000) * (workload.timeUnit === "seconds" ? 1 : 1 / workload.secondsPerTick);
      const observed = observe(workload, scheduler, { preemptionCost: cost });
      const runs = timeline(workload, observed, cost);
      const { dispatchStart, dispatchEnd, dispatchLayers } = observed.schedule;
      let layer = 0;
      const turns = [...dispatchLayers].map((layers) => {
        const own = runs.slice(layer, layer + layers);
        layer += layers;
        return [own[0].start, own[layers - 1].end];
      });
      expect([...dispatchStart].map((start, turn) => [start, dispatchEnd[turn]])).toEqual(turns);
    });
  });

  test("finishes nothing sooner than alone", () => {
    forAll((workload) => {
      const turnarounds = normalisedTurnarounds(workload, observe(workload, scheduler).schedule);
      expect(Math.min(...turnarounds)).toBeGreaterThanOrEqual(1 - 1e-9);
    });
  });

  test("counts a preemption for every gap between two layers of a request", () => {
    forAll((workload) => {
      const { schedule } = observe(workload, scheduler);
      const gaps = new Array(workload.requests.count).fill(-1);
      for (const request of schedule.dispatchRequest) gaps[request] += 1;
      expect([...schedule.preemptions]).toEqual(gaps);
    });
  });

  test("violates fewer deadlines the later they are, for one schedule", () => {
    forAll((workload) => {
      const { schedule } = observe(workload, scheduler);
      const rates = [0, 0.5, 1, 2, 5, 10, 100].map(
        (multiplier) => computeMetrics(withDeadlines(workload, multiplier), schedule).overall.violationRate,
      );
      expect(rates).toEqual([...rates].sort((a, b) => b - a));
      expect(rates[0]).toBe(1);
    });
  });
});

function busyPeriods(workload: Workload, scheduler: SchedulerName): [start: number, end: number][] {
  const periods: [number, number][] = [];
  for (const { start, end } of timeline(workload, observe(workload, scheduler))) {
    const last = periods.at(-1);
    if (last?.[1] === start) last[1] = end;
    else periods.push([start, end]);
  }
  return periods;
}

function withDeadlines(workload: Workload, multiplier: number): Workload {
  const { requests, tables } = workload;
  const deadline = requests.arrival.map(
    (arrival, request) => arrival + multiplier * tables[requests.profile[request]].modelIsolatedLatency,
  );
  return { ...workload, requests: { ...requests, deadline } };
}

describe("limits in which policies are known or coincide", () => {
  const forAll = (law: (workload: Workload) => void, workloads = randomWorkload()) =>
    fc.assert(fc.property(workloads, law), { numRuns: 100 });
  const oneSampleEach = randomWorkload({ maxSamples: 1 });
  const dispatch = ({ schedule }: Observed) => [[...schedule.dispatchRequest], [...schedule.dispatchLayers]];

  test("fcfs never preempts and finishes in order of arrival", () => {
    forAll((workload) => {
      const { schedule } = observe(workload, "fcfs", { preemptionCost: 1 });
      expect([...schedule.dispatchRequest]).toEqual([...schedule.finish.keys()]);
      expect([...schedule.finishOrder]).toEqual([...schedule.finish.keys()]);
    });
  });

  test("dysta without slack and penalty is sjf_sparse, dysta_naive is sjf", () => {
    forAll((workload) => {
      expect(dispatch(observe(workload, "dysta", { eta: 0 }))).toEqual(dispatch(observe(workload, "sjf_sparse")));
      expect(dispatch(observe(workload, "dysta_naive", { eta: 0 }))).toEqual(dispatch(observe(workload, "sjf")));
    });
  });

  test("dysta knows as much as its oracle when every network has one sample", () => {
    forAll((workload) => {
      expect(dispatch(observe(workload, "dysta"))).toEqual(dispatch(observe(workload, "dysta_oracle")));
    }, oneSampleEach);
  });
});
