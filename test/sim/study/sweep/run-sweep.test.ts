/** Does every point of a sweep get its own result, once, whatever threads do? */
import { describe, expect, it } from "vitest";
import { schedulerNames } from "../../../../sched/registry.ts";
import { prepareRun, runComparison } from "../../../../sim/study/run/run.ts";
import { openGroups, runSweep } from "../../../../sim/study/sweep/run-sweep.ts";
import { sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import type { LoadedSweep } from "../../../../sim/study/sweep/sweep-source.ts";
import { loadScenario } from "../../../../workloads/scenarios/scenario.ts";
import { folderWith } from "../../cli/dysta.ts";
import { MemoryStore } from "./memory-store.ts";

const folder = folderWith({
  // Ends its thread at some points, and would give other figures if it remembered earlier ones.
  "deadly.mjs": [
    "let picks = 0;",
    "export default { name: 'deadly', pick: (ready, now) => {",
    "  picks += 1;",
    "  if (ready.length === 4) process.exit(3);",
    "  return (picks * 7) % ready.length;",
    "} };",
    "",
  ].join("\n"),
  // Picks the request at a place that it is given.
  "placed.mjs": [
    "export default { name: 'placed', parameters: { place: 0 },",
    "  pick: (ready, now, parameters) => Math.min(ready.length - 1, parameters.place) };",
    "",
  ].join("\n"),
});

function sweep(data: object): Promise<LoadedSweep> {
  return sweepOf({ scenario: "multi-cnn-recorded", ...data }, { file: "test", folder });
}

const small = {
  set: { requests: 40 },
  axes: { "arrivals.rate": [2, 5], slo: [5, 20], "models.*.weight": [1] },
  scenario: {
    table: "builtin:eyerissv2",
    models: [{ model: "resnet50" }, { model: "mobilenet", weight: 3 }],
    arrivals: { kind: "poisson", rate: 1 },
  },
  schedulers: ["fcfs", "dysta"],
  seeds: 3,
};

async function resultsOf(given: LoadedSweep, workers: number, store = new MemoryStore(given)) {
  const run = await runSweep(given, store, { points: { from: 0, to: given.pointCount }, workers });
  return { run, store };
}

describe("the results of a sweep", () => {
  it("are those of dysta run, point by point", async () => {
    const given = await sweep({
      // Scores one layer old: some picks are not the software's, and not all cycles are exposed.
      set: { requests: 100, dispatch: "hardware", "unit.rescoring": "overlapped" },
      axes: { "arrivals.rate": [5], "unit.format": ["fp16", "fp64"] },
      schedulers: ["dysta", "sjf"],
      seeds: 1,
      seed: 5,
    });
    const { store } = await resultsOf(given, 2);
    expect(store.inOrder()).toHaveLength(4);
    const scenario = await loadScenario("multi-cnn-recorded", schedulerNames);
    for (const outcome of store.inOrder()) {
      const { configuration, scheduler, seed } = given.point(outcome.point);
      const [rate, format] = given.valuesOf(configuration) as [number, "fp16" | "fp64"];
      const prepared = await prepareRun({
        ...scenario,
        ...{ requests: 100, seed, seeds: 1, dispatch: "hardware", schedulers: ["dysta", "sjf"] },
        arrivals: { kind: "poisson", rate },
        unit: { ...scenario.unit, format, rescoring: "overlapped" },
      });
      const { runs } = await runComparison(prepared, { workers: 1, keepSchedules: false });
      const own = runs.find((run) => run.scheduler === scheduler);
      expect(outcome).toMatchObject({ figures: own?.result.metrics.overall });
      const { unit } = own?.result ?? {};
      expect(unit === undefined).toBe(scheduler !== "dysta");
      if (unit === undefined) {
        expect(outcome).toMatchObject({ figures: { equalPickShare: null, decisionCycles: null, exposedCycles: null } });
        continue;
      }
      expect(unit.equal).toBeLessThan(unit.decisions);
      const [busy, exposed] = (["busyCycles", "exposedCycles"] as const).map(
        (name) => unit.byQueue.reduce((sum, each) => sum + each[name], 0) / unit.decisions,
      );
      expect(exposed).toBeLessThan(busy);
      const figures = { equalPickShare: unit.equal / unit.decisions, decisionCycles: busy, exposedCycles: exposed };
      expect(outcome).toMatchObject({ figures });
    }
  });

  it("have bounds that no scheduler beats, those of dysta run, where bounds hold", async () => {
    const semantics = { ...small, axes: { "arrivals.rate": [5], semantics: ["corrected", "artifact"] } };
    const given = await sweep({ ...semantics, keep: { bounds: true } });
    const { store } = await resultsOf(given, 2);
    const { store: without } = await resultsOf(await sweep(semantics), 2);
    for (const [k, outcome] of store.inOrder().entries()) {
      if (!("figures" in outcome)) throw new Error(outcome.error);
      const { violationRate, antt, violationRateLower, violationRateFeasible, anttLower, anttFeasible } =
        outcome.figures;
      const { configuration, seed } = given.point(outcome.point);
      if (given.valuesOf(configuration)[1] === "artifact") {
        expect([violationRateLower, anttFeasible]).toEqual([null, null]);
      } else {
        expect(violationRate).toBeGreaterThanOrEqual(violationRateLower ?? 1);
        expect(antt).toBeGreaterThanOrEqual(anttLower ?? Number.POSITIVE_INFINITY);
        const prepared = await prepareRun({ ...(await given.scenarioOf(configuration)), seed, seeds: 1 });
        const { bounds } = await runComparison(prepared, { workers: 1, keepSchedules: false, bounds: true });
        expect([violationRateLower, violationRateFeasible]).toEqual(Object.values(bounds?.violationRate ?? {}));
        expect([anttLower, anttFeasible]).toEqual(Object.values(bounds?.antt ?? {}));
      }
      expect(without.inOrder()[k]).toMatchObject({ figures: { violationRate, antt, anttLower: null } });
    }
  });

  it("are those of a scheduler with the parameters that the sweep gives it", async () => {
    const placed = (place: number) => [{ path: "./placed.mjs", parameters: { place } }];
    const [first, last] = await Promise.all(
      [0, 1000].map((place) => sweep({ ...small, axes: { "arrivals.rate": [5] }, schedulers: placed(place) })),
    );
    expect(first.identity).not.toBe(last.identity);
    const results = await Promise.all([first, last].map((given) => resultsOf(given, 1)));
    const antt = results.map(({ store }) => store.inOrder().map((each) => "figures" in each && each.figures.antt));
    const fcfs = await resultsOf(await sweep({ ...small, axes: { "arrivals.rate": [5] }, schedulers: ["fcfs"] }), 1);
    expect(antt[0]).toEqual(fcfs.store.inOrder().map((each) => "figures" in each && each.figures.antt));
    expect(antt[1]).not.toEqual(antt[0]);
  });

  it("are the same for 1, 2 and 4 workers", async () => {
    const given = await sweep(small);
    const [one, two, four] = await Promise.all([1, 2, 4].map((workers) => resultsOf(given, workers)));
    expect(one.run).toEqual({ ran: 24, failed: 0, isInterrupted: false });
    expect(one.store.inOrder().map(({ point }) => point)).toEqual(Array.from({ length: 24 }, (_, k) => k));
    expect([two.store.inOrder(), four.store.inOrder()]).toEqual([one.store.inOrder(), one.store.inOrder()]);
  });

  it("of the hardware are means over the mix, and layers are kept once for all schedulers and seeds", async () => {
    const given = await sweep({
      scenario: {
        hardware: "eyeriss-v2",
        samples: 1,
        models: [{ model: "antispoof" }, { model: "sparse-mobilenet-0.5", weight: 3 }],
        arrivals: { kind: "poisson", rate: 500 },
      },
      set: { requests: 20 },
      axes: { slo: [5, 10] },
      schedulers: ["fcfs", "sjf"],
      seeds: 2,
    });
    const { store } = await resultsOf(given, 2);
    const sum = (model: string, figure: "cycles" | "effectualMacs" | "dramBytes" | "energyPj") =>
      store.layers.filter((row) => row.model === model).reduce((total, row) => total + (row[figure] ?? 0), 0);
    const mean = (figure: Parameters<typeof sum>[1]) =>
      (sum("antispoof", figure) + 3 * sum("sparse-mobilenet-0.5", figure)) / 4;
    for (const outcome of store.inOrder()) {
      expect(outcome).toMatchObject({
        figures: {
          cycles: expect.closeTo(mean("cycles"), 3),
          effectualMacs: expect.closeTo(mean("effectualMacs"), 3),
          dramBytes: expect.closeTo(mean("dramBytes"), 3),
          energyPj: expect.closeTo(mean("energyPj"), 0),
          utilisation: expect.closeTo(mean("effectualMacs") / (mean("cycles") * 384), 12),
          decisionCycles: null,
        },
      });
    }
    expect(new Set(store.layers.map(({ profile }) => profile)).size).toBe(1);
    expect(store.layers.map(({ layer }) => layer).filter((layer) => layer === 0)).toHaveLength(2);
  });
});

describe("a thread that dies", () => {
  it("costs the points that kill it twice, and no other", async () => {
    const given = await sweep({ ...small, schedulers: ["fcfs", "./deadly.mjs"], axes: { "arrivals.rate": [1, 4] } });
    const [one, three] = await Promise.all([1, 3].map((workers) => resultsOf(given, workers)));
    const failed = one.store.inOrder().filter((outcome) => "error" in outcome);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(6);
    for (const outcome of failed) {
      expect(given.point(outcome.point).scheduler).toBe("deadly");
      expect(outcome).toMatchObject({ error: "ended its worker thread twice: worker exited with code: 3" });
    }
    expect(three.store.inOrder()).toEqual(one.store.inOrder());
    expect(one.run).toEqual({ ran: 12, failed: failed.length, isInterrupted: false });
  });
});

describe("a group that cannot be profiled", () => {
  it("fails with its reason, and the others run", async () => {
    const given = await sweep({
      scenario: {
        hardware: "eyeriss-v2",
        samples: 1,
        models: [{ model: "antispoof", sparsity: 0.5 }],
        arrivals: { kind: "poisson", rate: 500 },
      },
      set: { requests: 10 },
      axes: { "models.*.pattern": ["unstructured", "2:4"], "models.*.sparsity": [0.5, 0.8] },
      schedulers: ["fcfs"],
    });
    const { store, run } = await resultsOf(given, 2);
    expect(run).toMatchObject({ ran: 4, failed: 1 });
    expect(store.inOrder()[3]).toEqual({ point: 3, error: expect.stringMatching(/2:4.*0\.8|rate/) });
  });
});

describe("an interrupted sweep", () => {
  it("keeps what it has, and goes on with the rest", async () => {
    // More points than are kept at a time, however fast they are.
    const given = await sweep({ ...small, set: { requests: 20 }, seeds: 400 });
    const store = new MemoryStore(given);
    const stop = new AbortController();
    const all = { from: 0, to: given.pointCount };
    const first = await runSweep(given, store, {
      ...{ points: all, workers: 2, signal: stop.signal },
      onDone: (done) => {
        if (done > 0) stop.abort();
      },
    });
    expect(first.isInterrupted).toBe(true);
    expect(first.ran).toBeGreaterThan(0);
    expect(first.ran).toBeLessThan(given.pointCount);
    expect(store.inOrder()).toHaveLength(first.ran);
    const { run } = await resultsOf(given, 2, store);
    expect(run).toEqual({ ran: given.pointCount - first.ran, failed: 0, isInterrupted: false });
    const { store: undisturbed } = await resultsOf(given, 1);
    expect(store.inOrder()).toEqual(undisturbed.inOrder());
  });
});

it("points are one group if they have the same networks on the same hardware", async () => {
  const given = await sweep({
    scenario: {
      hardware: "eyeriss-v2",
      models: [{ model: "antispoof", sparsity: 0.5, pattern: "unstructured" }],
      arrivals: { kind: "poisson", rate: 1 },
    },
    axes: { "hardware.macsPerPe": [1, 2], slo: [1, 2, 3], "models.*.sparsity": [0.2, 0.4], "models.*.weight": [1, 2] },
    schedulers: ["fcfs"],
  });
  const groups = openGroups(given, new MemoryStore(given), { from: 0, to: given.pointCount });
  const keysOf = (group: readonly number[]) =>
    new Set(
      group.map((point) => {
        const [macsPerPe, , rate] = given.valuesOf(given.point(point).configuration);
        return `${macsPerPe} ${rate}`;
      }),
    );
  expect(groups.map((group) => [...keysOf(group)])).toEqual([["1 0.2"], ["1 0.4"], ["2 0.2"], ["2 0.4"]]);
  expect(groups.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, k) => k));
});
