/** Is every preemption of a run charged for what it moves, once, and nothing else? Against a naive second account. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SwitchMemory } from "../../../hw/array/preemption.ts";
import { createPolicy, type SchedulerName, schedulerNames } from "../../../sched/registry.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { isolatedTimes } from "../../../sim/core/metrics.ts";
import type { Schedule } from "../../../sim/core/schedule.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import { SwitchCosts } from "../../../sim/core/switch-costs.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import type { BufferUse } from "../../../workloads/tables/profile.ts";
import { NaiveBuffer } from "../../models/naive-buffer.ts";
import { randomWorkload } from "../../models/random-workload.ts";
import { handMadeWorkload } from "../hand-made.ts";

const memory: SwitchMemory = {
  bufferBytes: 100,
  dramBitsPerCycle: 64,
  dramLatencyCycles: 2,
  dramPjPerByte: 10,
  bufferPjPerByte: 1,
};

function run(workload: Workload, scheduler: SchedulerName, switches?: SwitchCosts): Schedule {
  const dysta = { beta: 0.01, eta: 0.01, clampSlack: true };
  const policy = createPolicy(scheduler, { dysta, sdrm3: { alpha: 1 }, semantics: corrected });
  return simulate(workload, new SoftwareDispatcher(policy, corrected), {
    predictor: { kind: "last-one", lastN: 3, faults: [] },
    alpha: workload.profiles.map(() => 1),
    preemptionCost: 0,
    ...(switches === undefined ? {} : { switches }),
  });
}

function priced(workload: Workload, scheduler: SchedulerName, ofMemory = memory) {
  const { timeUnit, secondsPerTick, profiles } = workload;
  const clockHz = timeUnit === "cycles" ? 1 / secondsPerTick : profiles[0].clockHz;
  const switches = new SwitchCosts(workload, { memory: ofMemory, clockHz });
  return { schedule: run(workload, scheduler, switches), totals: switches.totals(), clockHz };
}

function withUse(workload: Workload, uses: readonly BufferUse[]): Workload {
  return { ...workload, profiles: workload.profiles.map((profile, k) => ({ ...profile, bufferUse: uses[k] })) };
}

describe("by hand", () => {
  // `long` is put aside after its first layer, which hands on 40 bytes; `short` is due first.
  const requests = [
    { arrival: 0, deadline: 9000 },
    { arrival: 1, network: 1, deadline: 500 },
  ];
  const networks = [
    { model: "long", layers: [[100, 100]] },
    { model: "short", layers: [[110]] },
  ];
  const workload = (shortInput: number, ahead?: { readonly long: number; readonly short: number }) =>
    withUse(handMadeWorkload({ networks, requests, timeUnit: "cycles" }), [
      {
        inputBytes: Float64Array.of(60, 40),
        forwardedBytes: Float64Array.of(40, 0),
        ...(ahead && { prefetchedBytes: Float64Array.of(0, ahead.long) }),
      },
      {
        inputBytes: Float64Array.of(shortInput),
        forwardedBytes: Float64Array.of(0),
        ...(ahead && { prefetchedBytes: Float64Array.of(ahead.short) }),
      },
    ]);

  it("60 bytes of the other's fit beside the 40: nothing is moved", () => {
    const { schedule, totals } = priced(workload(60), "edf");
    expect([...schedule.finish]).toEqual([310, 210]);
    expect(totals).toEqual({ cycles: 0, ticks: 0, bytes: 0, energyPj: 0, held: 1, spills: 0 });
  });

  it("61 do not: 40 bytes out in 5 cycles, back in 2 + 5, at 11 pJ a byte", () => {
    const { schedule, totals } = priced(workload(61), "edf");
    expect([...schedule.start]).toEqual([0, 105]);
    expect([...schedule.finish]).toEqual([100 + 5 + 110 + 7 + 100, 215]);
    expect(totals).toEqual({ cycles: 12, ticks: 12, bytes: 80, energyPj: 880, held: 1, spills: 1 });
  });

  it("with 24 bytes fetched ahead for the second layer, and 9 that the other then waits for: 2 + 2 cycles more", () => {
    const { schedule, totals } = priced(workload(60, { long: 24, short: 9 }), "edf");
    expect([...schedule.finish]).toEqual([314, 214]);
    expect(totals).toEqual({ cycles: 4, ticks: 4, bytes: 24, energyPj: 240, held: 1, spills: 0 });
  });

  it("counts cycles of another clock in whole ticks, rounded up", () => {
    const switches = new SwitchCosts(workload(61), { memory, clockHz: 2000 });
    const { finish } = run(workload(61), "edf", switches);
    // At 1 kHz: 2.5 ticks and 3.5.
    expect([...finish]).toEqual([100 + 3 + 110 + 4 + 100, 213]);
    expect(switches.totals()).toMatchObject({ cycles: 12, ticks: 7 });
  });

  it("names a network that does not say what it holds", () => {
    const plain = handMadeWorkload({ networks, requests });
    expect(() => priced(plain, "edf")).toThrow(
      new ConfigError(
        "preemption modelled: long/x does not say what its layers hold in the global buffer (columns input_bytes, handed_bytes)",
      ),
    );
  });
});

const size = fc.integer({ min: 0, max: 80 }).map((entries) => entries * 1.5);
const drawn = fc.record({
  workload: randomWorkload(),
  sizes: fc.array(size, { minLength: 97, maxLength: 97 }),
  isAhead: fc.boolean(),
});

/** Sizes for every cell of every network, out of a drawn list. */
function busy({ workload, sizes, isAhead }: typeof drawn extends fc.Arbitrary<infer D> ? D : never): Workload {
  let at = 0;
  const cells = (values: Float64Array) => values.map(() => sizes[at++ % sizes.length]);
  const uses = workload.profiles.map(({ latency }) => ({
    inputBytes: cells(latency),
    forwardedBytes: cells(latency),
    ...(isAhead && { prefetchedBytes: cells(latency) }),
  }));
  return withUse(workload, uses);
}

/** Layers in the order in which they ran, and whom each put aside. */
function* layersRun(workload: Workload, { dispatchRequest, dispatchLayers }: Schedule) {
  const done = new Map<number, number>();
  let last: number | undefined;
  for (const [turn, id] of dispatchRequest.entries()) {
    for (let k = 0; k < dispatchLayers[turn]; k++) {
      const layer = done.get(id) ?? 0;
      const next = last === undefined ? 0 : (done.get(last) ?? 0);
      const total = last === undefined ? 0 : workload.profiles[workload.requests.profile[last]].layerCount;
      const isAside = last !== undefined && last !== id && next < total;
      yield { id, layer, ...(isAside && last !== undefined ? { stopped: { id: last, next } } : {}) };
      done.set(id, layer + 1);
      last = id;
    }
  }
}

describe.each(schedulerNames)("%s", (scheduler) => {
  it("is charged what a naive account of its layers says, at the times it says", () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const workload = busy(given);
        const { schedule, totals, clockHz } = priced(workload, scheduler);
        const naive = new NaiveBuffer(workload, memory);
        const { requests, profiles } = workload;
        const latest = new Float64Array(requests.count);
        let now = 0;
        const perCycle = workload.timeUnit === "cycles" ? 1 : 1 / clockHz;
        for (const { id, layer, stopped } of layersRun(workload, schedule)) {
          now = Math.max(now, layer === 0 ? requests.arrival[id] : now);
          now += naive.before(id, layer, stopped) * perCycle;
          const { latency, layerCount } = profiles[requests.profile[id]];
          now += latency[requests.sample[id] * layerCount + layer];
          latest[id] = now;
        }
        expect(totals).toMatchObject({ ...naive.totals, energyPj: expect.closeTo(naive.totals.energyPj, 6) });
        for (const [id, at] of latest.entries()) expect(schedule.finish[id] / at).toBeCloseTo(1, 9);
      }),
      { numRuns: 40 },
    );
  });

  it("pays nothing without a preemption, and with an unlimited buffer and nothing fetched ahead", () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const workload = busy(given);
        const { schedule, totals } = priced(workload, scheduler);
        if (schedule.preemptions.every((count) => count === 0)) {
          expect(totals).toEqual({ cycles: 0, ticks: 0, bytes: 0, energyPj: 0, held: 0, spills: 0 });
          expect(schedule).toEqual(run(workload, scheduler));
        }
        const calm = busy({ ...given, isAhead: false });
        const unlimited = priced(calm, scheduler, { ...memory, bufferBytes: Infinity });
        expect(unlimited.totals).toMatchObject({ cycles: 0, bytes: 0, energyPj: 0, spills: 0 });
        expect(unlimited.schedule).toEqual(run(calm, scheduler));
      }),
      { numRuns: 20 },
    );
  });
});

it("time is layers and switches, when nobody ever waits for an arrival", () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const drawnWorkload = busy(given);
      const { requests } = drawnWorkload;
      const workload = { ...drawnWorkload, requests: { ...requests, arrival: requests.arrival.map(() => 0) } };
      const { schedule, totals } = priced(workload, "sdrm3");
      const layers = isolatedTimes(workload).reduce((sum, time) => sum + time, 0);
      expect(Math.max(...schedule.finish) / (layers + totals.ticks)).toBeCloseTo(1, 9);
    }),
    { numRuns: 60 },
  );
});

it("with nothing else changed in the order of layers, a wider channel never takes more cycles", () => {
  fc.assert(
    fc.property(drawn, fc.constantFrom(1.5, 2, 8), (given, wider) => {
      const workload = busy(given);
      const schedule = run(workload, "sdrm3");
      const cyclesOf = (ofMemory: SwitchMemory) => {
        const naive = new NaiveBuffer(workload, ofMemory);
        for (const { id, layer, stopped } of layersRun(workload, schedule)) naive.before(id, layer, stopped);
        return naive.totals.cycles;
      };
      expect(cyclesOf({ ...memory, dramBitsPerCycle: 64 * wider })).toBeLessThanOrEqual(cyclesOf(memory));
    }),
    { numRuns: 40 },
  );
});
