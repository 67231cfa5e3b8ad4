/**
 * The closed loop with everything in it: the unit decides in its cycles, preemptions pay for what they move. Is every tick
 * of the accelerator a layer's, a switch's or an exposed decision's?
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CountedDriver } from "../../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit } from "../../../hw/scheduling-unit/description.ts";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { Dysta } from "../../../sched/dysta.ts";
import { watched } from "../../../sim/core/dispatcher.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { type DispatchedLayer, HardwareDispatcher } from "../../../sim/core/hardware-dispatcher.ts";
import { isolatedTimes } from "../../../sim/core/metrics.ts";
import { SwitchCosts } from "../../../sim/core/switch-costs.ts";
import { unitTables } from "../../../sim/core/unit-setup.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { randomWorkload } from "../../models/random-workload.ts";

const eta = 0.01;
const clockHz = 200e6;
/** Tag, deadline and score of the first request: before they are in, nobody can decide. */
const firstWords = 3;

const units = fc.record({
  format: fc.constantFrom("fp16" as const, "fp32" as const, "fp64" as const),
  variant: fc.constantFrom("shared" as const, "separate" as const),
  rescoring: fc.constantFrom("before-dispatch" as const, "overlapped" as const),
});
const bytes = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 97, maxLength: 97 });
/** In whole cycles of the unit's own clock: no sum depends on its order. */
const inCycles = randomWorkload().filter(
  ({ timeUnit, secondsPerTick }) => timeUnit === "cycles" && secondsPerTick === 1 / clockHz,
);

function closedLoop(
  drawn: Workload,
  sizes: readonly number[],
  given: typeof units extends fc.Arbitrary<infer U> ? U : never,
) {
  let at = 0;
  const cells = (values: Float64Array) => values.map(() => sizes[at++ % sizes.length]);
  const profiles = drawn.profiles.map((profile) => ({
    ...profile,
    bufferUse: { inputBytes: cells(profile.latency), forwardedBytes: cells(profile.latency) },
  }));
  const workload = { ...drawn, profiles };
  const memory = {
    bufferBytes: 100,
    dramBitsPerCycle: 64,
    dramLatencyCycles: 2,
    dramPjPerByte: 10,
    bufferPjPerByte: 1,
  };
  const switches = new SwitchCosts(workload, { memory, clockHz });
  const alpha = profiles.map(() => 1);
  const depth = Math.max(64, workload.requests.count);
  const unit = { ...defaultUnit(given.format), eta, secondsPerTick: 1 / clockHz, ...given, depth };
  const layers: DispatchedLayer[] = [];
  const dispatch = new HardwareDispatcher(
    workload,
    new Dysta("dysta", { eta, clampSlack: true }),
    (host) => new CountedDriver(unit, unitTables(unit, workload, { alpha, elasticity: [] }), host),
    { ...unit, beta: 0.01 },
  );
  const predictor = predictorParameters({ predictor: "last-one", lastN: 3 }, corrected);
  const observed = watched(dispatch, {
    onLayerEnd: () => {
      if (dispatch.lastLayer !== undefined) layers.push(dispatch.lastLayer);
    },
  });
  const schedule = simulate(workload, observed, { predictor, alpha, preemptionCost: 0, switches });
  const exposed = dispatch.report().byQueue.reduce((sum, { exposedCycles }) => sum + exposedCycles, 0);
  return { workload, schedule, layers, exposed, switchTicks: switches.totals().ticks };
}

it("is busy for layers, switches and exposed decisions, when nobody waits for an arrival", () => {
  let spilled = 0;
  fc.assert(
    fc.property(inCycles, bytes, units, (drawn, sizes, unit) => {
      const { requests } = drawn;
      const atOnce = { ...drawn, requests: { ...requests, arrival: requests.arrival.map(() => 0) } };
      const { workload, schedule, exposed, switchTicks } = closedLoop(atOnce, sizes, unit);
      const layers = isolatedTimes(workload).reduce((sum, ticks) => sum + ticks, 0);
      expect(Math.max(...schedule.finish)).toBe(firstWords + layers + switchTicks + exposed);
      spilled += switchTicks;
    }),
    { numRuns: 60, seed: 4 },
  );
  expect(spilled).toBeGreaterThan(0);
});

it("runs a request's layers in order, one layer at a time, none before its predecessor or its arrival", () => {
  fc.assert(
    fc.property(inCycles, bytes, units, (drawn, sizes, unit) => {
      const { workload, layers } = closedLoop(drawn, sizes, unit);
      const { arrival, profile } = workload.requests;
      const done = new Int32Array(workload.requests.count);
      let free = 0;
      for (const { request, layer, beginTicks, end } of layers) {
        expect(layer).toBe(done[request]);
        expect(beginTicks).toBeGreaterThan(Math.max(free, arrival[request]));
        expect(end.atTicks).toBeGreaterThan(beginTicks);
        done[request] += 1;
        free = end.atTicks;
      }
      expect([...done]).toEqual([...profile].map((index) => workload.profiles[index].layerCount));
    }),
    { numRuns: 60, seed: 5 },
  );
});

it("renewing scores beside the layers never makes the whole longer than renewing them before each dispatch", () => {
  fc.assert(
    fc.property(inCycles, bytes, (drawn, sizes) => {
      const { requests } = drawn;
      const atOnce = { ...drawn, requests: { ...requests, arrival: requests.arrival.map(() => 0) } };
      const withoutSwitches = (rescoring: "before-dispatch" | "overlapped") => {
        const run = closedLoop(atOnce, sizes, { format: "fp64", variant: "separate", rescoring });
        return Math.max(...run.schedule.finish) - run.switchTicks;
      };
      expect(withoutSwitches("overlapped")).toBeLessThanOrEqual(withoutSwitches("before-dispatch"));
    }),
    { numRuns: 40, seed: 6 },
  );
});
