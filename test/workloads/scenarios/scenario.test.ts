/** Is a scenario file read as documented, and every mistake in it told in one line with the key and the value? */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { applyOverrides, type Overrides } from "../../../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario, scenarioYaml, semanticsOf } from "../../../workloads/scenarios/scenario.ts";
import { scenarioJsonSchema } from "../../../workloads/scenarios/scenario-schema.ts";
import { folderWith } from "../temporary-folder.ts";

const names = ["fcfs", "sjf", "dysta", "dysta_oracle"];
const smallest = "name: small\ntable: t.csv\narrivals: { kind: poisson, rate: 3 }\n";

async function load(text: string, files: Record<string, string> = {}): Promise<Scenario> {
  return loadScenario(join(folderWith({ ...files, "s.yaml": text }), "s.yaml"), names);
}

/** The message without the folder of the file. */
async function complaint(text: string): Promise<string> {
  const error = await load(text).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error.message.replace(/\/\S*\/s\.yaml/, "s.yaml");
  throw error;
}

test("defaults", async () => {
  const { file, table, ...rest } = await load(smallest);
  expect(table).toEqual([file.replace("s.yaml", "t.csv")]);
  expect(rest).toEqual({
    name: "small",
    description: "",
    arrivals: { kind: "poisson", rate: 3 },
    requests: 1000,
    slo: 10,
    schedulers: ["all"],
    dysta: { beta: 0.01, eta: 0.01, alpha: 1, predictor: "last-one", lastN: 3, clampSlack: true },
    sdrm3: { alpha: 1 },
    elasticity: "calibrated",
    preemption: "free",
    preemptionCost: 0,
    fidelity: "counted",
    samples: 8,
    semantics: "corrected",
    dispatch: "software",
    unit: { format: "fp16", decisionCost: "modelled" },
    faults: [],
    seed: 1,
    seeds: 1,
  });
});

const everything = `
name: full
description: every key
table: [builtin:eyerissv2, tables, "/abs/t.csv"]
sequenceLength: 128
models: [{ model: a, pattern: x, weight: 2, slo: 5 }, { model: b }]
arrivals: { kind: bursty, rate: 30 /s, on: 500 ms, off: 2 }
requests: 10
slo: 20
schedulers: [fcfs, ./mine.js]
dysta: { beta: 0.1, eta: 0.2, alpha: { a/x: 0.9 }, predictor: last-n, lastN: 5, clampSlack: true }
sdrm3: { alpha: 2 }
preemptionCost: 20 us
semantics: artifact
dispatch: hardware
unit: { format: fp32, fifoDepth: 8, rescoring: overlapped, tableRows: 4 }
faults: [strict-admission]
seed: 7
seeds: 3
`;

test("every key, units and paths resolved", async () => {
  const scenario = await load(everything);
  const folder = scenario.file.replace("/s.yaml", "");
  expect(scenario.table).toEqual(["builtin:eyerissv2", `${folder}/tables`, "/abs/t.csv"]);
  expect(scenario.schedulers).toEqual(["fcfs", `${folder}/mine.js`]);
  expect(scenario.arrivals).toEqual({ kind: "bursty", rate: 30, on: 0.5, off: 2 });
  expect(scenario.preemptionCost).toBeCloseTo(20e-6, 15);
  const keys = { format: "fp32", decisionCost: "modelled", fifoDepth: 8, rescoring: "overlapped", tableRows: 4 };
  expect(scenario.unit).toEqual(keys);
  expect(scenario.models).toEqual([
    { model: "a", pattern: "x", weight: 2, slo: 5 },
    { model: "b", weight: 1 },
  ]);
});

test("written as YAML it loads as the same scenario", async () => {
  const { file: _, ...written } = await load(everything);
  const { file: __, ...read } = await load(scenarioYaml({ file: "", ...written }));
  expect(read).toEqual(written);
});

const onHardware = "name: small\nmodels: [{ model: mobilenet }]\narrivals: { kind: poisson, rate: 3 }\n";

test("hardware: a preset, a file relative to the scenario, or the keys of one", async () => {
  const { hardware: preset } = await load(`${onHardware}hardware: eyeriss-v2\n`);
  expect(preset).toBe("eyeriss-v2");
  const { hardware: path, file } = await load(`${onHardware}hardware: mine.yaml\n`);
  expect(path).toBe(file.replace("s.yaml", "mine.yaml"));
  const { file: _, ...inline } = await load(`${onHardware}hardware: { preset: single-pe, clock: 400 MHz }\n`);
  expect(inline.hardware).toEqual({ preset: "single-pe", clock: "400 MHz" });
  expect(await load(scenarioYaml({ file: "", ...inline }))).toMatchObject(inline);
});

test("a trace: file relative to the scenario, the number of requests left to it", async () => {
  const arrivals = "name: t\ntable: t.csv\narrivals: { kind: trace, file: d/r.csv, unit: cycles }\n";
  const scenario = await load(arrivals, { "d/r.csv": "arrival\n1\n2\n3\n" });
  expect(scenario.arrivals).toEqual({
    kind: "trace",
    file: scenario.file.replace("s.yaml", "d/r.csv"),
    unit: "cycles",
    origin: 0,
  });
  expect(scenario.requests).toBeUndefined();
});

test("faults are added to the semantics", async () => {
  const scenario = await load(`${smallest}faults: [strict-admission]\n`);
  expect([...semanticsOf(scenario)]).toEqual(["strict-admission"]);
});

describe("mistakes", () => {
  const withoutArrivals = "name: small\ntable: t.csv\n";

  test.each([
    [`${smallest}requets: 5\n`, 'scenario s.yaml: unknown key "requets" (did you mean "requests"?)'],
    [
      `${withoutArrivals}arrivals: { kind: poisson, rat: 3 }\n`,
      'scenario s.yaml: unknown key "rat" in arrivals (did you mean "rate"?)',
    ],
    [
      `${smallest}models: [{ model: a }, { model: b, wieght: 2 }]\n`,
      'scenario s.yaml: unknown key "wieght" in models[1] (did you mean "weight"?)',
    ],
    [`${onHardware}hardware: 3\n`, "scenario s.yaml: hardware must be a preset, a hardware file, or a mapping, is 3"],
    [`${smallest}dysta: { bta: 1 }\n`, 'scenario s.yaml: unknown key "bta" in dysta (did you mean "beta"?)'],
    [withoutArrivals, "scenario s.yaml: arrivals is missing"],
    [`${withoutArrivals}arrivals: { kind: fixed }\n`, "scenario s.yaml: arrivals.rate is missing"],
    [
      `${withoutArrivals}arrivals: { kind: poison, rate: 3 }\n`,
      'scenario s.yaml: arrivals.kind must be one of poisson, fixed, bursty, periodic, trace, is "poison" (did you mean "poisson"?)',
    ],
    [
      `${withoutArrivals}arrivals: 3\n`,
      "scenario s.yaml: arrivals must be a mapping whose kind is one of poisson, fixed, bursty, periodic, trace, is 3",
    ],
    [
      `${withoutArrivals}arrivals: { kind: poisson, rate: 0 }\n`,
      "scenario s.yaml: arrivals.rate must be more than 0, is 0",
    ],
    [
      `${withoutArrivals}arrivals: { kind: poisson, rate: -3 /s }\n`,
      'scenario s.yaml: arrivals.rate must be more than 0, is "-3 /s"',
    ],
    [
      `${withoutArrivals}arrivals: { kind: poisson, rate: .nan }\n`,
      "scenario s.yaml: arrivals.rate must be a number or a text with a unit, is NaN",
    ],
    [
      `${withoutArrivals}arrivals: { kind: poisson, rate: 3 ms }\n`,
      'scenario s.yaml: arrivals.rate must be a rate such as 3 /s, 1.5 kHz, or a number in 1/s; is "3 ms"',
    ],
    [`${smallest}seeds: 0\n`, "scenario s.yaml: seeds must be a whole number, 1 or more, is 0"],
    [`${smallest}requests: 0\n`, "scenario s.yaml: requests must be a whole number, 1 or more, is 0"],
    [`${smallest}requests: 1.5\n`, "scenario s.yaml: requests must be a whole number, 1 or more, is 1.5"],
    [`${smallest}slo: ten\n`, 'scenario s.yaml: slo must be a number, more than 0, is "ten"'],
    [
      `${smallest}semantics: artefact\n`,
      'scenario s.yaml: semantics must be one of corrected, artifact, is "artefact" (did you mean "artifact"?)',
    ],
    [
      `${smallest}faults: [clock-roll-back]\n`,
      'scenario s.yaml: faults[0] unknown fault, is "clock-roll-back" (did you mean "clock-rolls-back"?)',
    ],
    [
      `${smallest}schedulers: [fcfs, dista]\n`,
      'scenario s.yaml: schedulers: unknown scheduler "dista" (did you mean "dysta"?)',
    ],
    [
      `${smallest}models: [{ model: a, weight: 0 }]\n`,
      "scenario s.yaml: models[0].weight must be a number, more than 0, is 0",
    ],
    ["[1, 2]", "scenario s.yaml: the file must be a mapping of keys, is [1,2]"],
    ["", "scenario s.yaml: the file must be a mapping of keys, is null"],
    [
      "a: [1",
      "scenario s.yaml: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 6",
    ],
    ["name: x\nname: y\n", "scenario s.yaml: is not YAML: Map keys must be unique at line 2, column 1"],
  ])("%j", async (text, message) => {
    expect(await complaint(text)).toBe(message);
  });

  test.each([
    ["multi-cn", 'unknown scenario "multi-cn" (did you mean "multi-cnn"?)'],
    ["./multi-cnn.yaml", "scenario ./multi-cnn.yaml: no such file"],
    ["/", "scenario /: is a folder"],
  ])("loading %s", async (name, message) => {
    await expect(loadScenario(name, names)).rejects.toThrow(new ConfigError(message));
  });
});

describe("overrides from the command line", () => {
  test("replace keys", async () => {
    const scenario = await load(everything);
    const changed = applyOverrides(
      scenario,
      { rate: 9, slo: 4, requests: 2, schedulers: ["sjf"], semantics: "corrected", faults: [], seed: 0, seeds: 2 },
      names,
    );
    expect(changed).toEqual({
      ...scenario,
      arrivals: { ...scenario.arrivals, rate: 9 },
      slo: 4,
      requests: 2,
      schedulers: ["sjf"],
      semantics: "corrected",
      dispatch: "software",
      faults: [],
      seed: 0,
      seeds: 2,
    });
    expect(applyOverrides(scenario, { rate: undefined }, names)).toEqual(scenario);
  });

  test.each<[Overrides, string]>([
    [{}, "hardware"],
    [{ schedulers: ["sjf", "dysta"] }, "hardware"],
    [{ schedulers: ["all"] }, "hardware"],
    [{ schedulers: ["sjf"] }, "software"],
    [{ semantics: "artifact" }, "software"],
    [{ faults: ["average-all"] }, "software"],
    [{ schedulers: ["sjf"], dispatch: "hardware" }, "hardware"],
    [{ dispatch: "software" }, "software"],
  ])("dispatch in hardware, of the scenario, under %j is %s", async (overrides, dispatch) => {
    const scenario = await load(`${smallest}dispatch: hardware\n`);
    expect(applyOverrides(scenario, overrides, [...names, "dysta"]).dispatch).toBe(dispatch);
  });

  test.each<[Overrides, string]>([
    [{ unit: { format: "fp8" } }, '--format must be one of fp16, fp32, fp64, is "fp8"'],
    [{ unit: { fifoDepth: -1 } }, "--fifo-depth must be a whole number, 0 or more, is -1"],
    [{ rate: 0 }, "--rate must be a number, more than 0, is 0"],
    [{ rate: -1 }, "--rate must be a number, more than 0, is -1"],
    [{ rate: Number.NaN }, "--rate must be a number, more than 0, is NaN"],
    [{ rate: Number.POSITIVE_INFINITY }, "--rate must be a number, more than 0, is Infinity"],
    [{ slo: 0 }, "--slo must be a number, more than 0, is 0"],
    [{ requests: 0 }, "--requests must be a whole number, 1 or more, is 0"],
    [{ seeds: 0 }, "--seeds must be a whole number, 1 or more, is 0"],
    [{ seed: 1.5 }, "--seed must be a whole number, 0 or more, is 1.5"],
    [{ semantics: "corect" }, '--semantics must be one of corrected, artifact, is "corect"'],
    [{ schedulers: ["fcsf"] }, '--scheduler: unknown scheduler "fcsf" (did you mean "fcfs"?)'],
    [{ faults: ["avrage-all"] }, '--fault: unknown fault "avrage-all" (did you mean "average-all"?)'],
  ])("%j", async (overrides, message) => {
    const scenario = await load(smallest);
    expect(() => applyOverrides(scenario, overrides, names)).toThrow(new ConfigError(message));
  });

  test("a trace has no rate", async () => {
    const arrivals = "name: t\ntable: t.csv\narrivals: { kind: trace, file: r.csv }\n";
    const scenario = await load(arrivals, { "r.csv": "arrival\n1\n" });
    expect(() => applyOverrides(scenario, { rate: 3 }, names)).toThrow(
      /^--rate cannot be given for scenario .*: its arrivals/,
    );
  });
});

test("the schema for editors lists every key with its default", () => {
  const schema = scenarioJsonSchema() as { properties: Record<string, { default?: unknown }>; required: string[] };
  expect(schema.required).toEqual(["name"]);
  expect(schema.properties.slo.default).toBe(10);
  expect(Object.keys(schema.properties)).toContain("preemptionCost");
});
