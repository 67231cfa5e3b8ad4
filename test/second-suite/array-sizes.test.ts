import { describe, expect, it } from "vitest";
import { countLayer } from "../../hw/array/counted.ts";
import { dramBitsPerCycle, peCount } from "../../hw/array/description.ts";
import { layerSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { chooseMapping, defaultDepth, searchMappings } from "../../hw/array/mapper.ts";
import { eyerissGrid, scaledGrids } from "../../hw/presets/eyeriss-v2.ts";
import { networkCases } from "../../scripts/network-masks.ts";

const cases = networkCases("sparse-mobilenet-0.5", 1).map((each) => ({ ...each, sample: each.masks(0) }));

describe("sparse MobileNet-0.5 on arrays of 12 to 3072 PEs", () => {
  const results = scaledGrids.map(([clusterRows, clusterColumns]) => {
    const hardware = eyerissGrid(clusterRows, clusterColumns);
    let cycles = 0;
    let bits = 0;
    for (const { layer, sample, inputDensity, outputDensity } of cases) {
      const depth = defaultDepth(hardware);
      const { mapping } = chooseMapping({ layer, weight: sample.weight, hardware, inputDensity, outputDensity, depth });
      const counters = countLayer(layerSums(loopNest(layer, hardware), sample, hardware), mapping, hardware);
      cycles += counters.cycles;
      bits += counters.dramActivationBits + counters.dramWeightBits + counters.dramOutputBits;
    }
    return { pes: peCount(hardware), cycles, floor: bits / dramBitsPerCycle(hardware) };
  });

  it("never takes more cycles on more PEs", () => {
    for (let i = 1; i < results.length; i++) expect(results[i].cycles).toBeLessThanOrEqual(results[i - 1].cycles);
  });

  it("is at least 11 times as fast on 192 as on 12, and within 1.3 of its DRAM floor on 3072", () => {
    expect(results[0].cycles / results[3].cycles).toBeGreaterThan(11);
    expect(results[7].cycles / results[7].floor).toBeLessThan(1.3);
  });
});

describe("the mapper against searches that it cannot afford", () => {
  it.each([
    [8, 2, 1.02],
    [32, 8, 1.05],
  ])("on a %i×%i grid of clusters", (clusterRows, clusterColumns, tolerance) => {
    const hardware = eyerissGrid(clusterRows, clusterColumns);
    const totals = { chosen: 0, deep: 0, seeing: 0 };
    for (const { layer, sample, inputDensity, outputDensity } of cases) {
      const sums = layerSums(loopNest(layer, hardware), sample, hardware);
      const request = { layer, weight: sample.weight, hardware, inputDensity, outputDensity };
      const { mapping } = chooseMapping({ ...request, depth: defaultDepth(hardware) });
      const deep = chooseMapping({ ...request, depth: 1000 });
      totals.chosen += countLayer(sums, mapping, hardware).cycles;
      totals.deep += countLayer(sums, deep.mapping, hardware).cycles;
      totals.seeing += searchMappings({ ...request, depth: 100 }, sums).counters.cycles;
    }
    expect(totals.chosen).toBeLessThanOrEqual(tolerance * totals.deep);
    expect(totals.chosen).toBeLessThanOrEqual(1.05 * totals.seeing);
  });
});
