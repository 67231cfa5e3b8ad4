/** Do the sweeps that come with the package load, do editors accept them, and is the array-size table among them? */
import { readFileSync } from "node:fs";
import { expect, it, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { scaledGrids } from "../../../../hw/presets/eyeriss-v2.ts";
import { listSweeps, loadSweep } from "../../../../sim/study/sweep/sweep-file.ts";
import { sweepJsonSchema } from "../../../../sim/study/sweep/sweep-schema.ts";
import { packagePath } from "../../../../workloads/input/package-root.ts";
import { dystaInProcess } from "../../cli/in-process.ts";

const points: Readonly<Record<string, number>> = {
  "arrival-rate": 9 * 7 * 3,
  bandwidth: 3 * 7,
  buffers: 5 * 5,
  "fifo-depth-format": 5 * 3 * 3,
  "pe-array": 63,
  scheduler: 2 * 17 * 5,
  slo: 5 * 7 * 3,
  sparsity: 4 * 4 * 2,
};

test("every kind is there", () => {
  expect(listSweeps().map(({ name }) => name)).toEqual(Object.keys(points));
  for (const { description } of listSweeps()) expect(description).not.toBe("");
});

it.each(Object.entries(points))("%s has %i points, each configuration a scenario", async (name, count) => {
  const sweep = await loadSweep(name);
  expect(sweep.name).toBe(name);
  expect(sweep.pointCount).toBe(count);
  for (let k = 0; k < sweep.configurationCount; k++) await sweep.scenarioOf(k);
});

const schema = z.fromJSONSchema(sweepJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const dataOf = (name: string) => parse(readFileSync(packagePath("workloads", "sweeps", `${name}.yaml`), "utf8"));

it.each(Object.keys(points))("%s fits the published schema", (name) => {
  expect(schema.safeParse(dataOf(name)).success).toBe(true);
});

it.each([
  { axs: {} },
  { axes: { slo: 3 } },
  { axes: { slo: { from: 1, to: 2, stop: 3 } } },
  { axes: { a: { zip: { slo: 3 } } } },
  { seeds: 0 },
  { schedulers: [] },
])("the published schema refuses %j", (wrong) => {
  expect(schema.safeParse({ ...dataOf("slo"), ...wrong }).success).toBe(false);
});

test("pe-array has every size of the validation's table, in its order", async () => {
  const sweep = await loadSweep("pe-array");
  const rows = Array.from({ length: sweep.configurationCount }, (_, k) => sweep.valuesOf(k));
  const ofChip = rows.filter(([, , peRows, peColumns, macs]) => peRows === 3 && peColumns === 4 && macs === 2);
  expect(ofChip.map(([clusterRows, clusterColumns]) => [clusterRows, clusterColumns])).toEqual(scaledGrids);
});

test("dysta list sweeps and dysta schema sweep print them", async () => {
  expect(JSON.parse((await dystaInProcess(["list", "sweeps", "--json"])).stdout)).toEqual({ sweeps: listSweeps() });
  expect(JSON.parse((await dystaInProcess(["schema", "sweep"])).stdout)).toEqual(sweepJsonSchema());
});
