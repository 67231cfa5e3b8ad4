/** Do the measured networks have the densities that were published with them? */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { measuredFiles } from "../../../scripts/networks/measured.ts";
import { denseMacs } from "../../../workloads/layers/layer.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";

/** Rows of a CSV file, split by hand: a second reader. */
function rowsOf(path: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, k) => [names[k], cell])));
}

const published = rowsOf("test/workloads/measured-summary.csv");

test.each(measuredFiles.map((file) => [file.name, file] as const))(
  "%s: GMACs, layers and the share of MACs whose activation is not zero, on average over the photographs",
  (_, file) => {
    const row = published.find(({ model }) => model === file.stem);
    const { layers, densities } = networkOf(file.name);
    const macs = layers.map(denseMacs);
    const total = macs.reduce((sum, value) => sum + value, 0);
    expect((total / 1e9).toFixed(3)).toBe(row?.GMACs);
    expect(layers).toHaveLength(Number(row?.kernels));
    const shares = Array.from({ length: densities.sampleCount }, (_, sample) => {
      const input = densities.inputOf(sample, 1);
      return macs.reduce((sum, value, layer) => sum + value * input[layer], 0) / total;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(Math.abs(mean - Number(row?.valid_mac_frac_mean))).toBeLessThan(1e-4);
  },
);
