/** Does a trace file say exactly which requests run, and are its mistakes told in one line? */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { generateRequests } from "../../../workloads/requests/generate.ts";
import type { RequestSpec } from "../../../workloads/requests/request-spec.ts";
import type { RequestTable } from "../../../workloads/requests/requests.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { networks } from "../synthetic-networks.ts";
import { folderWith } from "../temporary-folder.ts";

const patterns = networks({ model: "a", pattern: "x" }, { model: "a", pattern: "y" }, { model: "b" });

function spec(file: string, change: Partial<RequestSpec> = {}): RequestSpec {
  return {
    arrivals: { kind: "trace", file, unit: "s", origin: 0 },
    requests: 2,
    mix: [1, 1, 1].map((weight) => ({ weight, slo: 10 })),
    timeUnit: "seconds",
    secondsPerTick: 1,
    semantics: corrected,
    ...change,
  };
}

function replay(lines: string[], change: Partial<RequestSpec> = {}, seed = 1): RequestTable {
  const file = join(folderWith({ "t.csv": `${lines.join("\n")}\n` }), "t.csv");
  return generateRequests(spec(file, change), patterns.profiles, patterns.tables, seed);
}

/** The message without the folder of the file. */
function complaint(lines: string[], change: Partial<RequestSpec> = {}): string {
  try {
    replay(lines, change);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace(/\/\S*\/t\.csv/, "t.csv");
    throw error;
  }
  throw new Error("no complaint");
}

test("every column of a trace is taken as it stands", () => {
  const table = replay(["arrival,model,pattern,sample,priority,deadline", "0.5,a,y,3,9,7", "0.5,b,dense,0,1,8.25"]);
  expect(table).toEqual({
    count: 2,
    arrival: new Float64Array([0.5, 0.5]),
    profile: new Int32Array([1, 2]),
    sample: new Int32Array([3, 0]),
    priority: new Int32Array([9, 1]),
    deadline: new Float64Array([7, 8.25]),
  });
});

test("priorities of a trace need not be of the levels that are drawn", () => {
  const { priority } = replay(["arrival,priority", "1,7", "2,2"]);
  expect(Array.from(priority)).toEqual([7, 2]);
});

test("arrivals alone: the rest is what generated arrivals would have drawn", () => {
  const traced = replay(["arrival", "1", "2"]);
  const drawn = generateRequests(
    spec("", { arrivals: { kind: "fixed", rate: 1 } }),
    patterns.profiles,
    patterns.tables,
    1,
  );
  expect(traced).toEqual(drawn);
});

test("a model without a pattern is drawn among its patterns", () => {
  const rows = Array.from({ length: 100 }, (_, k) => `${k},a`);
  const { profile } = replay(["arrival,model", ...rows], { requests: 100 });
  expect([...new Set(profile)].sort()).toEqual([0, 1]);
});

describe("requests.csv of a result folder", () => {
  const header = "request,model,pattern,sample,priority,arrival,deadline,seed";
  const lines = [header, "0,a,x,1,1,100,900,1", "1,b,dense,2,3,250,900,1", "0,b,dense,2,3,120,700,2"];

  test("replays in cycles the rows of the run's seed", () => {
    const inCycles = { timeUnit: "cycles", secondsPerTick: 1 / 200e6, requests: 1 } as const;
    const file = join(folderWith({ "t.csv": lines.join("\n") }), "t.csv");
    const arrivals = { kind: "trace", file, unit: "cycles", origin: 0 } as const;
    const run = (seed: number) =>
      generateRequests(spec(file, { ...inCycles, arrivals }), patterns.profiles, patterns.tables, seed);
    expect([run(1).arrival[0], run(1).deadline[0], run(1).profile[0]]).toEqual([100, 900, 0]);
    expect([run(2).arrival[0], run(2).deadline[0], run(2).profile[0]]).toEqual([120, 700, 2]);
    expect(() => run(3)).toThrow("has no rows for seed 3 (its seeds: 1, 2)");
  });
});

test("seconds become whole cycles in a run in cycles", () => {
  const { arrival } = replay(["arrival", "0.1", "0.25"], {
    timeUnit: "cycles",
    secondsPerTick: 1 / 200e6,
  });
  expect(Array.from(arrival)).toEqual([20e6, 50e6]);
});

test.each<[string[], string]>([
  [["arival", "1", "2"], 'table t.csv: column arrival is missing (did you mean "arival"?)'],
  [["arrival", "2", "1"], "table t.csv: line 3: arrival is earlier than on the line before"],
  [["arrival", "NaN", "1"], "table t.csv: line 2: arrival must be a number, is NaN"],
  [["arrival,model", "1,aa", "2,b"], 'table t.csv: line 2: unknown model "aa" (did you mean "a"?)'],
  [
    ["arrival,model,pattern", "1,a,x", "2,a,z"],
    'table t.csv: line 3: unknown pattern "z" of model a (did you mean "x"?)',
  ],
  [["arrival,pattern", "1,x", "2,x"], "table t.csv: column pattern needs a column model"],
  [["arrival,model,sample", "1,b,5", "2,b,10"], "trace t.csv: request 1: profile b_dense has no sample 10"],
  [["arrival,priority", "1,0", "2,1"], "table t.csv: line 2: priority must be from 1 to 2147483647, is 0"],
  [["arrival", "1"], "trace t.csv: has 1 requests, 2 are asked for"],
])("%j: %s", (lines, message) => {
  expect(complaint(lines)).toBe(message);
});
