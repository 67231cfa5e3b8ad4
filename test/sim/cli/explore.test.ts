/** `dysta explore` as a user calls it: the contract, the same bytes, the same figures as `dysta run`, mistakes, Ctrl-C. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { folderWith, scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const small = ["explore", "--models", "antispoof", "--requests", "60", "--seeds", "2"];
const shapes = ["--shapes", "2x1x3x4,4x1x3x4,2x2x3x4"];

const jsonOf = async (args: readonly string[], cwd = scratchFolder()) => {
  const { status, stdout, stderr } = await dystaInProcess([...args, "--json"], cwd);
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
};

describe("the document", async () => {
  const cwd = scratchFolder();
  const document = await jsonOf([...small, ...shapes, "--rate", "150"], cwd);

  it("has the fields of the contract, and more", () => {
    expect(document).toMatchObject({
      name: "antispoof",
      scheduler: "dysta",
      arrivals: { kind: "poisson", rate: 150 },
      requests: 60,
      seeds: [1, 2],
      objectives: ["pes", "antt"],
      base: { name: "eyeriss-v2", shape: "8x2x3x4" },
    });
    expect(document.points.map(({ shape }: { shape: string }) => shape)).toEqual(["2x1x3x4", "4x1x3x4", "2x2x3x4"]);
    for (const point of document.points) {
      for (const field of [
        "pes",
        "cycles",
        "utilisation",
        "energyPj",
        "edp",
        "sramBytes",
        "violationRate",
        "antt",
        "load",
      ]) {
        expect(point[field], field).toEqual(expect.any(Number));
      }
      expect(point.onFront).toEqual(expect.any(Boolean));
      expect(point.edp).toBe(point.energyPj * point.cycles);
      expect(point).not.toHaveProperty("area");
    }
    expect(document.front).toEqual(document.points.filter(({ onFront }: { onFront: boolean }) => onFront));
    expect(document.answer).toMatch(/^For antispoof at 150 requests\/s with dysta /);
  });

  it("has the same bytes for any number of workers, with the layers kept and without a cache", async () => {
    for (const args of [["--workers", "1"], ["--workers", "2"], ["--no-cache", "--workers", "1"], ["--no-cache"]]) {
      const command = [...small, ...shapes, "--rate", "150", "--json", ...args];
      expect(JSON.parse((await dystaInProcess(command, cwd)).stdout), args.join(" ")).toEqual(document);
    }
  });

  it("has an area with the user's table, which then is what arrays are compared by", async () => {
    const table =
      "source: mine\nperPeMm2: 0.01\nperMacMm2: 0.001\nperSramByteMm2: 0\nperClusterMm2: 0.1\nfixedMm2: 1\n";
    writeFileSync(join(cwd, "area.yaml"), table);
    const withArea = await jsonOf([...small, ...shapes, "--area", "area.yaml"], cwd);
    expect(withArea.objectives).toEqual(["area", "antt"]);
    expect(withArea.points[0].area).toBeCloseTo(1 + 24 * (0.01 + 2 * 0.001) + 2 * 0.1, 12);
  });

  it("has an arrival rate that keeps the base array busy for 80 % of the time where none is given", async () => {
    const { arrivals, points } = await jsonOf([...small, "--shapes", "8x2x3x4"], cwd);
    expect(points[0].load).toBeCloseTo(0.8, 1);
    expect(arrivals.rate).toBe(Number(arrivals.rate.toPrecision(2)));
  });
});

describe("a point", () => {
  const scenario = (hardware: string) =>
    [
      "name: two",
      `hardware: ${hardware}`,
      "models: [{ model: antispoof, weight: 3, slo: 5 }, { model: antispoof, pattern: unstructured, sparsity: 0.8 }]",
      "arrivals: { kind: poisson, rate: 150 }",
      "requests: 80",
      "seeds: 3",
      "samples: 2",
      "schedulers: [dysta]",
      "",
    ].join("\n");
  const onSmall = "{ preset: eyeriss-v2, grid: { clusterRows: 2, clusterColumns: 1 } }";
  const cwd = folderWith({ "base.yaml": scenario("eyeriss-v2"), "small.yaml": scenario(onSmall) });
  const options = ["explore", "base.yaml", "--samples", "2", "--shapes", "2x1x3x4,8x2x3x4"];
  const figures = ({ antt, violationRate, anttCi95, anttLow, violationRateHigh }: Record<string, number>) => ({
    ...{ antt, violationRate, anttCi95, anttLow, violationRateHigh },
  });
  const runOf = async (file: string) => figures((await jsonOf(["run", file], cwd)).schedulers.dysta);

  it("of the base array is what dysta run makes of the scenario", async () => {
    expect(figures((await jsonOf(options, cwd)).points[1])).toEqual(await runOf("base.yaml"));
  });

  it("of another is what dysta run makes of it, with deadlines of its own", async () => {
    expect(figures((await jsonOf([...options, "--deadlines", "own"], cwd)).points[0])).toEqual(
      await runOf("small.yaml"),
    );
  });

  it("of a smaller one has the deadlines of the base array otherwise, so more violations", async () => {
    const [onBase] = (await jsonOf(options, cwd)).points;
    const [own] = (await jsonOf([...options, "--deadlines", "own"], cwd)).points;
    expect(onBase.violationRate).toBeGreaterThan(own.violationRate);
    expect(onBase.cycles).toBe(own.cycles);
  });

  it("has the mean of the mix by the weights of its networks: by hand from dysta profile", async () => {
    const profiled = async (pattern: readonly string[]) =>
      (await jsonOf(["profile", "--models", "antispoof", "--samples", "2", ...pattern], cwd)).totals;
    const [trained, pruned] = [await profiled([]), await profiled(["--pattern", "unstructured", "--sparsity", "0.8"])];
    const point = (await jsonOf(options, cwd)).points[1];
    expect(point.cycles).toBeCloseTo((3 * trained.cycles + pruned.cycles) / 4, 6);
    expect(point.energyPj).toBeCloseTo((3 * trained.energyPj + pruned.energyPj) / 4, 3);
    const macs = (3 * trained.effectualMacs + pruned.effectualMacs) / 4;
    expect(point.utilisation).toBeCloseTo(macs / (point.cycles * 384), 12);
  });
});

describe("the result folder", () => {
  it("has the document, its rows, figures and a report that needs nothing from outside", async () => {
    const cwd = scratchFolder();
    const { status, stdout } = await dystaInProcess([...small, ...shapes, "--out", "results"], cwd);
    expect(status).toBe(0);
    const folder = join(cwd, "results");
    expect(readdirSync(folder).sort()).toEqual([
      "columns.md",
      "config.yaml",
      "explore.csv",
      "explore.json",
      "figures",
      "provenance.json",
      "report.html",
    ]);
    const document = JSON.parse(readFileSync(join(folder, "explore.json"), "utf8"));
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(document.answer);
    const [header, ...rows] = readFileSync(join(folder, "explore.csv"), "utf8").trimEnd().split("\n");
    expect(header).toBe(
      "shape,pes,macsPerPe,macsPerCycle,sramBytes,area,cycles,utilisation,energyPj,edp,load,violationRate,violationRateCi95,violationRateLow,violationRateHigh,antt,anttCi95,anttLow,anttHigh,latencyMs,p95Ms,onTimeRate,dropRate,reachesTarget,targetVerdict,withinLimits,capacity,meanMs,p50Ms,p99Ms,maxMs,onFront,isKnee",
    );
    expect(rows.length).toBe(3);
    const html = readFileSync(join(folder, "report.html"), "utf8");
    expect(html).toContain(document.answer);
    expect(html.match(/<svg role="img"/g)?.length).toBe(5);
    expect(html).not.toMatch(/(src|href)="http/);
    expect(readdirSync(join(folder, "figures")).sort()).toEqual(
      ["causes", "differences", "front", "shapes", "sizes"]
        .flatMap((name) => [`${name}.csv`, `${name}.svg`, `${name}.vl.json`])
        .concat("columns.md")
        .sort(),
    );
    const [, ...differences] = readFileSync(join(folder, "figures", "differences.csv"), "utf8")
      .trimEnd()
      .split("\r\n");
    const [against, ...others] = document.points;
    const anttOf = (point: typeof against) =>
      point.perSeed.reduce((sum: number, { antt }: { antt: number }) => sum + antt, 0);
    // The base array is not among the shapes; without a knee the first is what the others are compared with.
    if (document.knee === null) {
      for (const [k, other] of others.entries()) {
        const mean = (anttOf(other) - anttOf(against)) / against.perSeed.length;
        expect(Number(differences[k].split(",")[3])).toBeCloseTo(mean, 9);
      }
    }
    expect(differences).toHaveLength(others.length);
    const again = await dystaInProcess([...small, ...shapes, "--out", "again"], cwd);
    expect(again.status).toBe(0);
    expect(readFileSync(join(cwd, "again", "report.html"), "utf8")).toBe(html);
  });
});

describe("keys of the hardware as axes", () => {
  it("are run with every shape, each as the hardware file with that value", async () => {
    const cwd = folderWith({ "half.yaml": "buffer: { activations: 256 B }\ndram: { bandwidth: 0.8 GB/s }\n" });
    const axis = ["--axis", "buffer.activations=256 B,1KiB", "--axis", "dram.bandwidth=0.8 GB/s"];
    const one = [...small, "--shapes", "8x2x3x4", "--rate", "150"];
    const { points } = await jsonOf([...one, ...axis, "--objectives", "sramBytes,latencyMs,p95Ms"], cwd);
    expect(points.map(({ keys }: { keys: unknown }) => keys)).toEqual([
      { "buffer.activations": 256, "dram.bandwidth": 0.8e9 },
      { "buffer.activations": 1024, "dram.bandwidth": 0.8e9 },
    ]);
    const [half] = (await jsonOf([...one, "--hardware", "half.yaml"], cwd)).points;
    const { keys: _, ...first } = points[0];
    // Deadlines are those of the base array, which is another one.
    expect(first).toMatchObject({ cycles: half.cycles, energyPj: half.energyPj, sramBytes: half.sramBytes });
    expect(first.latencyMs).toBeCloseTo((half.cycles / 200e6) * 1e3, 12);
    const { causes, bindingLayer } = first;
    expect(Object.values<number>(causes).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(bindingLayer).toMatchObject({ model: "antispoof", share: expect.any(Number) });
  });
});

describe("limits and a target", () => {
  const cwd = scratchFolder();
  const budget = [...small, "--rate", "100", "--deadlines", "own", "--pes", "12..96", "--limit", "4"];

  it("leave out what is beyond them, look for sizes between, and say what was tried", async () => {
    const words = [...budget, "--target", "95%", "--max-sram", "100 KiB"];
    const { points, limits, beyondLimits, foundCount, target, answer } = await jsonOf(words, cwd);
    expect({ target, limits, beyondLimits }).toEqual({ target: 0.95, limits: { sramBytes: 102400 }, beyondLimits: 1 });
    expect(points.every(({ sramBytes }: { sramBytes: number }) => sramBytes <= 102400)).toBe(true);
    const found = points.slice(points.length - foundCount);
    expect(foundCount).toBeGreaterThan(0);
    for (const { shape, pes } of found) expect(answer).toContain(`${shape} (${pes} PEs: `);
    // Instead of the 96 PEs that are too large: as many cluster rows as fit.
    expect(points.map(({ shape }: { shape: string }) => shape)).toContain("3x2x3x4");
    const again = await jsonOf([...words, "--workers", "1"], cwd);
    expect(again.points).toEqual(points);
  });

  it("find the capacity of every array, on the base that of dysta capacity", async () => {
    const file = [
      "name: mix",
      "hardware: eyeriss-v2",
      "models: [{ model: antispoof }]",
      "arrivals: { kind: poisson, rate: 100 }",
      "samples: 1",
      "requests: 60",
      "schedulers: [dysta]",
      "",
    ].join("\n");
    writeFileSync(join(cwd, "mix.yaml"), file);
    const asked = ["mix.yaml", "--seeds", "2", "--target", "95%"];
    const { points } = await jsonOf(["explore", ...asked, "--shapes", "8x2x3x4,4x1x3x4", "--deadlines", "own"], cwd);
    const [base, smaller] = points.map(({ capacity }: { capacity: number }) => capacity);
    const { schedulers } = await jsonOf(["capacity", ...asked], cwd);
    expect(base).toBe(schedulers.dysta.rate);
    expect(smaller).toBeLessThan(base);
    // Deadlines of the base are tighter for the slower array, and the same for the base itself.
    const ofBase = await jsonOf(["explore", ...asked, "--shapes", "8x2x3x4,4x1x3x4"], cwd);
    expect(ofBase.points[0].capacity).toBe(base);
    expect(ofBase.points[1].capacity).toBeLessThan(smaller);
  });

  it.each([
    [
      ["--max-sram", "1 kB"],
      "--max-sram 1000 bytes: none of the 4 arrays that were looked at is within the limits; the nearest, 1x1x3x4, has 16992 bytes",
    ],
    [["--max-energy", "1 nJ"], /^--max-energy 1000 pJ: none of the \d+ arrays .* the nearest, \S+, has [\d.]+ pJ$/],
    [["--max-area", "3"], "--max-area: areas are known with a table of areas only (--area FILE)"],
    [["--max-pes", "0"], "--max-pes must be a whole number, 1 or more, is 0"],
    [["--max-energy", "1 kB"], /^--max-energy must be an energy such as /],
    [["--max-energy", "1 mJ", "--fidelity", "expected"], "--max-energy: energy is not known with --fidelity expected"],
    [["--target", "0%"], "--target must be above 0 and at most 100 %, such as 99% or 0.99; is 0%"],
    [
      ["--axis", "buffer.activatons=1KiB"],
      '--axis: axes: unknown key "hardware.buffer.activatons" (did you mean "hardware.buffer.activations"?)',
    ],
    [["--axis", "grid.peRows=2,3"], "--axis: grid.peRows is for --shapes, --pes, --macs-per-pe and --hardware"],
    [
      ["--axis", "buffer.activations"],
      '--axis must be KEY=VALUE,VALUE, e.g. buffer.activations=1.5KiB,3KiB, is "buffer.activations"',
    ],
    [["--axis", "ports.psumsPerCycle=0"], /ports\.psumsPerCycle must be a positive integer/],
  ] as const)("%j is refused in one line", async (args, message) => {
    const { status, stdout, stderr } = await dystaInProcess(["explore", ...budget.slice(1), ...args], cwd);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.slice("dysta: ".length, -1)).toMatch(message);
  });
});

describe("several schedulers", () => {
  it("are compared on the smallest array that is enough; arrays are compared under the first", async () => {
    const cwd = scratchFolder();
    const words = [...small, "--shapes", "2x1x3x4,4x1x3x4", "--rate", "60", "--target", "50%"];
    const both = await jsonOf([...words, "--scheduler", "fcfs,sjf"], cwd);
    const one = await jsonOf([...words, "--scheduler", "sjf"], cwd);
    expect(both.scheduler).toBe("fcfs");
    const { schedulers, shape } = both.onAnswer;
    expect(schedulers.map(({ scheduler }: { scheduler: string }) => scheduler)).toEqual(["fcfs", "sjf"]);
    const pointOn = ({ points }: typeof both) => points.find((point: { shape: string }) => point.shape === shape);
    expect(schedulers[0]).toMatchObject({ violationRate: pointOn(both).violationRate, p95Ms: pointOn(both).p95Ms });
    expect(schedulers[1]).toMatchObject({ violationRate: pointOn(one).violationRate, antt: pointOn(one).antt });
    expect(one.onAnswer).toBeNull();
    expect(both.answer).toContain("There the schedulers have late fcfs ");
  });
});

describe("a mistake", () => {
  const cwd = folderWith({
    "area.yaml": "source: mine\nperPeMm2: 0.01\nperSramByteMm2: 0\nperClusterMm2: 0\nperMac: 1\n",
  });

  it.each<[string, readonly string[]]>([
    ["--pes 8..4: the range ends before it begins", ["--pes", "8..4"]],
    [
      "--pes 1..11: no array of 1, 2, 4, … clusters of 3x4 PEs is in this budget (the smallest has 12); --shapes names others",
      ["--pes", "1..11"],
    ],
    [
      '--shapes: a shape is cluster rows x cluster columns x PE rows x PE columns, each from 1 to 4096, e.g. 8x2x3x4; is "8x2"',
      ["--shapes", "8x2"],
    ],
    ['--objectives: unknown objective "cycle" (did you mean "cycles"?)', ["--objectives", "pes,cycle"]],
    ['--objectives must be two or more different ones, separated by commas, is "pes,pes"', ["--objectives", "pes,pes"]],
    ["--objectives: area is known with a table of areas only (--area FILE)", ["--objectives", "area,antt"]],
    ["--objectives: edp is not known with --fidelity expected", ["--objectives", "pes,edp", "--fidelity", "expected"]],
    ['area table area.yaml: unknown key "perMac" (did you mean "perMacMm2"?)', ["--area", "area.yaml"]],
    ['unknown network "antispof" (did you mean "antispoof"?)', ["--models", "antispof"]],
    ["--sparsity needs a --pattern", ["--models", "antispoof", "--sparsity", "0.5"]],
    ["--pattern is for --models; a scenario has its own patterns", ["--pattern", "2:4"]],
    ["name either a scenario (multi-cnn) or --models, not both", ["multi-cnn", "--models", "antispoof"]],
    ["--limit is for shapes chosen within --pes; --shapes names them all", ["--shapes", "1x1x3x4", "--limit", "2"]],
    ["--samples must be a whole number, 1 or more, is 0", ["--samples", "0"]],
    ['deadlines must be one of base, own, is "bas" (did you mean "base"?)', ["--deadlines", "bas"]],
    [
      "hardware artifact-eyeriss-v2 is an analytic model of one array: explore needs a modelled one",
      ["--hardware", "artifact-eyeriss-v2"],
    ],
    [
      "scenario multi-cnn-recorded: explore needs networks that run on hardware; its tables are the same for every array",
      ["multi-cnn-recorded"],
    ],
  ])("%s", async (message, args) => {
    const { status, stdout, stderr } = await dystaInProcess(["explore", ...args], cwd);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.trim().split("\n").length).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe("Ctrl-C", () => {
  it("ends it with 130; what had been profiled is kept", async () => {
    const cwd = scratchFolder();
    const args = [packagePath("dist/sim/cli/main.js"), ...small, ...shapes, "--out", "results", "--log-level", "info"];
    const child = spawn(process.execPath, args, { cwd });
    child.stderr.on("data", (text) => {
      if (/"done":[1-9]/.test(String(text))) child.kill("SIGINT");
    });
    const [status] = await once(child, "close");
    expect(status).toBe(130);
    expect(readdirSync(join(cwd, ".dysta-cache")).length).toBeGreaterThan(0);
    const provenance = readFileSync(join(cwd, "results", "provenance.json"), "utf8");
    const experiment = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(JSON.parse(provenance)).toEqual({ state: "interrupted", experiment });
  });
});
