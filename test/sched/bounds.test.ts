/** No policy on any workload is below the bounds; the feasible sides are reached; the fast greedy is the slow one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictorParameters } from "../../sched/artifact/predictor.ts";
import { boundsOf, feasibleOnTime } from "../../sched/bounds.ts";
import { createPolicy, schedulerNames } from "../../sched/registry.ts";
import { simulate } from "../../sim/core/engine.ts";
import { computeMetrics, isolatedTimes } from "../../sim/core/metrics.ts";
import { SoftwareDispatcher } from "../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../sim/core/workload.ts";
import { corrected } from "../../workloads/semantics/faults.ts";
import { earliestDeadlineFirst, naiveBounds } from "../models/naive-bounds.ts";
import { randomWorkload } from "../models/random-workload.ts";

const requestsOf = (workload: Workload) => ({ ...workload.requests, isolated: isolatedTimes(workload) });
const by = (arrival: number[], deadline: number[], isolated: number[]) => ({ arrival, deadline, isolated });

describe("the bounds by hand", () => {
  it("are met by one request after another", () => {
    expect(boundsOf(by([0, 10], [5, 15], [2, 3]))).toEqual({
      violationRate: { lower: 0, feasible: 0 },
      antt: { lower: 1, feasible: 1 },
    });
  });

  it("let one of two rivals through", () => {
    // 4 units of work due at 5 and 4 due at 5: one is late, and 1 + 4/4 units cannot both be.
    const { violationRate, antt } = boundsOf(by([0, 0], [5, 5], [4, 4]));
    expect(violationRate).toEqual({ lower: 0.5, feasible: 0.5 });
    // One finishes at 4, the other at 8.
    expect(antt).toEqual({ lower: 1.5, feasible: 1.5 });
  });

  it("differ where a share of a request would fit", () => {
    // 2 of 4 units of each long request fit beside the other: both count as late, or one.
    const { violationRate } = boundsOf(by([0, 0, 0], [6, 6, 6], [2, 4, 4]));
    expect(violationRate).toEqual({ lower: 1 / 3, feasible: 1 / 3 });
  });

  it("count what is due at its arrival as late", () => {
    expect(boundsOf(by([0], [0], [1])).violationRate).toEqual({ lower: 1, feasible: 1 });
  });
});

describe("on random workloads", () => {
  it("the greedy is that of the definition", () => {
    fc.assert(
      fc.property(randomWorkload(), (workload) => {
        const requests = requestsOf(workload);
        const fast = boundsOf(requests);
        const naive = naiveBounds(requests);
        expect(fast.violationRate.lower).toBeCloseTo(naive.violationRate.lower, 9);
        expect(fast.antt.lower).toBeCloseTo(naive.antt.lower, 6);
        expect(fast.antt.feasible).toBeCloseTo(naive.antt.feasible, 6);
      }),
      { numRuns: 150 },
    );
  });

  it("the feasible set is on time under earliest deadline first", () => {
    fc.assert(
      fc.property(randomWorkload(), (workload) => {
        const requests = requestsOf(workload);
        const accepted = feasibleOnTime(requests);
        const finish = earliestDeadlineFirst(requests, accepted);
        for (const request of accepted) {
          const slip = finish[request] - requests.deadline[request];
          expect(slip).toBeLessThanOrEqual(1e-9 * requests.deadline[request]);
        }
        const { lower, feasible } = boundsOf(requests).violationRate;
        expect(feasible).toBe((requests.count - accepted.length) / requests.count);
        expect(feasible).toBeGreaterThanOrEqual(lower);
      }),
      { numRuns: 150 },
    );
  });

  it.each(schedulerNames)("%s is never below the lower bounds", (name) => {
    fc.assert(
      fc.property(randomWorkload(), fc.constantFrom(0, 3), (workload, preemptionCost) => {
        const bounds = boundsOf(requestsOf(workload));
        const parameters = {
          dysta: { beta: 0.01, eta: 0.01, clampSlack: true },
          sdrm3: { alpha: 1 },
          semantics: corrected,
        };
        const schedule = simulate(workload, new SoftwareDispatcher(createPolicy(name, parameters), corrected), {
          predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected),
          alpha: workload.profiles.map(() => 1),
          preemptionCost,
        });
        const { violationRate, antt } = computeMetrics(workload, schedule).overall;
        expect(violationRate).toBeGreaterThanOrEqual(bounds.violationRate.lower);
        expect(antt).toBeGreaterThanOrEqual(bounds.antt.lower * (1 - 1e-9));
      }),
      { numRuns: 40 },
    );
  });
});
