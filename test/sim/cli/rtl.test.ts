/** `dysta rtl` as its users meet it: what is in the folder, the same every time, and one line for a mistake. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderWith } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const project = folderWith({
  "small.yaml": [
    "name: small",
    "hardware: eyeriss-v2",
    "samples: 2",
    "models: [{ model: sparse-mobilenet-0.5 }]",
    "arrivals: { kind: poisson, rate: 4000 }",
    "requests: 4",
    "schedulers: [dysta]",
    "seeds: 1",
    "",
  ].join("\n"),
  "notes.txt": "a file\n",
});
const rtl = (...args: string[]) => dystaInProcess(["rtl", "small.yaml", ...args], project);
const textOf = (...names: string[]) => readFileSync(join(project, ...names), "utf8");

describe("dysta rtl", () => {
  beforeAll(async () => {
    const { status, stdout } = await rtl("--monitor-lanes", "16", "--cycles", "3000", "--out", "top", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ top: "dysta_top", cycles: 3000, parameters: { LANES: 16, DEPTH: 64 } });
  });

  it("writes sources that need no parameters, a file list in order, a bench and its vectors", () => {
    const names = readdirSync(join(project, "top"));
    for (const name of ["Makefile", "README.md", "testbench.sv", "vectors.hex", "queue_reciprocals.sv"]) {
      expect(names).toContain(name);
    }
    const listed = textOf("top", "files.f").trim().split("\n");
    expect(listed[0]).toBe("dysta_pkg.sv");
    expect(names.filter((name) => name.endsWith(".sv") && name !== "testbench.sv").sort()).toEqual(listed.toSorted());
    expect(textOf("top", "dysta_top.sv")).toContain("parameter int LANES = 16,");
    expect(textOf("top", "dysta_top.sv")).not.toContain("= 'x");
    expect(textOf("top", "vectors.hex").trim().split("\n")).toHaveLength(3000);
  });

  it("writes the unit of swp_plus in the place of Dysta's", async () => {
    const { status, stdout } = await rtl("--scheduler", "swp_plus", "--cycles", "3000", "--out", "swp", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).parameters).toMatchObject({ IS_SWP: 1, IS_PLUS: 1 });
    const names = readdirSync(join(project, "swp"));
    for (const name of ["swp_unit.sv", "layer_reciprocals.sv"]) expect(names).toContain(name);
    for (const name of ["scheduling_unit.sv", "queue_reciprocals.sv"]) expect(names).not.toContain(name);
  });

  it("writes a lean monitor, and tables as large as the scenario needs", async () => {
    const args = [
      "--monitor-lanes",
      "16",
      "--monitor-lean",
      "--fit-tables",
      "--cycles",
      "3000",
      "--out",
      "lean",
      "--json",
    ];
    const { status, stdout } = await rtl(...args);
    expect(status).toBe(0);
    // One network of 28 layers.
    expect(JSON.parse(stdout).parameters).toMatchObject({ ZEROS_PROMISED: 1, TABLE_ROWS: 1, LAYERS_PER_ROW: 28 });
    expect(textOf("lean", "dysta_top.sv")).toContain("parameter bit ZEROS_PROMISED = 1'h1,");
  });

  it("writes a PE of the array with blocks of the network's layers", async () => {
    const { status, stdout } = await rtl("--top", "pe", "--cycles", "3000", "--out", "pe", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      top: "pe",
      cycles: 3000,
      parameters: { MACS_PER_PE: 2, PSUM_ENTRIES: 32 },
    });
    expect(textOf("pe", "files.f")).toBe("dysta_pkg.sv\npe.sv\n");
  });

  it("writes the same again", async () => {
    expect((await rtl("--monitor-lanes", "16", "--cycles", "3000", "--out", "again")).status).toBe(0);
    expect(textOf("again", "vectors.hex")).toBe(textOf("top", "vectors.hex"));
  });

  it.each([
    [["--out", "top"], "--out top: the folder must be new or empty, it holds files"],
    [["--out", "notes.txt"], "--out notes.txt: must be a folder, is a file"],
    [["--out", "x", "--top", "pea"], '--top must be one of dysta_top, scheduling_unit, monitor, pe, is "pea"'],
    [["--out", "x", "--monitor-lanes", "0"], "--monitor-lanes must be a whole number, 1 or more, is 0"],
    [["--out", "x", "--monitor-buffer", "-1"], "--monitor-buffer must be a whole number, 0 or more, is -1"],
    [
      ["--out", "x", "--monitor-buffer", "65535"],
      "--monitor-lanes and --monitor-buffer together must be at most 65535",
    ],
    [["--out", "x", "--cycles", "0"], "--cycles must be a whole number, 1 or more, is 0"],
    [["--out", "x", "--format", "fp64"], "fp64 is a reference, without RTL"],
    [["--out", "x", "--top", "pe", "--hardware", "single-pe"], "the RTL of the PE"],
    [["--out", "x", "--scheduler", "sjf"], "dispatches for one of dysta, swp, swp_plus, is sjf"],
    [["--out", "x", "--scheduler", "swp", "--variant", "separate"], "variant must be shared for the scheduler swp"],
  ])("refuses %j", async (args, message) => {
    const { status, stderr, stdout } = await rtl(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
