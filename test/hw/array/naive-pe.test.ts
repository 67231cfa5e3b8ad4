import { describe, expect, it } from "vitest";
import type { Hardware } from "../../../hw/array/description.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { type Mapping, windowPixels } from "../../../hw/array/mapping.ts";
import { stepLayer } from "../../../hw/array/stepped.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { inputShape, type Layer, makeLayer, outputShape, weightShape } from "../../../workloads/layers/layer.ts";
import { denseMask, getBit, type LayerMasks } from "../../../workloads/masks/bit-mask.ts";
import { type NaiveBlock, NaivePe } from "../../models/naive-pe.ts";
import { Dice, randomMask } from "./random-case.ts";

/** A PE alone, with a pointwise layer as its only block, on memory that never makes it wait. */
function onePeCase(seed: number): { layer: Layer; masks: LayerMasks; hardware: Hardware; mapping: Mapping } {
  const dice = new Dice(seed);
  const layer = makeLayer({
    name: "block",
    kind: "pointwise",
    inputChannels: dice.integer(1, 16),
    outputChannels: dice.integer(1, 12),
    inputHeight: dice.integer(1, 5),
    inputWidth: dice.integer(1, 5),
  });
  const masks = {
    input: randomMask(dice, inputShape(layer)),
    weight: randomMask(dice, weightShape(layer)),
    output: denseMask(outputShape(layer)),
  };
  const hardware: Hardware = {
    ...singlePe,
    macsPerPe: dice.integer(1, 3),
    spad: { ...singlePe.spad, psumEntries: dice.integer(12, 40) },
    mechanisms: {
      ...singlePe.mechanisms,
      emptyColumnBubble: dice.chance(0.5),
      psumsDrainedPerCycle: dice.pick([1, 2, 3, Infinity]),
      pipelineFillCycles: dice.integer(0, 7),
      weightsLoadedPerCycle: dice.pick([1, 2, Infinity]),
    },
  };
  const nest = loopNest(layer, hardware);
  const mapping: Mapping = {
    axes: { clusterRows: "groups", clusterColumns: "groups", peRows: "groups", peColumns: "groups" },
    filtersPerPe: nest.filters,
    channelsPerPe: nest.channels,
    kernelRowsPerPe: 1,
    pixelsPerTile: nest.pixels,
  };
  return { layer, masks, hardware, mapping };
}

function blockOf(layer: Layer, masks: LayerMasks): NaiveBlock {
  const { inputChannels, outputChannels, inputHeight, inputWidth } = layer;
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
  const pixels = inputHeight * inputWidth;
  return {
    activations: upTo(pixels).map((p) => upTo(inputChannels).filter((c) => getBit(masks.input, c * pixels + p) === 1)),
    weights: upTo(inputChannels).map((c) =>
      upTo(outputChannels).filter((m) => getBit(masks.weight, m * inputChannels + c) === 1),
    ),
    filters: outputChannels,
  };
}

describe("a PE of the stepped array", () => {
  it("spends the cycles of the two-phase PE, phase by phase, on 500 random blocks", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const { layer, masks, hardware, mapping } = onePeCase(seed);
      const { macsPerPe, mechanisms } = hardware;
      const options = { macsPerPe, windowPixels: windowPixels(mapping, hardware), ...mechanisms };
      const naive = new NaivePe(blockOf(layer, masks), options).run();
      const array = stepLayer(layer, masks, mapping, hardware);
      const phases = { load: array.spadLoad, fill: array.fill, walk: array.walkPeCycles, drain: array.drain };
      expect(phases, `seed ${seed}`).toEqual(naive.cycles);
      expect(array.effectualMacs, `seed ${seed}`).toBe(naive.macs);
    }
  });
});
