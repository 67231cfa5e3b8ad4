import { describe, expect, it } from "vitest";
import { countLayer } from "../../hw/array/counted.ts";
import type { Hardware } from "../../hw/array/description.ts";
import { layerSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import { randomBatchCase, randomCase } from "../hw/array/random-case.ts";
import { naiveLayer } from "./naive-layer.ts";

/** The machine with what the naive model does not have replaced by what it has. */
function withinTheModel(hardware: Hardware): Hardware {
  const { mechanisms, dram } = hardware;
  const barrier = mechanisms.barrier === "layer" ? "tile" : mechanisms.barrier;
  const bytesPerSecond = dram.bytesPerSecond === Infinity ? 128 : dram.bytesPerSecond;
  return {
    ...hardware,
    dram: { ...dram, bytesPerSecond },
    mechanisms: { ...mechanisms, barrier, layerOverlap: false },
    monitor: null,
  };
}

describe("a layer counted, against a model written from docs/hardware.md", () => {
  it("has the same cycles, MACs and traffic, on random layers, machines and mappings", () => {
    const seen = { ports: 0, channel: 0, runs: 0, reloads: 0, gated: 0, passes: 0 };
    for (let seed = 1; seed <= 120; seed++) {
      const drawn = randomCase(seed);
      const { layer, masks, mapping } = drawn;
      const hardware = withinTheModel(drawn.hardware);
      const counted = countLayer(layerSums(loopNest(layer, hardware), masks, hardware), mapping, hardware);
      expect(counted, `seed ${seed}`).toMatchObject(naiveLayer(layer, masks, hardware, mapping));
      const { mechanisms } = hardware;
      seen.ports += Number(counted.port > 0);
      seen.channel += Number(counted.load + counted.store > 0);
      seen.runs += Number(mechanisms.zeroRunBits < 3);
      seen.reloads += Number(counted.dramActivationBits < 8 * counted.bufferActivationReads);
      seen.gated += Number(!mechanisms.skipActivations || !mechanisms.skipWeights);
      seen.passes += Number(counted.passes > 1);
    }
    for (const [what, cases] of Object.entries(seen)) expect(cases, what).toBeGreaterThan(5);
  });

  it("has them on batches, folded axes, filter tiles, one buffer for all, and sums read back at a price", () => {
    const seen = { images: 0, tiles: 0, readAgain: 0, shared: 0 };
    for (let seed = 1; seed <= 150; seed++) {
      const drawn = randomBatchCase(seed);
      const { layer, masks, mapping } = drawn;
      const hardware = withinTheModel(drawn.hardware);
      const sums = layerSums(loopNest(layer, hardware), masks, hardware);
      const counted = countLayer(sums, mapping, hardware);
      expect(counted, `seed ${seed}`).toMatchObject(naiveLayer(layer, masks, hardware, mapping));
      const { filtersPerTile, ...unkept } = mapping;
      const { shared, ...separate } = hardware.buffer;
      const changed = (other: Mapping, machine: Hardware) =>
        countLayer(sums, other, machine).dramActivationBits !== counted.dramActivationBits;
      seen.images += Number((layer.batch ?? 1) > 1 && (mapping.imagesPerTile ?? 1) > 1);
      seen.tiles += Number((filtersPerTile ?? 0) > mapping.filtersPerPe);
      seen.readAgain += Number(changed(unkept, hardware));
      seen.shared += Number(shared && changed(mapping, { ...hardware, buffer: { ...separate, shared: false } }));
    }
    for (const [what, cases] of Object.entries(seen)) expect(cases, what).toBeGreaterThan(5);
  });
});
