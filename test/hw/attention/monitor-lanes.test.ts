/** What the monitor sees of an attention array, and what it would cost with fewer lanes than outputs a cycle. */
import { describe, expect, test } from "vitest";
import { countOperation } from "../../../hw/attention/counted.ts";
import { monitorCycles } from "../../../hw/attention/monitor-lanes.ts";
import type { Operation } from "../../../hw/attention/operation.ts";
import { sanger } from "../../../hw/attention/presets.ts";
import { layerMonitor } from "../../../hw/monitor/monitor.ts";
import { assumedStatistics, attentionMask } from "../../../workloads/masks/attention-mask.ts";
import { popcount } from "../../../workloads/masks/bit-mask.ts";

const attention = { heads: 2, headWidth: 64, queries: 128, keys: 128, causal: false };
const kept = attentionMask({ attention, density: 0.2, statistics: assumedStatistics, layerKey: [1, "m"], sample: 0 });
const outputs = { mask: kept, headStride: 128 * 128, rowStride: 128, columnStride: 1 };
const prediction: Operation = {
  ...{ kind: "prediction", heads: 2, rows: 128, columns: 128, depth: 64, causal: false, outputs },
};
const bits = { ...layerMonitor, wordBits: 1 };

describe("a monitor of the predicted mask", () => {
  test("counts the kept scores to the bit, whatever its lanes", () => {
    for (const lanes of [16, 128, 1024]) {
      expect(monitorCycles(prediction, sanger, { ...bits, lanes }).nonZeros).toBe(popcount(kept));
    }
  });

  test("holds nothing with 64 × 16 lanes, and eight cycles for each that carries 1024 with 128", () => {
    expect(monitorCycles(prediction, sanger, { ...bits, lanes: 1024 })).toMatchObject({ stallCycles: 0 });
    const { stallCycles, drainCycles } = monitorCycles(prediction, sanger, { ...bits, lanes: 128 });
    // 32 tile-cycles of 1024 bits: seven more each, but for what drains at the end.
    expect(stallCycles + drainCycles).toBeGreaterThan(0);
    expect(stallCycles + drainCycles).toBeLessThanOrEqual((2 * 128 * 128) / 128);
  });

  test("does not change the run", () => {
    const { cycles } = monitorCycles(prediction, sanger, { ...bits, lanes: 16 });
    const { prediction: counted } = countOperation(prediction, sanger).stages;
    expect(cycles).toBe(counted.cycles);
  });
});
