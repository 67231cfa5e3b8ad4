/** Does the waveform of a run, read back, say what the run did, and leave the run as it is? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedDriver } from "../../../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit, type SchedulingUnit } from "../../../../hw/scheduling-unit/description.ts";
import { commands } from "../../../../hw/scheduling-unit/words.ts";
import { timescaleOf } from "../../../../hw/waveform/timescale.ts";
import { predictorParameters } from "../../../../sched/artifact/predictor.ts";
import { Dysta } from "../../../../sched/dysta.ts";
import { simulate } from "../../../../sim/core/engine.ts";
import { HardwareDispatcher } from "../../../../sim/core/hardware-dispatcher.ts";
import { unitTables } from "../../../../sim/core/unit-setup.ts";
import type { Workload } from "../../../../sim/core/workload.ts";
import { RunWaveform } from "../../../../sim/trace/waveform/run-waveform.ts";
import { cutWarning } from "../../../../sim/view/text/waveform-render.ts";
import { corrected } from "../../../../workloads/semantics/faults.ts";
import { randomWorkload } from "../../../models/random-workload.ts";
import { readVcd, risesOf, type VcdFile, valueAt } from "../../../models/vcd-reader.ts";
import { scratchFolder } from "../../cli/dysta.ts";

const eta = 0.01;
const path = join(scratchFolder(), "run.vcd");

function optionsOf(workload: Workload, preemptionCost: number) {
  const predictor = predictorParameters({ predictor: "last-one", lastN: 3 }, corrected);
  return { predictor, alpha: workload.profiles.map(() => 1), preemptionCost };
}

function run(workload: Workload, unit: SchedulingUnit, preemptionCost: number, waveform?: RunWaveform) {
  const options = optionsOf(workload, preemptionCost);
  const tables = unitTables(unit, workload, { alpha: options.alpha, elasticity: [] });
  const dispatch = new HardwareDispatcher(
    workload,
    new Dysta("dysta", { eta, clampSlack: true }),
    (host) => waveform?.steppedDriver(tables, host) ?? new CountedDriver(unit, tables, host),
    { ...unit, beta: 0.01 },
  );
  const schedule = simulate(workload, waveform?.watchDispatcher(dispatch) ?? dispatch, options);
  const drawn = waveform?.finish();
  return { schedule, report: dispatch.report(), drawn };
}

/** The run, drawn and not; they are equal. */
function waveformRun(workload: Workload, unit: SchedulingUnit, preemptionCost: number, limitBytes = 1e9) {
  const waveform = new RunWaveform({ file: path, limitBytes, layerNames: {} }, unit, workload);
  const { drawn, ...result } = run(workload, unit, preemptionCost, waveform);
  expect({ ...result, drawn: undefined }).toEqual(run(workload, unit, preemptionCost));
  const text = readFileSync(path, "latin1");
  expect(drawn).toEqual({ bytes: text.length, cutAtSeconds: limitBytes === 1e9 ? undefined : expect.any(Number) });
  const { unitsPerCycle } = timescaleOf(unit.secondsPerTick);
  return { file: readVcd(text), bytes: text.length, schedule: result.schedule, unitsPerCycle };
}

const units = fc.record({
  format: fc.constantFrom("fp16" as const, "fp32" as const, "fp64" as const),
  fifoDepth: fc.constantFrom(1, 2, 5, 64),
  variant: fc.constantFrom("shared" as const, "separate" as const),
  rescoring: fc.constantFrom("before-dispatch" as const, "overlapped" as const),
});

/** Of each layer: its request, index and times, from the signals of the accelerator. */
function layersOf(file: VcdFile, unitsPerCycle: number) {
  const { times = [], values = [] } = file.signals.get("dysta.accelerator.busy") ?? {};
  return risesOf(file, "dysta.accelerator.busy").map((time) => {
    const next = times.findIndex((each, k) => each > time && values[k] === "0");
    return {
      request: valueAt(file, "dysta.accelerator.request", time),
      network: valueAt(file, "dysta.accelerator.network", time),
      layer: valueAt(file, "dysta.accelerator.layer", time),
      beginCycle: time / unitsPerCycle,
      endCycle: times[next] / unitsPerCycle,
    };
  });
}

describe("on random workloads a waveform changes nothing, and has", () => {
  const cases = [randomWorkload({ maxRequests: 20 }), units, fc.nat({ max: 3 })] as const;
  const unitOf = (workload: Workload, given: Partial<SchedulingUnit>): SchedulingUnit => ({
    ...defaultUnit(given.format ?? "fp16"),
    ...given,
    eta,
    secondsPerTick: Math.min(workload.secondsPerTick, 5e-9),
  });

  it("every dispatch and every layer, when and for how long it ran", () => {
    let preempted = 0;
    fc.assert(
      fc.property(...cases, (workload, given, preemptionCost) => {
        const unit = unitOf(workload, given);
        const { file, schedule, unitsPerCycle } = waveformRun(workload, unit, preemptionCost);
        const { requests, profiles } = workload;
        const ticksPerTime = workload.secondsPerTick / unit.secondsPerTick;
        const layers = layersOf(file, unitsPerCycle);
        const dispatches = risesOf(file, "dysta.unit.dispatch");
        expect(layers).toHaveLength(schedule.decisionCount);
        expect(dispatches).toHaveLength(schedule.decisionCount);
        const tags = dispatches.map((time) => valueAt(file, "dysta.unit.dispatch_tag", time));
        expect(tags).toEqual(layers.map(({ request }) => request));
        const sequence = [...schedule.dispatchRequest].flatMap((request, k) =>
          new Array<number>(schedule.dispatchLayers[k]).fill(request),
        );
        expect(tags).toEqual(sequence);
        const done = new Map<number, number>();
        for (const [k, { request, network, layer, beginCycle, endCycle }] of layers.entries()) {
          const { latency, layerCount } = profiles[network];
          expect(network).toBe(requests.profile[request]);
          expect(layer).toBe(done.get(request) ?? 0);
          done.set(request, layer + 1);
          const ticks = latency[requests.sample[request] * layerCount + layer] * ticksPerTime;
          expect(Math.abs(endCycle - beginCycle - ticks)).toBeLessThanOrEqual(ticksPerTime === 1 ? 0 : 1);
          const waited = beginCycle - dispatches[k] / unitsPerCycle;
          expect(waited).toBeGreaterThanOrEqual(0);
          if (waited > 1) preempted += 1;
          if (layer + 1 === layerCount) {
            expect(Math.abs(endCycle - schedule.finish[request] * ticksPerTime)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(preempted).toBeGreaterThan(100);
  });

  it("a level that is admitted minus finished, and ends at 0", () => {
    fc.assert(
      fc.property(...cases, (workload, given, preemptionCost) => {
        const unit = unitOf(workload, given);
        const { file, unitsPerCycle } = waveformRun(workload, unit, preemptionCost);
        const isTaken = (time: number) =>
          valueAt(file, "dysta.unit.port.command", time) === commands.score &&
          valueAt(file, "dysta.unit.port.ready", time) === 1;
        const times = ["command", "ready"].flatMap((name) => file.signals.get(`dysta.unit.port.${name}`)?.times ?? []);
        const taken = [...new Set(times)].filter(isTaken);
        expect(taken).toHaveLength(workload.requests.count);
        const finished = risesOf(file, "dysta.unit.layer_end.is_last_layer");
        expect(finished).toHaveLength(workload.requests.count);
        for (const { beginCycle } of layersOf(file, unitsPerCycle)) {
          const time = beginCycle * unitsPerCycle;
          const admitted = taken.filter((each) => each < time).length;
          const left = finished.filter((each) => each < time).length;
          expect(valueAt(file, "dysta.unit.fifo.level", time)).toBe(admitted - left);
        }
        expect(valueAt(file, "dysta.unit.fifo.level", Number.POSITIVE_INFINITY)).toBe(0);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it("when it is cut at its limit, the beginning of all of it", () => {
    fc.assert(
      fc.property(...cases, (workload, given, preemptionCost) => {
        const unit = unitOf(workload, given);
        const whole = waveformRun(workload, unit, preemptionCost);
        const limitBytes = 20_000;
        fc.pre(whole.bytes > limitBytes + 10_000);
        const { file } = waveformRun(workload, unit, preemptionCost, limitBytes);
        expect(file.comments.at(-1)).toBe("The file ends here, at its limit of 20000 bytes.");
        for (const [name, { times, values }] of file.signals) {
          expect(whole.file.signals.get(name)?.times.slice(0, times.length)).toEqual(times);
          expect(whole.file.signals.get(name)?.values.slice(0, times.length)).toEqual(values);
        }
      }),
      { numRuns: 10, seed: 3 },
    );
  });
});

describe("the command line", () => {
  it("says where a waveform was cut, and nothing of one that is whole", () => {
    expect(cutWarning("run.vcd", { bytes: 256_000_141, cutAtSeconds: 0.0285982 }, "do less")).toBe(
      "dysta: --vcd run.vcd: ends at 28.6 ms, since it has 256 MB there; do less\n",
    );
    expect(cutWarning("run.vcd", { bytes: 1, cutAtSeconds: undefined }, "do less")).toBe("");
  });
});
