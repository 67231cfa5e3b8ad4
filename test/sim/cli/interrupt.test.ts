/** What do Ctrl-C and a full disk leave behind? */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { beforeInterruptedExit, interrupted, interruptSignal } from "../../../sim/cli/interrupt.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { dysta, folderWith, type Outcome, smallProject } from "./dysta.ts";

const main = packagePath("dist/sim/cli/main.js");

/** A scheduler that never answers: runs before it have finished, its own never will. */
const stuck =
  "export default { name: 'stuck', pick() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } };\n";

function project(): string {
  return folderWith({ ...smallProject, "stuck.mjs": stuck });
}

/** Runs the command and sends Ctrl-C (or another signal) as soon as `sign` is on stderr. */
async function interruptAt(
  sign: string,
  args: readonly string[],
  cwd: string,
  signal: NodeJS.Signals = "SIGINT",
): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...args, "--log-level", "info"], { cwd });
  let stderr = "";
  let isSent = false;
  child.stderr.on("data", (text) => {
    stderr += text;
    if (isSent || !stderr.includes(sign)) return;
    isSent = true;
    child.kill(signal);
  });
  return { ...(await ended(child)), stderr };
}

async function ended(child: ChildProcess): Promise<Omit<Outcome, "stderr">> {
  let stdout = "";
  child.stdout?.on("data", (text) => {
    stdout += text;
  });
  const [status] = await once(child, "close");
  return { status, stdout };
}

const lastLine = (text: string) => text.trim().split("\n").at(-1);
const jsonOf = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

describe("Ctrl-C in the middle of a run", () => {
  const args = (schedulers: string) => ["run", "scenario.yaml", "--out", "results", "--scheduler", schedulers];

  it("leaves a folder that says so and holds what had finished, to the byte", async () => {
    const cwd = project();
    const { status, stdout, stderr } = await interruptAt('"done":4,', args("fcfs,dysta,./stuck.mjs"), cwd);
    expect([status, stdout]).toEqual([130, ""]);
    expect(lastLine(stderr)).toBe("interrupted: 4 of 6 runs finished; results has what finished");
    const folder = join(cwd, "results");
    expect(jsonOf(folder, "provenance.json")).toMatchObject({ state: "interrupted", finishedRuns: 4, runs: 6 });
    const summary = jsonOf(folder, "summary.json");
    expect(summary.interrupted).toEqual({ finishedRuns: 4, runs: 6 });
    expect(Object.keys(summary.schedulers)).toEqual(["fcfs", "dysta"]);

    dysta(["run", "scenario.yaml", "--out", "whole", "--scheduler", "fcfs,dysta"], { cwd });
    const [left, whole] = [filesOf(folder), filesOf(join(cwd, "whole"))];
    expect(Object.keys(left)).toEqual(Object.keys(whole));
    for (const name of ["requests.csv", "results.csv", "dispatch.csv", "timeline.json"]) {
      expect(left[name]).toBe(whole[name]);
    }
  });

  it("before anything had finished leaves a folder that says so", async () => {
    const cwd = project();
    const { status, stderr } = await interruptAt('"done":0,', args("./stuck.mjs"), cwd);
    expect([status, lastLine(stderr)]).toEqual([130, "interrupted: 0 of 2 runs finished; results says so"]);
    expect(Object.keys(filesOf(join(cwd, "results")))).toEqual(["provenance.json"]);
    expect(jsonOf(join(cwd, "results"), "provenance.json")).toEqual({
      state: "interrupted",
      experiment: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("before anything had finished leaves an older result as it was", async () => {
    const cwd = project();
    dysta(args("fcfs"), { cwd });
    const before = filesOf(join(cwd, "results"));
    const { status, stderr } = await interruptAt('"done":0,', [...args("./stuck.mjs"), "--restart"], cwd);
    expect([status, lastLine(stderr)]).toEqual([
      130,
      "interrupted: 0 of 2 runs finished; results holds an older result",
    ]);
    expect(filesOf(join(cwd, "results"))).toEqual(before);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("is what a %s is too", async (signal) => {
    const cwd = project();
    const { status, stdout, stderr } = await interruptAt('"done":2,', args("fcfs,./stuck.mjs"), cwd, signal);
    expect([status, stdout, lastLine(stderr)]).toEqual([
      130,
      "",
      "interrupted: 2 of 4 runs finished; results has what finished",
    ]);
    expect(jsonOf(join(cwd, "results"), "provenance.json")).toMatchObject({ state: "interrupted", finishedRuns: 2 });
  });

  it("without a result folder ends it at once", async () => {
    const cwd = project();
    const withoutFolder = ["run", "scenario.yaml", "--scheduler", "fcfs,./stuck.mjs"];
    const { status, stdout, stderr } = await interruptAt('"done":2,', withoutFolder, cwd);
    expect([status, stdout, lastLine(stderr)]).toEqual([130, "", "interrupted"]);
  });
});

describe("the second Ctrl-C", () => {
  afterEach(() => vi.restoreAllMocks());

  it("ends the command that the first one did not", () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    const said = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const lastAct = vi.fn();
    beforeInterruptedExit(lastAct);
    const signal = interruptSignal();
    interrupted();
    expect([signal.aborted, exit.mock.calls, said.mock.calls, lastAct.mock.calls]).toEqual([true, [], [], []]);
    interrupted();
    expect([exit.mock.calls, lastAct.mock.calls.length]).toEqual([[[130]], 1]);
  });
});

describe("a disk that takes no more", () => {
  it("gets one line; the summary is shown, and what was written is whole", async () => {
    const cwd = project();
    const run = `"$0" "${main}" run scenario.yaml --requests 5000 --out results --scheduler fcfs,sjf`;
    const child = spawn("sh", ["-c", `ulimit -f 64; exec ${run}`, process.execPath], { cwd });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const { status, stdout } = await ended(child);
    expect([status, stderr]).toEqual([2, "dysta: --out results: results.csv cannot be written: EFBIG\n"]);
    expect(stdout).toMatch(/^sjf .*–/m);
    const folder = join(cwd, "results");
    expect(readdirSync(folder).sort()).toEqual(["config.yaml", "provenance.json", "summary.json"]);
    expect(jsonOf(folder, "provenance.json")).toMatchObject({
      state: "failed",
      failure: "--out results: results.csv cannot be written: EFBIG",
    });
    expect(Object.keys(jsonOf(folder, "summary.json").schedulers)).toEqual(["fcfs", "sjf"]);
  });
});

describe("a mistake that is found after the folder was made", () => {
  it("is in the folder too", () => {
    const cwd = project();
    const { status, stderr } = dysta(["run", "scenario.yaml", "--out", "results", "--scheduler", "fcfs,./no.mjs"], {
      cwd,
    });
    expect(status).toBe(2);
    expect(`dysta: ${jsonOf(join(cwd, "results"), "provenance.json").failure}\n`).toBe(stderr);
  });
});
