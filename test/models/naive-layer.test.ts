import { describe, expect, it } from "vitest";
import { countLayer } from "../../hw/array/counted.ts";
import type { Hardware } from "../../hw/array/description.ts";
import { layerSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { randomCase } from "../hw/array/random-case.ts";
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
});
