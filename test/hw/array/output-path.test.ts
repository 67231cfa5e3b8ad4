/** What outputs wait for on their way out of the array: ports, detectors, words of value zero. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import type { Counters } from "../../../hw/array/counters.ts";
import type { Hardware, OutputMonitor } from "../../../hw/array/description.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { defaultMapping } from "../../../hw/array/mapping.ts";
import { encodedWords } from "../../../hw/array/run-encoder.ts";
import { stepLayer } from "../../../hw/array/stepped.ts";
import { storedWords } from "../../../hw/array/zero-runs.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { makeLayer } from "../../../workloads/layers/layer.ts";
import { denseMask, emptyMask, maskOf, popcount, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { Dice, type RandomCase, randomCase } from "./random-case.ts";

function count({ layer, masks, mapping, hardware }: RandomCase): Counters {
  return countLayer(layerSums(loopNest(layer, hardware), masks, hardware), mapping, hardware);
}

function withMonitor(each: RandomCase, monitor: OutputMonitor | null): RandomCase {
  return { ...each, hardware: { ...each.hardware, monitor } };
}

const monitor: OutputMonitor = { lanes: 2, bufferOutputs: 0, tap: "channel", channelGroups: 1 };
const seeds = Array.from({ length: 200 }, (_, i) => 50_001 + i);

describe("words of value zero", () => {
  it("stand where an encoder puts them", () => {
    const rows = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 0, max: 6 }),
    );
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 2 ** 31 }), ([height, width, zeroRunBits], seed) => {
        const dice = new Dice(seed);
        const density = dice.unit() ** 3;
        const bits = Uint8Array.from({ length: height * width }, () => (dice.chance(density) ? 1 : 0));
        const mask = maskOf(bits, [1, height, width]);
        expect(toBytes(storedWords(mask, zeroRunBits))).toEqual(toBytes(encodedWords(mask, zeroRunBits)));
      }),
      { numRuns: 500 },
    );
  });

  it("follow every full count within a row, and none the zeros at its end", () => {
    const at = (...positions: number[]) => {
      const mask = maskOf(
        Uint8Array.from({ length: 40 }, (_, i) => (positions.includes(i) ? 1 : 0)),
        [1, 1, 40],
      );
      return [...toBytes(storedWords(mask, 4)).entries()].filter(([, bit]) => bit === 1).map(([i]) => i);
    };
    expect(at()).toEqual([]);
    expect(at(15)).toEqual([15]);
    expect(at(16)).toEqual([15, 16]);
    expect(at(0, 17)).toEqual([0, 16, 17]);
    expect(at(39)).toEqual([15, 31, 39]);
  });

  it("are never more than one for every full count of zeros, and never fewer than none", () => {
    for (const seed of seeds) {
      const { masks } = randomCase(seed);
      for (const bits of [0, 1, 3]) {
        const words = popcount(storedWords(masks.input, bits));
        const nonZeros = popcount(masks.input);
        const zeros = masks.input.shape.reduce((a, b) => a * b, 1) - nonZeros;
        expect(words).toBeGreaterThanOrEqual(nonZeros);
        expect(words).toBeLessThanOrEqual(nonZeros + Math.floor(zeros / 2 ** bits));
      }
      expect(storedWords(masks.input, Infinity)).toBe(masks.input);
    }
  });
});

describe("a layer that can be counted by hand", () => {
  // Nothing but outputs: eight zeros, computed from zeros.
  const layer = makeLayer({ name: "zeros", kind: "pointwise", inputChannels: 1, outputChannels: 1, inputWidth: 8 });
  const masks = { input: emptyMask([1, 1, 8]), weight: denseMask([1, 1, 1, 1]), output: emptyMask([1, 1, 8]) };
  const cyclesOn = (keys: Partial<Hardware>) => {
    const hardware = { ...singlePe, ...keys };
    const mapping = defaultMapping(loopNest(layer, hardware), hardware);
    const stepped = stepLayer(layer, masks, mapping, hardware).cycles;
    expect(count({ layer, masks, mapping, hardware }).cycles).toBe(stepped);
    return stepped;
  };

  it("takes no cycle where zeros leave at once", () => {
    expect(cyclesOn({})).toBe(0);
    expect(cyclesOn({ monitor: { ...monitor, lanes: Infinity } })).toBe(0);
  });

  it("takes as long as the outputs need past the detectors", () => {
    expect(cyclesOn({ monitor })).toBe(4);
    expect(cyclesOn({ monitor: { ...monitor, lanes: 3 } })).toBe(3);
    // Six leave in the first cycle, of which four wait, two in the second; then the four that wait are looked at.
    expect(cyclesOn({ monitor: { ...monitor, bufferOutputs: 4 } })).toBe(4);
  });

  it("takes as long as the sums need past detectors at the ports", () => {
    expect(cyclesOn({ monitor: { ...monitor, tap: "ports" } })).toBe(4);
  });

  it("takes as long as the outputs need past the ports", () => {
    const mechanisms = { ...singlePe.mechanisms, outputsPassPorts: true };
    // Three cycles for the sums into the buffer, three for the outputs out of it.
    expect(cyclesOn({ mechanisms, ports: { ...singlePe.ports, psumsPerCycle: 3 } })).toBe(6);
  });
});

describe("detectors", () => {
  it("without a limit change nothing", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const none = count(withMonitor(each, null));
      for (const tap of ["ports", "channel"] as const) {
        expect(count(withMonitor(each, { ...monitor, lanes: Infinity, tap })), `seed ${seed}`).toEqual(none);
      }
    }
  });

  it("never make a layer shorter, and more of them never make it longer", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      for (const tap of ["ports", "channel"] as const) {
        let last = Infinity;
        for (const lanes of [1, 2, 5, 16, Infinity]) {
          const { cycles } = count(withMonitor(each, { ...monitor, tap, lanes }));
          expect(cycles, `seed ${seed}, ${lanes} lanes`).toBeLessThanOrEqual(last);
          last = cycles;
        }
      }
    }
  });

  it("cost no layer more than it takes to look at its outputs one lane's width after the other, at the channel", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const none = count(withMonitor(each, null));
      const held = count(withMonitor(each, monitor));
      expect(held.cycles - none.cycles, `seed ${seed}`).toBeLessThanOrEqual(Math.ceil(none.outputs / 2) + none.passes);
    }
  });

  it("as many as the ports are wide hold nothing, wherever outputs pass the ports", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const { grid, ports, mechanisms } = each.hardware;
      if (ports.psumsPerCycle === Infinity || mechanisms.layerOverlap) continue;
      const lanes = ports.psumsPerCycle * grid.clusterRows * grid.clusterColumns;
      const hardware = { ...each.hardware, mechanisms: { ...mechanisms, outputsPassPorts: true } };
      const plain = { ...each, hardware };
      expect(count(withMonitor(plain, { ...monitor, lanes })).cycles).toBe(count(withMonitor(plain, null)).cycles);
      expect(count(withMonitor(plain, { ...monitor, lanes, tap: "ports" })).cycles).toBe(
        count(withMonitor(plain, null)).cycles,
      );
    }
  });
});
