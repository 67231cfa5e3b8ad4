/** Does a sweep that is added to keep what is computed, and end with the exports of one that was always so large? */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportResults } from "../../../../sim/study/sweep/export.ts";
import { wholeSweep } from "../../../../sim/study/sweep/shard.ts";
import { openStore, storedStates } from "../../../../sim/study/sweep/store.ts";
import type { PointOutcome, ResultFigure } from "../../../../sim/study/sweep/sweep.ts";
import { sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import type { LoadedSweep } from "../../../../sim/study/sweep/sweep-source.ts";
import { scratchFolder } from "../../cli/dysta.ts";
import { exportOf, layersOf, outcomeOf } from "./results.ts";

const options = { shard: wholeSweep, program: { version: "1.0.0", code: "abc" } };

interface Parts {
  readonly [key: string]: unknown;
}

const scenario = {
  ...{ table: "builtin:eyerissv2", requests: 10 },
  arrivals: { kind: "poisson", rate: 3 },
};
const few: Parts = { scenario, axes: { slo: [10, 20] }, schedulers: ["fcfs", "dysta"], seed: 2, seeds: 2 };

const load = (parts: Parts) => sweepOf(parts, { file: "small.yaml", folder: "/nowhere" });

/** What is simulated, whatever the point's number: a result that tells every point of every sweep here from the others. */
function simulationOf(sweep: LoadedSweep, number: number): string {
  const { configuration, scheduler, seed } = sweep.point(number);
  return JSON.stringify([sweep.dataOf(configuration), scheduler, seed], (key, value) =>
    ["seed", "seeds", "schedulers"].includes(key) ? undefined : value,
  );
}

function outcomes(sweep: LoadedSweep, numbers: readonly number[]): PointOutcome[] {
  return numbers.map((point) => {
    const text = simulationOf(sweep, point);
    const hash = [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 99_991, 7);
    if (hash % 13 === 0) return { point, error: `fails: ${hash}` };
    const outcome = outcomeOf(0);
    if (!("figures" in outcome)) throw new Error("point 0 has figures");
    const names = Object.keys(outcome.figures) as ResultFigure[];
    return {
      point,
      figures: Object.fromEntries(names.map((name, k) => [name, hash + k / 7])) as typeof outcome.figures,
    };
  });
}

/** Runs the open points of a sweep in a folder. @returns how many there were. */
async function run(path: string, sweep: LoadedSweep, maxPoints = Number.POSITIVE_INFINITY): Promise<number> {
  const store = await openStore(path, sweep, options);
  const open = [...store.states.keys()].filter((point) => store.states[point] === 0).slice(0, maxPoints);
  if (sweep.keep.layers) await store.addLayers(layersOf("a"));
  await store.append(outcomes(sweep, open));
  await exportResults(store);
  store.close();
  return open.length;
}

async function fresh(sweep: LoadedSweep) {
  const path = join(scratchFolder(), "results");
  await run(path, sweep);
  return exportOf(path);
}

describe("a sweep that is added to", () => {
  it.each<[string, Parts, number]>([
    ["more seeds", { seeds: 5 }, 12],
    ["seeds before the first", { seed: 1, seeds: 3 }, 4],
    ["values on an axis, in front and between", { axes: { slo: [5, 10, 15, 20] } }, 8],
    ["values in another order", { axes: { slo: [20, 10] } }, 0],
    ["another scheduler", { schedulers: ["sjf", "fcfs", "dysta"] }, 4],
    ["a derived column", { columns: { twice: "antt * 2" } }, 0],
    ["an axis that had one value", { axes: { slo: [10, 20], "arrivals.rate": [2, 3] } }, 8],
    ["everything at once", { axes: { slo: [5, 10, 20] }, seeds: 3, schedulers: ["dysta", "edf", "fcfs"] }, 19],
  ])("by %s computes only what is new", async (_, change, newPoints) => {
    const path = join(scratchFolder(), "results");
    expect(await run(path, await load(few))).toBe(8);
    const larger = await load({ ...few, ...change });
    const states = await storedStates(path, larger, options);
    expect(states.filter((state) => state === 0).length).toBe(newPoints);
    expect(await run(path, larger)).toBe(newPoints);
    expect(exportOf(path)).toEqual(await fresh(larger));
  });

  it("keeps what a sweep has that was not finished", async () => {
    const path = join(scratchFolder(), "results");
    await run(path, await load(few), 3);
    const larger = await load({ ...few, seeds: 4 });
    expect(await run(path, larger)).toBe(13);
    expect(exportOf(path)).toEqual(await fresh(larger));
  });

  it("is refused where results would be lost, with the first of them", async () => {
    const path = join(scratchFolder(), "results");
    await run(path, await load(few));
    await expect(openStore(path, await load({ ...few, axes: { slo: [10, 30] } }), options)).rejects.toThrow(
      `--out ${path}: small.yaml has no place for 4 of the 8 points that are computed there (the first: slo 20, fcfs, seed 2); name another folder, or start over with --restart`,
    );
    await expect(
      openStore(path, await load({ ...few, scenario: { ...scenario, requests: 11 } }), options),
    ).rejects.toThrow("holds another sweep");
    expect(await run(path, await load(few))).toBe(0);
  });

  it("is another sweep when a file that it names has changed", async () => {
    const folder = scratchFolder();
    const table = (cycles: number) =>
      `# clock: 1000 Hz\nmodel,pattern,sample,layer,cycles,input_density\na,x,0,0,${cycles},0.5\n`;
    const parts = { ...few, scenario: { ...scenario, table: "t.csv" } };
    const read = (change: Parts) => sweepOf({ ...parts, ...change }, { file: "small.yaml", folder });
    writeFileSync(join(folder, "t.csv"), table(10));
    const path = join(folder, "results");
    await run(path, await read({}));
    writeFileSync(join(folder, "t.csv"), table(11));
    await expect(openStore(path, await read({ seeds: 3 }), options)).rejects.toThrow("holds another sweep");
    writeFileSync(join(folder, "t.csv"), table(10));
    expect(await run(path, await read({ seeds: 3 }))).toBe(4);
    expect(readFileSync(join(path, "points.csv"), "utf8").trim().split("\n").length).toBe(13);
  });
});
