/** Are the built-in network files those that the script writes, and does the reader of network files return what was written? */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtInFiles } from "../../../scripts/networks/built-in.ts";
import { builtInNetworks } from "../../../scripts/networks/networks.ts";
import { networkNames, networkOf } from "../../../workloads/networks/networks.ts";
import { transformers } from "../../../workloads/networks/transformer.ts";

const folder = "workloads/networks/built-in";
const networks = builtInNetworks();

test("every network of the folder is written by the script, and every one it writes is there", () => {
  const names = networks.map(({ name }) => name).sort();
  expect(readdirSync(folder).sort()).toEqual(names);
  expect([...networkNames].sort()).toEqual([...names, ...Object.keys(transformers)].sort());
});

describe.each(networks.map((network) => [network.name, network] as const))("%s", (name, network) => {
  test("the files are those of npm run networks", () => {
    const files = builtInFiles(network);
    expect(readdirSync(join(folder, name)).sort()).toEqual(Object.keys(files).sort());
    for (const [file, text] of Object.entries(files)) expect(readFileSync(join(folder, name, file), "utf8")).toBe(text);
  });

  test("layers, sizes and densities are read back to the bit", () => {
    const read = networkOf(name);
    const { layers, samples, sizes, means, weight, varies = false } = network;
    expect(read.layers).toEqual(layers);
    expect(read.densities.sampleCount).toBe(samples?.length ?? Infinity);
    expect([...read.densities.weight]).toEqual(Array.from(layers, (_, layer) => weight?.[layer] ?? 1));
    for (const [sample, densities] of samples?.entries() ?? []) {
      expect([...read.densities.inputOf(sample, 1)]).toEqual([...Array.from(densities)]);
    }
    for (const [sample, ofSample] of sizes?.entries() ?? []) expect(read.sizes?.layersOf(sample)).toEqual(ofSample);
    if (means !== undefined && !varies) expect([...read.densities.inputOf(3, 7)]).toEqual(Array.from(means));
  });
});
