/** Floors and laws that every result must respect, whatever the layer, the masks and the array. */
import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import { type Counters, counterNames, cycleParts } from "../../../hw/array/counters.ts";
import { dramBitsPerCycle, type Hardware, peCount } from "../../../hw/array/description.ts";
import { accessesOf, energyPj, eyerissEnergy } from "../../../hw/array/energy.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { type Mapping, violations } from "../../../hw/array/mapping.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { denseMacs, elementCount, type Layer } from "../../../workloads/layers/layer.ts";
import {
  type BitMask,
  denseMask,
  getBit,
  type LayerMasks,
  maskOf,
  popcount,
  toBytes,
} from "../../../workloads/masks/bit-mask.ts";
import { Dice, type RandomCase, randomBatchCase, randomCase } from "./random-case.ts";

const seeds = Array.from({ length: 400 }, (_, i) => 10_001 + i);

function count({ layer, masks, mapping, hardware }: RandomCase): Counters {
  return countLayer(layerSums(loopNest(layer, hardware), masks, hardware), mapping, hardware);
}

function withMechanisms(each: RandomCase, mechanisms: Partial<Hardware["mechanisms"]>): RandomCase {
  return { ...each, hardware: { ...each.hardware, mechanisms: { ...each.hardware.mechanisms, ...mechanisms } } };
}

/** Room for any weights, so that a mapping stays legal when weights are added. */
function withRoom(each: RandomCase): RandomCase {
  return { ...each, hardware: { ...each.hardware, spad: { ...each.hardware.spad, weightEntries: Infinity } } };
}

/** A mask with some zeros of another turned into ones. */
function denser(dice: Dice, mask: BitMask): BitMask {
  const bits = toBytes(mask).map((bit) => (bit === 1 || dice.chance(0.2) ? 1 : 0));
  return maskOf(bits, mask.shape);
}

/** Effectual multiply-accumulates, from the definition of the convolution and nothing else. */
function pairsOfNonZeros(layer: Layer, masks: LayerMasks): number {
  const { pixels, outputWidth, groups, filters, channels, kernelRows, kernelColumns } = loopNest(layer, singlePe);
  let pairs = 0;
  for (let m = 0; m < groups * filters; m++) {
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < channels; c++) {
        for (let r = 0; r < kernelRows; r++) {
          for (let s = 0; s < kernelColumns; s++) {
            const y = Math.floor(p / outputWidth) * layer.stride[0] + r * layer.dilation[0] - layer.padding[0];
            const x = (p % outputWidth) * layer.stride[1] + s * layer.dilation[1] - layer.padding[2];
            if (y < 0 || y >= layer.inputHeight || x < 0 || x >= layer.inputWidth) continue;
            const channel = Math.floor(m / filters) * channels + c;
            const input = (channel * layer.inputHeight + y) * layer.inputWidth + x;
            const weight = ((m * channels + c) * kernelRows + r) * kernelColumns + s;
            pairs += getBit(masks.input, input) & getBit(masks.weight, weight);
          }
        }
      }
    }
  }
  return pairs;
}

describe("floors", () => {
  it("the parts of the cycles sum to the cycles, and none is negative", () => {
    for (const seed of seeds) {
      const counters = count(randomCase(seed));
      expect(cycleParts.reduce((sum, part) => sum + counters[part], 0)).toBe(counters.cycles);
      for (const name of counterNames) expect(counters[name], name).toBeGreaterThanOrEqual(0);
    }
  });

  it("effectual MACs are the pairs of non-zeros, and no array does more than its MACs per cycle", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const { effectualMacs, cycles } = count(each);
      expect(effectualMacs).toBe(pairsOfNonZeros(each.layer, each.masks));
      const peak = peCount(each.hardware) * each.hardware.macsPerPe;
      expect(cycles).toBeGreaterThanOrEqual(Math.ceil(effectualMacs / peak));
    }
  });

  it("no layer moves its compressed bytes faster than the channel", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const { cycles, dramActivationBits, dramWeightBits, dramOutputBits } = count(each);
      const bits = dramActivationBits + dramWeightBits + dramOutputBits;
      expect(cycles).toBeGreaterThanOrEqual(Math.ceil(bits / dramBitsPerCycle(each.hardware)));
    }
  });

  it("every weight is loaded at least once, every output stored exactly once", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const { dramWeightBits, outputs, outputNonZeros } = count(each);
      const { weight, count: run } = each.hardware.wordBits;
      expect(dramWeightBits).toBeGreaterThanOrEqual(popcount(each.masks.weight) * (weight + run));
      expect(outputs).toBe(elementCount(each.masks.output.shape));
      expect(outputNonZeros).toBe(popcount(each.masks.output));
    }
  });
});

describe("sparsity", () => {
  it("of none on both sides costs what an array that skips nothing takes", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const masks = {
        ...each.masks,
        input: denseMask(each.masks.input.shape),
        weight: denseMask(each.masks.weight.shape),
      };
      const layer = { ...each.layer, padding: [0, 0, 0, 0] as const };
      if (JSON.stringify(layer.padding) !== JSON.stringify(each.layer.padding)) continue;
      const roomy = withRoom({ ...each, masks });
      const skipping = withMechanisms(roomy, { skipActivations: true, skipWeights: true, skipDepthwise: true });
      const gating = withMechanisms(roomy, { skipActivations: false, skipWeights: false });
      expect(count(skipping)).toEqual(count(gating));
      expect(count(skipping).effectualMacs).toBe(denseMacs(each.layer));
    }
  });

  it("never costs cycles: with a pinned mapping, more non-zeros take no fewer", () => {
    for (const seed of seeds) {
      const each = withRoom(randomCase(seed));
      const dice = new Dice(seed);
      const moreInput = { ...each, masks: { ...each.masks, input: denser(dice, each.masks.input) } };
      const moreWeight = { ...each, masks: { ...each.masks, weight: denser(dice, each.masks.weight) } };
      // Without a bubble an empty column is cheapest; with one, it costs as much as a column of one weight.
      const base = count(each).cycles;
      expect(count(moreInput).cycles, `seed ${seed}`).toBeGreaterThanOrEqual(base);
      expect(count(moreWeight).cycles, `seed ${seed}`).toBeGreaterThanOrEqual(base);
    }
  });

  it("speeds the walk up by no more than 1 / (activation density × weight density), where channels are alike", () => {
    for (const seed of seeds.slice(0, 100)) {
      const each = withMechanisms(withRoom(randomCase(seed)), {
        skipActivations: true,
        skipWeights: true,
        skipDepthwise: true,
      });
      const dense = {
        ...each,
        masks: { ...each.masks, input: denseMask(each.masks.input.shape), weight: denseMask(each.masks.weight.shape) },
      };
      const sparse = count(each);
      const pairsShare = sparse.effectualMacs / count(dense).effectualMacs;
      const walkShare = (sparse.walkPeCycles * each.hardware.macsPerPe) / denseMacs(each.layer);
      if (each.layer.padding.every((size) => size === 0)) expect(walkShare).toBeGreaterThanOrEqual(pairsShare);
    }
  });

  it("gated instead of skipped saves energy but no cycle", () => {
    for (const seed of seeds) {
      const each = withRoom(randomCase(seed));
      const gating = withMechanisms(each, { skipActivations: false, skipWeights: false });
      const dense = {
        ...gating,
        masks: {
          ...gating.masks,
          input: denseMask(each.masks.input.shape),
          weight: denseMask(each.masks.weight.shape),
        },
      };
      const roomy = (one: RandomCase): RandomCase => ({
        ...one,
        hardware: {
          ...one.hardware,
          dram: { bytesPerSecond: Infinity, latencyCycles: 0 },
          ports: { activationsPerCycle: Infinity, psumsPerCycle: Infinity, psumReadsPerCycle: Infinity },
        },
      });
      expect(count(roomy(gating)).cycles).toBe(count(roomy(dense)).cycles);
      const energy = (one: RandomCase) => energyPj(accessesOf(count(one), one.hardware), eyerissEnergy);
      expect(energy(gating)).toBeLessThanOrEqual(energy(dense));
    }
  });

  it("pays for addresses, whole words and sums read back, if at all, only with cycles", () => {
    const seen = { lookUpCycles: 0, addressesLoadedPerCycle: 0, weightsInWholeWords: 0 };
    for (const seed of seeds) {
      const drawn = randomBatchCase(seed);
      const each = { ...drawn, hardware: { ...drawn.hardware, monitor: null } };
      const { cycles } = count(each);
      const free = { lookUpCycles: 0, addressesLoadedPerCycle: Infinity, weightsInWholeWords: false } as const;
      for (const name of Object.keys(free) as (keyof typeof free)[]) {
        const without = count(withMechanisms(each, { [name]: free[name] })).cycles;
        expect(without, `${name}, seed ${seed}`).toBeLessThanOrEqual(cycles);
        if (without < cycles) seen[name] += 1;
      }
      const { ports } = each.hardware;
      const readFree = { ...each.hardware, ports: { ...ports, psumReadsPerCycle: Infinity } };
      expect(count({ ...each, hardware: readFree }).cycles).toBeLessThanOrEqual(cycles);
      // A layer without a zero weight has no addresses to pay for.
      const dense = { ...each, masks: { ...each.masks, weight: denseMask(each.masks.weight.shape) } };
      const unpaid = withMechanisms(dense, { lookUpCycles: 0, addressesLoadedPerCycle: Infinity });
      expect(count(unpaid).cycles).toBe(count(dense).cycles);
    }
    for (const [name, cases] of Object.entries(seen)) expect(cases, name).toBeGreaterThan(3);
  });

  it("permuting the input channels changes the balance, never the work", () => {
    for (const seed of seeds) {
      const each = withRoom(randomCase(seed));
      if (each.layer.groups > 1) continue;
      const order = new Dice(seed);
      const channels = Array.from({ length: each.layer.inputChannels }, (_, c) => c);
      for (let i = channels.length - 1; i > 0; i--) {
        const j = order.integer(0, i);
        [channels[i], channels[j]] = [channels[j], channels[i]];
      }
      const permuted = { ...each, masks: permuteChannels(each.masks, channels) };
      const [before, after] = [count(each), count(permuted)];
      for (const name of ["effectualMacs", "walkPeCycles", "activationsWalked", "psumsDrained", "passes"] as const) {
        expect(after[name], name).toBe(before[name]);
      }
    }
  });
});

function permuteChannels(masks: LayerMasks, order: readonly number[]): LayerMasks {
  const { input, weight } = masks;
  const [channels, height, width] = input.shape;
  const [filters, , rows, columns] = weight.shape;
  const plane = height * width;
  const kernel = rows * columns;
  const inputBits = new Uint8Array(channels * plane);
  const weightBits = new Uint8Array(filters * channels * kernel);
  for (const [to, from] of order.entries()) {
    for (let i = 0; i < plane; i++) inputBits[to * plane + i] = getBit(input, from * plane + i);
    for (let m = 0; m < filters; m++) {
      for (let i = 0; i < kernel; i++) {
        weightBits[(m * channels + to) * kernel + i] = getBit(weight, (m * channels + from) * kernel + i);
      }
    }
  }
  return { ...masks, input: maskOf(inputBits, input.shape), weight: maskOf(weightBits, weight.shape) };
}

describe("mechanisms", () => {
  const neutral: readonly [keyof Hardware["mechanisms"], Partial<Hardware["mechanisms"]>][] = [
    ["emptyColumnBubble", { emptyColumnBubble: false }],
    ["psumsDrainedPerCycle", { psumsDrainedPerCycle: Infinity }],
    ["pipelineFillCycles", { pipelineFillCycles: 0 }],
    ["weightsLoadedPerCycle", { weightsLoadedPerCycle: Infinity }],
    ["layerOverlap", { layerOverlap: true }],
  ];

  it.each(neutral)("%s switched off alone never costs a cycle", (_, off) => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      expect(count(withMechanisms(each, off)).cycles).toBeLessThanOrEqual(count(each).cycles);
    }
  });

  it("a coarser barrier never costs a cycle of the array", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const unboundMemory = { dram: { bytesPerSecond: Infinity, latencyCycles: 0 } };
      const [window, tile, layer] = (["window", "tile", "layer"] as const).map((barrier) => {
        const { hardware } = withMechanisms(each, { barrier });
        return count({ ...each, hardware: { ...hardware, ...unboundMemory } }).cycles;
      });
      expect(tile).toBeLessThanOrEqual(window);
      expect(layer).toBeLessThanOrEqual(tile);
    }
  });

  it("a faster channel, wider ports and larger buffers never cost a cycle", () => {
    for (const seed of seeds) {
      const each = randomCase(seed);
      const { hardware } = each;
      const better: Hardware[] = [
        { ...hardware, dram: { ...hardware.dram, bytesPerSecond: hardware.dram.bytesPerSecond * 3 } },
        { ...hardware, dram: { ...hardware.dram, latencyCycles: 0 } },
        { ...hardware, ports: { activationsPerCycle: Infinity, psumsPerCycle: Infinity, psumReadsPerCycle: Infinity } },
        { ...hardware, buffer: { ...hardware.buffer, activationBytes: Infinity } },
      ];
      const base = count(each).cycles;
      for (const other of better) expect(count({ ...each, hardware: other }).cycles).toBeLessThanOrEqual(base);
    }
  });

  it("random mappings are legal where they were drawn", () => {
    for (const seed of seeds.slice(0, 50)) {
      const { layer, hardware, mapping } = randomCase(seed);
      expect(violations(loopNest(layer, hardware), mapping satisfies Mapping, hardware, 0)).toEqual([]);
    }
  });
});
