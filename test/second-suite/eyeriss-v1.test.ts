/** All 18 layers with masks of the chip's densities, as `npm run validate:array -- eyeriss-v1` prints them. */
import { expect, it } from "vitest";
import { eyerissV1 } from "../../hw/presets/eyeriss-v1.ts";
import { modelledLayers } from "../../scripts/eyeriss-v1-table.ts";

it("Eyeriss v1: active PEs, processing cycles and DRAM bytes of 18 layers", () => {
  const layers = modelledLayers("chip");
  expect(layers).toHaveLength(18);
  for (const { network, chip, activePes, processing, dramMb } of layers) {
    const where = `${network} ${chip.name}`;
    expect(activePes, where).toBe(chip.activePes);
    const ratio = processing / (chip.processingMs * 1e-3 * eyerissV1.clockHz);
    expect(ratio, where).toBeGreaterThan(0.8);
    expect(ratio, where).toBeLessThan(1.2);
    expect(dramMb / chip.dramMb, where).toBeGreaterThan(0.8);
    expect(dramMb / chip.dramMb, where).toBeLessThan(1.6);
  }
});
