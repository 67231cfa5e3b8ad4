/** Does the monitor count the non-zero outputs, and nothing else? */
import { describe, expect, it } from "vitest";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { passList } from "../../../hw/array/pass-list.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import {
  channelRuns,
  countedReading,
  groupSizes,
  layerMonitor,
  Monitor,
  type MonitorDescription,
  maxMonitorCycles,
} from "../../../hw/monitor/monitor.ts";
import { elementCount, outputShape } from "../../../workloads/layers/layer.ts";
import { getBit } from "../../../workloads/masks/bit-mask.ts";
import { Dice, type RandomCase, randomCase } from "../array/random-case.ts";

function streamed(monitor: Monitor, { layer, masks, mapping, hardware }: RandomCase): void {
  const nest = loopNest(layer, hardware);
  monitor.beginLayer(outputShape(layer)[0], channelRuns(nest, passList(nest, masks, mapping, hardware)));
  runLayer(layer, masks, hardware, mapping, { fidelity: "stepped", observer: monitor });
}

/** One bit after the other, straight from the mask. */
function naiveCounts({ layer, masks }: RandomCase, channelGroups: number): number[] {
  const [channels, ...rest] = outputShape(layer);
  const perChannel = rest.reduce((a, b) => a * b, 1);
  const counts = new Array<number>(channelGroups).fill(0);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < perChannel; i++) {
      counts[Math.floor(channel / Math.ceil(channels / channelGroups))] += getBit(
        masks.output,
        channel * perChannel + i,
      );
    }
  }
  return counts;
}

function randomMonitor(dice: Dice): MonitorDescription {
  return {
    lanes: dice.pick([1, 3, 8, 128]),
    wordBits: 8,
    counterBits: dice.pick([2, 5, 24]),
    bufferOutputs: dice.pick([0, 5, 64]),
    channelGroups: dice.pick([1, 2, 3, 8]),
  };
}

describe("the monitor", () => {
  it("stalls the same when the same layer comes again", () => {
    const monitor = new Monitor({ ...layerMonitor, lanes: 4, bufferOutputs: 3 });
    const bits = new Uint8Array(40).fill(1);
    const stalls = () => {
      monitor.beginLayer(1, [{ channel: 0, outputs: bits.length }]);
      // 20 outputs in cycle 0: 4 are looked at, 3 wait, 13 hold the write-back for 4 cycles. The buffer is full at the end.
      monitor.written(0, bits, 0, 20);
      monitor.written(9, bits, 20, 40);
      return [monitor.stallCycles, monitor.drainCycles, monitor.reading().nonZeros[0]];
    };
    expect(stalls()).toEqual([8, 1, 40]);
    expect(stalls()).toEqual([8, 1, 40]);
  });

  it("counts the same from the write-back stream, from masks and bit by bit, on 300 random layers", () => {
    const dice = new Dice(11);
    let saturatedLayers = 0;
    let stalledLayers = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const each = randomCase(seed);
      const description = randomMonitor(dice);
      const monitor = new Monitor(description);
      streamed(monitor, each);
      const reading = monitor.reading();
      expect(reading, `seed ${seed}`).toEqual(countedReading(description, each.masks.output));
      const counts = naiveCounts(each, description.channelGroups);
      const largest = 2 ** description.counterBits - 1;
      expect([...reading.nonZeros]).toEqual(counts.map((count) => Math.min(count, largest)));
      expect(reading.saturated).toBe(counts.reduce((sum, count) => sum + Math.max(0, count - largest), 0));
      expect(monitor.stallCycles + monitor.drainCycles).toBeLessThanOrEqual(
        maxMonitorCycles(description, elementCount(each.masks.output.shape)),
      );
      if (reading.saturated > 0) saturatedLayers += 1;
      if (monitor.stallCycles > 0) stalledLayers += 1;
    }
    expect(saturatedLayers).toBeGreaterThan(30);
    expect(stalledLayers).toBeGreaterThan(30);
  });

  it("has the sizes of its channel groups add up to the layer", () => {
    expect(groupSizes(3, [8, 2, 5])).toEqual([30, 30, 20]);
    expect(groupSizes(4, [2, 3])).toEqual([3, 3, 0, 0]);
  });

  it("starts every layer from zero", () => {
    const monitor = new Monitor(layerMonitor);
    for (const seed of [1, 2, 1]) streamed(monitor, randomCase(seed));
    expect(monitor.reading()).toEqual(countedReading(layerMonitor, randomCase(1).masks.output));
  });

  it("holds the write-back when more comes than it can look at or keep", () => {
    const monitor = new Monitor({ ...layerMonitor, lanes: 4, bufferOutputs: 2 });
    const bits = new Uint8Array(30).fill(1);
    monitor.beginLayer(1, [{ channel: 0, outputs: 30 }]);
    monitor.written(0, bits, 0, 6);
    expect([monitor.stallCycles, monitor.drainCycles]).toEqual([0, 2]);
    monitor.written(1, bits, 6, 20);
    // 2 waiting and 14 new: 4 are looked at and 2 wait once 10 have gone in 3 cycles.
    expect([monitor.stallCycles, monitor.drainCycles]).toEqual([3, 1]);
    monitor.written(9, bits, 20, 21);
    expect([monitor.stallCycles, monitor.drainCycles]).toEqual([3, 1]);
    monitor.written(20, bits, 21, 27);
    monitor.written(21, bits, 27, 30);
    expect([monitor.stallCycles, monitor.drainCycles]).toEqual([3, 2]);
  });

  it("cannot be without lanes", () => {
    expect(() => new Monitor({ ...layerMonitor, lanes: 0 })).toThrow(
      "monitor: lanes must be an integer from 1 up, not 0",
    );
    expect(() => new Monitor({ ...layerMonitor, counterBits: 60 })).toThrow(
      "monitor: counterBits must be at most 48, not 60",
    );
  });
});
