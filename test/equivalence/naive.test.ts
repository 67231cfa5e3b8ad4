/**
 * Does the simulator do what the rules say? Every policy, with and without every fault, must take the same decisions at
 * the same times, to the last bit, as a naive second simulation written from the rules alone (test/models).
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { predictorParameters } from "../../sched/artifact/predictor.ts";
import { createPolicy } from "../../sched/registry.ts";
import { simulate } from "../../sim/core/engine.ts";
import type { Schedule } from "../../sim/core/schedule.ts";
import { SoftwareDispatcher } from "../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../sim/core/workload.ts";
import { artifact, corrected, type Fault, type Semantics } from "../../workloads/semantics/faults.ts";
import { naivePolicyNames, paperParameters } from "../models/naive-policies.ts";
import { type NaiveRun, scheduleNaively } from "../models/naive-scheduler.ts";
import { randomReleases } from "../models/random-releases.ts";
import { randomWorkload } from "../models/random-workload.ts";

/** The faults of the scheduling itself; the others change the tables or the requests. */
const schedulingFaults: readonly Fault[] = [
  "clock-rolls-back",
  "one-newcomer",
  "strict-admission",
  "average-all",
  "window-division",
  "divided-penalty",
  "divided-ratio",
  "prema-newcomers",
  "prema-shared-ratio",
  "planaria-late-last",
  "sdrm3-late-last",
];

const semantics: readonly (readonly [string, Semantics])[] = [
  ["corrected", corrected],
  ["artifact", artifact],
  ...schedulingFaults.map((fault) => [fault, new Set([fault])] as const),
];

describe.each(naivePolicyNames)("%s", (policy) => {
  test.each(semantics)("%s", (_, faults) => {
    fc.assert(
      fc.property(randomWorkload(), (workload) => {
        expectSameSchedule(workload, { policy, parameters: paperParameters, faults, preemptionCost: 0 });
      }),
      { numRuns: 12 },
    );
  });

  test("layers that are empty in every sample", () => {
    fc.assert(
      fc.property(randomWorkload({ emptyLayers: true }), (workload) => {
        expectSameSchedule(workload, { policy, parameters: paperParameters, faults: corrected, preemptionCost: 0 });
      }),
      { numRuns: 12 },
    );
  });

  test("requests that others release, and late ones that are dropped", () => {
    fc.assert(
      fc.property(randomReleases(), (workload) => {
        expectSameSchedule(workload, { policy, parameters: paperParameters, faults: corrected, preemptionCost: 0 });
      }),
      { numRuns: 40 },
    );
  });

  test("any parameters, preemption cost and combination of faults", () => {
    fc.assert(
      fc.property(
        randomWorkload(),
        someParameters,
        someFaults,
        fc.constantFrom(0, 1, 7),
        (workload, drawn, faults, ms) => {
          const alphas = workload.profiles.map((_, index) => drawn.alphas[index % drawn.alphas.length]);
          const elasticityOf = (index: number) => drawn.elasticities[index % drawn.elasticities.length];
          const parameters = { ...drawn, alphaOf: (index: number) => alphas[index], elasticityOf };
          const preemptionCost = workload.timeUnit === "seconds" ? ms / 1000 : ms;
          expectSameSchedule(workload, { policy, parameters, faults: new Set(faults), preemptionCost });
        },
      ),
      { numRuns: 60 },
    );
  });
});

const someParameters = fc.record({
  beta: fc.constantFrom(0, 0.01, 0.3, 1),
  eta: fc.constantFrom(0, 0.01, 0.3, 1),
  fairnessWeight: fc.constantFrom(0, 0.1, 1, 3),
  predictor: fc.constantFrom("last-one", "last-n", "average-all", "elastic"),
  lastN: fc.integer({ min: 1, max: 4 }),
  clampSlack: fc.boolean(),
  alphas: fc.array(fc.constantFrom(0.3, 1, 1.7), { minLength: 1, maxLength: 5 }),
  elasticities: fc.array(fc.constantFrom(0, 0.3, 1.5), { minLength: 1, maxLength: 5 }),
});

const someFaults = fc.subarray([...schedulingFaults]);

function expectSameSchedule(workload: Workload, run: NaiveRun): void {
  const naive = scheduleNaively(workload, run);
  const schedule = scheduleWithEngine(workload, run);
  expect(dispatchSequence(schedule)).toEqual(naive.executions.map(({ request }) => request));
  expect({
    start: whereKnown(schedule.start, schedule),
    finish: whereKnown(schedule.finish, schedule),
    arrival: whereKnown((schedule.released ?? workload.requests).arrival, schedule),
    dropped: new Map([...(schedule.dropped ?? [])].map((request) => [request, schedule.finish[request]])),
    preemptions: [...schedule.preemptions],
    finishOrder: [...schedule.finishOrder],
    clockRollbacks: schedule.clockRollbacks,
    decisionCount: schedule.decisionCount,
    longestQueue: schedule.longestQueue,
  }).toEqual({
    start: naive.start.map((at, request) => naive.dropped.get(request) ?? at),
    finish: naive.finish.map((at, request) => naive.dropped.get(request) ?? at),
    arrival: naive.start.map((_, request) => naive.arrival.get(request) ?? Number.NaN),
    dropped: naive.dropped,
    preemptions: naive.preemptions,
    finishOrder: naive.finishOrder,
    clockRollbacks: naive.clockRollbacks,
    decisionCount: naive.executions.length,
    longestQueue: Math.max(schedule.longestQueue, ...naive.executions.map(({ ready }) => ready.length)),
  });
  if (workload.requests.dropsWhenLate !== undefined) return;
  expect(schedule.longestQueue).toBe(Math.max(...naive.executions.map(({ ready }) => ready.length)));
}

/** A column in which requests that were never released have no number. */
function whereKnown(column: Float64Array, { finishOrder }: Schedule): number[] {
  const known = new Set(finishOrder);
  return Array.from(column, (value, request) => (known.has(request) ? value : Number.NaN));
}

function scheduleWithEngine(workload: Workload, { policy, parameters, faults, preemptionCost }: NaiveRun): Schedule {
  const { beta, eta, clampSlack, fairnessWeight, alphaOf } = parameters;
  const built = createPolicy(policy, {
    dysta: { beta, eta, clampSlack },
    sdrm3: { alpha: fairnessWeight },
    semantics: faults,
  });
  return simulate(workload, new SoftwareDispatcher(built, faults), {
    predictor: predictorParameters(parameters, faults),
    alpha: workload.profiles.map((_, index) => alphaOf(index)),
    elasticity: workload.profiles.map((_, index) => parameters.elasticityOf(index)),
    preemptionCost,
  });
}

function dispatchSequence({ dispatchRequest, dispatchLayers }: Schedule): number[] {
  return [...dispatchRequest].flatMap((request, turn) => new Array(dispatchLayers[turn]).fill(request));
}
