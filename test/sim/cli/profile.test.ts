/** `dysta profile` and scenarios on hardware, as their users meet them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProfiles } from "../../../workloads/tables/profile-csv.ts";
import { npyBytes } from "../../workloads/masks/npy-bytes.ts";
import { folderWith, scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const project = scratchFolder();

async function profile(...args: string[]) {
  const { status, stdout, stderr } = await dystaInProcess(["profile", "--json", ...args], project);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** 3 channels of 2×2 pixels, 2 filters of 1×1: channel 0 has 3 non-zeros and 2 weights, 1 has 1 and 1, 2 has 4 and 0. */
const activations = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1);
const weights = [1, 1, 0, 1, 0, 0];
writeFileSync(join(project, "a.npy"), npyBytes("|b1", [3, 2, 2], activations));
writeFileSync(
  join(project, "w.npy"),
  npyBytes("<f4", [2, 3, 1, 1], new Uint8Array(Float32Array.from(weights, (bit) => bit * -0.5).buffer)),
);
writeFileSync(
  join(project, "layer.yaml"),
  "kind: pointwise\ninputChannels: 3\noutputChannels: 2\ninputHeight: 2\ninputWidth: 2\ninputMask: a.npy\nweightMask: w.npy\n",
);

describe("a user's layer and masks", () => {
  it("take 3·2 + 1·1 + 4·0 = 7 cycles on one PE", async () => {
    const { layers } = await profile("--layer", "layer.yaml", "--hardware", "single-pe", "--no-cache");
    expect(layers).toHaveLength(1);
    expect(layers[0]).toMatchObject({ cycles: 7, effectualMacs: 7, denseMacs: 24, utilisation: 1, boundBy: "compute" });
  });

  it("are the same in stepped and counted on the whole array, down to every part of the cycles", async () => {
    const counted = await profile("--layer", "layer.yaml", "--no-cache");
    const stepped = await profile("--layer", "layer.yaml", "--no-cache", "--fidelity", "stepped");
    expect({ ...stepped, fidelity: "counted" }).toEqual(counted);
    const { cycles, stalls } = counted.layers[0];
    expect(Object.values<number>(stalls).reduce((sum, part) => sum + part, 0)).toBe(cycles);
  });

  it("are known to the cache by what they hold", async () => {
    const before = (await profile("--layer", "layer.yaml", "--hardware", "single-pe")).layers[0].cycles;
    writeFileSync(
      join(project, "a.npy"),
      npyBytes(
        "|b1",
        [3, 2, 2],
        activations.map(() => 1),
      ),
    );
    const after = (await profile("--layer", "layer.yaml", "--hardware", "single-pe")).layers[0].cycles;
    writeFileSync(join(project, "a.npy"), npyBytes("|b1", [3, 2, 2], activations));
    expect([before, after]).toEqual([7, 4 * 2 + 4 * 1]);
  });
});

describe("a network", () => {
  const args = ["--models", "antispoof", "--samples", "2"];

  it("gives the same document fresh, kept, and with any number of workers", async () => {
    const fresh = await profile(...args);
    expect(await profile(...args)).toEqual(fresh);
    expect(await profile(...args, "--no-cache", "--workers", "1")).toEqual(fresh);
    expect(fresh.layers).toHaveLength(5);
    expect(fresh.layers[0]).toMatchObject({ model: "antispoof", pattern: "trained", name: "L0" });
    expect(fresh.networks).toEqual([{ model: "antispoof", pattern: "trained", totals: fresh.totals }]);
    expect(fresh.totals.denseMacs).toBe(27433728 + 68585472 + 3612672 + 401408 + 128);
  });

  it("is never faster than its MACs, nor than its DRAM traffic, allow", async () => {
    for (const { cycles, effectualMacs, dramBytes } of (await profile(...args)).layers) {
      expect(cycles).toBeGreaterThanOrEqual(effectualMacs / 384);
      expect(cycles).toBeGreaterThanOrEqual(dramBytes / 128);
    }
  });

  it("follows a pinned mapping, and explains the chosen one", async () => {
    const { layers } = await profile(...args);
    const worse = { ...layers[1].mapping, channelsPerPe: 1, filtersPerPe: 1 };
    writeFileSync(join(project, "pins.json"), JSON.stringify({ [layers[1].name]: worse }));
    const pinned = (await profile(...args, "--mapping", "pins.json")).layers;
    expect(pinned[1].mapping).toEqual(worse);
    expect(pinned[1].cycles).toBeGreaterThan(layers[1].cycles);
    expect(pinned[0]).toEqual(layers[0]);
    const { stdout } = await dystaInProcess(["profile", ...args, "--explain-mapping"], project);
    expect(stdout).toMatch(/chosen among [\d,]+ candidates/);
    expect(stdout).toMatch(/% cycles: /);
  });

  it("on the artifact's model needs no mapping and knows no stalls", async () => {
    const { layers, fidelity } = await profile(
      "--models",
      "vgg16",
      "--hardware",
      "artifact-eyeriss-v2",
      "--pattern",
      "unstructured",
      "--sparsity",
      "0.95",
    );
    expect(fidelity).toBe("analytic");
    expect(layers[1]).toMatchObject({ stalls: null, mapping: null });
    expect(layers[1].cycles).toBeGreaterThan((4 * layers[1].effectualMacs) / 192);
  });
});

describe("a network whose inputs differ in size", () => {
  const args = ["--models", "use-lite", "--samples", "2"];

  it("has the means of its samples, and says what its cycles leave out", async () => {
    const { layers, networks } = await profile(...args);
    const tokens = [31, 13];
    const mean = (value: (tokens: number) => number) => tokens.reduce((sum, each) => sum + value(each), 0) / 2;
    expect(layers.map(({ name }: { name: string }) => name).slice(0, 4)).toEqual([
      "widen0",
      "qkv0",
      "scores0",
      "weighted0",
    ]);
    expect(layers[1].denseMacs).toBe(mean((L) => L * 256 * 768));
    expect(layers[2]).toMatchObject({ effectualMacs: mean((L) => 4 * L * L * 64), inputDensity: 1, weightDensity: 1 });
    expect(layers[3].inputDensity).toBeCloseTo(layers[2].outputDensity, 12);
    expect(networks[0].note).toMatch(/^matrix products only: softmax, layer normalisation and embedding take no time/);
    expect((await dystaInProcess(["profile", ...args], project)).stdout).toContain(`${networks[0].note}.\n`);
  });

  it("has a table with the note and without numbers of outputs, and a run that shows it", async () => {
    const folder = folderWith({
      "s.yaml":
        "name: s\ntable: t/profile.csv\narrivals: { kind: fixed, rate: 100 }\nrequests: 20\nschedulers: [fcfs]\n",
    });
    await dystaInProcess(["profile", ...args, "--out", "t", "--cache", join(project, ".dysta-cache")], folder);
    const [table] = readProfiles(join(folder, "t/profile.csv"));
    expect(table.outputs).toBeUndefined();
    expect(table.note).toMatch(/^matrix products only/);
    const { stdout } = await dystaInProcess(["run", "s.yaml"], folder);
    expect(stdout).toContain(`use-lite: ${table.note}.\n`);
    const { networks } = JSON.parse((await dystaInProcess(["run", "s.yaml", "--json"], folder)).stdout);
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    const network = { model: "use-lite", pattern: "trained", latencies: table.source, note: table.note, sha256 };
    expect(networks).toEqual([network]);
  });
});

describe("a scenario on hardware", () => {
  const scenario = (networks: string) =>
    `name: onArray\n${networks}\narrivals: { kind: poisson, rate: 800 }\nrequests: 60\nschedulers: [fcfs, dysta]\n`;

  it("gives the same schedule as a table of the same profile", async () => {
    const folder = folderWith({
      "array.yaml": scenario("hardware: eyeriss-v2\nsamples: 2\nmodels: [{ model: antispoof }]"),
      "table.yaml": scenario("table: profile/profile.csv"),
    });
    await dystaInProcess(["profile", "--models", "antispoof", "--samples", "2", "--out", "profile"], folder);
    const onArray = JSON.parse((await dystaInProcess(["run", "array.yaml", "--json"], folder)).stdout);
    const fromTable = JSON.parse((await dystaInProcess(["run", "table.yaml", "--json"], folder)).stdout);
    expect(onArray.timeUnit).toBe("cycles");
    expect(fromTable.schedulers).toEqual(onArray.schedulers);
    const [own] = readProfiles(join(folder, "profile/profile.csv"));
    const [artifacts] = readProfiles(join(folder, "profile/eyerissv2/antispoof_trained.csv"));
    expect([artifacts.model, artifacts.pattern, artifacts.timeUnit]).toEqual(["antispoof", "trained", "seconds"]);
    expect([...artifacts.latency]).toEqual([...own.latency].map((cycles) => cycles * (1 / 200e6)));
    for (const [k, density] of own.inputDensity.entries()) expect(artifacts.inputDensity[k]).toBeCloseTo(density, 15);
  });

  it("runs on another array for the asking", async () => {
    const folder = folderWith({
      "array.yaml": scenario("hardware: eyeriss-v2\nsamples: 1\nmodels: [{ model: antispoof }]"),
      "small.yaml": "preset: eyeriss-v2\ngrid: { clusterRows: 2 }\nclock: 100 MHz\n",
    });
    const antt = async (...args: string[]) =>
      JSON.parse((await dystaInProcess(["run", "array.yaml", "--json", ...args], folder)).stdout).schedulers.fcfs.antt;
    expect(await antt("--hardware", "small.yaml")).toBeGreaterThan(await antt());
  });
});

const someMapping = {
  axes: { clusterRows: "filters", clusterColumns: "filters", peRows: "channels", peColumns: "pixels" },
  filtersPerPe: 1,
  channelsPerPe: 1,
  kernelRowsPerPe: 1,
  pixelsPerTile: 1,
};

describe("mistakes get one line", () => {
  it.each([
    [["--hardware", "eyeris-v2", "--models", "antispoof"], 'unknown hardware "eyeris-v2" (did you mean "eyeriss-v2"?)'],
    [["--models", "antispof"], 'unknown network "antispof" (did you mean "antispoof"?)'],
    [["--models", "antispoof", "--fidelity", "exact"], /^unknown fidelity "exact"/],
    [["--models", "antispoof", "--pattern", "unstructurd", "--sparsity", "0.5"], /did you mean "unstructured"/],
    [["--models", "antispoof", "--pattern", "unstructured", "--sparsity", "1.5"], /sparsity must be from 0 to 1/],
    [["--models", "antispoof", "--sparsity", "0.5"], "--sparsity needs a --pattern"],
    [["--models", "antispoof", "--samples", "0"], "--samples must be a whole number, 1 or more, is 0"],
    [[], "profile: name either --models or --layer"],
    [["--layer", "missing.yaml"], "layer file missing.yaml: no such file"],
    [["--models", "antispoof", "--mapping", "layer.yaml"], "mapping file layer.yaml: is not JSON"],
    [["--models", "antispoof", "--mapping", "stray.json"], /^mapping file stray\.json: L99\.axes is missing$/],
    [["--models", "antispoof", "--mapping", "unknown.json"], /^mapping: no layer "L99"/],
    [["--layer", "wrong.yaml"], /w\.npy.*\[2, 3, 1, 1\].*\[4, 3, 1, 1\]|w\.npy.*\[4, 3, 1, 1\].*\[2, 3, 1, 1\]/],
    [["--layer", "cut.yaml"], /cut\.npy/],
    [["--layer", "large-kernel.yaml"], /kernel/],
    [["--models", "antispoof", "--hardware", "bad-clock.yaml"], /clock.*200 kB|200 kB.*clock/],
    [["--models", "antispoof", "--hardware", "bad-key.yaml"], /macPerPe.*did you mean "macsPerPe"/],
    [["--models", "antispoof", "--hardware", "tiny.yaml"], /no legal mapping/],
  ] as [string[], string | RegExp][])("%j", async (args, message) => {
    const layer = readFileSync(join(project, "layer.yaml"), "utf8");
    const files = {
      "unknown.json": JSON.stringify({ L99: someMapping }),
      "stray.json": JSON.stringify({ L99: {} }),
      "wrong.yaml": layer.replace("outputChannels: 2", "outputChannels: 4"),
      "cut.yaml": layer.replace("a.npy", "cut.npy"),
      "large-kernel.yaml":
        "kind: conv\ninputChannels: 3\noutputChannels: 2\ninputHeight: 2\ninputWidth: 2\nkernel: [5, 5]\n",
      "bad-clock.yaml": "clock: 200 kB\n",
      "bad-key.yaml": "macPerPe: 2\n",
      "tiny.yaml": "buffer: { psums: 1 }\n",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
    writeFileSync(join(project, "cut.npy"), npyBytes("|b1", [3, 2, 2], activations).subarray(0, 100));
    const { status, stdout, stderr } = await dystaInProcess(["profile", ...args], project);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^dysta: [^\n]+\n$/);
    const said = stderr.slice("dysta: ".length, -1);
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
});
