/** A sweep on a real Slurm, one task cancelled midway: what comes out is what one machine writes, byte for byte. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";
import { dysta, folderWith } from "../sim/cli/dysta.ts";
import { missingForSlurm, SlurmCluster } from "./slurm-cluster.ts";

/** Undefined, with the reason on stderr, where there can be none. */
async function startedCluster(): Promise<SlurmCluster | undefined> {
  try {
    const missing = missingForSlurm();
    if (missing !== undefined) throw new Error(missing);
    return await SlurmCluster.start();
  } catch (error) {
    process.stderr.write(`no sweep is run on a real Slurm: ${(error as Error).message}\n`);
    return undefined;
  }
}

const started = await startedCluster();

/** 144 points of some 50 ms. */
const sweep = [
  "scenario: multi-cnn-recorded",
  "set: { requests: 2000 }",
  "axes:",
  "  arrivals.rate: { from: 3, to: 5, points: 6 }",
  "  slo: [5, 10]",
  "schedulers: [dysta, sjf, prema]",
  "seeds: 4",
  "",
].join("\n");
const exportsOfSweep = ["points.csv", "points.parquet", "failures.csv"];

describe.skipIf(started === undefined)("a sweep on Slurm", () => {
  const project = folderWith({ "mine.yaml": sweep });
  const cluster = started as SlurmCluster;
  afterAll(() => started?.stop());

  it("gives the local result, with a task cancelled midway", async () => {
    const local = dysta(["sweep", "mine.yaml", "--out", "local"], { cwd: project });
    expect({ status: local.status, stderr: local.stderr }).toEqual({ status: 0, stderr: "" });

    const onSlurm = ["sweep", "mine.yaml", "--engine", "slurm", "--shards", "3", "--out", "slurm"];
    const watch = startDysta(onSlurm, project, cluster.environment);
    const array = await firstArray(join(project, "slurm", "slurm", "jobs.json"));
    await until(() => cluster.run("squeue", "--noheader", "--array", `--jobs=${array}`).includes(" R "));
    await wait(500);
    cluster.run("scancel", `${array}_2`);
    expect(await watch.ended).toBe(0);

    for (const name of exportsOfSweep) {
      const [one, other] = ["local", "slurm"].map((folder) => readFileSync(join(project, folder, name)));
      expect(other.equals(one), name).toBe(true);
    }
  });

  it("hands on what Slurm refuses, in one line", async () => {
    const options = ["--shards", "2", "--out", "refused", "--sbatch=--partition=nope"];
    const { ended, stderr } = startDysta(
      ["sweep", "mine.yaml", "--engine", "slurm", ...options],
      project,
      cluster.environment,
    );
    expect(await ended).toBe(2);
    expect(stderr()).toMatch(/^dysta: sbatch: .*[Ii]nvalid partition.*\n$/);
  });
});

function startDysta(words: readonly string[], cwd: string, environment: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(process.execPath, [packagePath("dist/sim/cli/main.js"), ...words], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((done) => {
    child.on("close", done);
  });
  return { ended, stderr: () => stderr };
}

/** The number of the first job array, once it has been submitted. */
async function firstArray(jobs: string): Promise<string> {
  await until(() => existsSync(jobs) && readFileSync(jobs, "utf8").includes('"arrays":["'));
  return (JSON.parse(readFileSync(jobs, "utf8")) as { arrays: string[] }).arrays[0];
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; !holds(); attempt++) {
    if (attempt > 300) throw new Error("waited a minute in vain");
    await wait(200);
  }
}
