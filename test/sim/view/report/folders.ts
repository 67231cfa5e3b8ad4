/** Result folders to report on: made by the built command, and what can be put into them by hand. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cycleParts } from "../../../../hw/array/counters.ts";
import type { LayerRow, ProfileDocument } from "../../../../sim/profile/profile-document.ts";
import { folderWith, scratchFolder, smallProject } from "../../cli/dysta.ts";
import { dystaInProcess } from "../../cli/in-process.ts";

/** The result of a small run: three schedulers, two seeds, two networks. */
export async function smallResult(options: readonly string[] = []): Promise<string> {
  const folder = join(scratchFolder(), "results");
  const words = ["run", "scenario.yaml", "--out", folder, ...options];
  const { status, stderr } = await dystaInProcess(words, folderWith(smallProject));
  if (status !== 0) throw new Error(stderr);
  return folder;
}

/** A copy whose marker does not say what its files were, as in older versions: they can be changed. */
export function copyOf(folder: string): string {
  const copy = exactCopyOf(folder);
  const marker = join(copy, "provenance.json");
  const { files: _, ...facts } = JSON.parse(readFileSync(marker, "utf8"));
  writeFileSync(marker, JSON.stringify(facts));
  return copy;
}

export function exactCopyOf(folder: string): string {
  const copy = join(scratchFolder(), "copy");
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Rows of a CSV file of a folder without commas inside its cells. */
export function rowsOf(folder: string, name: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(join(folder, name), "utf8").trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, k) => [names[k], cell])));
}

/** Rewrites a CSV file without some of its columns, as an older version would have written it. */
export function dropColumns(folder: string, name: string, columns: readonly string[]): void {
  const file = join(folder, name);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const kept = lines[0].split(",").map((title) => !columns.includes(title));
  const text = lines.map((line) => line.split(",").filter((_, k) => kept[k]));
  writeFileSync(file, `${text.map((cells) => cells.join(",")).join("\n")}\n`);
}

const handMadeShape: LayerRow["shape"] = {
  ...{ input: [4, 5, 5], weights: [4, 4, 1, 1], output: [4, 5, 5] },
  ...{ stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
};

/** A network of three layers: the first full of MACs, the second held by a barrier, the third by memory. */
export function handMadeProfile(): ProfileDocument {
  const layer = (name: string, parts: Partial<LayerRow["stalls"]>, macsPerDramByte: number): LayerRow => {
    const stalls = { ...Object.fromEntries(cycleParts.map((part) => [part, 0])), ...parts } as NonNullable<
      LayerRow["stalls"]
    >;
    const cycles = Object.values(stalls).reduce((sum, part) => sum + part, 0);
    const attainableMacsPerCycle = Math.min(4, macsPerDramByte * 2);
    return {
      ...{ model: "a", pattern: "x", name, cycles, denseMacs: 400, effectualMacs: 100, utilisation: 25 / cycles },
      ...{ boundBy: "compute", inputDensity: 0.5, outputDensity: 0.5, weightDensity: 0.5, stalls, bytes: null },
      ...{ dramBytes: 100 / macsPerDramByte, energyPj: null, mapping: null, mappingText: null, alternatives: null },
      ...{ loadBalance: null, keptDensity: null, subRows: null, floors: null, kind: "pointwise" },
      shape: handMadeShape,
      roofline: {
        macsPerDramByte,
        attainableMacsPerCycle,
        achievedMacsPerCycle: 100 / cycles,
        limit: attainableMacsPerCycle < 4 ? "memory" : "macs",
      },
    };
  };
  const layers = [
    layer("full", { compute: 50 }, 10),
    layer("uneven", { compute: 30, imbalance: 70 }, 8),
    layer("starved", { compute: 30, load: 60, store: 10 }, 0.5),
  ];
  const stalls = Object.fromEntries(
    cycleParts.map((part) => [part, layers.reduce((sum, each) => sum + (each.stalls?.[part] ?? 0), 0)]),
  ) as NonNullable<LayerRow["stalls"]>;
  const totals = {
    ...{ cycles: 250, seconds: 0.25, denseMacs: 1200, effectualMacs: 300, utilisation: 0.3, stalls },
    ...{ dramBytes: 1, energyPj: null },
  };
  return {
    ...{ hardware: "by hand", clockHz: 1000, fidelity: "counted", samples: 1, peakMacsPerCycle: 4 },
    ...{ dramBytesPerCycle: 2, area: null, energySource: "none", layers, totals },
    networks: [{ model: "a", pattern: "x", totals }],
  };
}
