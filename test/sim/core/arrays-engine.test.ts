/** Several arrays: one is the loop of one, more are a naive second simulation, and the laws of a schedule hold on each. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { createPolicy } from "../../../sched/registry.ts";
import { simulateArrays } from "../../../sim/core/arrays-engine.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { computeMetrics } from "../../../sim/core/metrics.ts";
import type { Schedule } from "../../../sim/core/schedule.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { scheduleOnArrays } from "../../models/naive-arrays.ts";
import { type NaivePolicyName, naivePolicyNames, paperParameters } from "../../models/naive-policies.ts";
import { randomReleases } from "../../models/random-releases.ts";
import { randomWorkload } from "../../models/random-workload.ts";

const policyOf = (name: NaivePolicyName) =>
  createPolicy(name, {
    dysta: { beta: 0.01, eta: 0.01, clampSlack: true },
    sdrm3: { alpha: 1 },
    semantics: corrected,
  });

function optionsOf({ profiles }: Workload, preemptionCost: number) {
  return {
    predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected),
    alpha: profiles.map(() => 1),
    elasticity: profiles.map((_, index) => paperParameters.elasticityOf(index)),
    preemptionCost,
  };
}

const costOf = ({ timeUnit }: Workload, ms: number) => (timeUnit === "seconds" ? ms / 1000 : ms);
const workloads = fc.oneof(randomWorkload({ emptyLayers: true }), randomReleases());

describe.each(naivePolicyNames)("%s", (name) => {
  test("on one array is the schedule of the loop for one", () => {
    fc.assert(
      fc.property(workloads, fc.constantFrom(0, 1, 7), (workload, ms) => {
        const options = optionsOf(workload, costOf(workload, ms));
        const one = simulate(workload, new SoftwareDispatcher(policyOf(name), corrected), options);
        const { dispatchArray, ...same } = simulateArrays(workload, policyOf(name), { ...options, arrays: 1 });
        expect(same).toEqual(one);
        expect(dispatchArray).toEqual(new Int32Array(one.dispatchRequest.length));
      }),
      { numRuns: 25 },
    );
  });

  test("on several is the schedule of a naive simulation", () => {
    fc.assert(
      fc.property(workloads, fc.integer({ min: 2, max: 4 }), fc.constantFrom(0, 1), (workload, arrays, ms) => {
        const preemptionCost = costOf(workload, ms);
        const schedule = simulateArrays(workload, policyOf(name), { ...optionsOf(workload, preemptionCost), arrays });
        const naive = scheduleOnArrays(workload, name, arrays, preemptionCost);
        const ends = new Map([...naive.finished, ...naive.dropped]);
        expect(new Map([...schedule.finishOrder].map((request) => [request, schedule.finish[request]]))).toEqual(ends);
        expect([...(schedule.dropped ?? [])].sort((a, b) => a - b)).toEqual(
          [...naive.dropped.keys()].sort((a, b) => a - b),
        );
        expect(layersOn(schedule)).toEqual(
          naive.executions.map(({ array, request }) => [array, request]).sort(byArray),
        );
        for (const [request, count] of naive.preemptions) expect(schedule.preemptions[request]).toBe(count);
        for (const { request, layer, start } of naive.executions) {
          if (layer === 0) expect(schedule.start[request]).toBe(start);
        }
        expect(schedule.decisionCount).toBe(naive.executions.length);
      }),
      { numRuns: 40 },
    );
  });
});

/** [array, request] of every layer, in order on each array. */
function layersOn({ dispatchArray = new Int32Array(0), dispatchRequest, dispatchLayers }: Schedule): number[][] {
  return [...dispatchRequest]
    .flatMap((request, turn) => new Array(dispatchLayers[turn]).fill([dispatchArray[turn], request]))
    .sort(byArray);
}

/** Sorting is stable: the layers of an array keep their order. */
function byArray([a]: number[], [b]: number[]): number {
  return a - b;
}

test("no array runs two layers at once, a request stays where it began, and none is idle while one waits that could run", () => {
  fc.assert(
    fc.property(randomWorkload(), fc.integer({ min: 1, max: 4 }), (workload, arrays) => {
      const schedule = simulateArrays(workload, policyOf("dysta"), { ...optionsOf(workload, 0), arrays });
      const { dispatchRequest, dispatchStart, dispatchEnd, dispatchArray = new Int32Array(0), start } = schedule;
      const home = new Map<number, number>();
      const busyUntil = new Array(arrays).fill(0);
      for (const [turn, request] of dispatchRequest.entries()) {
        const array = dispatchArray[turn];
        expect(home.get(request) ?? array).toBe(array);
        home.set(request, array);
        expect(dispatchStart[turn]).toBeGreaterThanOrEqual(busyUntil[array]);
        busyUntil[array] = dispatchEnd[turn];
      }
      // Whoever did not begin at its arrival found every array at work between the two.
      for (const [request, arrival] of workload.requests.arrival.entries()) {
        for (let array = 0; array < arrays && start[request] > arrival; array++) {
          const own = [...dispatchRequest.keys()].filter((turn) => dispatchArray[turn] === array);
          const busy = own.reduce(
            (sum, turn) =>
              sum + Math.max(0, Math.min(dispatchEnd[turn], start[request]) - Math.max(dispatchStart[turn], arrival)),
            0,
          );
          expect(busy).toBeCloseTo(start[request] - arrival, 6);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("as many arrays as requests run each alone: nobody waits, with any policy", () => {
  fc.assert(
    fc.property(randomWorkload({ maxRequests: 15 }), fc.constantFrom(...naivePolicyNames), (workload, name) => {
      const arrays = workload.requests.count;
      const schedule = simulateArrays(workload, policyOf(name), { ...optionsOf(workload, 0), arrays });
      expect([...schedule.start]).toEqual([...workload.requests.arrival]);
      expect(computeMetrics(workload, schedule).overall.antt).toBeCloseTo(1, 9);
    }),
    { numRuns: 60 },
  );
});
