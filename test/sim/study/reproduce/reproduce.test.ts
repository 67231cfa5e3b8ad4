/** Are the paper's values compared with ours by the rules that are said, and are points those of `dysta run`? */
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../../../sim/library/index.ts";
import { inputDensities } from "../../../../sim/study/reproduce/convolutional-networks.ts";
import { errataOf } from "../../../../sim/study/reproduce/errata.ts";
import {
  comparedSchedulers,
  keyOf,
  networksFor,
  type PointQuestion,
  runPoints,
} from "../../../../sim/study/reproduce/points.ts";
import { published } from "../../../../sim/study/reproduce/published.ts";
import { itemNames, itemsIn, reproduce } from "../../../../sim/study/reproduce/reproduce.ts";
import { fixed, rowOf, verdictOf } from "../../../../sim/study/reproduce/row.ts";
import { networkOf } from "../../../../workloads/networks/networks.ts";

const alone = <T>(_: string, work: (onDone: () => void) => Promise<T>) => work(() => {});
const work = { cache: undefined, workers: 1, requests: 10, seeds: 1, withProgress: alone };

describe("a row", () => {
  const place = { panel: "p", line: "l", column: "c" };

  test("has differences from the paper, and nulls for what there is none of", () => {
    expect(rowOf({ ...place, unit: "ANTT", paper: 4, artifact: { mean: 5, ci95: 0.5 } })).toEqual({
      ...{ ...place, what: "p, l, c", unit: "ANTT", paper: 4 },
      ...{ artifact: 5, artifactCi95: 0.5, artifactDifference: 1, sameTables: null, sameTablesCi95: null },
      ...{ corrected: null, correctedCi95: null, correctedDifference: null },
    });
  });

  test("agrees within three points of a percentage and 15 % of anything else, ends included", () => {
    const rows = [
      rowOf({ ...place, unit: "%", paper: 10, artifact: fixed(13), corrected: fixed(13.01) }),
      rowOf({ ...place, unit: "ANTT", paper: 10, artifact: fixed(8.5), corrected: fixed(8.49) }),
      rowOf({ ...place, unit: "ANTT", artifact: fixed(1) }),
    ];
    expect(verdictOf(rows)).toBe("within 3 points, or 15 % of the paper's value: artifact 2 of 2, corrected 0 of 2");
    expect(verdictOf(rows.slice(2))).toBe("nothing to compare");
  });
});

describe("the published values", () => {
  test("are of schedulers that are here, at the same points in every curve", () => {
    const swept = Object.values(published().fig14).flatMap((byRate) => Object.values(byRate));
    for (const panels of [...swept, ...Object.values(published().fig15)]) {
      const curves = [panels.violationPct, panels.antt, panels.throughputInfPerS ?? panels.antt];
      for (const curve of curves) {
        expect(Object.keys(comparedSchedulers)).toEqual(expect.arrayContaining(Object.keys(curve)));
        const points = Object.keys(curve.FCFS);
        for (const values of Object.values(curve)) expect(Object.keys(values)).toEqual(points);
      }
    }
  });

  test("of Table 5 are those of Fig. 14 with one decimal cut off, but for one that is misprinted", () => {
    const { table5, fig14 } = published();
    const wrong = Object.entries(table5).flatMap(([scheduler, printed]) => {
      const plotted = [fig14.attnn[30], fig14.cnn[3]].flatMap(({ antt, violationPct }) => [
        antt[scheduler][10],
        violationPct[scheduler][10],
      ]);
      return plotted.some((value, k) => Math.floor(value * 10 + 1e-9) / 10 !== printed[k]) ? [scheduler] : [];
    });
    expect(wrong).toEqual(["SJF"]);
  });

  test("contradict each other where the errata say so", () => {
    const errata = errataOf({ published: published() }, ["noise"]);
    expect(errata.every(({ evidence }) => evidence.length > 0)).toBe(true);
    const said = errata.flatMap(({ evidence }) => evidence);
    expect(said).toContain("SJF, AttNN violations %: plotted 15.52, printed 15.2");
    expect(said).toContain("AttNN 40/s × 10: Dysta 15.58 %, Oracle 16.04 %");
    expect(said).toContain("194 + 3 = 197, printed 196");
    expect(said).toContain("noise");
    // The claim of the lowest violations, judged by its definition.
    const { violationPct } = published().fig14.attnn[30];
    expect(violationPct.Planaria[25]).toBeLessThan(violationPct.Dysta[25]);
    expect(said).toContain("AttNN 30/s × 25, violations %: Dysta 2.3, Planaria 1.42");
  });
});

test("items are asked for by name, in the paper's order; an unknown one is told the nearest", () => {
  expect(itemsIn([])).toEqual(itemNames);
  expect(itemsIn(["table5", "all"])).toEqual(itemNames);
  expect(itemsIn(["fig15", "table2"])).toEqual(["table2", "fig15"]);
  expect(() => itemsIn(["tabel5"])).toThrow('unknown item "tabel5" (did you mean "table5"?)');
});

test("points are the runs of dysta run on the same requests, in each reading; a kept point is not run again", async () => {
  const cache = mkdtempSync(join(tmpdir(), "points-"));
  const [artifact, sameTables] = await Promise.all(
    (["artifact", "sameTables"] as const).map((reading) => networksFor(reading, "attnn", { cache })),
  );
  // The modelled networks take minutes the first time: their place is taken by tables of the same kind.
  const networks = {
    attnn: { artifact, sameTables, corrected: sameTables },
    cnn: { artifact, sameTables, corrected: sameTables },
  };
  const question: PointQuestion = { workload: "attnn", rate: 25, slo: 5 };
  const ask = { workers: 1, cache, requests: 40, seeds: 2 };
  const progress: number[] = [];
  const points = await runPoints([question, question], networks, { ...ask, onDone: (done) => progress.push(done) });
  expect(progress).toEqual([0, 1, 2, 3]);
  const found = points.get(keyOf(question));
  expect(found?.rateFactor).toBe(1);
  for (const [reading, semantics] of [
    ["artifact", "artifact"],
    ["sameTables", "corrected"],
  ] as const) {
    const schedulers = ["planaria", "dysta"];
    const document = await run({
      ...{ scenario: "multi-attnn-inferred", rate: 25, slo: 5, requests: 40, seeds: 2, semantics },
      ...{ schedulers, workers: 1, cache: false, bounds: false },
    });
    for (const [name, own] of [
      ["Planaria", "planaria"],
      ["Dysta", "dysta"],
    ]) {
      const { antt, anttCi95, violationRate } = document.schedulers[own] as unknown as Record<string, number>;
      expect(found?.estimate(reading, name, "antt")).toEqual({ mean: antt, ci95: anttCi95 });
      expect(found?.estimate(reading, name, "violationRate").mean).toBe(violationRate);
    }
  }
  const files = readdirSync(cache);
  // "same tables" and the stand-in are one and the same run.
  expect(files).toHaveLength(2);
  const again = await runPoints([question], networks, { ...ask, onDone: () => {} });
  expect(again.get(keyOf(question))).toEqual(found);
  expect(readdirSync(cache)).toEqual(files);
});

test("Table 2 and Fig. 3 by their definitions", async () => {
  const { items } = await reproduce(["table2", "fig3"], work);
  const network = networkOf("inception-v3");
  const sparsities = Array.from({ length: 24 }, (_, sample) => {
    const densities = [...network.densities.inputOf(sample, 1)];
    return densities.reduce((sum, density) => sum + (1 - density), 0) / densities.length;
  });
  const mean = sparsities.reduce((sum, each) => sum + each, 0) / 24;
  const row = items[0].rows.find(({ line }) => line === "InceptionV3");
  expect(row?.corrected).toBeCloseTo((100 * (Math.max(...sparsities) - Math.min(...sparsities))) / mean, 9);
  expect(items[0].rows.find(({ line }) => line === "GoogLeNet")?.corrected).toBeNull();
  const vgg = inputDensities(networkOf("vgg16")).map((densities) => 100 - 100 * densities[3]);
  const [least, most] = items[1].rows.filter(({ panel, line }) => panel === "VGG-16" && line === "layer 3");
  expect(least.corrected).toBeCloseTo(Math.min(...vgg), 9);
  expect(most.corrected).toBeCloseTo(Math.max(...vgg), 9);
});

test("Fig. 16 and Table 6 are those of dysta overhead", async () => {
  const { items } = await reproduce(["fig16", "table6"], work);
  const value = (k: number, line: string, column: string, panel: string) =>
    items[k].rows.find((row) => row.line === line && row.column === column && row.panel === panel);
  expect(value(0, "Non_Opt_FP32", "LUT", "FIFO depth 64")?.corrected).toBe(1);
  expect(value(0, "Opt_FP16", "LUT", "FIFO depth 64")?.paper).toBe(0.2355);
  const [own, share] = ["scheduler", "overhead over the published Eyeriss v2"].map((line) =>
    value(1, line, "LUTs", ""),
  );
  expect(share?.corrected).toBeCloseTo((100 * (own?.corrected ?? 0)) / 99_168, 9);
});
