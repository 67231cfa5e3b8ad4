/** Requests that a scheduler drops: they leave unserved, count as violated, and nobody waits for them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { boundsOf } from "../../../sched/bounds.ts";
import type { Policy } from "../../../sched/policy.ts";
import type { ReadyQueue } from "../../../sched/ready-queue.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { computeMetrics, isolatedTimes } from "../../../sim/core/metrics.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { randomWorkload } from "../../models/random-workload.ts";

/** First come, first served; what has not begun and is late is dropped, or everything at the moment of its arrival. */
function dropping(everything: boolean, finished: number[]): Policy {
  return {
    name: "dropping",
    estimates: "pattern",
    monitored: false,
    pick: () => 0,
    drop: (ready: ReadyQueue, now: number) =>
      Array.from({ length: ready.count }, (_, position) => position).filter(
        (position) => ready.layersDone[position] === 0 && (everything || ready.deadline[position] < now),
      ),
    finished: (ready, position) => finished.push(ready.order[position]),
  };
}

function run(workload: Workload, policy: Policy) {
  return simulate(workload, new SoftwareDispatcher(policy, corrected), {
    predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected),
    alpha: workload.profiles.map(() => 1),
    preemptionCost: 0,
  });
}

function layersOf({ profiles, requests }: Workload, request: number): Float64Array {
  const { latency, layerCount } = profiles[requests.profile[request]];
  const first = requests.sample[request] * layerCount;
  return latency.subarray(first, first + layerCount);
}

it("first come, first served without those that are late is the queue by hand", () => {
  fc.assert(
    fc.property(randomWorkload(), (workload) => {
      const finished: number[] = [];
      const schedule = run(workload, dropping(false, finished));
      const isolated = isolatedTimes(workload);
      const { arrival, deadline, count } = workload.requests;
      let free = 0;
      const served: number[] = [];
      for (let request = 0; request < count; request++) {
        const begins = Math.max(free, arrival[request]);
        if (deadline[request] < begins) continue;
        served.push(request);
        // Layer by layer, as the clock goes: a deadline at the very end is met or not by the last bit.
        free = layersOf(workload, request).reduce((now, latency) => now + latency, begins);
        expect(schedule.finish[request]).toBeCloseTo(free, 6);
      }
      expect(finished).toEqual(served);
      const dropped = [...(schedule.dropped ?? [])].sort((a, b) => a - b);
      expect(dropped).toEqual(Array.from(arrival.keys()).filter((request) => !served.includes(request)));
      if (served.length === 0) return;
      const { violationRate, dropRate, requests } = computeMetrics(workload, schedule).overall;
      expect(dropRate * requests).toBeCloseTo(dropped.length, 9);
      expect(violationRate).toBeGreaterThanOrEqual(dropRate);
      expect(violationRate).toBeGreaterThanOrEqual(boundsOf({ ...workload.requests, isolated }).violationRate.lower);
    }),
    { numRuns: 150 },
  );
});

it("a scheduler that drops everything ends, having run nothing", () => {
  fc.assert(
    fc.property(randomWorkload(), (workload) => {
      const { decisionCount, dropped, finishOrder } = run(workload, dropping(true, []));
      expect([decisionCount, dropped?.size]).toEqual([0, workload.requests.count]);
      expect([...finishOrder].sort((a, b) => a - b)).toEqual([...workload.requests.arrival.keys()]);
    }),
    { numRuns: 50 },
  );
});
