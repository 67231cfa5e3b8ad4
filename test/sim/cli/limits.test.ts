/** Does the command say in one line what a system refuses it, and never take more than its work needs? */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { folderWith, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const main = packagePath("dist/sim/cli/main.js");

function limited(limit: string, args: readonly string[], cwd: string) {
  const command = `ulimit ${limit}; exec "$0" "$@"`;
  return spawnSync("sh", ["-c", command, process.execPath, main, ...args], { cwd, encoding: "utf8" });
}

describe.skipIf(process.platform === "win32")("what the system refuses", () => {
  it.each<[string, string, RegExp]>([
    ["open files", "-n 40", /^dysta: [^\n]*ulimit -n[^\n]*\n$/],
    ["large files", "-f 1", /^dysta: --out results: [a-z]+\.(json|csv|yaml) cannot be written: EFBIG\n$/],
  ])("is said in one line: %s", (_, limit, message) => {
    const cwd = folderWith(smallProject);
    const { status, stderr } = limited(limit, ["run", "scenario.yaml", "--out", "results", "--no-cache"], cwd);
    expect([status, stderr.split("\n").length]).toEqual([2, 2]);
    expect(stderr).toMatch(message);
  });
});

describe("control characters in names", () => {
  const red = "\u001b[31m";

  it.each<[string, readonly string[], Record<string, string>]>([
    ["of a file", ["run", `a${red}b\n.yaml`], {}],
    ["of an option's value", ["run", "scenario.yaml", "--scheduler", `f${red}cfs`], {}],
    ["of a model", ["run", "named.yaml"], { "named.yaml": `${scenarioOf('models: [{ model: "a\\e[31m" }]')}` }],
    [
      "in a table",
      ["run", "named.yaml"],
      {
        "named.yaml": scenarioOf("", "named.csv"),
        "named.csv": `model,pattern,sample,layer,cycles,input_density\n"a\nb${red}",x,0,0,10,0.5\n`,
      },
    ],
    ["of a key", ["run", "named.yaml"], { "named.yaml": `"na${red}me": x\n` }],
  ])("are written out: %s", async (_, args, files) => {
    const { status, stderr } = await dystaInProcess(args, folderWith({ ...smallProject, ...files }));
    expect(status).toBe(2);
    expect(stderr).toMatch(/^dysta: [^\p{Cc}]+\n$/u);
    expect(stderr.length).toBeLessThanOrEqual(1100);
  });
});

function scenarioOf(keys: string, table = "tables.csv"): string {
  return `name: s\ntable: ${table}\narrivals: { kind: poisson, rate: 20 }\nrequests: 5\nschedulers: [fcfs]\n${keys}\n`;
}

describe("threads", () => {
  it.skipIf(!existsSync("/proc/self/task"))("are never more than points", async () => {
    const cwd = folderWith({
      ...smallProject,
      "sweep.yaml": "scenario: scenario.yaml\naxes: { slo: [2] }\nseeds: 2\nschedulers: [fcfs]\n",
    });
    const most = async (workers: string) => {
      const args = [main, "sweep", "sweep.yaml", "--out", `with-${workers}`, "--no-cache", "--workers", workers];
      const child = spawn(process.execPath, args, { cwd });
      let count = 0;
      const counting = setInterval(() => {
        const tasks = `/proc/${child.pid}/task`;
        if (existsSync(tasks)) count = Math.max(count, readdirSync(tasks).length);
      }, 5);
      const [status] = await once(child, "close");
      clearInterval(counting);
      expect(status).toBe(0);
      return count;
    };
    const [two, thousand] = [await most("2"), await most("1000")];
    expect(thousand).toBeLessThan(two + 20);
    const [points, same] = ["with-2", "with-1000"].map((name) => readFileSync(join(cwd, name, "points.csv"), "utf8"));
    expect(same).toBe(points);
  });
});
