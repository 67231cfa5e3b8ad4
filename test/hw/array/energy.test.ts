import { describe, expect, it } from "vitest";
import { accessesOf, areaOf, energyPj, eyerissEnergy } from "../../../hw/array/energy.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { makeLayer } from "../../../workloads/layers/layer.ts";
import { denseMask } from "../../../workloads/masks/bit-mask.ts";

const layer = makeLayer({ name: "4×3 by 3×2", kind: "matmul", inputChannels: 3, outputChannels: 2, inputHeight: 4 });
const masks = { input: denseMask([3, 4, 1]), weight: denseMask([2, 3, 1, 1]), output: denseMask([2, 4, 1]) };
const mapping = {
  axes: { clusterRows: "groups", clusterColumns: "groups", peRows: "groups", peColumns: "groups" },
  filtersPerPe: 2,
  channelsPerPe: 3,
  kernelRowsPerPe: 1,
  pixelsPerTile: 4,
} as const;

describe("energy", () => {
  it("counts the word accesses of a dense 4×3 by 3×2 product on one PE", () => {
    const { counters } = runLayer(layer, masks, singlePe, mapping, { fidelity: "counted" });
    expect(accessesOf(counters, singlePe)).toEqual({
      mac: 24,
      // 3 per MAC, 12 activations walked and written, 6 weights written, 8 sums drained.
      spad: 72 + 12 + 12 + 6 + 8,
      neighbour: 0,
      // 12 activations in and out, 8 sums in, 8 out to DRAM.
      buffer: 12 + 12 + 8 + 8,
      dram: 12 + 6 + 8,
    });
  });

  it("weighs them with the Eyeriss ratios 1, 1, 2, 6, 200", () => {
    const each = { mac: 1, spad: 10, neighbour: 100, buffer: 1000, dram: 10_000 };
    expect(energyPj(each, eyerissEnergy)).toBe(1 + 10 + 200 + 6000 + 2_000_000);
  });

  it("is the user's own table where one is given", () => {
    const picojoules = { mac: 0.5, spad: 0, neighbour: 0, buffer: 0, dram: 0 };
    const result = runLayer(layer, masks, singlePe, mapping, {
      fidelity: "counted",
      energy: { source: "mine", picojoules },
    });
    expect(result.energyPj).toBe(12);
  });
});

describe("area", () => {
  it("is a count of PEs and bytes unless the user knows better", () => {
    expect(areaOf(eyerissV2)).toEqual({ peCount: 192, sramBytes: 271_872 });
    const table = {
      source: "mine",
      perPeMm2: 0.01,
      perMacMm2: 0.003,
      perSramByteMm2: 0,
      perClusterMm2: 0.5,
      fixedMm2: 2,
    };
    expect(areaOf(eyerissV2, table).mm2).toBeCloseTo(2 + 192 * (0.01 + 2 * 0.003) + 16 * 0.5);
  });
});
