/** Do a scenario's tables become the right networks, shares and time unit? */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { type LoadedTables, loadTables } from "../../../workloads/scenarios/load-tables.ts";
import { loadScenario } from "../../../workloads/scenarios/scenario.ts";
import { expectStatedLoad, isOnHardware } from "../stated-load.ts";
import { folderWith } from "../temporary-folder.ts";

const own = (model: string, pattern: string, cycles: number, clock = "200 MHz") =>
  `# hardware: made up\n# clock: ${clock}\nmodel,pattern,sample,layer,cycles,input_density\n${model},${pattern},0,0,${cycles},0.5\n`;
const eyeriss = "sim_lat,overall-sparsity,batch-indx,layer-indx\n0.25,0.5,0,0\n";
const sanger = "50%-skip,overall-sparsity,batch-indx,layer-indx\n0.8,0.25,0,0\n";

const files = {
  "own/b.csv": own("b", "x", 100),
  "own/a.csv": own("a", "y", 300),
  "own/c.csv": own("a", "x", 200),
  "fast.csv": own("fast", "x", 1000, "1 GHz"),
  "net_x.csv": eyeriss,
  "load_balance_bert_squad_384.csv": sanger,
};

async function load(keys: string): Promise<LoadedTables> {
  const text = `name: s\narrivals: { kind: fixed, rate: 1 }\n${keys}\n`;
  return loadTables(await loadScenario(join(folderWith({ ...files, "s.yaml": text }), "s.yaml"), []));
}

async function complaint(keys: string): Promise<string> {
  const error = await load(keys).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error.message.replace(/\/\S*\//, "");
  throw error;
}

const keysOf = ({ profiles }: LoadedTables) => profiles.map(({ model, pattern }) => `${model}/${pattern}`);

test("a folder: every network, by model and pattern, in equal shares", async () => {
  const tables = await load("table: own\nslo: 7");
  expect(keysOf(tables)).toEqual(["a/x", "a/y", "b/x"]);
  expect(tables.mix).toEqual([1, 1, 1].map((weight) => ({ weight, slo: 7 })));
  expect([tables.timeUnit, tables.secondsPerTick]).toEqual(["cycles", 1 / 200e6]);
  expect(tables.lookupTables.map((table) => table.modelIsolatedLatency)).toEqual([250, 250, 100]);
});

test("the order of files in a folder or list changes nothing", async () => {
  const inOrder = await load("table: [own/a.csv, own/b.csv, own/c.csv]");
  const { profiles: _, ...expected } = await load("table: own");
  const { profiles: __, ...shuffled } = await load("table: [own/c.csv, own/b.csv, own/a.csv]");
  expect(keysOf(inOrder)).toEqual(["a/x", "a/y", "b/x"]);
  expect(shuffled).toEqual(expected);
});

test("a model without a pattern shares its weight among its patterns; its own SLO wins", async () => {
  const { mix } = await load("table: own\nmodels: [{ model: a, weight: 3, slo: 5 }, { model: b }]");
  expect(mix).toEqual([
    { weight: 1.5, slo: 5 },
    { weight: 1.5, slo: 5 },
    { weight: 1, slo: 10 },
  ]);
});

test("only networks of the mix count in the averages of a model", async () => {
  const tables = await load("table: own\nmodels: [{ model: a, pattern: y }]");
  expect(keysOf(tables)).toEqual(["a/y"]);
  expect(tables.lookupTables[0].modelIsolatedLatency).toBe(300);
});

test("tables of different clocks in ticks of the fastest, those with some in seconds all in seconds", async () => {
  const clocks = await load("table: [own/b.csv, fast.csv]");
  expect([clocks.timeUnit, clocks.secondsPerTick]).toEqual(["cycles", 1e-9]);
  expect(clocks.profiles.map(({ latency }) => latency[0])).toEqual([500, 1000]);
  const mixed = await load("table: [own/b.csv, net_x.csv]");
  expect(mixed.timeUnit).toBe("seconds");
  expect(mixed.profiles.map(({ latency }) => latency[0])).toEqual([100 * (1 / 200e6), 0.25]);
});

test("attention tables: tokens from the name, from the scenario, or 512 for all as in the artifact", async () => {
  const table = "table: load_balance_bert_squad_384.csv";
  const latencyOf = async (keys: string) => (await load(`${table}\n${keys}`)).profiles[0].latency[0];
  const at512 = await latencyOf("sequenceLength: 512");
  expect(await latencyOf("sequenceLength: 384")).toBe(await latencyOf(""));
  expect(at512).toBeGreaterThan(await latencyOf(""));
  expect(await latencyOf("faults: [fixed-sequence-length]")).toBe(at512);
  expect(await latencyOf("sequenceLength: 128\nsemantics: artifact")).toBe(at512);
});

test("α: one for all, or by model and pattern", async () => {
  expect((await load("table: own\ndysta: { alpha: 0.9 }")).alpha).toEqual([0.9, 0.9, 0.9]);
  expect((await load("table: own\ndysta: { alpha: { a/y: 0.8 } }")).alpha).toEqual([1, 0.8, 1]);
});

test.each([
  ["table: own\nmodels: [{ model: aa }]", 'models: unknown model "aa" (did you mean "a"?)'],
  ["table: own\nmodels: [{ model: a, pattern: xx }]", 'models: unknown pattern "xx" of model a (did you mean "x"?)'],
  ["table: own\nmodels: [{ model: a }, { model: a, pattern: x }]", "models: a/x is named twice"],
  ["table: own\ndysta: { alpha: { a/z: 1 } }", 'dysta.alpha: unknown model/pattern "a/z" (did you mean "a/x"?)'],
  ["table: [own, own/a.csv]", "table: a/y is in more than one table"],
  ["table: builtin:eyeriss", 'unknown table "builtin:eyeriss" (did you mean "builtin:eyerissv2"?)'],
])("%s", async (keys, message) => {
  expect(await complaint(keys)).toBe(`scenario s.yaml: ${message}`);
});

test("a folder without tables, a table that is not there", async () => {
  const folder = folderWith({ "readme.txt": "" });
  await expect(load(`table: ${folder}`)).rejects.toThrow(
    new ConfigError(`table ${folder}: the folder has no .csv file`),
  );
  await expect(load(`table: ${folder}/x.csv`)).rejects.toThrow(new ConfigError(`table ${folder}/x.csv: no such file`));
});

/** Load ρ = rate × mean isolated latency over the mix. */
const builtIn = readdirSync(packagePath("workloads", "scenarios"))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.replace(".yaml", ""));

test("a sample that takes no time", async () => {
  const idle = own("idle", "x", 0);
  const text = "name: s\narrivals: { kind: fixed, rate: 1 }\ntable: idle.csv\n";
  const path = join(folderWith({ "idle.csv": idle, "s.yaml": text }), "s.yaml");
  const scenario = await loadScenario(path, []);
  expect(() => loadTables(scenario)).toThrow(
    new ConfigError(`scenario ${path}: table: idle/x: sample 0 takes no time in any layer`),
  );
});

test("there are the paper's workloads, also on recorded and inferred tables, its settings, measured networks, and those of XR", () => {
  expect(builtIn.sort()).toEqual([
    "ar-vr-measured",
    "ar-vr-wearable",
    "data-centre",
    "mobile-phone",
    "multi-attnn",
    "multi-attnn-inferred",
    "multi-attnn-modelled",
    "multi-cnn",
    "multi-cnn-inferred",
    "multi-cnn-recorded",
    "xr-ar-assistant",
    "xr-ar-gaming",
    "xr-outdoor-a",
    "xr-outdoor-b",
    "xr-social-a",
    "xr-social-b",
    "xr-vr-gaming",
  ]);
});

/** Those on hardware take minutes: test/second-suite/scenario-loads.test.ts. */
const onTables = builtIn.filter((name) => !isOnHardware(name));

test.each(onTables)("%s: its comments state the load it runs at", async (name) => {
  const scenario = await loadScenario(name, []);
  expectStatedLoad(name, scenario, loadTables(scenario));
});
