/** `dysta run` as its users meet it: what it prints, what it writes, and that both are the same every time. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { traceComplaints, traceEvents } from "../../models/trace-rules.ts";
import { folderWith, scratchFolder, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const project = folderWith(smallProject);

function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = entries.map(({ name }) => name).filter((name) => name !== "provenance.json");
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

describe("on a terminal", () => {
  it("shows a table with intervals and marks, what was run and how to repeat it", async () => {
    const { status, stdout, stderr } = await dystaInProcess(["run", "scenario.yaml"], project);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/scheduler +violations % +ANTT/);
    expect(stdout).toMatch(/^dysta .*\(.*–.*\).* \*/m);
    expect(stdout).toContain("40 requests per seed, poisson at 20/s, SLO 10 × isolated latency, seeds 1..2");
    expect(stdout).toContain("Repeat: dysta run scenario.yaml");
  });
});

describe("--json", () => {
  it("prints exactly one document with the fields of the contract", async () => {
    const { stdout, stderr } = await dystaInProcess(["run", "scenario.yaml", "--json"], project);
    expect(stderr).toBe("");
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      name: "small",
      semantics: "corrected",
      dispatch: "software",
      timeUnit: "cycles",
      requests: 40,
      seeds: [1, 2],
    });
    expect(Object.keys(document.schedulers)).toEqual(["fcfs", "sjf", "dysta"]);
    const { fcfs } = document.schedulers;
    for (const metric of [
      "antt",
      "violationRate",
      "throughputPerS",
      "stp",
      "p50",
      "p95",
      "p99",
      "max",
      "preemptions",
      "jain",
    ]) {
      expect(typeof fcfs[metric]).toBe("number");
      expect(typeof fcfs[`${metric}Ci95`]).toBe("number");
      expect(fcfs[metric]).toBeCloseTo((fcfs.perSeed[0][metric] + fcfs.perSeed[1][metric]) / 2, 12);
    }
    expect(Object.keys(fcfs.perModel)).toEqual(["a/x", "b/y"]);
    expect(fcfs.preemptions).toBe(0);
  });

  it("answers to every override", async () => {
    const { stdout } = await dystaInProcess(
      ["run", "scenario.yaml", "--json", "--requests=9", "--seed=7", "--seeds=1", "--scheduler=edf", "--slo=0.5"],
      project,
    );
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ requests: 9, seeds: [7] });
    expect(document.schedulers.edf.violationRate).toBe(1);
    expect(document.schedulers.edf.anttCi95).toBeNull();
  });
});

describe("--dispatch hardware", () => {
  const run = async (...options: string[]) =>
    JSON.parse(
      (await dystaInProcess(["run", "scenario.yaml", "--json", "--dispatch=hardware", ...options], project)).stdout,
    );

  it("is for dysta, says what the unit is and costs, and how far it agrees", async () => {
    const software = JSON.parse((await dystaInProcess(["run", "scenario.yaml", "--json"], project)).stdout);
    const document = await run("--fifo-depth=16");
    expect(document.dispatch).toBe("hardware");
    expect(document.schedulers.sjf).toEqual(software.schedulers.sjf);
    expect(document.schedulers.dysta).not.toEqual(software.schedulers.dysta);
    expect(document.unit).toMatchObject({ format: "fp16", fifoDepth: 16, decisionCost: "modelled" });
    const { agreement } = document;
    expect(agreement.picks).toBe(
      document.unit.perDecision.reduce((sum: number, each: { decisions: number }) => sum + each.decisions, 0),
    );
    expect(agreement.equalShare).toBeGreaterThan(0.5);
    const change = document.schedulers.dysta.antt - software.schedulers.dysta.antt;
    expect(agreement.anttChange).toBeCloseTo(change, 12);
  });

  it("in doubles and free is the software", async () => {
    const document = await run("--format=fp64", "--decision-cost=free");
    const software = JSON.parse((await dystaInProcess(["run", "scenario.yaml", "--json"], project)).stdout);
    expect(document.schedulers).toEqual(software.schedulers);
    expect(document.agreement).toMatchObject({ equalShare: 1, firstDivergence: null, anttChange: 0 });
  });

  it("gives the same bytes for one worker and for two", async () => {
    expect(await run("--workers=1")).toEqual(await run("--workers=2"));
  });
});

describe("--out", () => {
  const results = join(scratchFolder(), "results");
  let files: Record<string, string> = {};
  beforeAll(async () => {
    expect((await dystaInProcess(["run", "scenario.yaml", "--out", results], project)).status).toBe(0);
    files = filesOf(results);
  });

  it("writes the files of the contract", () => {
    expect(Object.keys(files).sort()).toEqual([
      "columns.md",
      "config.yaml",
      "dispatch.csv",
      "prediction.csv",
      "report.html",
      "requests.csv",
      "results.csv",
      "summary.json",
      "timeline.json",
    ]);
    const figures = ["prediction-errors", "prediction-scatter", "queue", "tradeoff", "turnaround"];
    const parts = [
      "columns.md",
      "queue-table-1.csv",
      ...figures.flatMap((name) => ["csv", "svg", "vl.json"].map((end) => `${name}.${end}`)),
    ];
    expect(readdirSync(join(results, "figures")).sort()).toEqual(parts.sort());
    const firstLines = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.split("\n")[0]]));
    expect(firstLines["requests.csv"]).toBe("request,model,pattern,sample,priority,arrival,deadline,seed");
    expect(firstLines["results.csv"]).toBe(
      "scheduler,seed,request,start,finish,preemptions,normalised_turnaround,violated,dropped,turnaround_ms",
    );
    expect(firstLines["dispatch.csv"]).toBe("scheduler,seed,order,request,layers,start,end");
    expect(files["results.csv"].trim().split("\n")).toHaveLength(1 + 3 * 2 * 40);
    expect(JSON.parse(readFileSync(join(results, "provenance.json"), "utf8"))).toMatchObject({ state: "complete" });
  });

  it("keeps the dispatch sequence whole: every layer of every request once", () => {
    const { layers, expected } = { layers: new Map<string, number>(), expected: new Map<string, number>() };
    for (const line of files["dispatch.csv"].trim().split("\n").slice(1)) {
      const [scheduler, seed, , request, count] = line.split(",");
      const key = `${scheduler} ${seed} ${request}`;
      layers.set(key, (layers.get(key) ?? 0) + Number(count));
    }
    for (const line of files["requests.csv"].trim().split("\n").slice(1)) {
      const [request, model, , , , , , seed] = line.split(",");
      for (const scheduler of ["fcfs", "sjf", "dysta"])
        expected.set(`${scheduler} ${seed} ${request}`, model === "a" ? 2 : 1);
    }
    expect(layers).toEqual(expected);
  });

  it("draws the first seed of dysta, or of the scheduler that is asked for, as results.csv has it", async () => {
    const folder = join(scratchFolder(), "out");
    const asked = ["--timeline", "sjf", "--timeline-layers"];
    await dystaInProcess(["run", "scenario.yaml", "--out", folder, "--seed", "5", ...asked], project);
    const other = filesOf(folder);
    const timelines = [
      { scheduler: "dysta", seed: 1, hasLayers: false, text: files["timeline.json"], results: files["results.csv"] },
      { scheduler: "sjf", seed: 5, hasLayers: true, text: other["timeline.json"], results: other["results.csv"] },
    ];
    for (const { text, results, scheduler, seed, hasLayers } of timelines) {
      expect(traceComplaints(text)).toEqual([]);
      expect(JSON.parse(text).otherData).toEqual({ scheduler, seed, timeUnit: "cycles", secondsPerTick: 1e-3 });
      const requests = traceEvents(text).filter(({ args }) => args?.finish !== undefined);
      const drawn = requests.map(({ args }) => [scheduler, seed, args.request, args.start, args.finish].join(","));
      const rows = results.split("\n").filter((row) => row.startsWith(`${scheduler},${seed},`));
      expect(drawn).toEqual(rows.map((row) => row.split(",").slice(0, 5).join(",")));
      expect(traceEvents(text).some(({ name }) => name === "layer 0")).toBe(hasLayers);
    }
  });

  it("can be run again from its config.yaml, and from its requests.csv as a trace, with the same results", async () => {
    const again = join(scratchFolder(), "again");
    await dystaInProcess(["run", join(results, "config.yaml"), "--out", again], project);
    expect(filesOf(again)).toEqual(files);

    const trace = folderWith({
      "tables.csv": smallProject["tables.csv"],
      "trace.yaml": smallProject["scenario.yaml"].replace(
        /arrivals: .*/,
        `arrivals: { kind: trace, unit: cycles, file: ${join(results, "requests.csv")} }`,
      ),
    });
    const traced = join(scratchFolder(), "traced");
    expect((await dystaInProcess(["run", join(trace, "trace.yaml"), "--out", traced])).stderr).toBe("");
    const { "results.csv": fromTrace, "requests.csv": requests } = filesOf(traced);
    expect([fromTrace, requests]).toEqual([files["results.csv"], files["requests.csv"]]);
  });

  it("may replace an older result, never other files", async () => {
    expect((await dystaInProcess(["run", "scenario.yaml", "--out", results], project)).status).toBe(0);
    expect(filesOf(results)).toEqual(files);
  });

  it.each([1, 2, 4])("gives the same bytes with %d workers", async (workers) => {
    const folder = join(scratchFolder(), "out");
    await dystaInProcess(["run", "scenario.yaml", "--out", folder, "--workers", String(workers)], project);
    expect(filesOf(folder)).toEqual(files);
  });
});

describe("the order of models", () => {
  it("in a folder and in the mix changes nothing", async () => {
    const table = (model: string) =>
      [
        "# clock: 1000 Hz",
        "model,pattern,sample,layer,cycles,input_density",
        `${model},x,0,0,${model.length * 7},0.5`,
        "",
      ].join("\n");
    const scenario = (models: string[]) =>
      ["name: order", "table: tables", "arrivals: { kind: fixed, rate: 30 }", "requests: 30"]
        .concat(["models:", ...models.map((model) => `  - { model: ${model}, weight: ${model.length} }`), ""])
        .join("\n");
    const run = async (files: string[], models: string[]) => {
      const tables = folderWith(Object.fromEntries(files.map((file, k) => [file, table(["aa", "bbb", "c"][k])])));
      const text = scenario(models).replace("table: tables", `table: ${tables}`);
      return (
        await dystaInProcess(["run", join(folderWith({ "s.yaml": text }), "s.yaml"), "--json"])
      ).stdout.replaceAll(tables, "");
    };
    const one = (await run(["1.csv", "2.csv", "3.csv"], ["aa", "bbb", "c"])).replaceAll(/\d\.csv/g, "");
    const other = (await run(["3.csv", "1.csv", "2.csv"], ["c", "bbb", "aa"])).replaceAll(/\d\.csv/g, "");
    expect(JSON.parse(one).requests).toBe(30);
    expect(other).toBe(one);
  });
});

describe("a user's scheduler", () => {
  it("runs beside the built-in ones under its own name, given as an option or in the file", async () => {
    const { status, stdout } = await dystaInProcess(
      ["run", "scenario.yaml", "--json", "--scheduler", "fcfs,./first.mjs"],
      project,
    );
    expect(status).toBe(0);
    const { schedulers } = JSON.parse(stdout);
    expect(schedulers.first.antt).toBe(schedulers.fcfs.antt);
  });

  it("remembers nothing from one run to the next, so that workers make no difference", async () => {
    const folder = folderWith({
      ...smallProject,
      "memory.mjs": "export let calls = 0;\nexport const next = () => calls++;\n",
      "stateful.mjs":
        "import { next } from './memory.mjs';\nconsole.log('loaded');\nexport default { name: 'stateful', pick: (ready) => (next() * 7) % ready.length };\n",
    });
    const run = async (workers: string) =>
      (
        await dystaInProcess(
          ["run", "scenario.yaml", "--json", "--workers", workers, "--scheduler", "./stateful.mjs"],
          folder,
        )
      ).stdout;
    const one = await run("1");
    expect(JSON.parse(one).schedulers.stateful.antt).toBeGreaterThan(1);
    expect([await run("2"), await run("4")]).toEqual([one, one]);
  });

  it("that ends its thread is named, and the others finish", async () => {
    const folder = folderWith({
      ...smallProject,
      "late.mjs": "export default { name: 'late', pick() { process.exit(0); } };\n",
    });
    const args = ["run", "scenario.yaml", "--json", "--scheduler", "fcfs,./late.mjs"];
    const { status, stdout, stderr } = await dystaInProcess(args, folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^dysta: scheduler [^\n]*late\.mjs: ended its thread: [^\n]*\n$/);
    expect(Object.keys(JSON.parse(stdout).schedulers)).toEqual(["fcfs"]);
    expect(JSON.parse(stdout).failed).toMatch(/ended its thread/);
  });

  it("that keeps a timer running does not keep the command from ending", async () => {
    const folder = folderWith({
      ...smallProject,
      "timer.mjs": "setInterval(() => {}, 1000);\nexport default { name: 'timer', pick: () => 0 };\n",
    });
    expect((await dystaInProcess(["run", "scenario.yaml", "--scheduler", "./timer.mjs"], folder)).status).toBe(0);
  });

  it("that fails costs its own results only", async () => {
    const { status, stdout, stderr } = await dystaInProcess(
      ["run", "scenario.yaml", "--json", "--scheduler", "fcfs,./throwing.mjs"],
      project,
    );
    expect(status).toBe(2);
    expect(stderr).toBe('dysta: scheduler "moody": decision 7: pick threw Error: no (throwing.mjs:2:63)\n');
    expect(Object.keys(JSON.parse(stdout).schedulers)).toEqual(["fcfs"]);
  });
});
