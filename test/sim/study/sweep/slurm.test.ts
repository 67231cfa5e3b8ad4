/** Does a job array of shards end in a merged result, whatever happens to its tasks? Slurm's programs are stand-ins. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rangesText, runOnSlurm, type SlurmSweep } from "../../../../sim/study/sweep/slurm.ts";
import { Interrupted } from "../../../../sim/threads/interrupted.ts";
import { ConfigError } from "../../../../workloads/input/errors.ts";
import { scratchFolder } from "../../cli/dysta.ts";

const fakes = resolve(import.meta.dirname, "fake-slurm");
const environment = { ...process.env };
let sweep: SlurmSweep;

beforeEach(() => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "state"));
  mkdirSync(join(folder, "out"));
  process.env.FAKE_SLURM = join(folder, "state");
  process.env.PATH = `${fakes}${delimiter}${environment.PATH}`;
  sweep = {
    out: join(folder, "out"),
    name: "mine",
    shards: 4,
    workers: 1,
    dysta: [process.execPath, join(fakes, "dysta.js")],
    sweep: ["sweep", "it's mine.yaml"],
    sbatch: [],
  };
});
afterEach(() => {
  process.env = { ...environment };
});

const watch = (given: Partial<SlurmSweep> = {}, signal?: AbortSignal) => {
  const events: string[] = [];
  const outcome = runOnSlurm({ ...sweep, ...given }, { pollMs: 30, signal, onEvent: (text) => events.push(text) });
  return { events, outcome };
};
const calls = () =>
  readFileSync(join(process.env.FAKE_SLURM ?? "", "calls"), "utf8")
    .trim()
    .split("\n");

describe("a sweep on Slurm", () => {
  it("runs every shard once, then merges them", async () => {
    const { outcome, events } = watch();
    expect((await outcome).failedShards).toEqual([]);
    expect(events).toEqual(["job 1: shards 1-4", "job 2: merge"]);
    const shard = (k: number) => join(sweep.out, "shards", String(k));
    expect(calls().slice(0, 4).sort()).toEqual(
      [1, 2, 3, 4].map((k) => `sweep it's mine.yaml --shard ${k}/4 --out ${shard(k)} --workers 1`),
    );
    expect(calls().slice(4)).toEqual([`merge ${[1, 2, 3, 4].map(shard).join(" ")} --out ${sweep.out}`]);
  });

  it("submits again what failed, and only that", async () => {
    process.env.FAKE_FAILURES = JSON.stringify({ 2: 1, 3: 2 });
    const { outcome } = watch();
    expect((await outcome).failedShards).toEqual([]);
    const attempts = [1, 2, 3, 4].map((k) => calls().filter((call) => call.includes(`--shard ${k}/4`)).length);
    expect(attempts).toEqual([1, 2, 3, 1]);
  });

  it("names a shard that fails three times, when the others are done", async () => {
    process.env.FAKE_FAILURES = JSON.stringify({ 2: 9 });
    const { failedShards, logs } = await watch().outcome;
    expect(failedShards).toEqual([2]);
    expect(readFileSync(join(logs, "shard-2.log"), "utf8")).toBe("out of luck\n".repeat(3));
    process.env.FAKE_FAILURES = "{}";
    expect((await watch().outcome).failedShards).toEqual([]);
    expect(calls().filter((call) => call.includes("--shard 2/4"))).toHaveLength(4);
  });

  it("can be left and taken up again, without a shard run twice", async () => {
    const stop = new AbortController();
    const { outcome } = watch({}, stop.signal);
    stop.abort();
    await expect(outcome).rejects.toThrow(new Interrupted("1 2"));
    expect((await watch().outcome).failedShards).toEqual([]);
    expect(calls().filter((call) => call.startsWith("sweep"))).toHaveLength(4);
  });

  it("cannot go on with another number of shards", async () => {
    await watch().outcome;
    await expect(watch({ shards: 5 }).outcome).rejects.toThrow(
      new ConfigError(`--shards 5: ${sweep.out} was begun with 4; go on with that, or name another --out`),
    );
  });

  it("needs Slurm, and hands on its reason", async () => {
    await expect(watch({ sbatch: ["--partition=nope"] }).outcome).rejects.toThrow(
      new ConfigError("sbatch: Batch job submission failed: Invalid partition name specified"),
    );
    process.env.PATH = scratchFolder();
    await expect(watch().outcome).rejects.toThrow(
      new ConfigError("--engine slurm: sbatch is not on the PATH; shards can be run by hand with --shard"),
    );
  });

  it.each([
    ["{", "Expected property name or '}' in JSON at position 1"],
    ["null", "Invalid input: expected object, received null"],
    ['{"shards":2}', "arrays: Invalid input: expected array, received undefined"],
    ['{"shards":4,"arrays":["1; rm"]}', "arrays.0: must be a job's number"],
    ['{"shards":1e999,"arrays":[]}', "shards: Invalid input: expected number, received number"],
  ])("says so when its record of jobs is damaged: %s", async (text, complaint) => {
    mkdirSync(join(sweep.out, "slurm"));
    const file = join(sweep.out, "slurm", "jobs.json");
    writeFileSync(file, text);
    const error = (await watch().outcome.catch((error: Error) => error)) as Error;
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message.startsWith(`${file}: is damaged: ${complaint.slice(0, 22)}`)).toBe(true);
    expect(error.message.endsWith("; remove it, and jobs of it that still run (squeue)")).toBe(true);
  });

  it("says what limits the shards when the cluster refuses so many", async () => {
    await expect(watch({ sbatch: ["--partition=small"] }).outcome).rejects.toThrow(
      "sbatch: Batch job submission failed: Invalid job array specification (the cluster's MaxArraySize limits them: scontrol show config; use fewer --shards)",
    );
  });
});

describe("numbers of shards", () => {
  it("are written as ranges", () => {
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, k) => from + k);
    expect(rangesText([])).toBe("");
    expect(rangesText(numbers(1, 2000))).toBe("1-2000");
    expect(rangesText([1, 2, 3, 7, 9, 10], ", ")).toBe("1-3, 7, 9-10");
  });
});
