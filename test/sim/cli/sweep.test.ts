/** Does `dysta sweep` do as documented from outside: files, exit codes, resuming, shards, one line for a mistake? */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { dysta, folderWith, type Outcome, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const yaml = (lines: readonly string[]) => `${["scenario: scenario.yaml", ...lines].join("\n")}\n`;
const axes = 'axes: { "arrivals.rate": [10, 20], slo: [2, 4] }';

const project = {
  ...smallProject,
  "grid.yaml": yaml([axes, "seeds: 2"]),
  "moody.yaml": yaml([axes, "schedulers: [fcfs, ./throwing.mjs]"]),
  "array.yaml": [
    "scenario:",
    "  hardware: eyeriss-v2",
    "  fidelity: expected",
    "  models: [{ model: antispoof }]",
    "  arrivals: { kind: poisson, rate: 500 }",
    "  requests: 10",
    "set: { samples: 1 }",
    'axes: { "hardware.macsPerPe": [1, 2, 4, 8, 16], slo: [5, 10] }',
    "schedulers: [fcfs]",
    "",
  ].join("\n"),
  "stuck.mjs":
    "export default { name: 'stuck', pick() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } };\n",
  "stuck.yaml": yaml([axes, "schedulers: [fcfs, ./stuck.mjs]"]),
  "unknown-key.yaml": yaml(['axes: { "arrival.rate": [1, 2] }']),
  "unknown-name.yaml": yaml([axes, "columns: { worse: antt * violationrate }"]),
  "broken.yaml": yaml([axes, 'where: "slo <= (3"']),
  "outside.yaml": yaml([axes, "columns: { all: 'import({})' }"]),
  "empty.yaml": yaml([axes, "where: slo > 100"]),
};

const exported = ["points.csv", "points.parquet", "layers.csv", "layers.parquet", "failures.csv"];
const exportOf = (folder: string) => exported.map((name) => readFileSync(join(folder, name)).toString("base64"));
const rowsOf = (folder: string) => {
  const [header, ...lines] = readFileSync(join(folder, "points.csv"), "utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, k) => [names[k], cell])));
};
const lastLine = (text: string) => text.trim().split("\n").at(-1);

describe("dysta sweep", () => {
  it("gives the figures of dysta run, for any number of workers, whole or in shards, once or twice", async () => {
    const cwd = folderWith(project);
    const first = await dystaInProcess(["sweep", "grid.yaml", "--out", "one", "--workers", "1", "--json"], cwd);
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(JSON.parse(first.stdout)).toMatchObject({ name: "grid", points: 24, done: 24, failed: 0, ran: 24 });
    expect(readdirSync(join(cwd, "one")).sort()).toEqual(
      [...exported, "columns.md", "figures", "provenance.json", "report.html", "results.duckdb"].sort(),
    );

    const expected = exportOf(join(cwd, "one"));
    expect((await dystaInProcess(["sweep", "grid.yaml", "--out", "two", "--workers", "3"], cwd)).status).toBe(0);
    expect(exportOf(join(cwd, "two"))).toEqual(expected);
    const again = await dystaInProcess(["sweep", "grid.yaml", "--out", "two", "--json"], cwd);
    expect(JSON.parse(again.stdout)).toMatchObject({ done: 24, ran: 0 });
    expect(exportOf(join(cwd, "two"))).toEqual(expected);

    for (const shard of [1, 2, 3]) {
      expect(
        (await dystaInProcess(["sweep", "grid.yaml", "--out", `s${shard}`, "--shard", `${shard}/3`], cwd)).status,
      ).toBe(0);
    }
    expect((await dystaInProcess(["merge", "s1", "s2", "s3", "--out", "merged"], cwd)).status).toBe(0);
    expect(exportOf(join(cwd, "merged"))).toEqual(expected);

    for (const row of rowsOf(join(cwd, "one"))) {
      const { scheduler, seed, slo } = row;
      if (seed === "1" || slo === "2") continue;
      const rate = row["arrivals.rate"];
      const options = ["--rate", rate, "--slo", slo, "--seed", seed, "--seeds", "1", "--scheduler", scheduler];
      const { schedulers } = JSON.parse(
        (await dystaInProcess(["run", "scenario.yaml", ...options, "--json"], cwd)).stdout,
      );
      const { antt, violationRate, p99, jain } = schedulers[scheduler];
      expect([antt, violationRate, p99, jain].map(String)).toEqual([row.antt, row.violationRate, row.p99, row.jain]);
    }
  });

  it("--dry-run counts and estimates, and runs nothing into the folder", async () => {
    const cwd = folderWith(project);
    const dryRun = async (...args: string[]) =>
      JSON.parse((await dystaInProcess(["sweep", "grid.yaml", "--dry-run", "--json", ...args], cwd)).stdout);
    const counts = { name: "grid", points: 24, configurations: 4, failed: 0, networkGroups: 1, profiledGroups: 1 };
    expect(await dryRun()).toMatchObject({ ...counts, done: 0, open: 24, sampledPoints: 24 });
    expect(await dryRun("--out", "results")).toMatchObject({ done: 0, open: 24 });
    expect(readdirSync(cwd)).not.toContain("results");
    expect((await dystaInProcess(["sweep", "grid.yaml", "--out", "results"], cwd)).status).toBe(0);
    expect(await dryRun("--out", "results")).toMatchObject({
      done: 24,
      open: 0,
      networkGroups: 0,
      estimatedSeconds: 0,
    });
    expect(await dryRun("--shard", "2/5")).toMatchObject({ points: 5, open: 5 });
    expect((await dystaInProcess(["sweep", "grid.yaml", "--dry-run"], cwd)).stdout).toMatch(
      /24 points: 4 configurations × 3 schedulers × 2 seeds\n0 done, 0 failed, 24 to run, on 1 set .*\nestimated time: \d+ s \(from/,
    );
  });

  it("--dry-run tells networks that are profiled from those that are not, and keeps those that it profiles", async () => {
    const cwd = folderWith(project);
    const dryRun = async () => {
      const document = JSON.parse((await dystaInProcess(["sweep", "array.yaml", "--dry-run", "--json"], cwd)).stdout);
      return [document.networkGroups, document.profiledGroups, document.sampledPoints];
    };
    expect(await dryRun()).toEqual([5, 0, 6]);
    // Three of each kind are sampled, with two points each.
    expect(await dryRun()).toEqual([5, 3, 10]);
    expect((await dystaInProcess(["sweep", "array.yaml", "--out", "results"], cwd)).status).toBe(0);
    expect(await dryRun()).toEqual([5, 5, 6]);
  });

  it("with failed points ends with 1 and says why; --retry-failed runs those again", async () => {
    const cwd = folderWith(project);
    const { status, stdout } = await dystaInProcess(["sweep", "moody.yaml", "--out", "results"], cwd);
    expect(status).toBe(1);
    expect(stdout).toMatch(/16 points: 8 done, 8 failed; 16 of them run now\. Results: results\nfailed in 8: .*moody/);
    const failures = readFileSync(join(cwd, "results", "failures.csv"), "utf8");
    expect(failures.trim().split("\n")).toHaveLength(9);
    const json = async (...args: string[]) => {
      const outcome = await dystaInProcess(["sweep", "moody.yaml", "--out", "results", "--json", ...args], cwd);
      return { status: outcome.status, ...JSON.parse(outcome.stdout) };
    };
    expect(await json()).toMatchObject({ status: 1, done: 8, failed: 8, ran: 0, failures: [{ points: 8 }] });
    expect(await json("--retry-failed")).toMatchObject({ status: 1, done: 8, failed: 8, ran: 8 });
    expect(readFileSync(join(cwd, "results", "failures.csv"), "utf8")).toBe(failures);
  });

  it("keeps what it has on Ctrl-C, and says how to go on", async () => {
    const cwd = folderWith(project);
    const { status, stderr, stdout } = await interruptAt('"done":8,', ["stuck.yaml", "--out", "results"], cwd);
    expect([status, stdout]).toEqual([130, ""]);
    expect(lastLine(stderr)).toBe(
      "interrupted: 8 points done, 0 failed, 8 to run; the same command goes on with results",
    );
    const folder = join(cwd, "results");
    expect(JSON.parse(readFileSync(join(folder, "provenance.json"), "utf8"))).toEqual({ state: "interrupted" });
  });
});

async function interruptAt(sign: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const command = [packagePath("dist/sim/cli/main.js"), "sweep", ...args, "--log-level", "info"];
  const child: ChildProcess = spawn(process.execPath, command, { cwd });
  let [stdout, stderr, isSent] = ["", "", false];
  child.stdout?.on("data", (text) => {
    stdout += text;
  });
  child.stderr?.on("data", (text) => {
    stderr += text;
    if (isSent || !stderr.includes(sign)) return;
    isSent = true;
    child.kill("SIGINT");
  });
  const [status] = await once(child, "close");
  return { status, stdout, stderr };
}

describe("mistakes are told in one line, with exit status 2", () => {
  const cwd = folderWith(project);

  it.each([
    [["unknown-key.yaml"], /axes: unknown key "arrival\.rate" \(did you mean "arrivals\.rate"\?\)/],
    [["unknown-name.yaml"], /column 8: unknown name "violationrate" \(did you mean "violationRate"\?\)/],
    [["broken.yaml"], /where\[0\] "slo <= \(3", column 10: /],
    [["outside.yaml"], /columns\.all "import\(\{\}\)", column 1: .*import/],
    [["empty.yaml"], /where: none of 4 combinations/],
    [["grid.yaml", "--shard", "8/7"], /--shard 8\/7: shards are 1\/7 … 7\/7/],
    [["grid.yaml", "--shards", "3"], /--shards is for --engine slurm, the engine is local/],
    [["grid.yaml", "--workers", "0"], /--workers/],
    [["nothing.yaml"], /sweep nothing\.yaml: no such file/],
    [["scheduller"], /unknown sweep "scheduller" \(did you mean "scheduler"\?\)/],
  ])("dysta sweep %j", async (args, message) => {
    const { status, stdout, stderr } = await dystaInProcess(["sweep", ...args, "--out", "out"], cwd);
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^dysta: [^\n]*\n$/);
    rmSync(join(cwd, "out"), { recursive: true, force: true });
  });

  it("Slurm without its programs", () => {
    const args = ["sweep", "grid.yaml", "--engine", "slurm", "--out", "out"];
    const { status, stderr } = dysta(args, { cwd, env: { PATH: "/nowhere" } });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^dysta: [^\n]*sbatch[^\n]*\n$/)]);
  });

  it("the folder of another sweep, no folder at all", async () => {
    expect((await dystaInProcess(["sweep", "grid.yaml", "--out", "results"], cwd)).status).toBe(0);
    const { status, stderr } = await dystaInProcess(["sweep", "moody.yaml", "--out", "results"], cwd);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^dysta: --out results: moody.yaml has no place for 16 of the 24 points that are computed there .*--restart\n$/,
      ),
    ]);
    const without = await dystaInProcess(["sweep", "grid.yaml"], cwd);
    expect([without.status, without.stderr]).toEqual([2, expect.stringMatching(/^dysta: --out is missing[^\n]*\n$/)]);
  });
});
