/**
 * Does every mistake of a user's get one clear line on stderr, nothing on stdout, and exit status 2? In this process; a
 * handful run as a program, as proof that it is the same there.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dysta, folderWith, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const project = folderWith(smallProject);

async function complaint(args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await dystaInProcess(args, project);
  expect({ args, status, stdout }).toEqual({ args, status: 2, stdout: "" });
  expect(stderr).toMatch(/^dysta: [^\n]+\n$/);
  return stderr.slice("dysta: ".length, -1);
}

describe("on the command line", () => {
  it.each([
    [["run", "scenario.yaml", "--rate", "0"], "--rate must be a number, more than 0, is 0"],
    [["run", "scenario.yaml", "--rate=-3"], "--rate must be a number, more than 0, is -3"],
    [["run", "scenario.yaml", "--rate", "fast"], "--rate must be a number, is fast"],
    [["run", "scenario.yaml", "--seeds", "0"], "--seeds must be a whole number, 1 or more, is 0"],
    [["run", "scenario.yaml", "--requests", "1.5"], "--requests must be a whole number, 1 or more, is 1.5"],
    [["run", "scenario.yaml", "--workers", "0"], "--workers must be a whole number, 1 or more, is 0"],
    [
      ["run", "scenario.yaml", "--scheduler", "dista"],
      '--scheduler: unknown scheduler "dista" (did you mean "dysta"?)',
    ],
    [["run", "scenario.yaml", "--semantics", "right"], '--semantics must be one of corrected, artifact, is "right"'],
    [
      ["run", "scenario.yaml", "--monitor-lanes", "0"],
      '--monitor-lanes must be a whole number, 1 or more, "unlimited" or "none", is 0',
    ],
    [
      ["profile", "--models", "resnet50", "--monitor-buffer", "70000"],
      "--monitor-buffer must be at most 65535, what the monitor's port can count, is 70000",
    ],
    [["overhead", "scenario.yaml", "--monitor-tap", "port"], '--monitor-tap must be one of ports, channel, is "port"'],
    [
      ["run", "scenario.yaml", "--monitor-lanes", "8"],
      "scenario scenario.yaml: monitor: stands in the path of a modelled array's outputs, and no network runs on one",
    ],
    [
      ["profile", "--models", "resnet50", "--hardware", "artifact-eyeriss-v2", "--monitor-lanes", "8"],
      "--monitor-lanes, --monitor-buffer and --monitor-tap are for a modelled array, hardware is artifact-eyeriss-v2",
    ],
    [["run", "scenario.yaml", "--fault", "average"], '--fault: unknown fault "average" (did you mean "average-all"?)'],
    [["run", "multi-can"], 'unknown scenario "multi-can" (did you mean "multi-cnn"?)'],
    [["run", "scenario.yaml", "--ouy", "x"], 'unknown option "--ouy" (did you mean "--out"?)'],
    [["rum"], 'unknown command "rum" (did you mean "run"?)'],
    [["run", "--rate"], "Not enough arguments following: rate"],
    [["run", "--rate="], "--rate must be a number, is empty"],
    [["run", "--log-level", "loud"], /^log-level must be one of silent, .*, is "loud"/],
    [["run", "--", "multi-cnn"], '"--" has no meaning here: leave it out'],
    [["run", "scenario.yaml", "--json=maybe"], "--json takes no value, has --json=maybe"],
    [
      ["run", "scenario.yaml", "--timeline", "sjf"],
      "--timeline is for the timeline in a result folder: name one with --out",
    ],
    [
      ["run", "scenario.yaml", "--timeline-layers"],
      "--timeline-layers is for the timeline in a result folder: name one with --out",
    ],
    [
      ["run", "scenario.yaml", "--timeline", "fjf", "--out", "no-timeline"],
      '--timeline fjf: not a scheduler of this run (did you mean "sjf"?)',
    ],
    [["run", "scenario.yaml", "--timeline-layers=all"], "--timeline-layers takes no value, has --timeline-layers=all"],
    [["run", "scenario.yaml", "--requests", "5e9"], "--requests must be at most 100000000, is 5000000000"],
    [
      ["run", "scenario.yaml", "--rate", "1e-300"],
      /^arrivals: request 0 would arrive at .*, later than can be counted/,
    ],
    [["run", "scenario.yaml", "--sched", "fcfs"], /^unknown option "--sched" \(did you mean "--(scheduler|seed)"\?\)$/],
    [["conform"], "a word is missing after the command (see --help)"],
    [[], "name a command; dysta --help lists them"],
    [["run", "missing.yaml"], "scenario missing.yaml: no such file"],
    [["list", "everything"], /^what must be one of schedulers, .*, is "everything"/],
    [["conform", "."], /^conform \.: no recording found/],
    [["conform", "nowhere"], /nowhere/],
    [["run", "scenario.yaml", "--rate", "3", "--rate=4"], "--rate is given twice; it takes one value"],
    [["profile", "--layer", "a.yaml", "--layer", "b.yaml"], "--layer is given twice; it takes one value"],
    [["run", "scenario.yaml", "--cache", "c", "--no-cache"], "--cache is given twice; it takes one value"],
    [["overhead", "--layer", "a.yaml"], "--layer is an option of dysta profile, not of dysta overhead"],
    [["sweep", "slo", "--fault", "x"], "--fault is an option of dysta run and capacity, not of dysta sweep"],
    [
      ["sweep", "arrival-rate", "--rate", "3", "--dry-run"],
      /^--rate cannot be given for sweep .*arrivals\.rate is an axis/,
    ],
    [["sweep", "slo", "--fifo-depth", "3", "--dry-run"], /^--fifo-depth is for dispatch hardware/],
    [["sweep", "slo", "--slo", "0", "--dry-run"], "--slo must be a number, more than 0, is 0"],
    [
      ["overhead", "scenario.yaml", "--scheduler", "fcfs"],
      /^--scheduler: the scheduling unit dispatches for one of dysta, swp, swp_plus, is fcfs/,
    ],
    [["run", "/dev/zero"], "scenario /dev/zero: is a device, not a file"],
    [["run", "."], "scenario .: is a folder"],
    [["profile", "--models", "mobilenet", "--hardware", "my.hw"], /^unknown hardware "my\.hw"|no such file/],
    [["run", "scenario.yaml", "--scheduler", "./missing.mjs"], /missing\.mjs: cannot be loaded/],
    [["run", "scenario.yaml", "--scheduler", "fcfs,fcfs,./first.mjs,./first.mjs"], /already called "first"/],
  ] as [string[], string | RegExp][])("%j", async (args, message) => {
    const said = await complaint(args);
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
});

describe("with the scheduling unit", () => {
  const hardware = ["run", "scenario.yaml", "--dispatch", "hardware"];
  it.each([
    [[...hardware, "--fifo-depth", "0"], "scheduling unit: fifoDepth must be an integer from 1 to 65536, not 0"],
    [[...hardware, "--fifo-depth", "2.5"], "--fifo-depth must be a whole number, 0 or more, is 2.5"],
    [
      [...hardware, "--scheduler", "fcfs,sjf"],
      "dispatch hardware is for the schedulers dysta, swp, swp_plus, none of which is among fcfs, sjf",
    ],
    [
      [...hardware, "--semantics", "artifact"],
      "scenario scenario.yaml: dispatch hardware needs corrected semantics, has artifact",
    ],
    [
      [...hardware, "--fault", "average-all"],
      "scenario scenario.yaml: dispatch hardware cannot have faults, has average-all",
    ],
    [["run", "scenario.yaml", "--dispatch", "hard"], '--dispatch must be one of software, hardware, is "hard"'],
    [[...hardware, "--format", "fp8"], '--format must be one of fp16, fp32, fp64, is "fp8"'],
    [["run", "scenario.yaml", "--format", "fp32"], "--format is for --dispatch hardware, dispatch is software"],
    [
      ["overhead", "scenario.yaml", "--fifo-depth", "0"],
      "scheduling unit: fifoDepth must be an integer from 1 to 65536, not 0",
    ],
    [["overhead", "scenario.yaml", "--variant", "x"], '--variant must be one of shared, separate, is "x"'],
  ] as [string[], string][])("%j", async (args, message) => expect(await complaint(args)).toBe(message));

  it.each([
    ["unit: { tableRows: 1 }", "the tables have 1 rows, too few for 2 (model, pattern) pairs"],
    ["unit: { layersPerRow: 1 }", "a table row has room for 1 layers, too few for the 2 of a/x"],
    [
      "unit: { timeShiftBits: 40 }",
      "a time unit of 2^40 ticks must be a positive fp16 number of 2^-4 s, not 17590000000",
    ],
    [
      "unit: { timeShiftBits: 20 }",
      "the isolated latency in units of 2^20 ticks of a/x must be a positive fp16 number, not 0.00003052",
    ],
  ])("%s", async (keys, message) => {
    const text = `${smallProject["scenario.yaml"]}dispatch: hardware\n${keys}\n`;
    writeFileSync(join(project, "bad.yaml"), text);
    const said = await complaint(["run", "bad.yaml"]);
    expect(said).toBe(`scheduling unit: ${message}`);
  });
});

describe("in a scenario", () => {
  it.each([
    ["requests: 40", "requets: 40", 'unknown key "requets" (did you mean "requests"?)'],
    ["rate: 20", "rate: 0", "arrivals.rate must be more than 0, is 0"],
    ["rate: 20", "rate: 20 kg", /arrivals\.rate/],
    ["kind: poisson", "kind: poison", /arrivals/],
    ["sjf", "sjf_spars", 'schedulers: unknown scheduler "sjf_spars" (did you mean "sjf_sparse"?)'],
    ["requests: 40", "requests: [", /is not YAML/],
    ["requests: 40", "description: *nothing", /is not YAML/],
    ["requests: 40", "models: &m [*m]", /is not YAML/],
    ["requests: 40", "requests: 40\n---\nname: other", /is not YAML: has more than one document/],
    [
      "{ kind: poisson, rate: 20 }",
      "{ kind: bursty, rate: 20, on: 1e-300, off: 1 }",
      /arrivals\.on must be from 1e-12 to 1e12 seconds/,
    ],
    ["requests: 40", "models: [{ model: aa }]", /models: unknown model "aa"/],
    ["requests: 40", "dysta: { beta: .nan }", /dysta\.beta must be a number, 0 or more, is NaN/],
  ] as [string, string, string | RegExp][])("%s → %s", async (before, after, message) => {
    const text = smallProject["scenario.yaml"].replace(before, after);
    writeFileSync(join(project, "bad.yaml"), text);
    const said = await complaint(["run", "bad.yaml"]);
    expect(said).toMatch(/^scenario bad\.yaml: /);
    if (typeof message === "string") expect(said).toBe(`scenario bad.yaml: ${message}`);
    else expect(said).toMatch(message);
  });
});

describe("in a table", () => {
  const lines = smallProject["tables.csv"].split("\n");
  const table = (change: (lines: string[]) => string[]) => change([...lines]).join("\n");
  it.each([
    ["a missing column", table((l) => l.map((line) => line.replace(/,[^,]*$/, ""))), "column input_density is missing"],
    ["a missing row", table((l) => l.filter((line) => line !== "a,x,1,0,12,0.6")), "sample 1 has no row for layer 0"],
    [
      "a NaN",
      table((l) => l.map((line) => line.replace("12,0.6", "NaN,0.6"))),
      "line 5: cycles must be a number, is NaN",
    ],
    [
      "a negative latency",
      table((l) => l.map((line) => line.replace("12,", "-12,"))),
      "line 5: cycles must be from 0 to 9007199254740991, is -12",
    ],
    ["a duplicate row", table((l) => [...l.slice(0, 7), "b,y,0,0,50,0.5", ""]), "occurs twice (first on line 7)"],
    ["nothing", "", "is empty"],
    ["semicolons", table((l) => l.map((line) => line.replaceAll(",", ";"))), "is separated by semicolons"],
    ["tabs", table((l) => l.map((line) => line.replaceAll(",", "\t"))), "is separated by tabs"],
    ["bytes of zero", `${lines.join("\n")}\0`, "is not text"],
  ])("with %s", async (_, text, message) => {
    writeFileSync(join(project, "bad.csv"), text);
    writeFileSync(join(project, "bad.yaml"), smallProject["scenario.yaml"].replace("tables.csv", "bad.csv"));
    const said = await complaint(["run", "bad.yaml"]);
    expect(said).toContain("bad.csv: ");
    expect(said).toContain(message);
  });
});

describe("with the result folder", () => {
  it("that cannot be created", async () => {
    expect(await complaint(["run", "scenario.yaml", "--out", "scenario.yaml/x"])).toBe(
      "--out scenario.yaml/x: cannot be written: ENOTDIR",
    );
  });

  it("that holds something else", async () => {
    expect(await complaint(["run", "scenario.yaml", "--out", "."])).toBe(
      "--out .: holds files but is not a result folder (no provenance.json); name an empty one",
    );
  });

  it("that lies where nothing can be made", async () => {
    expect(await complaint(["run", "scenario.yaml", "--out", "/proc/dysta/x"])).toMatch(
      /^--out \/proc\/dysta\/x: cannot be written: E/,
    );
  });

  it("that is full", () => {
    expect(dysta(["run", "scenario.yaml", "--out", "/dev/full"], { cwd: project }).status).toBe(2);
  });
});

describe("in a trace", () => {
  it.each([
    ["arrival\n1\n0.5\n", /trace|bad-trace\.csv/],
    ["arrival\nsoon\n", /arrival must be a number, is soon/],
    ["time\n1\n", /column arrival is missing/],
    ["arrival,model\n1,zz\n", /zz/],
  ])("%j, before anything is computed", async (text, message) => {
    writeFileSync(join(project, "bad-trace.csv"), text);
    const arrivals = "arrivals: { kind: trace, file: bad-trace.csv }";
    const scenario = smallProject["scenario.yaml"].replace(/arrivals: .*/, arrivals).replace("requests: 40\n", "");
    writeFileSync(join(project, "bad.yaml"), scenario);
    expect(await complaint(["run", "bad.yaml"])).toMatch(message);
  });
});

describe("in a user's scheduler", () => {
  it("that throws is named with its file and line", async () => {
    expect(await complaint(["run", "scenario.yaml", "--scheduler", "./throwing.mjs"])).toMatch(
      /^scheduler "moody": decision 7: pick threw Error: no \(throwing\.mjs:2:\d+\)$/,
    );
  });

  it("in TypeScript is refused where Node cannot run it", async () => {
    writeFileSync(
      join(project, "typed.ts"),
      "export default { name: 'typed', pick: (ready: unknown[]): number => 0 };\n",
    );
    if (Reflect.get(process.features, "typescript")) return;
    expect(await complaint(["run", "scenario.yaml", "--scheduler", "./typed.ts"])).toMatch(
      /typed\.ts: Node 2\d\.\S+ cannot run TypeScript; compile it to JavaScript, or use Node 22\.18 or later$/,
    );
  });

  it("that returns a request that is not ready is named with the decision", async () => {
    expect(await complaint(["run", "scenario.yaml", "--scheduler", "./out-of-range.mjs"])).toBe(
      'scheduler "eager": decision 1: pick returned 1, not an index below 1',
    );
  });
});

describe("as a program", () => {
  it.each([
    [["rum"], 'unknown command "rum" (did you mean "run"?)'],
    [["run", "scenario.yaml", "--rate", "0"], "--rate must be a number, more than 0, is 0"],
    [["run", "missing.yaml"], "scenario missing.yaml: no such file"],
  ] as [string[], string][])("%j says the same", (args, message) => {
    expect(dysta(args, { cwd: project })).toEqual({ status: 2, stdout: "", stderr: `dysta: ${message}\n` });
  });
});
