/** Is every file that results follow from in the hash of the code, and nothing that they do not follow from? */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeHash, listCode } from "../../../sim/results/code-identity.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { dysta, scratchFolder, smallProject } from "../cli/dysta.ts";

const files = (kind: "profiles" | "results") => listCode(kind).map(([path]) => path);

describe("the code of a result", () => {
  it("has the array, the mapper and its data in profiles, schedulers in runs only, and no figures", () => {
    expect(files("profiles")).toEqual(expect.arrayContaining(["hw/array/mapper.ts", "sim/profile/profile-layer.ts"]));
    expect(files("profiles").some((file) => file.startsWith("workloads/measured/"))).toBe(true);
    expect(files("profiles").filter((file) => file.startsWith("sched/"))).toEqual([]);
    expect(files("results")).toEqual(
      expect.arrayContaining(["sched/fcfs.ts", "sim/core/engine.ts", "sim/study/sweep/sweep-points.ts"]),
    );
    expect(files("results").filter((file) => file.startsWith("sim/view/"))).toEqual([]);
  });

  it("has one hash however often it is asked for", () => {
    expect(codeHash("results")).toMatch(/^[0-9a-f]{64}$/);
    expect(codeHash("results")).toBe(codeHash("results"));
    expect(codeHash("results")).not.toBe(codeHash("profiles"));
  });
});

/** A copy of the package whose code can be changed. */
function packageCopy(): string {
  const folder = scratchFolder();
  for (const name of ["dist", "workloads", "package.json"])
    cpSync(packagePath(name), join(folder, name), { recursive: true });
  symlinkSync(packagePath("node_modules"), join(folder, "node_modules"));
  symlinkSync(packagePath("hw"), join(folder, "hw"));
  return folder;
}

describe("a sweep that other code has begun", () => {
  it("is refused in one line, with what would be lost; --restart begins anew", () => {
    const folder = packageCopy();
    for (const [name, text] of Object.entries(smallProject)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "s.yaml"), "scenario: scenario.yaml\naxes: { slo: [2, 3] }\nschedulers: [fcfs]\n");
    const main = join(folder, "dist/sim/cli/main.js");
    const args = ["sweep", "s.yaml", "--out", "results"];
    expect(dysta(args, { cwd: folder, main }).status).toBe(0);
    expect(dysta(args, { cwd: folder, main }).status).toBe(0);
    const fcfs = join(folder, "dist/sched/fcfs.js");
    writeFileSync(fcfs, `${readFileSync(fcfs, "utf8")}\n// changed\n`);
    const refused = dysta(args, { cwd: folder, main });
    expect([refused.status, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(
      /^dysta: --out results: was begun by 0\.1\.0 \(code [0-9a-f]{8}\), whose results may differ from those of 0\.1\.0 \(code [0-9a-f]{8}\); --restart starts over and loses 4 points that are computed, or name another folder\n$/,
    );
    expect(dysta([...args, "--restart"], { cwd: folder, main }).stderr).toBe("");
    expect(dysta(args, { cwd: folder, main }).status).toBe(0);
  });
});
