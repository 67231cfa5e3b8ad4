/** Does a result folder stay whole and honest, whatever befalls its making? */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ResultsFolder } from "../../../sim/results/folder.ts";
import { scratchFolder } from "../cli/dysta.ts";

const stateOf = (path: string) => JSON.parse(readFileSync(join(path, "provenance.json"), "utf8"));

/** A folder that holds a finished result. */
function finished(): string {
  const path = join(scratchFolder(), "results");
  const folder = new ResultsFolder(path);
  folder.writeText("config.yaml", "old\n");
  folder.writeText("summary.json", "old\n");
  folder.markEnded({ state: "complete" });
  folder.close();
  return path;
}

describe("a result folder", () => {
  it("says that the run is under way until it is told more", () => {
    const path = join(scratchFolder(), "a", "b");
    const folder = new ResultsFolder(path);
    expect(stateOf(path)).toEqual({ state: "running" });
    folder.markUnfinished({ state: "interrupted" });
    expect(stateOf(path)).toEqual({ state: "interrupted" });
  });

  it("keeps an older result until there is something to put in its place, then nothing of it", () => {
    const path = finished();
    writeFileSync(join(path, "notes.txt"), "the user's\n");
    writeFileSync(join(path, "results.csv.partial"), "of a run that was killed");
    const folder = new ResultsFolder(path);
    folder.markUnfinished({ state: "interrupted" });
    expect([folder.hasPreviousResult, stateOf(path).state]).toEqual([true, "complete"]);
    folder.writeText("config.yaml", "new\n");
    expect([folder.hasPreviousResult, stateOf(path)]).toEqual([false, { state: "running" }]);
    folder.close();
    expect(readdirSync(path).sort()).toEqual(["config.yaml", "notes.txt", "provenance.json"]);
    expect(readFileSync(join(path, "config.yaml"), "utf8")).toBe("new\n");
  });

  it("gives way to a result of the same experiment, and to another one only when told to", () => {
    const path = join(scratchFolder(), "results");
    const begin = (experiment: string, restart = false) => {
      const folder = new ResultsFolder(path, { experiment, restart });
      folder.close();
      return folder;
    };
    const first = begin("a");
    expect(stateOf(path)).toEqual({ state: "running", experiment: "a" });
    begin("b").writeText("summary.json", "{}\n");
    first.markEnded({ state: "complete", command: ["run", "a.yaml"] });
    expect(stateOf(path)).toMatchObject({ state: "complete", experiment: "a" });
    expect(() => begin("b")).toThrow(
      `--out ${path}: holds the results of another experiment (dysta run a.yaml); name another folder, or replace them with --restart`,
    );
    expect(begin("a").hasPreviousResult).toBe(true);
    expect(begin("b", true).hasPreviousResult).toBe(true);
    writeFileSync(join(path, "provenance.json"), "null");
    expect(() => begin("a")).toThrow(`--out ${path}: holds the results of another experiment; name`);
  });

  it.skipIf(!existsSync("/dev/full"))("on a full disk says which file it is, and has whole files only", () => {
    const path = finished();
    const folder = new ResultsFolder(path);
    folder.writeText("summary.json", "new\n");
    symlinkSync("/dev/full", join(path, "results.csv.partial"));
    const rows = Array.from({ length: 100_000 }, (_, row) => [row]);
    expect(() => folder.writeCsv("results.csv", ["row"], rows)).toThrow(
      `--out ${path}: results.csv cannot be written: ENOSPC`,
    );
    expect(readdirSync(path).sort()).toEqual(["dysta.lock", "provenance.json", "summary.json"]);
    folder.markUnfinished({ state: "failed", failure: "full" });
    expect(stateOf(path)).toEqual({ state: "failed", failure: "full" });
    symlinkSync("/dev/full", join(path, "provenance.json.partial"));
    folder.markUnfinished({ state: "interrupted" });
    expect(stateOf(path)).toEqual({ state: "failed", failure: "full" });
  });

  it("writes every row of a large file once and in order", () => {
    const path = finished();
    const rows = Array.from({ length: 50_000 }, (_, row) => [row, `"${row}"`]);
    new ResultsFolder(path).writeCsv("results.csv", ["row", "text"], rows);
    const lines = readFileSync(join(path, "results.csv"), "utf8").split("\n");
    expect(lines).toEqual(["row,text", ...rows.map(([row]) => `${row},"""${row}"""`), ""]);
  });
});

describe("what a kill leaves of a folder that was being begun", () => {
  const nobody = JSON.stringify({ host: hostname(), pid: 4_194_303, started: "1" });

  it.each([
    ["nothing", {}],
    ["half a marker", { "provenance.json.partial": '{ "sta' }],
    ["a lock", { "dysta.lock": nobody }],
    ["a lock that was being taken", { "dysta.lock.77": '{"ho' }],
    ["both", { "dysta.lock": nobody, "dysta.lock.77": "", "provenance.json.partial": "" }],
    ["a lock that says nothing", { "dysta.lock": "" }],
  ])("%s: the same command begins again", (_, files) => {
    const path = join(scratchFolder(), "results");
    mkdirSync(path);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    const folder = new ResultsFolder(path, { ofSweep: true });
    expect(stateOf(path)).toEqual({ state: "running" });
    folder.close();
    expect(existsSync(join(path, "dysta.lock"))).toBe(false);
  });

  it("is not taken for a folder of ours if there is anything else", () => {
    const path = scratchFolder();
    writeFileSync(join(path, "provenance.json.partial"), "");
    writeFileSync(join(path, "notes.txt"), "");
    expect(() => new ResultsFolder(path)).toThrow("holds files but is not a result folder");
    expect(readdirSync(path).sort()).toEqual(["notes.txt", "provenance.json.partial"]);
  });
});

describe("the lock of a folder", () => {
  it("is held against every other process while the one that has it lives, and no longer", async () => {
    const path = join(scratchFolder(), "results");
    const holder = spawn("sleep", ["100"]);
    const { pid } = holder;
    mkdirSync(path);
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    writeFileSync(join(path, "dysta.lock"), JSON.stringify({ host: hostname(), pid, started: fields[19] }));
    expect(() => new ResultsFolder(path)).toThrow(`--out ${path}: is in use by another process (${pid})`);
    const ended = new Promise((resolve) => holder.once("close", resolve));
    holder.kill("SIGKILL");
    await ended;
    new ResultsFolder(path).close();
  });

  it("counts for nothing when the number of its process was given to another", () => {
    const path = join(scratchFolder(), "results");
    mkdirSync(path);
    writeFileSync(join(path, "dysta.lock"), JSON.stringify({ host: hostname(), pid: 1, started: "another" }));
    new ResultsFolder(path).close();
  });

  it("of another machine is held until the user says otherwise", () => {
    const path = join(scratchFolder(), "results");
    mkdirSync(path);
    writeFileSync(join(path, "dysta.lock"), JSON.stringify({ host: "node7", pid: 12, started: "9" }));
    expect(() => new ResultsFolder(path)).toThrow(
      `--out ${path}: is in use by process 12 on node7; if that has ended, remove ${path}/dysta.lock`,
    );
  });

  it("is held against another part of the same process", () => {
    const path = join(scratchFolder(), "results");
    const folder = new ResultsFolder(path);
    expect(() => new ResultsFolder(path)).toThrow(`--out ${path}: is in use by this process (${process.pid})`);
    folder.close();
    new ResultsFolder(path).close();
  });
});

describe("the marker of an ended result", () => {
  it("holds length and SHA-256 of every file that was written", () => {
    const path = finished();
    const text = readFileSync(join(path, "config.yaml"));
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(stateOf(path).files["config.yaml"]).toEqual({ bytes: text.length, sha256 });
    expect(Object.keys(stateOf(path).files)).toEqual(["config.yaml", "summary.json"]);
  });
});
