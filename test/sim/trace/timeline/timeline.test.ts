/** Is the timeline a good trace, and does it tell what the schedule tells? It is read back as a viewer would. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedDriver } from "../../../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit, type SchedulingUnit } from "../../../../hw/scheduling-unit/description.ts";
import { IdealDriver } from "../../../../hw/scheduling-unit/ideal-driver.ts";
import { predictorParameters } from "../../../../sched/artifact/predictor.ts";
import { Dysta } from "../../../../sched/dysta.ts";
import { createPolicy, type SchedulerName, schedulerNames } from "../../../../sched/registry.ts";
import { simulate } from "../../../../sim/core/engine.ts";
import { HardwareDispatcher } from "../../../../sim/core/hardware-dispatcher.ts";
import { SoftwareDispatcher } from "../../../../sim/core/software-dispatcher.ts";
import { unitTables } from "../../../../sim/core/unit-setup.ts";
import type { Workload } from "../../../../sim/core/workload.ts";
import { type RecordedRun, timelineCut, timelineLines } from "../../../../sim/trace/timeline/timeline.ts";
import { TimingRecorder } from "../../../../sim/trace/timeline/timing.ts";
import { corrected, type Semantics } from "../../../../workloads/semantics/faults.ts";
import { monitoredDensity } from "../../../../workloads/tables/profile.ts";
import { randomWorkload } from "../../../models/random-workload.ts";
import { type TraceEvent, traceComplaints, traceEvents } from "../../../models/trace-rules.ts";
import { handMadeWorkload } from "../../hand-made.ts";

const dysta = { beta: 0.01, eta: 0.01, clampSlack: true };

interface Settings {
  readonly preemptionCost?: number;
  readonly semantics?: Semantics;
  readonly maxLayers?: number;
}

function optionsOf(workload: Workload, { preemptionCost = 0 }: Settings) {
  return {
    predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected),
    alpha: workload.profiles.map(() => 1),
    preemptionCost,
  };
}

function inSoftware(workload: Workload, scheduler: SchedulerName, settings: Settings = {}): RecordedRun {
  const { semantics = corrected } = settings;
  const recorder = new TimingRecorder(settings.maxLayers);
  const policy = createPolicy(scheduler, { dysta, sdrm3: { alpha: 1 }, semantics });
  const dispatch = new SoftwareDispatcher(policy, semantics);
  const schedule = simulate(workload, recorder.watchDispatcher(dispatch), optionsOf(workload, settings));
  return { scheduler, seed: 1, workload, schedule, timing: recorder.timing() };
}

function inHardware(
  workload: Workload,
  given: Partial<SchedulingUnit>,
  UnitLoop: typeof IdealDriver | typeof CountedDriver,
) {
  const recorder = new TimingRecorder();
  const options = optionsOf(workload, {});
  const secondsPerTick = Math.min(workload.secondsPerTick, 5e-9);
  const unit = { ...defaultUnit("fp16"), eta: dysta.eta, secondsPerTick, ...given };
  const tables = unitTables(unit, workload, { alpha: options.alpha, elasticity: [] });
  const dispatch = new HardwareDispatcher(
    workload,
    new Dysta("dysta", dysta),
    (host) => recorder.watchUnit(new UnitLoop(unit, tables, host), secondsPerTick),
    { ...unit, beta: dysta.beta },
  );
  const schedule = simulate(workload, recorder.watchDispatcher(dispatch), options);
  return { run: { scheduler: "dysta", seed: 1, workload, schedule, timing: recorder.timing() }, dispatch };
}

const textOf = (run: RecordedRun, everyLayer: boolean) => [...timelineLines(run, everyLayer)].join("");

/** A whole number of nanoseconds. */
const nsOf = (seconds: number) => Math.round(seconds * 1e9);
const beginNs = ({ ts }: TraceEvent) => Math.round(ts * 1000);
const endNs = ({ ts, dur }: TraceEvent) => Math.round((ts + dur) * 1000);

/** Tracks by name, in the order of the file. */
function tracksOf(events: readonly TraceEvent[]): Map<string, TraceEvent[]> {
  const names = events.filter(({ name }) => name === "thread_name");
  return new Map(
    names.map(({ pid, tid, args }) => [
      args.name as string,
      events.filter((event) => event.ph !== "M" && event.pid === pid && event.tid === tid),
    ]),
  );
}

function counterOf(events: readonly TraceEvent[], name: string): TraceEvent[] {
  return events.filter((event) => event.ph === "C" && event.name === name);
}

/** What is asked of every timeline. */
function expectFaithful(run: RecordedRun): void {
  const { workload, schedule } = run;
  const [merged, whole] = [textOf(run, false), textOf(run, true)];
  expect([...traceComplaints(merged), ...traceComplaints(whole)]).toEqual([]);
  expectSchedule(workload, schedule, traceEvents(merged));
  expectLayers(workload, schedule.dispatchRequest, traceEvents(whole));
  expectQueue(workload, schedule.finish, counterOf(traceEvents(merged), "queue length"));
}

function expectSchedule({ requests, secondsPerTick }: Workload, schedule: RecordedRun["schedule"], all: TraceEvent[]) {
  const tracks = tracksOf(all);
  for (let request = 0; request < requests.count; request++) {
    const [events] = [...tracks].flatMap(([name, track]) => (name.startsWith(`#${request} `) ? [track] : []));
    const [whole, ...parts] = events.filter(({ ph }) => ph === "X");
    const running = parts.filter(({ name }) => name === "running");
    const ns = (column: ArrayLike<number>) => nsOf(column[request] * secondsPerTick);
    expect([beginNs(whole), endNs(whole)]).toEqual([ns(requests.arrival), ns(schedule.finish)]);
    expect([beginNs(running[0]), endNs(running[running.length - 1])]).toEqual([
      ns(schedule.start),
      ns(schedule.finish),
    ]);
    expect(whole.args).toMatchObject({ request, start: schedule.start[request], finish: schedule.finish[request] });
    expect(whole.args.violated).toBe(schedule.finish[request] > requests.deadline[request]);
    const at = Object.fromEntries(events.filter(({ ph }) => ph === "i").map((event) => [event.name, beginNs(event)]));
    expect(at).toEqual({ arrival: ns(requests.arrival), deadline: ns(requests.deadline) });
    expect(parts.reduce((sum, { dur }) => sum + dur, 0)).toBeCloseTo(whole.dur, 2);
  }
}

/** Every layer once and in order, as long as its profile says, none beside another; the densities are the monitor's. */
function expectLayers(
  { requests, profiles, secondsPerTick }: Workload,
  dispatchRequest: Int32Array,
  all: TraceEvent[],
) {
  const accelerator = [...tracksOf(all)].find(([name]) => name === "accelerator")?.[1] ?? [];
  const runs = accelerator.filter(({ name }) => name.includes("#"));
  expect(runs.map(({ args }) => args.request)).toEqual([...dispatchRequest]);
  const layers = accelerator.filter(({ name }) => name.startsWith("layer "));
  const done = new Int32Array(requests.count);
  const densities = new Map<number, number>();
  for (const [k, layer] of layers.entries()) {
    const request = layer.args.request as number;
    const profile = profiles[requests.profile[request]];
    const cell = requests.sample[request] * profile.layerCount + done[request];
    expect([layer.name, layer.args.layer]).toEqual([`layer ${done[request]}`, done[request]]);
    expect(Math.abs(layer.dur * 1000 - profile.latency[cell] * secondsPerTick * 1e9)).toBeLessThanOrEqual(1);
    if (k > 0) expect(beginNs(layer)).toBeGreaterThanOrEqual(endNs(layers[k - 1]));
    densities.set(endNs(layer), monitoredDensity(profile)[cell]);
    done[request] += 1;
  }
  expect([...done]).toEqual(Array.from(requests.profile, (index) => profiles[index].layerCount));
  const counted = new Map(counterOf(all, "measured density").map((event) => [beginNs(event), event.args.density]));
  expect([...counted.keys()]).toEqual([...densities.keys()]);
  for (const [at, density] of densities) expect(counted.get(at)).toBeCloseTo(density, 5);
  const busyUs = runs.reduce((sum, { args }) => sum + (args.busyUs as number), 0);
  expect(Math.abs(busyUs - layers.reduce((sum, { dur }) => sum + dur, 0))).toBeLessThanOrEqual(layers.length / 1000);
}

/** At each of its points the counter is the number of requests that have arrived and are not finished. */
function expectQueue({ requests, secondsPerTick }: Workload, finish: Float64Array, counter: TraceEvent[]): void {
  const ns = (column: Float64Array) => [...column].map((time) => nsOf(time * secondsPerTick));
  const [arrivals, ends] = [ns(requests.arrival), ns(finish)];
  const upTo = (times: number[], at: number) => times.filter((time) => time <= at).length;
  expect(counter.map(beginNs)).toEqual([...new Set([...arrivals, ...ends])].sort((a, b) => a - b));
  for (const event of counter) {
    expect(event.args.requests).toBe(upTo(arrivals, beginNs(event)) - upTo(ends, beginNs(event)));
  }
}

describe("a timeline of dispatch in software", () => {
  it.each(schedulerNames)("of %s is a good trace of the schedule, in seconds and in cycles", (scheduler) => {
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20 }), fc.nat({ max: 3 }), (workload, preemptionCost) => {
        expectFaithful(inSoftware(workload, scheduler, { preemptionCost }));
      }),
      { numRuns: 12, seed: 4 },
    );
  });

  it("has no track of a scheduling unit", () => {
    const workload = handMadeWorkload({ networks: [{ model: "a", layers: [[1]] }], requests: [{ arrival: 0 }] });
    expect([...tracksOf(traceEvents(textOf(inSoftware(workload, "fcfs"), false))).keys()]).toEqual([
      "accelerator",
      "#0 a/x",
    ]);
  });

  it("shows by hand what two requests do: the second is more urgent, and the switch to it costs 5 ms", () => {
    const workload = handMadeWorkload({
      networks: [
        { model: "long", layers: [[10, 20, 30]], densities: [[0.25, 0.5, 0.75]] },
        { model: "short", layers: [[8]], densities: [[0.125]] },
      ],
      requests: [
        { arrival: 2, deadline: 1000 },
        { arrival: 5, network: 1, deadline: 20 },
      ],
      timeUnit: "cycles",
    });
    const events = traceEvents(textOf(inSoftware(workload, "edf", { preemptionCost: 5 }), false));
    const tracks = tracksOf(events);
    const shown = (name: string) =>
      tracks.get(name)?.map((event) => `${event.name} ${event.ts / 1000} ${(event.dur ?? 0) / 1000}`);
    expect(shown("accelerator")).toEqual(["long/x #0 2 10", "switch 12 5", "short/x #1 17 8", "long/x #0 25 50"]);
    expect(shown("#0 long/x")).toEqual([
      "arrival 2 0",
      "long/x 2 73",
      "running 2 10",
      "waiting 12 13",
      "running 25 50",
      "deadline 1000 0",
    ]);
    expect(shown("#1 short/x")).toEqual([
      "arrival 5 0",
      "short/x 5 20",
      "waiting 5 12",
      "running 17 8",
      "deadline 20 0",
    ]);
    expect(tracks.get("accelerator")?.map(({ args }) => args)).toEqual([
      { request: 0, layers: "0", busyUs: 10000 },
      { to: 1 },
      { request: 1, layers: "0", busyUs: 8000 },
      { request: 0, layers: "1–2", busyUs: 50000 },
    ]);
    const points = (name: string) => counterOf(events, name).map(({ ts, args }) => [ts / 1000, ...Object.values(args)]);
    expect(points("queue length")).toEqual([
      [2, 1],
      [5, 2],
      [25, 1],
      [75, 0],
    ]);
    expect(points("measured density")).toEqual([
      [12, 0.25],
      [25, 0.125],
      [45, 0.5],
      [75, 0.75],
    ]);
    expect(tracks.get("#1 short/x")?.[1].args).toMatchObject({ preemptions: 0, violated: true });
  });

  it("stays a good trace when a fault sets the clock back: what then lies over earlier runs has further tracks", () => {
    const semantics: Semantics = new Set(["clock-rolls-back", "one-newcomer"]);
    let further = 0;
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20 }), (workload) => {
        const run = inSoftware(workload, "fcfs", { semantics });
        const text = textOf(run, true);
        expect(traceComplaints(text)).toEqual([]);
        const lanes = [...tracksOf(traceEvents(text)).keys()].filter((name) => name.includes("set back")).length;
        if (lanes > 0) expect(run.schedule.clockRollbacks.length).toBeGreaterThan(0);
        further += lanes;
      }),
      { numRuns: 50, seed: 5 },
    );
    expect(further).toBeGreaterThan(0);
  });
});

describe("a timeline of dispatch in hardware", () => {
  const units = fc.record({
    fifoDepth: fc.constantFrom(1, 3, 64),
    variant: fc.constantFrom("shared" as const, "separate" as const),
    rescoring: fc.constantFrom("before-dispatch" as const, "overlapped" as const),
  });
  const unitTrackOf = (run: RecordedRun) => tracksOf(traceEvents(textOf(run, false))).get("scheduling unit") ?? [];

  it("is a good trace of the schedule", () => {
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20 }), units, (workload, unit) => {
        expectFaithful(inHardware(workload, unit, CountedDriver).run);
      }),
      { numRuns: 60, seed: 6 },
    );
  });

  it("accounts for every cycle of the unit: decisions end where layers begin, and are the exposed ones", () => {
    let overlapped = 0;
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20 }), units, (workload, unit) => {
        const { run, dispatch } = inHardware(workload, unit, CountedDriver);
        const cyclesOf = (events: readonly TraceEvent[]) =>
          events.reduce((sum, { dur }) => sum + Math.round((dur * 1e-6) / (run.timing.unit?.secondsPerTick ?? 0)), 0);
        const track = unitTrackOf(run);
        const decisions = track.filter(({ name }) => name === "decide");
        const { byQueue } = dispatch.report();
        expect(decisions).toHaveLength(run.schedule.decisionCount);
        expect(cyclesOf(decisions)).toBe(byQueue.reduce((sum, each) => sum + each.exposedCycles, 0));
        expect(cyclesOf(track)).toBe(byQueue.reduce((sum, each) => sum + each.busyCycles, 0));
        const begins = Array.from(run.timing.beganAt, (time) => nsOf(time * workload.secondsPerTick));
        for (const [k, decision] of decisions.entries()) expect(Math.abs(endNs(decision) - begins[k])).toBeLessThan(2);
        overlapped += track.filter(({ name }) => name === "rescore").length;
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(overlapped).toBeGreaterThan(100);
  });

  it("puts rescoring where the layer begins, and retirement where it ends, or after the rescoring", () => {
    const seen = { rescore: 0, retire: 0 };
    fc.assert(
      fc.property(randomWorkload({ maxRequests: 20 }), units, (workload, unit) => {
        const { run } = inHardware(workload, unit, CountedDriver);
        const tickNs = (run.timing.unit?.secondsPerTick ?? 0) * 1e9;
        const track = unitTrackOf(run);
        const layers = tracksOf(traceEvents(textOf(run, true)))
          .get("accelerator")
          ?.filter(({ name }) => name.startsWith("layer"));
        let decisions = 0;
        for (const [k, event] of track.entries()) {
          if (event.name === "decide") decisions += 1;
          else seen[event.name as "rescore" | "retire"] += 1;
          const before = k === 0 ? 0 : endNs(track[k - 1]);
          if (event.name === "rescore") expect(beginNs(event)).toBe(before);
          if (event.name !== "retire") continue;
          const layerEnd = endNs((layers ?? [])[decisions - 1]);
          expect(Math.abs(beginNs(event) - Math.max(layerEnd, before))).toBeLessThanOrEqual(tickNs);
        }
      }),
      { numRuns: 60, seed: 9 },
    );
    expect(Math.min(seen.rescore, seen.retire)).toBeGreaterThan(100);
  });

  it("lets a rescoring that outlasts the layer go on, and retires after it", () => {
    const layers = [[1e-3, 50e-9]];
    const workload = handMadeWorkload({
      networks: [{ model: "a", layers }],
      requests: [{ arrival: 0 }, { arrival: 1 }],
    });
    const { run } = inHardware(workload, { rescoring: "overlapped" }, CountedDriver);
    const [decide, rescore, retire, next] = unitTrackOf(run).slice(2);
    expect([decide, rescore, retire, next].map(({ name }) => name)).toEqual(["decide", "rescore", "retire", "decide"]);
    expect(endNs(rescore) - beginNs(rescore)).toBeGreaterThan(50);
    expect([beginNs(rescore), beginNs(retire)]).toEqual([endNs(decide), endNs(rescore)]);
  });

  it("shows decisions that take no time as such", () => {
    const workload = handMadeWorkload({ networks: [{ model: "a", layers: [[1, 2]] }], requests: [{ arrival: 3 }] });
    const { run } = inHardware(workload, {}, IdealDriver);
    expect(unitTrackOf(run).map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
      ["decide", 3e6, 0],
      ["decide", 4e6, 0],
    ]);
  });
});

it("a timeline has the same bytes every time", () => {
  const workload = fc.sample(randomWorkload(), { numRuns: 1, seed: 8 })[0];
  const once = () => textOf(inHardware(workload, {}, CountedDriver).run, true);
  expect(once()).toBe(once());
});

describe("the timeline of a run that is too long", () => {
  const slicesOf = (run: RecordedRun) => {
    const text = textOf(run, false);
    expect(traceComplaints(text)).toEqual([]);
    return traceEvents(text).filter(({ name, ph }) => ph === "X" && /#\d+$/.test(name));
  };

  it("shows its beginning as the whole timeline does, and says where it ends", () => {
    fc.assert(
      fc.property(randomWorkload(), fc.integer({ min: 1, max: 60 }), (workload, maxLayers) => {
        const whole = inSoftware(workload, "dysta");
        const cut = inSoftware(workload, "dysta", { maxLayers });
        const [all, shown] = [whole, cut].map(slicesOf);
        expect(shown).toEqual(all.slice(0, shown.length));
        const isCut = timelineCut(cut) !== undefined;
        expect(isCut).toBe(maxLayers < whole.timing.beganAt.length);
        expect(isCut).toBe(shown.length < all.length);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
