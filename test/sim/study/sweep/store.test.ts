/** Are results kept whole, once, and told apart from other results, whatever the order, the cut and the interruption? */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ResultsFolder } from "../../../../sim/results/folder.ts";
import { Database } from "../../../../sim/study/sweep/database.ts";
import { exportResults } from "../../../../sim/study/sweep/export.ts";
import { wholeSweep } from "../../../../sim/study/sweep/shard.ts";
import { sourceFromText, sourceText } from "../../../../sim/study/sweep/source-text.ts";
import { openStore, storedStates } from "../../../../sim/study/sweep/store.ts";
import { pointStates } from "../../../../sim/study/sweep/sweep.ts";
import { listSweeps, loadSweep } from "../../../../sim/study/sweep/sweep-file.ts";
import { sweepFrom } from "../../../../sim/study/sweep/sweep-source.ts";
import { scratchFolder } from "../../cli/dysta.ts";
import { exportOf, layersOf, outcomeOf, smallSweep } from "./results.ts";

const whole = { shard: wholeSweep, program: { version: "1.0.0", code: "abc" } };
const sweep = await smallSweep();
const all = Array.from({ length: sweep.pointCount }, (_, point) => point);

const newPath = () => join(scratchFolder(), "results");

async function withStore<T>(path: string, use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T> | T) {
  const store = await openStore(path, sweep, whole);
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

/** The export of all points appended one after another. */
async function undisturbed() {
  const path = newPath();
  await withStore(path, async (store) => {
    await store.addLayers([...layersOf("a"), ...layersOf("b")]);
    await store.append(all.map(outcomeOf));
    await exportResults(store);
  });
  return exportOf(path);
}

const expected = await undisturbed();

describe("a store", () => {
  it("exports the same bytes for every order, cut and reopening", async () => {
    const orders = fc.shuffledSubarray(all, { minLength: all.length });
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: all.length, maxLength: all.length });
    const reopenings = fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length });
    await fc.assert(
      fc.asyncProperty(orders, cuts, reopenings, async (order, cut, reopening) => {
        const path = newPath();
        let store = await openStore(path, sweep, whole);
        for (let from = 0, k = 0; from < order.length; from += cut[k], k++) {
          const some = order.slice(from, from + cut[k]);
          await store.addLayers(layersOf(k % 2 === 0 ? "b" : "a"));
          await store.append(some.map(outcomeOf));
          if (!reopening[k]) continue;
          store.close();
          store = await openStore(path, sweep, whole);
        }
        await store.addLayers(layersOf("a"));
        await exportResults(store);
        store.close();
        expect(exportOf(path)).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  it("knows how far its points have come when it is opened again", async () => {
    const path = newPath();
    await withStore(path, (store) => store.append([3, 7, 4].map(outcomeOf)));
    const states = await withStore(path, (store) => [...store.states]);
    expect(states).toEqual(all.map((point) => (point === 7 ? 2 : point === 3 || point === 4 ? 1 : 0)));
    expect([...(await storedStates(path, sweep, whole))]).toEqual(states);
    expect([...(await storedStates(newPath(), sweep, whole))]).toEqual(all.map(() => 0));
  });

  it("takes no point twice, not even after a reopening", async () => {
    const path = newPath();
    await withStore(path, (store) => store.append([1].map(outcomeOf)));
    await withStore(path, async (store) => {
      await expect(store.append([0, 1].map(outcomeOf))).rejects.toThrow("point 1 has its result already");
      expect(store.states[0]).toBe(pointStates.open);
      await expect(store.append([sweep.pointCount].map(outcomeOf))).rejects.toThrow("no such point");
    });
  });

  it("forgets failures and nothing else", async () => {
    const path = newPath();
    await withStore(path, async (store) => {
      await store.append(all.map(outcomeOf));
      expect(store.counts).toEqual({ done: 22, failed: 2 });
      await store.forgetFailures();
      expect(store.counts).toEqual({ done: 22, failed: 0 });
    });
    await withStore(path, async (store) => {
      expect(store.counts).toEqual({ done: 22, failed: 0 });
      await store.append([7, 18].map(outcomeOf));
      await store.addLayers([...layersOf("b"), ...layersOf("a")]);
      await exportResults(store);
    });
    expect(exportOf(path)).toEqual(expected);
  });

  it("appends what is given to it at the same time one after another", async () => {
    const path = newPath();
    await withStore(path, async (store) => {
      const appended = all.map((point) => store.append([outcomeOf(point)]));
      await Promise.all([...appended, ...["a", "b", "a"].map((profile) => store.addLayers(layersOf(profile)))]);
      await exportResults(store);
    });
    expect(exportOf(path)).toEqual(expected);
  });

  it("says that the sweep is under way", async () => {
    const path = newPath();
    await withStore(path, ({ folder }) => folder.writeJson("provenance.json", { state: "complete" }));
    await withStore(path, () => {
      expect(JSON.parse(readFileSync(join(path, "provenance.json"), "utf8"))).toEqual({ state: "running" });
    });
  });

  it("holds numbers, texts and conditions exactly as they were", async () => {
    const lines = expected["points.csv"].toString().split("\n");
    const [header, , second] = lines;
    const cells = second.split(",");
    const cell = (name: string) => cells[header.split(",").indexOf(name)];
    expect(["point", "configuration", "slo", "semantics", "scheduler", "seed", "pes"].map(cell)).toEqual([
      "1",
      "0",
      "5",
      "corrected",
      "fcfs",
      "2",
      "",
    ]);
    const { figures } = outcomeOf(1) as { figures: Record<string, number | null> };
    expect(Object.keys(figures).map(cell)).toEqual(
      Object.values(figures).map((value) => (value === null ? "" : String(value))),
    );
    expect(cell("requestsOfAll")).toBe("10");
    expect(Number(cell("missed"))).toBe((figures.violationRate ?? Number.NaN) * 10);
    expect(expected["failures.csv"].toString()).toBe(
      'point,slo,semantics,scheduler,seed,error\n7,5,artifact,dysta,2,"requests, ""7"" of them,\nare too many"\n' +
        '18,20,corrected,dysta,1,"requests, ""18"" of them,\nare too many"\n',
    );
  });

  it.each(["points", "layers"] as const)("has the same cells in Parquet as in CSV: %s", async (name) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "table.parquet"), expected[`${name}.parquet`]);
    const database = await Database.open(join(folder, "scratch.duckdb"), "test");
    const rows = await database.rows(`SELECT * FROM '${join(folder, "table.parquet")}'`);
    const [[writer]] = await database.rows(
      `SELECT created_by FROM parquet_file_metadata('${join(folder, "table.parquet")}')`,
    );
    database.close();
    const [, ...lines] = parse(expected[`${name}.csv`]) as string[][];
    expect(rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))))).toEqual(lines);
    expect(writer).toMatch(/^DuckDB version v\d+\.\d+\.\d+ \(build [0-9a-f]+\)$/);
  });

  it("begins anew where a process was killed before it had begun", async () => {
    const path = newPath();
    await withStore(path, () => {});
    rmSync(join(path, "results.duckdb"));
    for (const name of ["results.duckdb.partial", "results.duckdb.partial.wal"])
      writeFileSync(join(path, name), "half");
    expect(await withStore(path, ({ counts }) => counts)).toEqual({ done: 0, failed: 0 });
    expect(readdirSync(path).sort()).toEqual(["provenance.json", "results.duckdb"]);
  });
});

describe("a sweep's source as text", () => {
  it.each([...listSweeps().map(({ name }) => name)])("gives the same sweep: %s", async (name) => {
    const { source, pointCount, configurationCount, axes, derived, ...original } = await loadSweep(name);
    const text = sourceText(source, "/here");
    const restored = sweepFrom(sourceFromText(text, "/here"));
    expect(sourceText(restored.source, "/here")).toBe(text);
    expect(restored).toMatchObject({ pointCount, configurationCount, axes, derived });
    for (let k = 0; k < configurationCount; k++) {
      expect(restored.valuesOf(k)).toEqual(original.valuesOf(k));
      expect(restored.hardwareOf(k)).toEqual(original.hardwareOf(k));
    }
  });

  it("keeps what JSON does not know", () => {
    const source = { a: [Infinity, -Infinity], b: Float64Array.of(NaN, -0, 1 / 3), c: Int32Array.of(1, -2) };
    expect(sourceFromText(sourceText(source as never, "/here"), "/here")).toEqual(source);
  });
});

describe("mistakes", () => {
  it("another sweep's folder", async () => {
    const path = newPath();
    await withStore(path, () => {});
    const other = await smallSweep({ slo: [1], file: "other.yaml" });
    await expect(openStore(path, other, whole)).rejects.toThrow(
      `--out ${path}: holds another sweep (small, ${sweep.identity.slice(0, 8)}; other.yaml is ${other.identity.slice(0, 8)}); name another folder`,
    );
    await expect(storedStates(path, other, whole)).rejects.toThrow("holds another sweep");
  });

  it("another version's, other code's", async () => {
    const path = newPath();
    await withStore(path, () => {});
    await expect(openStore(path, sweep, { ...whole, program: { version: "2.0.0", code: "abc" } })).rejects.toThrow(
      `--out ${path}: was begun by 1.0.0 (code abc), whose results may differ from those of 2.0.0 (code abc); --restart starts over and loses 0 points that are computed, or name another folder`,
    );
    const changed = { ...whole, program: { version: "1.0.0", code: "abd" } };
    await withStore(path, (store) => store.append([3, 7].map(outcomeOf)));
    await expect(openStore(path, sweep, changed)).rejects.toThrow(/\(code abd\); --restart .* loses 2 points/);
    await expect(storedStates(path, sweep, changed)).rejects.toThrow("loses 2 points");
    const again = await openStore(path, sweep, { ...changed, restart: true });
    expect(again.counts).toEqual({ done: 0, failed: 0 });
    again.close();
  });

  it("another shard's", async () => {
    const path = newPath();
    await withStore(path, () => {});
    await expect(openStore(path, sweep, { ...whole, shard: { index: 3, count: 7 } })).rejects.toThrow(
      `--out ${path}: holds the whole sweep, not shard 3/7; name another folder`,
    );
  });

  it("a folder of another command, and another command in a sweep's folder", async () => {
    const run = newPath();
    const folder = new ResultsFolder(run);
    folder.writeText("summary.json", "{}\n");
    folder.close();
    await expect(openStore(run, sweep, whole)).rejects.toThrow(
      `--out ${run}: holds the results of another command; name another folder`,
    );
    const path = newPath();
    await withStore(path, () => {});
    expect(() => new ResultsFolder(path)).toThrow(`--out ${path}: holds the results of a sweep; name another folder`);
    const files = scratchFolder();
    writeFileSync(join(files, "notes.txt"), "");
    await expect(openStore(files, sweep, whole)).rejects.toThrow("holds files but is not a result folder");
  });

  it("a file that is no database", async () => {
    const path = newPath();
    new ResultsFolder(path).close();
    writeFileSync(join(path, "results.duckdb"), "nothing of the kind");
    await expect(openStore(path, sweep, whole)).rejects.toThrow(
      `--out ${path}: the database is damaged, or of another version of DuckDB; dysta sweep --restart starts over`,
    );
  });

  it("a point that is there twice, or that there is not", async () => {
    for (const [change, complaint] of [
      ["INSERT INTO points SELECT * FROM points", "points: point 3 is there twice or out of place"],
      ["UPDATE metrics SET point = 24", "metrics: point 24 is there twice or out of place"],
      ["DELETE FROM metrics", "points: one of 1 points with 0 results is there twice or out of place"],
      ["UPDATE provenance SET value = '{' WHERE key = 'source'", "provenance: Expected property name"],
      ["UPDATE provenance SET value = 'x' WHERE key = 'identity'", "provenance: its parts are of different sweeps"],
    ]) {
      const path = newPath();
      await withStore(path, (store) => store.append([3].map(outcomeOf)));
      const database = await Database.open(join(path, "results.duckdb"), "test");
      await database.run(change);
      database.close();
      await expect(openStore(path, sweep, whole)).rejects.toThrow(
        `--out ${path}: results.duckdb is damaged: ${complaint}`,
      );
    }
  });

  it("a folder that is removed while the sweep is running", async () => {
    const path = newPath();
    await withStore(path, async (store) => {
      rmSync(path, { recursive: true });
      await expect(store.append([outcomeOf(3)])).rejects.toThrow(
        `--out ${path}: results.duckdb was removed or replaced while the sweep was running`,
      );
    });
  });
});
