/** `--vcd` as its users meet it: files that say what the results say, the same every time, and one line for a mistake. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { networkOf } from "../../../workloads/networks/networks.ts";
import { readVcd, risesOf, textAt, type VcdFile, valueAt } from "../../models/vcd-reader.ts";
import { folderWith, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

type Row = Readonly<Record<string, string>>;

const stepped = [
  "name: stepped",
  "hardware: eyeriss-v2",
  "fidelity: stepped",
  "samples: 2",
  "models: [{ model: sparse-mobilenet-0.5 }]",
  "arrivals: { kind: poisson, rate: 4000 }",
  "requests: 3",
  "dispatch: hardware",
  "preemptionCost: 1 us",
  "schedulers: [fcfs, dysta]",
  "seeds: 1",
  "",
].join("\n");

const project = folderWith({
  ...smallProject,
  "stepped.yaml": stepped,
  "mixed.yaml": stepped.replace("models: [", "table: tables.csv\nmodels: [{ model: a }, "),
  "layer.yaml":
    "kind: pointwise\ninputChannels: 8\noutputChannels: 8\ninputHeight: 6\ninputWidth: 6\ninputDensity: 0.5\nweightDensity: 0.5\noutputDensity: 0.5\n",
  "attention.yaml": "kind: attention-scores\nheads: 2\nheadWidth: 64\ntokens: 100\nkeptDensity: 0.2\n",
  "notes.txt": "not a waveform\n",
  "kept.gtkw": "[*] of mine\n",
  "old.vcd": "$version someone else $end\n",
});

async function run(args: readonly string[]) {
  const outcome = await dystaInProcess(args, project);
  expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status: 0, stderr: "" });
  return outcome.stdout;
}

const textOf = (name: string) => readFileSync(join(project, name), "latin1");
const rows = (name: string): Row[] => parse(textOf(name), { columns: true });
const of = (table: readonly Row[], seed: string) =>
  table.filter((row) => row.scheduler === "dysta" && (row.seed ?? seed) === seed);

/** The tags of consecutive dispatches as [request, layers]. */
function dispatchSequence(file: VcdFile): [number, number][] {
  const sequence: [number, number][] = [];
  for (const time of risesOf(file, "dysta.unit.dispatch")) {
    const tag = valueAt(file, "dysta.unit.dispatch_tag", time);
    const last = sequence.at(-1);
    if (last?.[0] === tag) last[1] += 1;
    else sequence.push([tag, 1]);
  }
  return sequence;
}

/** By request: when its first layer began, in cycles. */
function starts(file: VcdFile, unitsPerCycle: number): number[] {
  const first: number[] = [];
  for (const time of risesOf(file, "dysta.accelerator.busy")) {
    first[valueAt(file, "dysta.accelerator.request", time)] ??= time / unitsPerCycle;
  }
  return first;
}

describe("dysta run --vcd", () => {
  const hardware = ["run", "scenario.yaml", "--dispatch", "hardware", "--format", "fp32"];
  let stdout = "";
  beforeAll(async () => {
    stdout = await run([...hardware, "--out", "drawn", "--vcd", "old.vcd", "--workers", "1"]);
    await run([...hardware, "--out", "plain"]);
    await run([...hardware, "--vcd", "two.vcd", "--workers", "2"]);
  }, 120_000);

  it("says what it wrote", () => {
    const megabytes = (statSync(join(project, "old.vcd")).size / 1e6).toFixed(1);
    expect(stdout).toContain(
      `Waveform: old.vcd, ${megabytes} MB, dysta, seed 1; for GTKWave, Surfer and other readers of VCD (docs/waveforms.md).`,
    );
  });

  it("leaves a save file of GTKWave beside it, of signals that are in the file", () => {
    const file = readVcd(textOf("old.vcd"));
    const lines = textOf("old.gtkw").trimEnd().split("\n");
    expect(lines.slice(0, 2)).toEqual(["[*] dysta-sim", '[dumpfile] "old.vcd"']);
    const shown = lines.filter((line) => line.startsWith("dysta."));
    for (const path of shown) {
      const [, name, top] = /^([\w.]+)(?:\[(\d+):0\])?$/.exec(path) ?? [];
      const { type, bits } = file.signals.get(name) ?? { type: "none", bits: 0 };
      expect(type === "real" ? "" : String(bits - 1), path).toBe(top ?? (bits === 1 ? "0" : ""));
    }
    // A code is shown as its text.
    expect(shown.some((path) => path.startsWith("dysta.unit.state_text["))).toBe(true);
    expect(shown.some((path) => path.startsWith("dysta.unit.state["))).toBe(false);
    expect(lines.filter((line) => line === "@800200" || line === "@c00200")).toHaveLength(
      lines.filter((line) => line === "@1000200" || line === "@1401200").length,
    );
  });

  it("leaves every result as it is, and writes the same bytes with 1 and 2 workers", () => {
    for (const name of ["summary.json", "results.csv", "dispatch.csv", "requests.csv", "config.yaml"]) {
      expect(textOf(`drawn/${name}`), name).toBe(textOf(`plain/${name}`));
    }
    expect(textOf("two.vcd")).toBe(textOf("old.vcd"));
    expect(textOf("old.vcd")).not.toContain("$date");
  });

  it("draws the dispatches and starts of the first seed, at the unit's clock", () => {
    const file = readVcd(textOf("old.vcd"));
    expect(Object.fromEntries(file.header)).toEqual({
      version: expect.stringMatching(/^dysta-sim \d+\.\d+\.\d+$/),
      timescale: "100 us",
    });
    const dispatch = of(rows("drawn/dispatch.csv"), "1");
    expect(dispatchSequence(file)).toEqual(dispatch.map(({ request, layers }) => [Number(request), Number(layers)]));
    const results = of(rows("drawn/results.csv"), "1");
    expect(results).toHaveLength(40);
    expect(starts(file, 10)).toEqual(results.map(({ start }) => Number(start)));
    const names = new Set(
      risesOf(file, "dysta.accelerator.busy").map((time) => textAt(file, "dysta.accelerator.network_text", time)),
    );
    expect(names).toEqual(new Set(["a/x", "b/y"]));
  });
});

describe("dysta run --fidelity stepped --vcd", () => {
  let file: VcdFile;
  beforeAll(async () => {
    await run(["run", "stepped.yaml", "--out", "stepped", "--vcd", "stepped.vcd"]);
    file = readVcd(textOf("stepped.vcd"));
  }, 120_000);

  it("has each layer's array on the same axis: as long as the layer, with the count that the unit is told", () => {
    const { times = [] } = file.signals.get("dysta.accelerator.busy") ?? {};
    const begins = risesOf(file, "dysta.accelerator.busy");
    const ends = risesOf(file, "dysta.unit.layer_end.layer_done");
    const { times: storeTimes = [] } = file.signals.get("dysta.array.dma.store_bits_left") ?? {};
    expect(begins).toHaveLength(3 * 28);
    expect(ends).toHaveLength(3 * 28);
    for (const [k, end] of ends.entries()) {
      expect(times).toContain(end);
      const counted = valueAt(file, "dysta.array.monitor.non_zeros", end);
      expect(counted).toBe(valueAt(file, "dysta.unit.layer_end.layer_non_zeros", end));
      expect(valueAt(file, "dysta.array.monitor.non_zeros", begins[k])).toBe(0);
      expect(valueAt(file, "dysta.array.busy_pes", end)).toBe(0);
      expect(valueAt(file, "dysta.array.dma.load_bits_left", begins[k])).toBeGreaterThan(0);
      // The last cycles may be those in which the monitor looks at what has been stored.
      const stores = storeTimes.filter((time) => time > begins[k] && time < end);
      expect(stores.some((time) => valueAt(file, "dysta.array.dma.store_bits_left", time) > 0)).toBe(true);
    }
  });

  it("names the layer that runs", () => {
    const names = networkOf("sparse-mobilenet-0.5").layers.map(({ name }) => name);
    for (const begin of risesOf(file, "dysta.accelerator.busy")) {
      const layer = valueAt(file, "dysta.accelerator.layer", begin);
      expect(textAt(file, "dysta.accelerator.layer_text", begin)).toBe(names[layer]);
    }
  });

  it("has the starts of the results, preemption costs in them", () => {
    const results = of(rows("stepped/results.csv"), "1");
    expect(starts(file, 50)).toEqual(results.map(({ start }) => Number(start)));
    const dispatches = risesOf(file, "dysta.unit.dispatch");
    const waits = risesOf(file, "dysta.accelerator.busy").map((begin, k) => (begin - dispatches[k]) / 50);
    const preemptions = results.reduce((sum, row) => sum + Number(row.preemptions), 0);
    expect(new Set(waits)).toEqual(new Set(preemptions > 0 ? [0, 200] : [0]));
    expect(waits.filter((wait) => wait > 0)).toHaveLength(preemptions);
  });
});

describe("dysta profile --fidelity stepped --vcd", () => {
  it("draws the layers one after the other, each as long as its cycles", async () => {
    const args = ["profile", "--models", "sparse-mobilenet-0.5", "--fidelity", "stepped", "--json"];
    const document = JSON.parse(await run([...args, "--vcd", "profile.vcd"]));
    expect(document).toEqual(JSON.parse(await run(args)));
    const file = readVcd(textOf("profile.vcd"));
    let cycle = 0;
    for (const { name, cycles, effectualMacs } of document.layers) {
      expect(textAt(file, "dysta.accelerator.layer_text", cycle * 50)).toBe(name);
      cycle += cycles;
      expect(textAt(file, "dysta.accelerator.layer_text", cycle * 50 - 1)).toBe(name);
      expect(valueAt(file, "dysta.array.effectual_macs", cycle * 50 - 1)).toBe(effectualMacs);
    }
    expect(file.signals.get("dysta.accelerator.busy")).toMatchObject({ times: [0, cycle * 50], values: ["1", "0"] });
  });

  it("draws an attention array, scores to values as one operation", async () => {
    const args = [
      "profile",
      "--layer",
      "attention.yaml",
      "--hardware",
      "sanger",
      "--fidelity",
      "stepped",
      "--no-cache",
    ];
    const { layers } = JSON.parse(await run([...args, "--vcd", "attention.vcd", "--json"]));
    const file = readVcd(textOf("attention.vcd"));
    expect(textAt(file, "dysta.accelerator.layer_text", 0).trim()).toBe("attention");
    const { times } = file.signals.get("dysta.array.stage_text") ?? { times: [] };
    const shown = new Set(times.map((time) => textAt(file, "dysta.array.stage_text", time).trim()));
    expect(shown).toEqual(new Set(["waiting", "scores", "softmax", "values"]));
    expect(Math.max(...times)).toBeGreaterThanOrEqual(10 * layers[0].cycles);
  });

  it("draws a layer file, and says so", async () => {
    const args = ["profile", "--layer", "layer.yaml", "--fidelity", "stepped", "--vcd", "layer.vcd", "--no-cache"];
    expect(await run(args)).toMatch(/Waveform: layer\.vcd, \d\.\d MB, layer, first sample; /);
    expect(textAt(readVcd(textOf("layer.vcd")), "dysta.accelerator.layer_text", 0)).toBe("layer");
  });
});

describe("a mistake gets one line and status 2", () => {
  const hardware = ["run", "scenario.yaml", "--dispatch", "hardware", "--format", "fp32"];
  const profile = ["profile", "--models", "antispoof"];
  it.each([
    [["run", "scenario.yaml", "--vcd", "x.vcd"], "--vcd is for --dispatch hardware, dispatch is software"],
    [
      [...hardware, "--decision-cost", "free", "--vcd", "x.vcd"],
      "--vcd is for --decision-cost modelled, it is free: decisions that take no cycle have no waveform",
    ],
    [[...hardware, "--vcd", "nowhere/x.vcd"], "--vcd nowhere/x.vcd: cannot be written: ENOENT"],
    [[...hardware, "--vcd", "."], "--vcd .: cannot be written: EISDIR"],
    [[...hardware, "--vcd", "notes.txt"], "--vcd notes.txt: holds something else than a waveform; name another file"],
    [
      [...hardware, "--vcd", "kept.vcd"],
      "--vcd kept.vcd: kept.gtkw, its save file, holds something else; name another file",
    ],
    [[...hardware, "--scheduler", "dysta", "--vcd", "/dev/full"], "--vcd /dev/full: cannot be written: ENOSPC"],
    [
      ["run", "mixed.yaml", "--format", "fp32", "--vcd", "x.vcd"],
      "--vcd x.vcd: an array is drawn in cycles of one clock, and a table of this scenario is not in cycles of 200 MHz",
    ],
    [[...profile, "--vcd", "x.vcd"], "--vcd is for --fidelity stepped, fidelity is counted"],
    [
      ["profile", "--models", "antispoof,vgg16", "--fidelity", "stepped", "--vcd", "x.vcd"],
      "--vcd draws one network, --models names 2",
    ],
    [[...profile, "--fidelity", "stepped", "--vcd", "nowhere/x.vcd"], "--vcd nowhere/x.vcd: cannot be written: ENOENT"],
  ] as [string[], string][])("%j", async (args, message) => {
    expect(await dystaInProcess(args, project)).toEqual({ status: 2, stdout: "", stderr: `dysta: ${message}\n` });
    expect(textOf("notes.txt")).toBe("not a waveform\n");
    expect(existsSync(join(project, "x.vcd"))).toBe(false);
  });
});
