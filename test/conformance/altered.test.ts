/** Is every alteration of a recording reported, with the place and both values? */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConformPart, describeDifference } from "../../sim/study/conform/part.ts";
import { conformFolder } from "./conform-folder.ts";

// biome-ignore lint/suspicious/noExplicitAny: a recording is edited without regard to its shape
type Loose = any;

const reference = "test/reference";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dysta-conform-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Copies files of the reference; tables come along. */
function copy(...files: string[]): void {
  for (const file of ["csv", ...files]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(reference, file), join(folder, file), { recursive: true });
  }
}

function edit(file: string, change: (document: Loose) => void): void {
  const document = JSON.parse(readFileSync(join(folder, file), "utf8"));
  change(document);
  writeFileSync(join(folder, file), JSON.stringify(document));
}

function partOf(file: string): ConformPart {
  const part = conformFolder(folder).find((other) => other.file === file);
  if (part === undefined) throw new Error(`no part ${file}`);
  return part;
}

function differencesOf(file: string): string[] {
  const part = partOf(file);
  expect(part.status).toBe("failed");
  return part.differences.map((difference) => describeDifference(file, difference));
}

const scenario = "scenarios/cnn_50_moderate.json";
const short = "scenarios/cnn_10_light.json";
const trace = "scenarios/cnn_10_light.trace.json";

describe("one altered value", () => {
  test("a finish time by 1e-12 of itself", () => {
    copy(scenario);
    let before = 0;
    edit(scenario, ({ schedulers }) => {
      before = schedulers.dysta.finish[17];
      schedulers.dysta.finish[17] = before * (1 + 1e-12);
    });
    const recorded = before * (1 + 1e-12);
    expect(differencesOf(scenario)).toEqual([
      `${scenario}: dysta: request 17: finish time in s: recorded ${recorded}, replayed ${before}`,
    ]);
  });

  test.each([
    ["finish_order", (run: Loose) => run.finish_order.reverse(), "request that finishes as number 0"],
    ["violated", (run: Loose) => run.violated.push(3), "number of violated requests"],
    ["violation_rate", (run: Loose) => (run.violation_rate += 0.02), "violation rate"],
    ["stp", (run: Loose) => (run.stp *= 1 + 1e-15), "stp (requests per second)"],
    ["antt", (run: Loose) => (run.antt *= 1 + 1e-15), "antt"],
    ["n_dispatch", (run: Loose) => (run.n_dispatch += 1), "number of dispatches"],
    ["clock_rollbacks", (run: Loose) => run.clock_rollbacks.push([3, 1.5, 1]), "number of clock roll-backs"],
  ])("of a schedule: %s", (_name, change, place) => {
    copy(scenario);
    edit(scenario, ({ schedulers }) => change(schedulers.prema));
    expect(differencesOf(scenario)[0]).toContain(place);
    expect(partOf(scenario).differences[0].where).toMatch(/prema/);
  });

  test("a target latency, though no deadline is missed for it", () => {
    copy(short);
    edit(short, ({ requests }) => {
      requests[4][4] *= 1 + 1e-9;
    });
    expect(differencesOf(short)).toEqual([
      expect.stringContaining(`${short}: request 4: target latency in s: recorded `),
    ]);
  });

  test("the SLO multiplier that the targets were made with", () => {
    copy(short);
    edit(short, (document) => {
      document.slo_multiplier += 1;
    });
    expect(partOf(short)).toMatchObject({ status: "failed", differenceCount: 10 });
  });

  test.each([
    ["no schedulers", (document: Loose) => (document.schedulers = {}), "schedulers is empty: nothing is recorded"],
    ["columns in another order", (document: Loose) => document.request_columns.reverse(), "request_columns"],
    [
      "a run of layers longer than memory",
      (document: Loose) => (document.schedulers.fcfs.dispatch = "0x99999999999"),
      "dispatch has 99999999999 layers in a row",
    ],
  ])("%s is no recording that can pass", (_name, change, reason) => {
    copy(short);
    edit(short, change);
    expect(partOf(short)).toMatchObject({ status: "failed", reason: expect.stringContaining(reason) });
  });

  test("one dispatch moved", () => {
    copy(scenario);
    edit(scenario, ({ schedulers }) => {
      schedulers.fcfs.dispatch = schedulers.fcfs.dispatch.replace(
        /^0x(\d+) 1x(\d+)/,
        (_: string, a: string, b: string) => {
          return `0x${Number(a) - 1} 1 0 1x${Number(b) - 1}`;
        },
      );
    });
    const [first, ...others] = differencesOf(scenario);
    expect(first).toMatch(
      /fcfs: execution \d+: request and layer: recorded request 1 layer 0, replayed request 0 layer \d+$/,
    );
    expect(others).toEqual([]);
  });

  test("the same sequence coded in other runs is no difference", () => {
    copy(scenario);
    edit(scenario, ({ schedulers }) => {
      schedulers.fcfs.dispatch = schedulers.fcfs.dispatch.replace(
        /^0x(\d+)/,
        (_: string, n: string) => `0 0x${Number(n) - 1}`,
      );
    });
    expect(partOf(scenario).status).toBe("passed");
  });

  test("a parameter of the run", () => {
    copy(scenario);
    edit(scenario, ({ params }) => {
      params.beta = 0.5;
    });
    expect(differencesOf(scenario).every((line) => line.includes("dysta"))).toBe(true);
  });

  test("a score, a choice and a clock of a trace", () => {
    copy(short, trace);
    edit(trace, (traces) => {
      traces.dysta.decisions[40][2][0][3] *= 1 + 1e-15;
      traces.sdrm3.decisions[7][1] += 1;
      traces.fcfs.decisions[3][0] *= 1 + 1e-15;
    });
    const lines = differencesOf(trace);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/fcfs: decision 3: clock in s/);
    expect(lines[1]).toMatch(/sdrm3: decision 7: chosen request: recorded 1, replayed 0/);
    expect(lines[2]).toMatch(/dysta: decision 40: request \d+: dysta_gamma/);
  });

  test("the last bit of a look-up table and of a stored sample", () => {
    copy("luts/mixed_seq512.json");
    edit("luts/mixed_seq512.json", ({ lut }) => {
      lut.bart.avg_lat_per_model[5] *= 1 + 2 ** -52;
      lut.gpt2.samples_0_to_6[6].sparsity[2] *= 1 + 2 ** -52;
    });
    const places = partOf("luts/mixed_seq512.json").differences.map(({ where }) => where);
    expect(places).toEqual(["bart: layer 5: avg_lat_per_model", "gpt2: sample 6: layer 2: sparsity"]);
  });

  test("a sweep by 1e-8, but not by 1e-10", () => {
    const sweep = "sweeps/effect_sparsity_sanger.json";
    copy(sweep);
    edit(sweep, ({ runs }) => {
      runs[0].metrics["30"].antt.dysta[0][1] *= 1 + 1e-10;
    });
    expect(partOf(sweep).status).toBe("passed");
    edit(sweep, ({ runs }) => {
      runs[0].metrics["30"].antt.dysta[0][1] *= 1 + 1e-8;
    });
    expect(differencesOf(sweep)).toHaveLength(1);
    expect(differencesOf(sweep)[0]).toContain("run 0: dysta: rate 30, objective 10, seed 2: antt");
  });

  test("vectors", () => {
    copy("vectors");
    edit("vectors/rng.json", ({ vectors }) => {
      vectors[1].randint_0_11[3] += 1;
    });
    edit("vectors/numpy_mean.json", ({ cases }) => {
      cases[4].numpy_mean *= 1 + 2 ** -52;
    });
    edit("vectors/predictors.json", ({ cases }) => {
      cases[2].last_one *= 1 + 2 ** -52;
    });
    edit("vectors/predictor_accuracy.json", (models) => {
      models.resnet50_block4_sparse60.last_n.mse *= 1 + 1e-8;
    });
    const failed = conformFolder(folder).flatMap(({ differences }) => differences.map(({ where }) => where));
    expect(failed).toEqual([
      "case 4: pairwise mean",
      "resnet50_block4_sparse60: last_n: mse in s²",
      "case 2: last_one",
      "seed 1: randint_0_11[3]",
    ]);
  });
});

describe("a damaged recording is one line with file and what is wrong", () => {
  function reasonOf(file: string): string | undefined {
    const part = partOf(file);
    expect(part.status).toBe("failed");
    expect(part.reason).not.toContain("\n");
    return part.reason;
  }

  test("cut off", () => {
    copy(scenario);
    writeFileSync(join(folder, scenario), readFileSync(join(folder, scenario), "utf8").slice(0, 2000));
    expect(reasonOf(scenario)).toMatch(/^scenarios\/cnn_50_moderate\.json: is not valid JSON: /);
  });

  test.each([
    ["a missing key", (d: Loose) => delete d.requests, "requests: Invalid input: expected array, received undefined"],
    [
      "text for a number",
      (d: Loose) => (d.schedulers.sjf.finish[3] = "x"),
      "schedulers.sjf.finish[3]: Invalid input: expected number, received string",
    ],
    ["a request too few", (d: Loose) => d.requests.pop(), "requests must have num_requests = 50 rows, has 49"],
    ["no such model", (d: Loose) => (d.requests[4][1] = 12), "request 4: model index must be below 12, is 12"],
    [
      "no such sample",
      (d: Loose) => (d.requests[4][3] = 999),
      "request 4: model resnet50_filter_sparse20 has no sample 999",
    ],
    [
      "a garbled dispatch",
      (d: Loose) => (d.schedulers.sjf.dispatch = "0x3 oops"),
      'sjf: dispatch must be tokens such as 7 or 7x3, has "oops"',
    ],
  ])("%s", (_name, change, message) => {
    copy(scenario);
    edit(scenario, change);
    expect(reasonOf(scenario)?.replace(/model \w+ has/, "model resnet50_filter_sparse20 has")).toBe(
      `${scenario}: ${message}`,
    );
  });

  test("an unknown scheduler", () => {
    copy(short);
    edit(short, ({ schedulers }) => {
      schedulers.dista = schedulers.dysta;
    });
    expect(reasonOf(short)).toBe(`${short}: unknown scheduler "dista" (did you mean "dysta"?)`);
  });

  test("a table that is gone", () => {
    copy(short);
    edit(short, (document) => {
      document.csv[2] = "csv/eyerissv2/gone.csv";
    });
    expect(reasonOf(short)).toBe(`${short}: table ${join(folder, "csv/eyerissv2/gone.csv")}: no such file`);
  });
});

describe("parts may be missing", () => {
  test("scenarios without look-up tables", () => {
    copy(short);
    expect(conformFolder(folder).map(({ file, status }) => [file, status])).toEqual([[short, "passed"]]);
  });

  test("a trace without its scenario is skipped, as are sweeps and accuracies without tables", () => {
    copy(trace, "sweeps/effect_sparsity_sanger.json", "vectors/predictor_accuracy.json");
    rmSync(join(folder, "csv"), { recursive: true });
    const parts = conformFolder(folder);
    expect(parts.map(({ status }) => status)).toEqual(["skipped", "skipped", "skipped"]);
    expect(parts.map(({ reason }) => reason)).toEqual([
      `its scenario ${short} is not in the folder`,
      "no folder has all its tables (load_balance_gpt2_glue_128.csv, …)",
      "its table mobilenet_block4_sparse60.csv is not in the folder",
    ]);
  });

  test("recordings in other folders are known by their content", () => {
    copy(scenario);
    mkdirSync(join(folder, "mine"));
    cpSync(join(reference, scenario), join(folder, "mine/a.json"));
    cpSync(join(reference, "luts/attn_seq512.json"), join(folder, "mine/b.json"));
    cpSync(join(reference, "vectors/rng.json"), join(folder, "mine/c.json"));
    cpSync(join(reference, "vectors/sanger_latency.csv"), join(folder, "mine/d.csv"));
    const parts = conformFolder(folder).filter(({ file }) => file.startsWith("mine/"));
    expect(parts.map(({ kind }) => kind)).toEqual(["scenario", "lut", "random", "sanger-latency"]);
    expect(parts.every(({ status }) => status === "passed")).toBe(true);
  });

  test("nothing recognised, no folder", () => {
    writeFileSync(join(folder, "package.json"), "{}");
    expect(() => conformFolder(folder)).toThrow(/^conform .*: no recording found/);
    const gone = join(folder, "gone");
    expect(() => conformFolder(gone)).toThrow(`conform ${gone}: no such folder`);
    const file = join(folder, "package.json");
    expect(() => conformFolder(file)).toThrow(`conform ${file}: is not a folder`);
  });
});
