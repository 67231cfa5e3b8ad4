/** Does the report of a sweep show the numbers of its points, each where it belongs, and say what it leaves out? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundedInterval } from "../../../../sim/study/run/bounded-interval.ts";
import { wholeSweep } from "../../../../sim/study/sweep/shard.ts";
import { openStore } from "../../../../sim/study/sweep/store.ts";
import type { PointOutcome, ResultFigure } from "../../../../sim/study/sweep/sweep.ts";
import { sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import type { LoadedSweep } from "../../../../sim/study/sweep/sweep-source.ts";
import type { NumberTable } from "../../../../sim/view/plots/figure.ts";
import { evenlySpaced, fewEnough, type SweptAxis } from "../../../../sim/view/report/sweep/swept-axes.ts";
import { valueAxis, within } from "../../../../sim/view/report/sweep/value-axis.ts";
import { writeReport } from "../../../../sim/view/report/write-report.ts";
import { dysta, scratchFolder } from "../../cli/dysta.ts";
import { outcomeOf, smallSweep } from "../../study/sweep/results.ts";

const tables = { table: "builtin:eyerissv2", requests: 10, arrivals: { kind: "poisson", rate: 3 } };

function sweep(parts: object): Promise<LoadedSweep> {
  return sweepOf({ ...parts }, { file: "s.yaml", folder: "/nowhere" });
}

async function folderOf(loaded: LoadedSweep, outcomes: readonly PointOutcome[]): Promise<string> {
  const path = join(scratchFolder(), "results");
  const store = await openStore(path, loaded, { shard: wholeSweep, program: { version: "1.0.0", code: "abc" } });
  await store.append(outcomes);
  store.close();
  return path;
}

const points = (loaded: LoadedSweep) => Array.from({ length: loaded.pointCount }, (_, point) => point);

/** Figures that are null but for these. */
function figures(some: Partial<Record<ResultFigure, number>>): Record<ResultFigure, number | null> {
  const { figures } = outcomeOf(0) as Extract<PointOutcome, { figures: unknown }>;
  return Object.fromEntries(Object.keys(figures).map((name) => [name, some[name as ResultFigure] ?? null])) as Record<
    ResultFigure,
    number | null
  >;
}

function column({ columns, rows }: NumberTable, title: string) {
  return rows.map((row) => row[columns.findIndex((each) => each.title === title)]);
}

async function readReport(path: string) {
  const { file, document } = await writeReport(path);
  return { document, html: readFileSync(file, "utf8") };
}

describe("the report of a sweep", () => {
  it("has the mean over the seeds of each point, with its interval", async () => {
    const loaded = await sweep({
      scenario: { ...tables, schedulers: ["fcfs", "dysta"] },
      ...{ axes: { slo: [5, 10, 20] }, seeds: 2 },
    });
    const antt = (point: number) => 1 + ((point * 7) % 5);
    const path = await folderOf(
      loaded,
      points(loaded).map((point) => ({
        point,
        figures: figures({ antt: antt(point), violationRate: 0.25, cycles: 100 }),
      })),
    );
    const { document } = await writeReport(path);
    expect(document.figures.map(({ id, title }) => [id, title])).toEqual([
      ["axis-1", "Against SLO, multiple of the time alone"],
      ["axis-1-differences", "Differences on the same requests, against SLO, multiple of the time alone"],
    ]);
    const [table] = document.figures[0].tables;
    expect(column(table, "SLO, multiple of the time alone")).toEqual(["5", "5", "10", "10", "20", "20"]);
    expect(column(table, "scheduler")).toEqual(["fcfs", "dysta", "fcfs", "dysta", "fcfs", "dysta"]);
    const pairs = [0, 2, 4, 6, 8, 10].map((point) => [antt(point), antt(point + 1)]);
    expect(column(table, "ANTT")).toEqual(pairs.map(([a, b]) => (a + b) / 2));
    const ends = pairs.map((pair) => boundedInterval(pair, { least: 1 }));
    expect(column(table, "95 % from")).toEqual(ends.map(({ low }) => low));
    expect(column(table, "to")).toEqual(ends.map(({ high }) => high));
    expect(document.missing).toEqual([
      "violated deadlines, %: 25 at every point.",
      "cycles of an inference: 100 at every point.",
    ]);
  });

  it("averages over nothing but seeds: every combination of the axes has its own row", async () => {
    const loaded = await sweep({
      scenario: { ...tables, schedulers: ["fcfs"] },
      axes: { slo: [5, 10], "arrivals.rate": [1, 2, 3], semantics: ["corrected", "artifact"] },
      where: "slo < 10 or semantics == 'corrected'",
    });
    const path = await folderOf(
      loaded,
      points(loaded).map((point) => ({ point, figures: figures({ antt: 1 + point }) })),
    );
    const { document, html } = await readReport(path);
    const rateFigure = document.figures.find(({ title }) => title === "Against arrival rate, requests per second");
    const [table] = rateFigure?.tables ?? [];
    const row = (point: number) => {
      const [slo, rate, semantics] = loaded.valuesOf(loaded.point(point).configuration);
      return [String(slo), semantics, String(rate), 1 + point];
    };
    const byOtherAxes = points(loaded).sort((a, b) => {
      const [first, second] = [row(a), row(b)];
      return (
        Number(first[0]) - Number(second[0]) || (first[1] === second[1] ? a - b : first[1] === "corrected" ? -1 : 1)
      );
    });
    expect(table.rows).toEqual(byOtherAxes.map(row));
    expect(document.figures.map(({ id }) => id)).toEqual([
      ...["axis-1", "axis-2", "axis-3", "axis-1-and-2", "axis-1-and-3", "axis-2-and-3"],
    ]);
    expect(html).toContain("arrivals.rate 2");
  });

  it("has derived columns, every configuration over its PEs, and heat maps of pairs of axes", async () => {
    const loaded = await sweep({
      scenario: {
        hardware: "eyeriss-v2",
        ...{ models: [{ model: "mobilenet", pattern: "block4", sparsity: 0.5 }], samples: 1, requests: 10 },
        ...{ arrivals: { kind: "poisson", rate: 3 }, schedulers: ["fcfs"] },
      },
      axes: { "hardware.grid.peRows": [3, 6], "hardware.macsPerPe": [1, 2] },
      columns: { edp: "energyPj * cycles" },
    });
    const path = await folderOf(
      loaded,
      points(loaded).map((point) => ({
        point,
        figures: figures({ cycles: 1e6 / (point + 1), energyPj: 2e9 + point }),
      })),
    );
    const { document } = await writeReport(path);
    expect(document.figures.map(({ id }) => id)).toEqual(["size", "axis-1", "axis-2", "axis-1-and-2"]);
    const [table] = document.figures[0].tables;
    expect(column(table, "PEs")).toEqual([192, 192, 384, 384]);
    expect(column(table, "edp")).toEqual([0, 1, 2, 3].map((point) => (2e9 + point) * (1e6 / (point + 1))));
    expect(column(table, "energy of an inference, µJ")).toEqual([0, 1, 2, 3].map((point) => (2e9 + point) * 1e-6));
  });

  it("says what is open, what failed and why, and where figures are least and most", async () => {
    const loaded = await smallSweep();
    const path = await folderOf(loaded, [0, 1, 2, 3, 7, 4, 5, 6].map(outcomeOf));
    const { document, html } = await readReport(path);
    expect(document.missing[0]).toBe("16 points have not run: the sweep is not finished, or this is one shard of it.");
    expect(html).toContain("7 done, 1 failed of 24 (configurations × schedulers × seeds: 6 × 2 × 2)");
    expect(html).toContain("requests, &quot;7&quot; of them,\nare too many");
    const [extremes] = document.tables;
    expect(column(extremes, "figure")).toContain("missed");
  });

  it("of a sweep without axes compares the schedulers", async () => {
    const loaded = await sweep({ scenario: { ...tables, schedulers: ["fcfs", "sjf"] } });
    const path = await folderOf(
      loaded,
      [0, 1].map((point) => ({ point, figures: figures({ antt: 2 + point }) })),
    );
    const { document } = await writeReport(path);
    expect(document.tables[1]).toMatchObject({
      title: "Schedulers compared",
      rows: [
        ["fcfs", 2],
        ["sjf", 3],
      ],
    });
  });

  it("has the same bytes whatever the order that points came in", async () => {
    const loaded = await smallSweep();
    const order = points(loaded);
    const paths = [
      await folderOf(loaded, order.map(outcomeOf)),
      await folderOf(loaded, order.reverse().map(outcomeOf)),
    ];
    const [first, second] = [await readReport(paths[0]), await readReport(paths[1])];
    expect(second.html).toBe(first.html);
  });

  it("thins out what is too much for one figure, and says so", async () => {
    const slo = Array.from({ length: 1000 }, (_, k) => k + 1);
    const rate = slo.slice(0, 40);
    const loaded = await sweep({ scenario: { ...tables, schedulers: ["all"] }, axes: { slo, "arrivals.rate": rate } });
    const few = points(loaded).filter((point) => loaded.point(point).configuration % 39 === 0);
    const path = await folderOf(
      loaded,
      few.map((point) => ({ point, figures: figures({ antt: 1 + (point % 97) }) })),
    );
    const { document, html } = await readReport(path);
    for (const { tables } of document.figures) for (const { rows } of tables) expect(rows.length).toBeLessThan(1600);
    expect(html).toContain("40 of 1000 values are shown");
    expect(html).toContain("16 of 1000 values of SLO, multiple of the time alone are shown.");
    expect(html.length).toBeLessThan(3e6);
  });

  it("is what dysta report writes", async () => {
    const path = await folderOf(await smallSweep(), [0, 1, 2, 3].map(outcomeOf));
    const { status, stdout, stderr } = dysta(["report", path, "--json"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ file: join(path, "report.html"), name: "small" });
  });
});

describe("what a figure shows of its axes", () => {
  it("are values evenly spaced, ends included", () => {
    expect([evenlySpaced(5, 9), evenlySpaced(9, 3), evenlySpaced(9, 1), evenlySpaced(10, 4)]).toEqual([
      [0, 1, 2, 3, 4],
      [0, 4, 8],
      [4],
      [0, 3, 6, 9],
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 300 }), (length, count) => {
        const places = evenlySpaced(length, count);
        expect(places.length).toBe(Math.min(length, count));
        expect([places[0], places[places.length - 1]]).toEqual([0, length - 1]);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      }),
    );
  });

  it("are few enough combinations, of every axis one value at least", () => {
    const axisOf = (length: number) => ({ labels: new Array(length).fill("") }) as unknown as SweptAxis;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 50 }), { maxLength: 6 }),
        fc.integer({ min: 0, max: 60 }),
        (lengths, most) => {
          const shown = fewEnough(lengths.map(axisOf), most);
          expect(shown.reduce((product, { length }) => product * length, 1)).toBeLessThanOrEqual(Math.max(1, most));
          for (const { length } of shown) expect(length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("are scales that hold every value", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 9 }), (values) => {
        const axis = valueAxis("x", values);
        for (const value of values) expect(within(axis, value)).toBe(value);
        expect(axis.scale.domain[0]).toBeLessThan(axis.scale.domain[1]);
      }),
    );
  });
});
