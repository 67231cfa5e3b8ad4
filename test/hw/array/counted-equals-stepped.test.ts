import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import { type Counters, counterNames } from "../../../hw/array/counters.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { stepLayer } from "../../../hw/array/stepped.ts";
import { layerKinds } from "../../../workloads/layers/layer.ts";
import { type RandomCase, randomBatchCase, randomCase } from "./random-case.ts";

const caseCount = 2000;

function counted({ layer, masks, mapping, hardware }: RandomCase): Counters {
  return countLayer(layerSums(loopNest(layer, hardware), masks, hardware), mapping, hardware);
}

function stepped({ layer, masks, mapping, hardware }: RandomCase): Counters {
  return stepLayer(layer, masks, mapping, hardware);
}

describe("counted equals stepped", () => {
  const cases = Array.from({ length: caseCount }, (_, i) => randomCase(i + 1));
  const results = cases.map((each) => [each, counted(each), stepped(each)] as const);

  it(`in cycles and every counter, on ${caseCount} random cases`, () => {
    for (const [i, [each, fast, slow]] of results.entries()) {
      expect(fast, `seed ${i + 1}: ${JSON.stringify(each.mapping)}`).toEqual(slow);
    }
  });

  it("on cases of every layer kind and barrier, more than a quarter of them bound by memory", () => {
    for (const kind of layerKinds) {
      expect(cases.filter(({ layer }) => layer.kind === kind).length).toBeGreaterThan(caseCount / 10);
    }
    for (const barrier of ["window", "tile", "layer"]) {
      const those = cases.filter(({ hardware }) => hardware.mechanisms.barrier === barrier);
      expect(those.length).toBeGreaterThan(caseCount / 6);
    }
    const bound = results.filter(([, { load, store }]) => load + store > 0);
    expect(bound.length).toBeGreaterThan(caseCount / 4);
  });

  it("on batches, folded axes, filter tiles, one buffer for all, and sums read back at a price", () => {
    const seen = { images: 0, folds: 0, tiles: 0, shared: 0, readBack: 0, plainWeights: 0, plainOnChip: 0 };
    for (let seed = 1; seed <= 600; seed++) {
      const each = randomBatchCase(seed);
      const { hardware, mapping, layer } = each;
      const fast = counted(each);
      expect(fast, `seed ${seed}: ${JSON.stringify(mapping)}`).toEqual(stepped(each));
      const freely = { ...hardware, ports: { ...hardware.ports, psumReadsPerCycle: Infinity } };
      seen.images += Number((layer.batch ?? 1) > 1 && (mapping.imagesPerTile ?? 1) > 1);
      seen.folds += Number(Object.values(mapping.axes).some((carried) => typeof carried !== "string"));
      seen.tiles += Number((mapping.filtersPerTile ?? 0) > mapping.filtersPerPe);
      seen.shared += Number(hardware.buffer.shared);
      seen.readBack += Number(counted({ ...each, hardware: freely }).cycles < fast.cycles);
      seen.plainWeights += Number(!hardware.mechanisms.compressWeights);
      seen.plainOnChip += Number(!hardware.mechanisms.compressOnChip);
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
  });

  it("on cases in which every counter moves", () => {
    for (const name of counterNames) {
      expect(results.filter(([, fast]) => fast[name] > 0).length, name).toBeGreaterThan(caseCount / 20);
    }
  });
});
