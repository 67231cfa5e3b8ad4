/** `dysta run --preemption modelled` as its users meet it; what it counts, counted again from the files it writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { Workload } from "../../../sim/core/workload.ts";
import { buildLookupTables } from "../../../workloads/tables/lookup-table.ts";
import { readProfiles } from "../../../workloads/tables/profile-csv.ts";
import { NaiveBuffer } from "../../models/naive-buffer.ts";
import { folderWith, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

/** One cluster with 90 bytes of buffer, 8 bytes from DRAM per cycle; `a` hands 30 or 36 bytes on, `b` fills the buffer. */
const project = {
  ...smallProject,
  "small.yaml": [
    "preset: eyeriss-v2",
    "clock: 1000 Hz",
    "grid: { clusterRows: 1, clusterColumns: 1 }",
    "buffer: { activations: 90 B }",
    "dram: { bandwidth: 8000 B/s, latencyCycles: 1 }",
    "",
  ].join("\n"),
  "tables.csv": [
    "# clock: 1000 Hz",
    "model,pattern,sample,layer,cycles,input_density,input_bytes,handed_bytes",
    "a,x,0,0,10,0.5,45,30",
    "a,x,0,1,20,0.5,30,0",
    "a,x,1,0,12,0.6,54,36",
    "a,x,1,1,22,0.4,36,0",
    "b,y,0,0,50,0.5,600,60",
    "b,y,0,1,5,0.5,60,0",
    "",
  ].join("\n"),
  "scenario.yaml": `${smallProject["scenario.yaml"].replace("fcfs, sjf, dysta", "fcfs, sdrm3, llf, dysta").replace("20 }", "60 }")}hardware: small.yaml\n`,
  "bare.csv": smallProject["tables.csv"],
  "bare.yaml": `${smallProject["scenario.yaml"].replace("tables.csv", "bare.csv")}hardware: small.yaml\n`,
  "no-hardware.yaml": smallProject["scenario.yaml"],
  "own.yaml": `${smallProject["scenario.yaml"]}hardware: small.yaml\npreemption: dear\n`,
};
const cwd = folderWith(project);
const modelled = ["--preemption", "modelled"];

type Row = Readonly<Record<string, string>>;

function rowsOf(folder: string, name: string): Row[] {
  return parse(readFileSync(join(cwd, folder, name)), { columns: true });
}

describe("modelled preemption", async () => {
  const { status, stderr } = await dystaInProcess(["run", "scenario.yaml", ...modelled, "--out", "results"], cwd);
  const document = JSON.parse(readFileSync(join(cwd, "results", "summary.json"), "utf8"));

  it("changes nothing for a scheduler that never preempts, and something for one that does", async () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const free = JSON.parse((await dystaInProcess(["run", "scenario.yaml", "--json"], cwd)).stdout);
    expect([free.preemption, document.preemption]).toEqual(["free", "modelled"]);
    const { preemption, ...fcfs } = document.schedulers.fcfs;
    expect(fcfs).toEqual(free.schedulers.fcfs);
    expect(preemption).toMatchObject({ cycles: 0, bytes: 0, energyPj: 0, shareOfBusy: 0, held: 0, spills: 0 });
    expect(preemption).toMatchObject({ anttChange: 0, anttChangeCi95: 0, anttAdvantageLeft: null });
    const { llf } = document.schedulers;
    expect(llf.preemption.spills).toBeGreaterThan(5);
    expect(llf.preemption.anttChange).toBeCloseTo(llf.antt - free.schedulers.llf.antt, 12);
    expect(llf.preemption.violationChange).toBeCloseTo(llf.violationRate - free.schedulers.llf.violationRate, 12);
    const advantage = (of: typeof free) => of.schedulers.fcfs.antt - of.schedulers.llf.antt;
    expect(llf.preemption.anttAdvantageLeft).toBeCloseTo(advantage(document) / advantage(free), 12);
    expect(free.schedulers.llf).not.toHaveProperty("preemption");
  });

  it("adds up to what the dispatch sequence and the table say", () => {
    const profiles = readProfiles(join(cwd, "tables.csv"));
    const requests = rowsOf("results", "requests.csv");
    const dispatch = rowsOf("results", "dispatch.csv");
    let spills = 0;
    for (const scheduler of ["fcfs", "sdrm3", "llf", "dysta"]) {
      for (const { seed, ...counted } of document.schedulers[scheduler].preemption.perSeed) {
        const ofSeed = (row: Row) => Number(row.seed) === seed;
        const turns = dispatch.filter((row) => ofSeed(row) && row.scheduler === scheduler);
        const totals = recount(profiles, requests.filter(ofSeed), turns);
        expect(counted).toMatchObject({ ...totals, energyPj: expect.closeTo(totals.energyPj, 6) });
        spills += counted.spills;
        const layers = layerCycles(profiles, requests.filter(ofSeed));
        expect(counted.shareOfBusy).toBeCloseTo(totals.cycles / (totals.cycles + layers), 12);
      }
    }
    expect(spills).toBeGreaterThan(20);
  });

  it("is shown as a table, and kept in the folder's scenario", async () => {
    const { stdout } = await dystaInProcess(["run", "results/config.yaml"], cwd);
    expect(stdout).toMatch(/^preemption +spills +of the +cycles/m);
    expect(stdout).toMatch(/^llf +\d+ +\d+ +\d+ +\d+\.\d\d % +\d\.\d\d +\d\.\d{3} +[+−]\d/m);
    expect((await dystaInProcess(["run", "scenario.yaml"], cwd)).stdout).not.toContain("modelled");
  });
});

function sampleRows(profiles: Workload["profiles"], requests: readonly Row[]) {
  const profile = requests.map(({ model }) => profiles.findIndex((each) => each.model === model));
  const sample = requests.map((row, k) => profiles[profile[k]].sampleIds.indexOf(Number(row.sample)));
  return { profile: Int32Array.from(profile), sample: Int32Array.from(sample) };
}

function layerCycles(profiles: Workload["profiles"], requests: readonly Row[]): number {
  const { profile, sample } = sampleRows(profiles, requests);
  return requests.reduce((sum, _, k) => {
    const { latency, layerCount } = profiles[profile[k]];
    const own = latency.subarray(sample[k] * layerCount, (sample[k] + 1) * layerCount);
    return sum + own.reduce((a, b) => a + b, 0);
  }, 0);
}

function recount(profiles: Workload["profiles"], requests: readonly Row[], turns: readonly Row[]) {
  const none = new Float64Array();
  const workload: Workload = {
    timeUnit: "cycles",
    secondsPerTick: 1e-3,
    profiles,
    tables: buildLookupTables(profiles),
    requests: {
      count: requests.length,
      ...sampleRows(profiles, requests),
      arrival: none,
      deadline: none,
      priority: new Int32Array(),
    },
  };
  const naive = new NaiveBuffer(workload, {
    bufferBytes: 90,
    dramBitsPerCycle: 64,
    dramLatencyCycles: 1,
    dramPjPerByte: 200 / 1.5,
    bufferPjPerByte: 6 / 1.5,
  });
  const done = requests.map(() => 0);
  let last = -1;
  for (const turn of turns) {
    const id = Number(turn.request);
    for (let k = 0; k < Number(turn.layers); k++) {
      const isAside = last >= 0 && last !== id && done[last] < profiles[workload.requests.profile[last]].layerCount;
      naive.before(id, done[id], isAside ? { id: last, next: done[last] } : undefined);
      done[id] += 1;
      last = id;
    }
  }
  return naive.totals;
}

describe("a mistake", () => {
  const artifact = "artifact-eyeriss-v2";
  it.each([
    [["scenario.yaml", "--preemption", "dear"], '--preemption must be one of free, modelled, is "dear"'],
    [["own.yaml"], 'scenario own.yaml: preemption must be one of free, modelled, is "dear"'],
    [
      ["bare.yaml", ...modelled],
      "preemption modelled: a/x does not say what its layers hold in the global buffer (columns input_bytes, handed_bytes)",
    ],
    [
      ["no-hardware.yaml", ...modelled],
      "scenario no-hardware.yaml: preemption modelled needs hardware, whose buffer and DRAM a switch uses",
    ],
    [
      ["scenario.yaml", ...modelled, "--hardware", artifact],
      `scenario scenario.yaml: preemption modelled needs hardware with a buffer, ${artifact} has none`,
    ],
    [
      ["multi-attnn", ...modelled],
      "scenario multi-attnn: preemption modelled needs hardware, whose buffer and DRAM a switch uses",
    ],
  ])("%j", async (args, message) => {
    const outcome = await dystaInProcess(["run", ...args], cwd);
    expect(outcome).toEqual({ status: 2, stdout: "", stderr: `dysta: ${message}\n` });
  });
});
