/** `dysta capacity` as its users meet it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const project = folderWith({
  ...smallProject,
  "trace.csv": "arrival,model,pattern\n0.1,a,x\n0.2,b,y\n0.4,a,x\n",
  "traced.yaml": "name: traced\ntable: tables.csv\narrivals: { kind: trace, file: trace.csv, unit: s }\n",
  "first.mjs": "export default { name: 'first', pick: () => 0 };\n",
  "rates.yaml": "scenario: scenario.yaml\naxes: { slo: [5] }\ncapacity: { target: 0% }\n",
});

async function output(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await dystaInProcess(args, project);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("dysta capacity", () => {
  const words = ["capacity", "scenario.yaml", "--target", "90 %", "--seeds", "4", "--scheduler", "fcfs,first.mjs"];

  it("prints a rate with its interval for every scheduler, and whether they are told apart", async () => {
    const text = await output(...words);
    expect(text).toMatch(/^small {2}the highest rate at which 90 % of the requests are on time/);
    expect(text).toMatch(/^fcfs +[\d.]+ ±[\d.]+ +[01]\.\d+ +9\d\.\d+ +\d+/m);
    // A module that takes the first in the queue is first come, first served.
    expect(text).toMatch(/^first: not told apart from fcfs \(0 ±0\)\.$/m);
  });

  it("has the document of the contract, in a folder too, with figures", async () => {
    const document = JSON.parse(await output(...words, "--json", "--out", "folder"));
    expect(Object.keys(document.schedulers)).toEqual(["fcfs", "first"]);
    expect(document.schedulers.fcfs).toMatchObject({
      ...{ rate: expect.any(Number), rateCi95: expect.any(Number), load: expect.any(Number) },
      ...{ onTimeRate: expect.any(Number), evaluations: expect.any(Number), reached: "found" },
    });
    expect(document.schedulers.first).toEqual(document.schedulers.fcfs);
    expect(JSON.parse(readFileSync(join(project, "folder", "capacity.json"), "utf8"))).toEqual(document);
    const csv = readFileSync(join(project, "folder", "capacity.csv"), "utf8").split("\n");
    expect(csv[1]).toMatch(`fcfs,found,${document.schedulers.fcfs.rate},`);
    expect(readFileSync(join(project, "folder", "report.html"), "utf8")).toContain(
      "Requests on time as the rate grows",
    );
    expect(existsSync(join(project, "folder", "figures", "curve.svg"))).toBe(true);
  });

  it.each([
    [["scenario.yaml", "--target", "0"], "--target must be above 0 and at most 100 %, such as 99% or 0.99; is 0"],
    [["scenario.yaml", "--target", "101%"], "--target must be above 0 and at most 100 %, such as 99% or 0.99; is 101%"],
    [["scenario.yaml", "--target", "99"], "--target must be above 0 and at most 100 %, such as 99% or 0.99; is 99"],
    [["scenario.yaml", "--target", "most"], "--target must be above 0 and at most 100 %, such as 99% or 0.99; is most"],
    [
      ["scenario.yaml", "--precision", "0%"],
      "--precision must be above 0 and at most 100 %, such as 99% or 0.99; is 0%",
    ],
    [["traced.yaml"], "scenario traced.yaml: its arrivals come from a trace, which has no rate to be scaled"],
    [["scenario.yaml", "--seeds", "0"], "--seeds must be a whole number, 1 or more, is 0"],
    [["scenario.yaml", "--scheduler", "dista"], '--scheduler: unknown scheduler "dista" (did you mean "dysta"?)'],
    [
      ["scenario.yaml", "--rate", "5"],
      "--rate is an option of dysta run, explore, overhead, sweep, and rtl, not of dysta capacity",
    ],
  ])("%j is refused in one line", async (args, message) => {
    const { status, stdout, stderr } = await dystaInProcess(["capacity", ...args], project);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: `dysta: ${message}\n` });
  });

  it("a sweep's target is held to the same rule", async () => {
    const { status, stderr } = await dystaInProcess(["sweep", "rates.yaml", "--out", "sweep"], project);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        "dysta: sweep rates.yaml: capacity.target must be above 0 and at most 100 %, such as 99% or 0.99; is 0%\n",
    });
  });
});
