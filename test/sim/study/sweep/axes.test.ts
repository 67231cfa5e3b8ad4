/** Which values does an axis take, and is every wrong one told in one line? */
import { expect, test } from "vitest";
import { readAxis } from "../../../../sim/study/sweep/axes.ts";

async function valuesOf(key: string, data: unknown): Promise<readonly unknown[]> {
  const { keys } = await readAxis(key, data, "sweep s.yaml", "/base");
  return keys[0].shown;
}

test.each([
  ["requests", [10, 20], [10, 20]],
  ["dysta.clampSlack", [true, false], [true, false]],
  ["slo", { from: 2, to: 10, step: 3 }, [2, 5, 8]],
  ["slo", { from: 0.1, to: 0.4, step: 0.1 }, [0.1, 0.2, 0.3, 0.4]],
  ["slo", { from: 10, to: 4, step: -3 }, [10, 7, 4]],
  ["slo", { from: 1, to: 2, points: 5 }, [1, 1.25, 1.5, 1.75, 2]],
  ["slo", { from: 3, to: 3, points: 1 }, [3]],
  ["slo", { from: 0.001, to: 1000, points: 7, scale: "log" }, [0.001, 0.01, 0.1, 1, 10, 100, 1000]],
  ["requests", { from: 1, to: 10, points: 4, scale: "log" }, [1, 2, 5, 10]],
  ["requests", { from: 1, to: 2, points: 5 }, [1, 2]],
  ["hardware.spad.psumEntries", { from: 8, to: 32, points: 3, scale: "log" }, [8, 16, 32]],
  ["hardware.clock", ["100 MHz", 2e8], [100e6, 200e6]],
  ["hardware.rows", { from: 16, to: 64, points: 3, scale: "log" }, [16, 32, 64]],
  ["hardware.buffer", ["256 KiB", "unlimited"], ["256 KiB", "unlimited"]],
  ["hardware.dram.bandwidth", { from: "64 MB/s", to: "1.024 GB/s", points: 3, scale: "log" }, [64e6, 256e6, 1024e6]],
  ["hardware.buffer.psums", { from: "1 KiB", to: "3 KiB", step: "1024 B" }, [1024, 2048, 3072]],
  ["hardware.buffer.psums", ["1 KiB", "unlimited"], ["1 KiB", "unlimited"]],
  ["arrivals.on", ["5 ms"], [0.005]],
  ["unit.format", ["fp16", "fp64"], ["fp16", "fp64"]],
  ["table", ["builtin:sanger", "t.csv"], ["builtin:sanger", "t.csv"]],
  ["faults", [[], ["strict-admission"]], ["[]", '["strict-admission"]']],
])("%s: %j", async (key, data, shown) => {
  expect(await valuesOf(key, data)).toEqual(shown);
});

test("what is set: paths absolute, quantities as numbers, everything else as written", async () => {
  const set = async (key: string, data: unknown) => (await readAxis(key, data, "", "/base")).keys[0].values;
  expect(await set("table", ["builtin:sanger", "t.csv", ["a", "/b"]])).toEqual([
    "builtin:sanger",
    "/base/t.csv",
    ["/base/a", "/b"],
  ]);
  expect(await set("hardware", ["eyeriss-v2", "hw/small.yaml"])).toEqual(["eyeriss-v2", "/base/hw/small.yaml"]);
  expect(await set("arrivals", [{ kind: "trace", file: "r.csv" }])).toEqual([{ kind: "trace", file: "/base/r.csv" }]);
  expect(await set("hardware.clock", ["0.2 GHz"])).toEqual([200e6]);
  expect(await set("faults", [["average-all"]])).toEqual([["average-all"]]);
});

test("zipped keys are columns of one axis", async () => {
  const data = { zip: { "hardware.grid.peRows": [3, 6], "hardware.clock": { from: "1 MHz", to: "2 MHz", points: 2 } } };
  const { name, length, keys } = await readAxis("shape", data, "", "");
  expect([name, length]).toEqual(["shape", 2]);
  expect(keys.map((key) => [key.name, key.type, key.shown])).toEqual([
    ["hardware.grid.peRows", "number", [3, 6]],
    ["hardware.clock", "number", [1e6, 2e6]],
  ]);
});

test.each([
  ["arrivals.rat", [1], 'axes: unknown key "arrivals.rat" (did you mean "arrivals.rate"?)'],
  ["rate", [1], 'axes: unknown key "rate" (did you mean "arrivals.rate"?)'],
  ["hardware.peRows", [1], 'axes: unknown key "hardware.peRows" (did you mean "hardware.grid.peRows"?)'],
  ["hardwar.clock", [1], 'axes: unknown key "hardwar.clock" (did you mean "hardware.clock"?)'],
  ["models.*.sparsty", [1], 'axes: unknown key "models.*.sparsty" (did you mean "models.*.sparsity"?)'],
  [
    "__proto__.x",
    [1],
    /^axes: unknown key "__proto__.x" \(dysta schema scenario and dysta schema hardware list them\)$/,
  ],
  ["seed", [1], "axes: seed is the sweep's own: give seed (the first) and seeds (how many)"],
  ["seeds", [1], "axes: seeds is the sweep's own: give seed (the first) and seeds (how many)"],
  ["schedulers", [1], "axes: schedulers is the sweep's own: list them under schedulers"],
  ["name", ["a"], "axes: name changes no result"],
  ["hardware.name", ["a"], "axes: hardware.name changes no result"],
  ["slo", [], "axis slo has no values"],
  [
    "slo",
    3,
    "axis slo must be a list, a range { from, to, step | points }, or { zip: { KEY: list or range, … } }, is 3",
  ],
  ["slo", { from: 1 }, "axis slo: to is missing"],
  ["slo", { from: 1, to: 2 }, "axis slo needs either step or points"],
  ["slo", { from: 1, to: 2, step: 1, points: 2 }, "axis slo needs either step or points"],
  ["slo", { from: 1, to: 2, stop: 1 }, 'axis slo: unknown key "stop" (did you mean "step"?)'],
  ["slo", { from: 1, to: 2, points: 0 }, "axis slo: points must be a whole number, 1 or more, is 0"],
  [
    "slo",
    { from: 1, to: 2, points: 3, scale: "ln" },
    'axis slo: scale must be one of linear, log, is "ln" (did you mean "log"?)',
  ],
  [
    "slo",
    { from: 0, to: 2, points: 3, scale: "log" },
    "axis slo: a log scale needs points, and from and to more than 0",
  ],
  ["slo", { from: 1, to: 2, step: 0 }, "axis slo: from 1 in steps of 0 does not come to 2 in 1000000 values"],
  ["slo", { from: 1, to: 2, step: -1 }, "axis slo: from 1 in steps of -1 does not come to 2 in 1000000 values"],
  ["slo", { from: 0, to: 1, step: 1e-9 }, "axis slo: from 0 in steps of 1e-9 does not come to 1 in 1000000 values"],
  ["slo", { from: 0, to: 1, points: 1e7 }, "axis slo has more than 1000000 values"],
  ["slo", { from: "1 s", to: 2, step: 1 }, 'axis slo: from must be a number, is "1 s"'],
  ["slo", [1, 2, 1], "axis slo has the value 1 twice"],
  ["hardware.clock", ["0.2 GHz", "200 MHz"], "axis hardware.clock has the value 200000000 twice"],
  [
    "hardware.clock",
    ["5 ms"],
    'axis hardware.clock must be a frequency such as 200 MHz, 1 GHz, or a number in Hz; is "5 ms"',
  ],
  ["shape", { zip: {} }, "axis shape: zip names no key"],
  ["shape", { zip: { slo: [1], seed: [1] } }, /^axis shape: seed is the sweep's own/],
  ["shape", { zip: { slo: [1], slow: [1] } }, 'axis shape: unknown key "slow" (did you mean "slo"?)'],
  ["shape", { zip: { slo: 3 } }, "axis shape: zip.slo must be a list or a range { from, to, step | points }, is 3"],
  ["shape", { zip: { slo: [1] }, step: 1 }, /^axis shape: unknown key "step"/],
  [
    "shape",
    { zip: { slo: [1, 2], requests: [1, 2, 3] } },
    "axis shape: zipped keys need equally many values: slo has 2, requests has 3",
  ],
  ["shape", { zip: { slo: [1, 2, 1], requests: [1, 2, 1] } }, "axis shape has the value slo 1, requests 1 twice"],
])("refuses %s: %j", async (key, data, message) => {
  const error = await readAxis(key, data, "sweep s.yaml", "/base").catch((caught: Error) => caught);
  expect(error).toMatchObject({ name: "ConfigError" });
  const text = (error as Error).message;
  expect(text.startsWith("sweep s.yaml: ")).toBe(true);
  const rest = text.slice("sweep s.yaml: ".length);
  if (typeof message === "string") expect(rest).toBe(message);
  else expect(rest).toMatch(message);
});
