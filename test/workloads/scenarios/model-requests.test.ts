/** What an entry of the mix says of its requests: read as documented, and every mistake told in one line. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { ratesOf } from "../../../workloads/requests/rates.ts";
import { loadTables } from "../../../workloads/scenarios/load-tables.ts";
import { mixedRequests } from "../../../workloads/scenarios/model-requests.ts";
import { applyOverrides } from "../../../workloads/scenarios/overrides.ts";
import { listScenarios, loadScenario, type Scenario, scenarioYaml } from "../../../workloads/scenarios/scenario.ts";
import { network } from "../synthetic-networks.ts";
import { folderWith } from "../temporary-folder.ts";

const trace = "arrival,deadline\n1,2\n2,3\n";

async function load(text: string): Promise<Scenario> {
  const folder = folderWith({
    "s.yaml": `name: s\ntable: t.csv\n${text}`,
    "due.csv": trace,
    "bare.csv": "arrival\n1\n",
  });
  return loadScenario(join(folder, "s.yaml"), schedulerNames);
}

async function complaint(text: string): Promise<string> {
  const error = await load(text).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error.message.replaceAll(/\/[^ ]*\//g, "");
  throw error;
}

const frames = "arrivals: { kind: periodic, fps: 60, jitter: 1 ms, offset: 2 ms }";
const chain = `
models:
  - { model: eye, ${frames}, deadline: period, late: drop }
  - { model: gaze, after: { model: eye, probability: 0.5, delay: 1 ms }, deadline: chain }
  - { model: hand, arrivals: { kind: periodic, period: 40 ms }, deadline: 16.7 ms }
  - { model: speech, arrivals: { kind: trace, file: bare.csv, unit: ms }, late: run }
  - { model: background, pattern: dense, weight: 2, slo: 5 }
  - { model: other }
arrivals: { kind: poisson, rate: 30 }
`;

test("quantities in seconds, what is absent by default", async () => {
  const { models, arrivals, file, requests } = await load(chain);
  expect(models).toEqual([
    {
      model: "eye",
      arrivals: { kind: "periodic", fps: 60, jitter: 0.001, offset: 0.002 },
      deadline: "period",
      late: "drop",
    },
    { model: "gaze", after: { model: "eye", probability: 0.5, delay: 0.001 }, deadline: "chain" },
    { model: "hand", arrivals: { kind: "periodic", fps: 25, jitter: 0, offset: 0 }, deadline: 0.0167 },
    {
      model: "speech",
      arrivals: { kind: "trace", file: file.replace("s.yaml", "bare.csv"), unit: "ms", origin: 0 },
      late: "run",
    },
    { model: "background", pattern: "dense", weight: 2, slo: 5 },
    { model: "other", weight: 1 },
  ]);
  expect([arrivals, requests]).toEqual([{ kind: "poisson", rate: 30 }, 1000]);
});

test("written as YAML it loads as the same scenario", async () => {
  const { file: _, ...written } = await load(chain);
  const path = join(folderWith({ "again.yaml": scenarioYaml({ file: "", ...written }) }), "again.yaml");
  const { file: __, ...read } = await loadScenario(path, schedulerNames);
  expect(read).toEqual(written);
});

describe("who arrives how often", () => {
  const names = ["eye", "gaze", "hand", "background", "other"];
  const withoutTrace = chain.replace(/.*speech.*\n/, "");
  async function rates(scenario: Scenario) {
    const { profiles, mix, entryOf } = loadTables(
      scenario,
      names.map((model) => network({ model })),
    );
    const requests = {
      ...(scenario.arrivals && { arrivals: scenario.arrivals }),
      ...mixedRequests(scenario, mix, entryOf),
    };
    return Object.fromEntries(profiles.map(({ model }, k) => [model, ratesOf(requests)?.[k]]));
  }

  test("its own rate, its parents' times the probability, or a share of the common arrivals", async () => {
    expect(await rates(await load(withoutTrace))).toEqual({ eye: 60, gaze: 30, hand: 25, background: 20, other: 10 });
  });

  test("--rate scales all of them to this many arrivals per second, deadlines of one period with them", async () => {
    const scenario = applyOverrides(await load(withoutTrace), { rate: 230 }, schedulerNames);
    const scaled = await rates(scenario);
    expect(Object.values(scaled).map((rate) => Math.round(rate ?? 0))).toEqual([40, 120, 60, 50, 20]);
    const { mix, entryOf, profiles } = loadTables(
      scenario,
      names.map((model) => network({ model })),
    );
    const eye = mixedRequests(scenario, mix, entryOf).mix[profiles.findIndex(({ model }) => model === "eye")];
    expect(eye).toMatchObject({ deadline: expect.closeTo(1 / 120, 12), dropsWhenLate: true });
  });
});

describe("mistakes", () => {
  const poisson = "arrivals: { kind: poisson, rate: 3 }";
  const entry = (text: string, rest = "") => `models: [{ model: a, ${text} }]\n${rest}`;
  test.each([
    [
      entry("arrivals: { kind: periodic, fps: 50, jitter: 21 ms }"),
      'scenario s.yaml: models[0].arrivals.jitter must be at most the period, 20 ms, is "21 ms"',
    ],
    [
      entry("arrivals: { kind: periodic, fps: 50, jitter: -1 ms }"),
      'scenario s.yaml: models[0].arrivals.jitter must be 0 or more, is "-1 ms"',
    ],
    [
      entry("arrivals: { kind: periodic, fps: 0 }"),
      "scenario s.yaml: models[0].arrivals.fps must be more than 0, is 0",
    ],
    [entry("arrivals: { kind: periodic }"), "scenario s.yaml: models[0].arrivals: needs fps or period"],
    [
      entry("arrivals: { kind: periodic, fps: 50, period: 20 ms }"),
      "scenario s.yaml: models[0].arrivals: has both fps and period, needs one",
    ],
    [
      entry("arrivals: { kind: periodic, fsp: 50 }"),
      'scenario s.yaml: unknown key "fsp" in models[0].arrivals (did you mean "fps"?)',
    ],
    [
      entry(`${frames}, after: { model: b }`),
      "scenario s.yaml: models[0]: has both arrivals and after, needs one of them at most",
    ],
    [
      entry(`${frames}, slo: 3, deadline: 5 ms`),
      "scenario s.yaml: models[0]: has both slo and deadline, needs one of them at most",
    ],
    [
      entry(`${frames}, weight: 3`),
      "scenario s.yaml: models[0]: has both weight and arrivals: a weight shares out the scenario's arrivals",
    ],
    [entry(`${frames}, deadline: 0`), "scenario s.yaml: models[0].deadline must be more than 0, is 0"],
    [
      entry(`${frames}, deadline: frame`),
      'scenario s.yaml: models[0].deadline must be a time such as 5 ms, 20 us, or a number in seconds; is "frame"',
    ],
    [entry(`${frames}, late: maybe`), 'scenario s.yaml: models[0].late must be one of run, drop, is "maybe"'],
    [
      entry("after: { model: b, probability: 1.5 }"),
      "scenario s.yaml: models[0].after.probability must be a number from 0 to 1, is 1.5",
    ],
    [
      `models: [{ model: eye, ${frames} }, { model: gaze, after: { model: eey } }]`,
      'scenario s.yaml: models: gaze is after "eey", which is not in the mix (did you mean "eye"?)',
    ],
    [
      "models: [{ model: a, after: { model: b } }, { model: b, after: { model: c } }, { model: c, after: { model: a } }]",
      "scenario s.yaml: models: a → c → b → a is a loop, no request of it would ever begin",
    ],
    [entry("after: { model: a }"), "scenario s.yaml: models: a → a is a loop, no request of it would ever begin"],
    [
      entry(`${frames}, deadline: chain`),
      "scenario s.yaml: models: a: deadline chain needs after: it is the deadline of the chain's first",
    ],
    [
      entry("deadline: period", poisson),
      "scenario s.yaml: models: a: deadline period needs periodic or fixed arrivals, those of a are poisson",
    ],
    [
      entry("arrivals: { kind: trace, file: due.csv }, deadline: 5 ms"),
      "scenario s.yaml: models: a: deadline cannot be given: the trace due.csv has a column deadline",
    ],
    [
      entry(frames, poisson),
      "scenario s.yaml: arrivals: every network has its own or is released by another, so that none is left for these",
    ],
    [`models: [{ model: a, ${frames} }, { model: b }]`, "scenario s.yaml: arrivals is missing: b has none of its own"],
    [
      entry(frames, "semantics: artifact"),
      "scenario s.yaml: models: a: arrivals, deadline, after and late need corrected semantics without faults",
    ],
    [
      entry("late: drop", `${poisson}\nfaults: [strict-admission]`),
      "scenario s.yaml: models: a: arrivals, deadline, after and late need corrected semantics without faults",
    ],
  ])("%j", async (text, message) => {
    expect(await complaint(text)).toBe(message);
  });

  test("--rate of a trace, --semantics artifact", async () => {
    const scenario = await load(chain);
    const apply = (overrides: object) => () => applyOverrides(scenario, overrides, schedulerNames);
    expect(apply({ rate: 3 })).toThrow("--rate cannot be given for scenario");
    expect(apply({ semantics: "artifact" })).toThrow("need corrected semantics without faults");
    expect(apply({ faults: ["strict-admission"] })).toThrow("need corrected semantics without faults");
  });
});

test("the XR scenarios have the frame rates and chains of their source", async () => {
  const names = listScenarios().flatMap(({ name }) => (name.startsWith("xr-") ? [name] : []));
  const shapes = await Promise.all(
    names.map(async (name) => {
      const { models = [], requests, seeds } = await loadScenario(name, schedulerNames);
      expect([requests, seeds]).toEqual([1000, 20]);
      const parts = models.map(({ arrivals, after, deadline }) => {
        if (after !== undefined) return `→ ${after.probability} ${deadline}`;
        expect(arrivals).toMatchObject({ kind: "periodic", jitter: 5e-6, offset: 0 });
        return arrivals?.kind === "periodic" ? `${arrivals.fps} ${deadline}` : "";
      });
      return [name, parts.join(", ")];
    }),
  );
  expect(Object.fromEntries(shapes)).toEqual({
    "xr-ar-assistant": "3 period, → 0.5 chain, 10 period, 30 period, 15 period, 10 period",
    "xr-ar-gaming": "45 period, 30 period, 15 period",
    "xr-outdoor-a": "3 period, → 0.2 chain, 10 period, 30 period",
    "xr-outdoor-b": "3 period, → 0.2 chain, 30 period",
    "xr-social-a": "60 period, → 1 chain, 30 period, 30 period",
    "xr-social-b": "60 period, → 1 chain, 30 period",
    "xr-vr-gaming": "60 period, → 1 chain, 45 period",
  });
});
