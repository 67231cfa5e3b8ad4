/** Is a sweep file read as documented, its grid the one that nested loops give, and every mistake told in one line? */
import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { AxisValue } from "../../../../sim/study/sweep/sweep.ts";
import { loadSweep, sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import { sweepFrom } from "../../../../sim/study/sweep/sweep-source.ts";
import { folderWith } from "../../../workloads/temporary-folder.ts";

const onTables = {
  table: "builtin:eyerissv2",
  arrivals: { kind: "poisson", rate: 3 },
  requests: 100,
  schedulers: ["fcfs", "dysta"],
};
const onHardware = {
  hardware: "eyeriss-v2",
  models: [
    { model: "mobilenet", pattern: "unstructured", sparsity: 0.8 },
    { model: "mobilenet", pattern: "block4", sparsity: 0.6 },
    { model: "sparse-mobilenet-0.5" },
  ],
  samples: 1,
  arrivals: { kind: "poisson", rate: "30 /s" },
};

function sweep(data: object, folder = "/nowhere") {
  return sweepOf(data, { file: "s.yaml", folder });
}

/** Every configuration's values. */
function configurations(loaded: Awaited<ReturnType<typeof sweep>>): (readonly AxisValue[])[] {
  return Array.from({ length: loaded.configurationCount }, (_, k) => loaded.valuesOf(k));
}

describe("points", () => {
  it("count schedulers and seeds inside configurations, the first axis outermost", async () => {
    const axes = { slo: [5, 10], "arrivals.rate": [1, 2] };
    const loaded = await sweep({ scenario: onTables, axes, seed: 7, seeds: 2 });
    expect([loaded.configurationCount, loaded.pointCount]).toEqual([4, 16]);
    expect(configurations(loaded)).toEqual([
      [5, 1],
      [5, 2],
      [10, 1],
      [10, 2],
    ]);
    expect([0, 1, 2, 3, 4, 15].map(loaded.point)).toEqual([
      { point: 0, configuration: 0, scheduler: "fcfs", seed: 7 },
      { point: 1, configuration: 0, scheduler: "fcfs", seed: 8 },
      { point: 2, configuration: 0, scheduler: "dysta", seed: 7 },
      { point: 3, configuration: 0, scheduler: "dysta", seed: 8 },
      { point: 4, configuration: 1, scheduler: "fcfs", seed: 7 },
      { point: 15, configuration: 3, scheduler: "dysta", seed: 8 },
    ]);
  });

  it("are those of the scenario alone without axes", async () => {
    const loaded = await sweep({ scenario: { ...onTables, seed: 3, seeds: 4 } });
    expect([loaded.configurationCount, loaded.pointCount, loaded.point(0).seed]).toEqual([1, 8, 3]);
    expect(loaded.valuesOf(0)).toEqual([]);
  });

  const keys = ["requests", "slo", "samples", "dysta.eta", "arrivals.rate", "sdrm3.alpha"];
  const distinct = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });

  it("are what nested loops with the constraints give", async () => {
    const axis = fc.oneof(
      distinct.map((list) => [list]),
      fc
        .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), {
          minLength: 1,
          maxLength: 4,
          selector: String,
        })
        .map((pairs) => [pairs.map(([a]) => a), pairs.map(([, b]) => b)]),
    );
    const grid = fc.tuple(
      fc.array(axis, { minLength: 1, maxLength: 3 }),
      fc.shuffledSubarray(keys, { minLength: 6 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(grid, async ([axes, names, bound, divisor]) => {
        const used: string[] = [];
        const data: Record<string, unknown> = {};
        for (const lists of axes) {
          const own = lists.map((list) => [names[used.push("") - 1], list] as const);
          for (const [k, [name]] of own.entries()) used[used.length - own.length + k] = name;
          if (own.length === 1) data[own[0][0]] = own[0][1];
          else data[`zip of ${own[0][0]}`] = { zip: Object.fromEntries(own) };
        }
        const naive: number[][] = [];
        const loop = (depth: number, values: number[]): void => {
          if (depth < axes.length) {
            for (let k = 0; k < axes[depth][0].length; k++)
              loop(depth + 1, [...values, ...axes[depth].map((list) => list[k])]);
          } else if (values.reduce((sum, value) => sum + value, 0) <= bound && (values[0] + 1) % divisor === 0) {
            naive.push(values);
          }
        };
        loop(0, []);
        const where = [`${used.join(" + ")} <= ${bound}`, `(${used[0]} + 1) % ${divisor} == 0`];
        const outcome = await sweep({ scenario: onTables, axes: data, where }).catch((error: Error) => error);
        if (outcome instanceof Error) {
          expect(outcome.message).toMatch(/where: none of \d+ combinations satisfies/);
          expect(naive).toEqual([]);
          return;
        }
        expect(outcome.axes.map(({ name }) => name)).toEqual(used);
        expect(configurations(outcome)).toEqual(naive);
        const last = await outcome.scenarioOf(naive.length - 1);
        const values = naive[naive.length - 1];
        for (const [k, name] of used.entries()) {
          const found = name.split(".").reduce<unknown>((tree, key) => (tree as Record<string, unknown>)[key], last);
          expect(found).toBe(values[k]);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe("scenarios", () => {
  it("are the base with set and the axes' values, schedulers and seeds the sweep's", async () => {
    const loaded = await sweep({
      scenario: onHardware,
      set: { requests: 50, "hardware.clock": "100 MHz", "models.*.weight": 2 },
      axes: {
        "hardware.grid.peRows": [3, 4],
        "models.mobilenet.sparsity": [0.5],
        "models.mobilenet/block4.sparsity": [0.7],
        arrivals: [{ kind: "fixed", rate: 5 }],
        "arrivals.rate": [7],
      },
      schedulers: ["sjf"],
      seeds: 3,
    });
    expect(await loaded.scenarioOf(1)).toMatchObject({
      file: "of sweep s.yaml",
      name: "s",
      hardware: { preset: "eyeriss-v2", clock: 100e6, grid: { peRows: 4 } },
      models: [
        { model: "mobilenet", pattern: "unstructured", sparsity: 0.5, weight: 2 },
        { model: "mobilenet", pattern: "block4", sparsity: 0.7, weight: 2 },
        { model: "sparse-mobilenet-0.5", weight: 2 },
      ],
      arrivals: { kind: "fixed", rate: 7 },
      requests: 50,
      schedulers: ["sjf"],
      seed: 1,
      seeds: 3,
    });
    expect(loaded.hardwareOf(1)).toEqual([8 * 2 * 4 * 4, 8 * 2 * 4 * 4 * 2, expect.any(Number), 100e6]);
  });

  it("of one network's frames and cascades, whose keys have dots", async () => {
    const base = folderWith({
      "t.csv": "model,pattern,sample,layer,cycles,input_density\nnet-0.5,x,0,0,10,0.5\nb,x,0,0,10,0.5\n",
      "base.yaml":
        "name: s\ntable: t.csv\nmodels:\n- { model: net-0.5, arrivals: { kind: periodic, fps: 30 }, deadline: 5 ms }\n" +
        "- { model: b, after: { model: net-0.5 } }\n",
    });
    const loaded = await sweep({
      scenario: join(base, "base.yaml"),
      axes: {
        "models.net-0.5.arrivals.fps": { from: "10 Hz", to: "20 Hz", points: 2 },
        "models.net-0.5.arrivals.jitter": ["1 ms"],
        "models.b.after.probability": [0.25],
        "models.net-0.5.deadline": ["period"],
      },
      schedulers: ["sjf"],
    });
    expect((await loaded.scenarioOf(1)).models).toEqual([
      { model: "net-0.5", arrivals: { kind: "periodic", fps: 20, jitter: 0.001, offset: 0 }, deadline: "period" },
      { model: "b", after: { model: "net-0.5", probability: 0.25, delay: 0 } },
    ]);
  });

  it("with hardware of files: keys over what the file says, called after it", async () => {
    const files = { "hw/small.yaml": "clock: 50 MHz\ngrid: { clusterRows: 1 }\n", "base.json": '{ "name": "mine" }' };
    const folder = folderWith({
      ...files,
      "a/b.yaml": `${JSON.stringify({ ...onHardware, name: "b", hardware: "../base.json" })}`,
    });
    const axes = { hardware: ["hw/small.yaml", "single-pe"], "hardware.macsPerPe": [1, 2] };
    const loaded = await sweep({ scenario: { ...onHardware, name: "n" }, axes }, folder);
    expect(configurations(loaded)[0]).toEqual(["hw/small.yaml", 1]);
    const hardware = await Promise.all([0, 3].map(async (k) => (await loaded.scenarioOf(k)).hardware));
    expect(hardware).toEqual([
      { name: "small (macsPerPe 1)", clock: "50 MHz", grid: { clusterRows: 1 }, macsPerPe: 1 },
      { preset: "single-pe", macsPerPe: 2 },
    ]);
    expect(loaded.hardwareOf(0)).toEqual([24, 24, expect.any(Number), 50e6]);
    const ofFile = await sweep({ scenario: "a/b.yaml", set: { "hardware.macsPerPe": 1 } }, folder);
    expect((await ofFile.scenarioOf(0)).hardware).toEqual({ name: "mine (macsPerPe 1)", macsPerPe: 1 });
  });

  it("have no hardware figures where networks come from tables", async () => {
    expect((await sweep({ scenario: onTables })).hardwareOf(0)).toEqual([null, null, null, null]);
  });

  it("knows the keys of an attention array, with its multipliers, buffer and clock", async () => {
    const onAttention = { ...onHardware, hardware: "sanger", models: [{ model: "bert-base" }] };
    const axes = { "hardware.rows": [32, 64], "hardware.buffer": ["256 KiB"] };
    const loaded = await sweep({ scenario: onAttention, axes });
    expect(loaded.hardwareOf(0)).toEqual([32 * 16, 32 * 16, 256 * 1024, 1e9]);
    const mistaken = sweep({ scenario: onAttention, axes: { "hardware.packing": ["tile", "full"] } });
    await expect(mistaken).rejects.toThrow(
      /axis hardware\.packing, value full: hardware: packing must be one of fractional, column-block, tile, is "full"$/,
    );
  });

  it("are the same from a clone of the source, files gone", async () => {
    const folder = folderWith({ "s.yaml": "clock: 50 MHz\n" });
    const axes = { hardware: ["s.yaml", "eyeriss-v2"], "hardware.grid.peRows": [1, 2, 3] };
    const columns = { double: "pes * 2" };
    const loaded = await sweep({ scenario: onHardware, axes, columns, where: "pes != 128 or clockHz < 1e8" }, folder);
    rmSync(folder, { recursive: true });
    const again = sweepFrom(structuredClone(loaded.source));
    expect(again.identity).toBe(loaded.identity);
    expect(configurations(again)).toEqual(configurations(loaded));
    for (let k = 0; k < loaded.configurationCount; k++) {
      expect(await again.scenarioOf(k)).toEqual(await loaded.scenarioOf(k));
      expect(again.hardwareOf(k)).toEqual(loaded.hardwareOf(k));
    }
    expect(again.deriveColumns({ pes: 4 })).toEqual([8]);
  });

  it("are told from the user's schedulers by name", async () => {
    const folder = folderWith({ "mine.mjs": "export default { name: 'mine', pick: () => 0 };\n" });
    const loaded = await sweep({ scenario: onTables, schedulers: ["fcfs", "./mine.mjs"] }, folder);
    expect([0, 1].map((k) => loaded.point(k).scheduler)).toEqual(["fcfs", "mine"]);
    expect((await loaded.scenarioOf(0)).schedulers).toEqual(["fcfs", join(folder, "mine.mjs")]);
  });
});

describe("derived columns", () => {
  it("use axes, figures and those before them; null where something is missing or no number comes out", async () => {
    const columns = {
      edp: "energyPj * cycles",
      perRate: "edp / arrivals.rate",
      isDysta: 'scheduler == "dysta" ? 1 : 0',
    };
    const loaded = await sweep({ scenario: onTables, axes: { "arrivals.rate": [1, 2] }, columns });
    expect(loaded.derived).toEqual(["edp", "perRate", "isDysta"]);
    const row = { energyPj: 3, cycles: 8, "arrivals.rate": 2, scheduler: "dysta" };
    expect(loaded.deriveColumns(row)).toEqual([24, 12, 1]);
    expect(loaded.deriveColumns({ ...row, energyPj: null })).toEqual([null, null, 1]);
    expect(loaded.deriveColumns({ ...row, "arrivals.rate": 0, scheduler: "fcfs" })).toEqual([24, null, 0]);
  });
});

describe("the identity", () => {
  const table = "# clock: 1000 Hz\nmodel,pattern,sample,layer,cycles,input_density\na,x,0,0,10,0.5\n";
  const files = {
    "t.csv": table,
    "hw.yaml": "clock: 100 MHz\n",
    "mine.mjs": "export default { name: 'mine', pick: () => 0 };\n",
    "r.csv": "arrival\n1\n",
    "base.yaml": `${JSON.stringify({ name: "b", hardware: "hw.yaml", ...onTables, table: "t.csv", models: undefined })}`,
  };
  const text = [
    "scenario: base.yaml",
    "axes:",
    "  arrivals: [{ kind: trace, file: r.csv }, { kind: poisson, rate: 3 /s }]",
    "  slo: [1, 2]",
    "where: slo < 3",
    "columns: { double: slo * 2 }",
    "schedulers: [fcfs, ./mine.mjs]",
    "",
  ].join("\n");
  const identityOf = async (changes: Record<string, string> = {}) => {
    const folder = folderWith({ ...files, "s.yaml": text, ...changes });
    return (await loadSweep(join(folder, "s.yaml"))).identity;
  };

  it("is the same in another folder, under other names and with other comments", async () => {
    const renamed = `# a comment\nname: other\n${text}description: text\nseed: 1\n`;
    expect(await identityOf({ "s.yaml": renamed })).toBe(await identityOf());
  });

  const changes: Record<string, string>[] = [
    {},
    { "t.csv": table.replace("10", "11") },
    { "hw.yaml": "clock: 200 MHz\n" },
    { "mine.mjs": "export default { name: 'mine', pick: (ready) => ready.length - 1 };\n" },
    { "r.csv": "arrival\n2\n" },
    { "base.yaml": files["base.yaml"].replace('"requests":100', '"requests":101') },
    { "s.yaml": text.replace("[1, 2]", "[2, 1]") },
    { "s.yaml": text.replace("slo < 3", "slo < 2") },
    { "s.yaml": text.replace("slo * 2", "slo * 3") },
    { "s.yaml": `${text}seeds: 2\n` },
    { "s.yaml": `${text}seed: 2\n` },
    { "s.yaml": `${text}set: { samples: 2 }\n` },
    { "s.yaml": `${text}keep: { layers: false }\n` },
    { "s.yaml": text.replace("[fcfs, ./mine.mjs]", "[./mine.mjs, fcfs]") },
  ];

  it("differs with everything that results follow from", async () => {
    const found = new Map<string, object>();
    for (const change of changes) {
      const identity = await identityOf(change);
      expect([change, found.get(identity)]).toEqual([change, undefined]);
      found.set(identity, change);
    }
  }, 1_200_000);
});

describe("mistakes", () => {
  const axes = { slo: [1, 2] };
  it.each<[object, string | RegExp]>([
    [{ scenario: onTables, axs: {} }, 'unknown key "axs" (did you mean "axes"?)'],
    [{ axes }, "scenario is missing"],
    [{ scenario: "multi-cn" }, 'unknown scenario "multi-cn" (did you mean "multi-cnn"?)'],
    [{ scenario: "none.yaml" }, "scenario none.yaml: no such file"],
    [{ scenario: 3 }, "scenario must be a scenario, its file, or its keys, is 3"],
    [{ scenario: { ...onTables, requets: 4 } }, 'scenario: unknown key "requets" (did you mean "requests"?)'],
    [{ scenario: { ...onTables, seeds: "x" } }, 'scenario: seeds must be a whole number, 1 or more, is "x"'],
    [
      { scenario: { ...onTables, arrivals: { kind: "poisson", rate: "5 ms" } } },
      /^scenario: arrivals\.rate must be a rate such as/,
    ],
    [{ scenario: onTables, axes: [1] }, "axes must be a mapping of keys, is [1]"],
    [{ scenario: onTables, axes: { slow: [1] } }, 'axes: unknown key "slow" (did you mean "slo"?)'],
    [{ scenario: onTables, axes: { slo: [1, -1] } }, "axis slo, value -1: slo must be a number, more than 0, is -1"],
    [{ scenario: onTables, axes: { slo: [-1, 1] } }, "axis slo, value -1: slo must be a number, more than 0, is -1"],
    [
      { scenario: onTables, axes: { requests: [1], slo: [0], samples: [1] } },
      "axis slo, value 0: slo must be a number, more than 0, is 0",
    ],
    [
      { scenario: onTables, axes: { "arrivals.rate": [3, -3] } },
      "axis arrivals.rate, value -3: arrivals.rate must be more than 0, is -3",
    ],
    [
      { scenario: onTables, axes: { "unit.format": ["fp16", "fp15"] } },
      'axis unit.format, value fp15: unit.format must be one of fp16, fp32, fp64, is "fp15" (did you mean "fp16"?)',
    ],
    [
      { scenario: onHardware, axes: { "hardware.grid.peRows": [1, 2.5] } },
      "axis hardware.grid.peRows, value 2.5: hardware: grid.peRows must be a positive integer, is 2.5",
    ],
    [
      { scenario: onHardware, axes: { hardware: ["eyeriss-v2", "eyeris"] } },
      /^axis hardware, value eyeris: unknown hardware "eyeris"/,
    ],
    [{ scenario: onHardware, axes: { hardware: ["none.yaml"] } }, "hardware file /nowhere/none.yaml: no such file"],
    [
      { scenario: onHardware, axes: { "models.sparse-mobilenet-0.5.model": ["mobilenet", "mobilnet"] } },
      'axis models.sparse-mobilenet-0.5.model, value mobilnet: unknown network "mobilnet" (did you mean "mobilenet"?)',
    ],
    [
      { scenario: onHardware, axes: { "models.mobilnet.sparsity": [0.5] } },
      'axes: models.mobilnet.sparsity: no model "mobilnet" in the mix (did you mean "mobilenet"?)',
    ],
    [{ scenario: onTables, axes: { "models.*.slo": [5] } }, "axes: models.*.slo: the scenario has no list of models"],
    [
      { scenario: onTables, axes: { "hardware.clock": [1e8] } },
      "axes: hardware.clock: the scenario has no hardware, its networks come from tables",
    ],
    [
      { scenario: onHardware, axes: { models: [[{ model: "mobilenet" }]], "models.*.sparsity": [0.5] } },
      "axes: models replaces the whole mix, so models.*.sparsity cannot be an axis beside it",
    ],
    [{ scenario: onTables, axes: { slo: [1], a: { zip: { slo: [2] } } } }, "axes: slo is in more than one axis"],
    [
      { scenario: onTables, axes: { "models.a.weight": [1], "models.A.weight": [2] } },
      "axes: models.a.weight and models.A.weight differ in upper and lower case only, columns of results must not; rename one",
    ],
    [{ scenario: onTables, set: { slow: 1 } }, 'set: unknown key "slow" (did you mean "slo"?)'],
    [
      { scenario: onTables, set: { seeds: 2 } },
      "set: seeds is the sweep's own: give seed (the first) and seeds (how many)",
    ],
    [{ scenario: onTables, set: { slo: 0 } }, "scenario: slo must be a number, more than 0, is 0"],
    [{ scenario: onTables, schedulers: ["dista"] }, 'schedulers: unknown scheduler "dista" (did you mean "dysta"?)'],
    [{ scenario: { ...onTables, schedulers: 3 } }, "scenario: schedulers must be a list of names, is 3"],
    [{ scenario: onTables, schedulers: ["./none.mjs"] }, /^scheduler \/nowhere\/none\.mjs: cannot be loaded/],
    [{ scenario: { ...onTables, table: "none.csv" } }, "/nowhere/none.csv cannot be read (ENOENT)"],
    [{ scenario: onTables, axes, where: "slo > 5" }, "where: none of 2 combinations satisfies slo > 5"],
    [
      { scenario: onTables, axes, where: ["slo > 1", "slo < 2"] },
      "where: none of 2 combinations satisfies slo > 1, slo < 2",
    ],
    [{ scenario: onTables, axes, where: "slo <" }, 'where[0] "slo <", column 6: Unexpected end of expression'],
    [
      { scenario: onTables, axes, where: ["slo > 0", "slw > 0"] },
      'where[1] "slw > 0", column 1: unknown name "slw" (did you mean "slo"?)',
    ],
    [{ scenario: onTables, axes, where: "slo" }, "where[0] must be a condition such as pes <= 1024, slo is a number"],
    [
      { scenario: onTables, axes, where: "slo < antt" },
      'where[0] "slo < antt", column 7: antt is a result, and constraints are checked before anything has run',
    ],
    [
      { scenario: onTables, axes, where: "seed > 1" },
      'where[0] "seed > 1", column 1: every configuration has every seed',
    ],
    [{ scenario: onTables, axes, where: "pes > 1" }, "where: pes > 1 needs what is not known of this hardware"],
    [
      { scenario: onTables, columns: { a: "import('fs')" } },
      /^columns\.a "import\('fs'\)", column 1: no function "import"/,
    ],
    [{ scenario: onTables, columns: { a: "antt > 1" } }, "columns.a must be a number, antt > 1 is a boolean"],
    [{ scenario: onTables, columns: { a: "b", b: "1" } }, 'columns.a "b", column 1: b is not computed before a'],
    [{ scenario: onTables, columns: { a: "a" } }, 'columns.a "a", column 1: a is not computed before a'],
    [{ scenario: onTables, columns: { ANTT: "1" } }, 'columns: "ANTT": the results have a column antt already'],
    [{ scenario: onTables, columns: { point: "1" } }, 'columns: "point": the results have a column point already'],
    [{ scenario: onTables, columns: { a: "1", A: "1" } }, 'columns: "A": the results have a column a already'],
    [
      { scenario: onTables, columns: { "a-b": "1" } },
      'columns: a name must be letters, digits and _, a letter first, is "a-b"',
    ],
    [{ scenario: onTables, keep: { layer: true } }, 'unknown key "layer" in keep (did you mean "layers"?)'],
    [
      { scenario: onTables, axes: { requests: { from: 1, to: 1e4, step: 1 }, slo: { from: 1, to: 1e4, step: 1 } } },
      "axes have 100000000 combinations, more than the 10000000 that are looked at",
    ],
    [
      { scenario: onTables, axes: { requests: { from: 1, to: 1e4, step: 1 } }, seeds: 1e5 },
      "has 2000000000 points, more than the 100000000 that a sweep can have",
    ],
  ])("%j", async (data, message) => {
    const outcome = await sweep(data).catch((caught: Error) => caught);
    expect(outcome).toMatchObject({ name: "ConfigError" });
    const text = (outcome as Error).message.replace(/^sweep s\.yaml:? ?/, "");
    expect(text).not.toContain("\n");
    if (typeof message === "string") expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  it.each([
    ["pe-aray", 'unknown sweep "pe-aray" (did you mean "pe-array"?)'],
    ["none.yaml", "sweep none.yaml: no such file"],
  ])("%s", async (name, message) => {
    await expect(loadSweep(name)).rejects.toMatchObject({ name: "ConfigError", message });
  });
});

test("a million combinations are counted, not kept as objects", async () => {
  const range = (to: number) => ({ from: 1, to, step: 1 });
  const loaded = await sweep({
    scenario: onHardware,
    axes: { requests: range(1000), slo: range(100), "hardware.grid.peRows": range(10) },
    where: "requests * slo % 7 != 0 and pes > 100",
    schedulers: ["dysta"],
  });
  const last = loaded.configurationCount - 1;
  expect(loaded.configurationCount).toBe((1000 - 142) * (100 - 14) * 9);
  expect(loaded.valuesOf(last)).toEqual([1000, 100, 10]);
  expect(await loaded.scenarioOf(last)).toMatchObject({ requests: 1000, slo: 100 });
});
