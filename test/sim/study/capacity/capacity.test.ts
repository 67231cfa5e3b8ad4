/** Capacities against a scan of all rates, and against dysta run at the rates that are named. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schedulerNames } from "../../../../sched/registry.ts";
import { capacityDocument } from "../../../../sim/study/capacity/capacity-document.ts";
import { rateTolerance } from "../../../../sim/study/capacity/highest-rate.ts";
import {
  type CapacityWords,
  capacityQuestion,
  findCapacity,
  prepareCapacity,
} from "../../../../sim/study/capacity/question.ts";
import { prepareRun, runComparison } from "../../../../sim/study/run/run.ts";
import { simulateJob } from "../../../../sim/study/run/simulate-job.ts";
import { runSweep } from "../../../../sim/study/sweep/run-sweep.ts";
import { sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import { applyOverrides } from "../../../../workloads/scenarios/overrides.ts";
import { loadScenario } from "../../../../workloads/scenarios/scenario.ts";
import { folderWith } from "../../cli/dysta.ts";
import { MemoryStore } from "../sweep/memory-store.ts";

const project = folderWith({
  "tables.csv": [
    "# clock: 1000 Hz",
    "model,pattern,sample,layer,cycles,input_density",
    ...["a,x,0,0,10,0.5", "a,x,0,1,20,0.5", "a,x,1,0,12,0.6", "a,x,1,1,22,0.4", "b,y,0,0,50,0.5", ""],
  ].join("\n"),
  "scenario.yaml": [
    "name: small",
    "table: tables.csv",
    "arrivals: { kind: poisson, rate: 20 }",
    "requests: 120",
    "schedulers: [fcfs, dysta]",
    "",
  ].join("\n"),
  "two.yaml": [
    "name: two",
    "table: tables.csv",
    "models:",
    "  - { model: a, arrivals: { kind: periodic, fps: 12, jitter: 5 ms }, deadline: 90 ms }",
    "  - { model: b, arrivals: { kind: poisson, rate: 3 }, slo: 6 }",
    "requests: 120",
    "schedulers: [sjf]",
    "",
  ].join("\n"),
});
const small = join(project, "scenario.yaml");

async function capacityOf(words: Partial<CapacityWords> = {}, workers = 2) {
  const asked = await capacityQuestion({ scenario: small, seeds: 8, ...words });
  return capacityDocument(await findCapacity(await prepareCapacity(asked, {}), { workers }));
}

/** Share of the requests of all seeds on time, as dysta run has it. */
async function onTimeAt(rate: number, scheduler: string, { scenario = small, seeds = 8 } = {}): Promise<number> {
  const at = applyOverrides(
    await loadScenario(scenario, schedulerNames),
    { rate, seeds, schedulers: [scheduler] },
    schedulerNames,
  );
  const { summaries } = await runComparison(await prepareRun(at), { workers: 1, keepSchedules: false });
  return 1 - summaries[0].overall.violationRate.mean;
}

/** The same in this process, run by run. */
async function scanned(rate: number, scheduler: "fcfs" | "dysta"): Promise<number> {
  const at = applyOverrides(await loadScenario(small, schedulerNames), { rate, seeds: 8 }, schedulerNames);
  const { setup, seeds } = await prepareRun(at);
  const job = { setup, dispatch: "software", preemption: "free", keep: "metrics" } as const;
  let late = 0;
  for (const seed of seeds) {
    const { metrics } = await simulateJob({ ...job, seed, scheduler: { kind: "builtin", name: scheduler } });
    late += metrics.overall.violationRate;
  }
  return 1 - late / seeds.length;
}

describe("a capacity", () => {
  const document = capacityOf({ target: "95%" });

  it("is the rate up to which a scan of every rate finds the target met", async () => {
    for (const scheduler of ["fcfs", "dysta"] as const) {
      const { rate, reached } = (await document).schedulers[scheduler];
      expect(reached).toBe("found");
      let last = 0;
      const lowest = (rate ?? 0) / 1.3;
      for (let at = lowest; at < (rate ?? 0) * 1.3; at *= 1.01) if ((await scanned(at, scheduler)) >= 0.95) last = at;
      // Where the curve rises again, a scan sees a later crossing than halving does; here it is the same one.
      expect(Math.abs(Math.log(last / (rate ?? 0)))).toBeLessThan(0.021);
    }
  });

  it("has the share on time that dysta run has at that rate, and just above it misses the target", async () => {
    for (const [scheduler, { rate, onTimeRate, curve }] of Object.entries((await document).schedulers)) {
      expect(onTimeRate).toBe(await onTimeAt(rate ?? 0, scheduler));
      expect(onTimeRate).toBeGreaterThanOrEqual(0.95);
      const next = curve.find((point) => point.rate > (rate ?? 0));
      expect(next?.onTimeRate).toBeLessThan(0.95);
      expect(next?.rate).toBeLessThanOrEqual((rate ?? 0) * (1 + rateTolerance));
    }
  });

  it("is the same for any number of workers, and says how it was asked", async () => {
    expect(await capacityOf({ target: "95%" }, 1)).toEqual(await document);
    const { target, seeds, differences, schedulers } = await document;
    expect({ target, seeds: seeds.length }).toEqual({ target: 0.95, seeds: 8 });
    expect(differences).toMatchObject([{ scheduler: "fcfs", against: "dysta" }]);
    const [fcfs, dysta] = [schedulers.fcfs, schedulers.dysta];
    const apart = (fcfs.rate ?? 0) - (dysta.rate ?? 0);
    expect(Math.abs(differences[0].rate - apart)).toBeLessThan(0.05 * (dysta.rate ?? 0));
    expect(fcfs.load).toBeGreaterThan(0.05);
    expect(fcfs.evaluations).toBe(fcfs.curve.length);
  });

  it("falls with the target and grows with the deadline", async () => {
    const rateOf = async (words: Partial<CapacityWords>) =>
      (await capacityOf({ schedulers: ["fcfs"], ...words })).schedulers.fcfs.rate ?? Number.NaN;
    const [strict, loose, late] = [
      await rateOf({ target: "99%" }),
      await rateOf({ target: "90%" }),
      await rateOf({ target: "99%", slo: 30 }),
    ];
    expect(strict).toBeLessThan(loose);
    expect(strict).toBeLessThan(late);
  });

  it("scales the arrivals of every network together", async () => {
    const scenario = join(project, "two.yaml");
    const { schedulers } = await capacityOf({ scenario, target: "95%" });
    const { rate, onTimeRate } = schedulers.sjf;
    expect(onTimeRate).toBe(await onTimeAt(rate ?? 0, "sjf", { scenario }));
  });

  it("is none for a deadline that no request can keep, and where everything is always on time", async () => {
    expect((await capacityOf({ schedulers: ["fcfs"], slo: 0.5 })).schedulers.fcfs).toMatchObject({
      reached: "never",
      rate: null,
    });
    const calm = await capacityOf({ schedulers: ["fcfs"], slo: 1000 });
    expect(calm.schedulers.fcfs).toMatchObject({ reached: "always", rate: null, rateCi95: null });
  });

  it("adds seeds until the interval is as narrow as it is wanted", async () => {
    const [few, many] = [
      await capacityOf({ schedulers: ["fcfs"] }),
      await capacityOf({ schedulers: ["fcfs"], precision: "4%" }),
    ];
    const width = ({ schedulers: { fcfs } }: typeof few) => (fcfs.rateCi95 ?? 0) / (fcfs.rate ?? 1);
    expect(width(few)).toBeGreaterThan(0.04);
    expect(width(many)).toBeLessThanOrEqual(0.04);
    expect(many.seeds.length).toBeGreaterThan(8);
    expect(many.seeds).toEqual(many.conditions.seeds);
  });
});

describe("the capacity of a sweep's point", () => {
  it("is the highest rate of its seed alone, whatever threads do, and none where nobody asks", async () => {
    const data = {
      scenario: small,
      axes: { slo: [4, 10] },
      schedulers: ["fcfs", "dysta"],
      seeds: 2,
      capacity: { target: "95%" },
      columns: { room: "capacity / capacityLoad" },
    };
    const sweep = await sweepOf(data, { file: "test", folder: project });
    const [one, two] = [new MemoryStore(sweep), new MemoryStore(sweep)];
    await runSweep(sweep, one, { points: { from: 0, to: sweep.pointCount }, workers: 1 });
    await runSweep(sweep, two, { points: { from: 0, to: sweep.pointCount }, workers: 2 });
    expect(two.inOrder()).toEqual(one.inOrder());
    for (const outcome of one.inOrder()) {
      const { scheduler, seed, configuration } = sweep.point(outcome.point);
      const [slo] = sweep.valuesOf(configuration) as [number];
      const alone = await capacityOf({ slo, seed, seeds: 1, schedulers: [scheduler], target: "95%" });
      const { rate, load } = alone.schedulers[scheduler];
      expect(rate).not.toBeNull();
      expect(outcome).toMatchObject({ figures: { capacity: rate, capacityLoad: load } });
    }
    const { capacity: _, columns: __, ...without } = data;
    const plain = await sweepOf(without, { file: "test", folder: project });
    expect(plain.identity).not.toBe(sweep.identity);
    const store = new MemoryStore(plain);
    await runSweep(plain, store, { points: { from: 0, to: 1 }, workers: 1 });
    expect(store.inOrder()[0]).toMatchObject({ figures: { capacity: null, capacityLoad: null } });
  });
});
