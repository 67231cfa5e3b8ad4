/** Is a merged sweep the undisturbed one, and is everything refused that is not all of one sweep? */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Program, packageVersion, programText, thisProgram } from "../../../../sim/results/version.ts";
import { exportResults } from "../../../../sim/study/sweep/export.ts";
import { mergeShards } from "../../../../sim/study/sweep/merge.ts";
import { shardPoints, wholeSweep } from "../../../../sim/study/sweep/shard.ts";
import { openStore } from "../../../../sim/study/sweep/store.ts";
import type { Shard } from "../../../../sim/study/sweep/sweep.ts";
import type { LoadedSweep } from "../../../../sim/study/sweep/sweep-source.ts";
import { writeReport } from "../../../../sim/view/report/write-report.ts";
import { packagePath } from "../../../../workloads/input/package-root.ts";
import { scratchFolder } from "../../cli/dysta.ts";
import { dystaInProcess } from "../../cli/in-process.ts";
import { exportOf, layersOf, outcomeOf, smallSweep } from "./results.ts";

const sweep = await smallSweep();
const version = packageVersion();
const program = thisProgram();

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);
const newPath = () => join(scratchFolder(), "results");

interface ShardOptions {
  readonly of?: LoadedSweep;
  readonly program?: Program;
  /** Points that are left open, at the end. */
  readonly open?: number;
}

/** A shard's folder with the results of its points, last first, and the layers that its points need. */
async function shardFolder(shard: Shard, { of = sweep, open = 0, ...options }: ShardOptions = {}): Promise<string> {
  const path = newPath();
  const store = await openStore(path, of, { program, ...options, shard });
  const { from, to } = shardPoints(of.pointCount, shard);
  const points = numbers(from, to - open);
  await store.addLayers(points.some((point) => point < 16) ? layersOf("a") : []);
  await store.addLayers(points.some((point) => point >= 12) ? layersOf("b") : []);
  await store.append(points.toReversed().map(outcomeOf));
  store.close();
  return path;
}

/** The built program, which runs other files than the tests do. */
const built: Program = (await import(packagePath("dist/sim/results/version.js"))).thisProgram();

/** The folders of all shards, last first. */
async function shardFolders(count: number, options: ShardOptions = {}): Promise<string[]> {
  const folders: string[] = [];
  for (const index of numbers(1, count + 1)) folders.unshift(await shardFolder({ index, count }, options));
  return folders;
}

async function wholeFolder(of = sweep): Promise<string> {
  const path = await shardFolder(wholeSweep, { of });
  const store = await openStore(path, of, { program, shard: wholeSweep });
  await exportResults(store);
  store.close();
  return path;
}

const expected = exportOf(await wholeFolder());

describe("merging", () => {
  it("gives the export of an undisturbed run for every number of shards", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (count) => {
        const out = newPath();
        const merged = await mergeShards(await shardFolders(count), out, writeReport);
        const { name, identity } = sweep;
        expect(merged).toEqual({ name, identity, shards: count, points: 24, failed: 2 });
        expect(exportOf(out)).toEqual(expected);
      }),
      { numRuns: 3, examples: [[1], [7]] },
    );
  });

  it("gives a folder that the whole sweep could go on with", async () => {
    const out = newPath();
    await mergeShards(await shardFolders(3), out, writeReport);
    expect(JSON.parse(readFileSync(join(out, "provenance.json"), "utf8"))).toMatchObject({
      state: "complete",
      version,
    });
    const store = await openStore(out, sweep, { program, shard: wholeSweep });
    expect(store.counts).toEqual({ done: 22, failed: 2 });
    store.close();
  });

  it("replaces an earlier merge, even one that was killed", async () => {
    const out = newPath();
    await mergeShards(await shardFolders(2), out, writeReport);
    rmSync(join(out, "points.csv"));
    writeFileSync(join(out, "results.duckdb.partial"), "half");
    writeFileSync(join(out, "results.duckdb.partial.wal"), "half");
    mkdirSync(join(out, "shards"));
    await mergeShards(await shardFolders(3), out, writeReport);
    expect(exportOf(out)).toEqual(expected);
    expect(existsSync(join(out, "results.duckdb.partial.wal"))).toBe(false);
  });

  it("reads a shard whose process was killed, and leaves its log alone", async () => {
    const whole = newPath();
    const store = await openStore(whole, sweep, { program, shard: wholeSweep });
    await store.addLayers([...layersOf("a"), ...layersOf("b")]);
    await store.append(numbers(0, 24).map(outcomeOf));
    const killed = newPath();
    cpSync(whole, killed, { recursive: true });
    store.close();
    const log = readFileSync(join(killed, "results.duckdb.wal"));
    const out = newPath();
    await mergeShards([killed], out, writeReport);
    expect(exportOf(out)).toEqual(expected);
    expect(readFileSync(join(killed, "results.duckdb.wal"))).toEqual(log);
  });
});

describe("merging refuses", () => {
  const refusal = async (folders: readonly string[], out = newPath()) => {
    const error = await mergeShards(folders, out, writeReport).catch((error: Error) => error);
    expect(existsSync(out)).toBe(false);
    return (error as Error).message;
  };

  it("missing shards, by name", async () => {
    const folders = await shardFolders(7);
    const without = folders.filter((_, k) => k !== 4 && k !== 2);
    expect(await refusal(without)).toBe("merge: missing: 3/7, 5/7");
  });

  it("unfinished shards, with their open points", async () => {
    const folders = [await shardFolder({ index: 1, count: 2 }), await shardFolder({ index: 2, count: 2 }, { open: 5 })];
    expect(await refusal(folders)).toBe(
      "merge: unfinished: 2/2 (5 points open); run them again, they go on where they stopped",
    );
  });

  it("a shard twice", async () => {
    const [last, first] = await shardFolders(2);
    const twin = await shardFolder({ index: 2, count: 2 });
    expect(await refusal([first, last, twin])).toBe(`merge: shard 2/2 is in ${last} and ${twin}`);
  });

  it("another sweep, another version, another division", async () => {
    const first = await shardFolder({ index: 1, count: 2 });
    const other = await shardFolder({ index: 2, count: 2 }, { of: await smallSweep({ seed: 2 }) });
    expect(await refusal([first, other])).toBe(
      `merge: ${first} and ${other} are of different sweeps (or of one that has changed)`,
    );
    const older = await shardFolder({ index: 2, count: 2 }, { program: { ...program, version: "0.0.1" } });
    expect(await refusal([first, older])).toBe(
      `merge: ${older} was made by 0.0.1 (code ${program.code.slice(0, 8)}), this is ${programText(program)}`,
    );
    const third = await shardFolder({ index: 2, count: 3 });
    expect(await refusal([first, third])).toBe(
      `merge: ${first} is shard 1/2 and ${third} shard 2/3: not of one division`,
    );
  });

  it("what is no result of a sweep", async () => {
    const folder = scratchFolder();
    expect(await refusal([folder])).toBe(`merge: ${folder}: is not a result folder of dysta sweep (no results.duckdb)`);
  });

  it("a shard's folder as the place for the whole", async () => {
    const folders = await shardFolders(2);
    await expect(mergeShards(folders, folders[0], writeReport)).rejects.toThrow(
      `--out ${folders[0]}: holds shard 2/2, not the whole sweep; name another folder`,
    );
  });
});

describe("dysta merge", () => {
  it("says what it has done, as text and as JSON; failed points are exit status 1", async () => {
    const folders = await shardFolders(2, { program: built });
    const out = newPath();
    const text = await dystaInProcess(["merge", ...folders, "--out", out]);
    expect([text.status, text.stderr]).toEqual([1, ""]);
    expect(text.stdout).toBe(`small: 24 points of 2 shards in ${out}, 2 of them failed (${out}/failures.csv)\n`);
    const json = await dystaInProcess(["merge", ...folders, "--out", out, "--json"]);
    const { identity } = sweep;
    expect(JSON.parse(json.stdout)).toEqual({ out, name: "small", identity, shards: 2, points: 24, failed: 2 });
    expect(exportOf(out)).toEqual(expected);
  });

  it("ends with one line and exit status 2", async () => {
    const [, first] = await shardFolders(2, { program: built });
    const { status, stderr } = await dystaInProcess(["merge", first, "--out", newPath()]);
    expect([status, stderr]).toEqual([2, "dysta: merge: missing: 2/2\n"]);
    expect((await dystaInProcess(["merge", first])).status).toBe(2);
  });
});
