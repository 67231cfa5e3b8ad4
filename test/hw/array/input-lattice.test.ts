import { describe, expect, it } from "vitest";
import { InputLattice } from "../../../hw/array/input-lattice.ts";
import { kernelPosition, loopNest } from "../../../hw/array/loop-nest.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { inputShape } from "../../../workloads/layers/layer.ts";
import { getBit } from "../../../workloads/masks/bit-mask.ts";
import { Dice, randomHardware, randomLayer, randomMask } from "./random-case.ts";

describe("the sums over the input", () => {
  it("count in every range of pixels what each column reads there, one input after the other", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const dice = new Dice(seed);
      const layer = randomLayer(dice);
      const nest = loopNest(layer, dice.chance(0.5) ? singlePe : randomHardware(dice));
      const input = randomMask(dice, inputShape(layer));
      const ends: number[] = [];
      while ((ends.at(-1) ?? 0) < nest.pixels)
        ends.push(Math.min(nest.pixels, (ends.at(-1) ?? 0) + dice.integer(1, 20)));
      const counts = new InputLattice(nest, input).countsBetween(Int32Array.from(ends));
      const naive = new Int32Array(counts.length);
      const columns = nest.groups * nest.columns;
      for (let pixel = 0, range = 0; pixel < nest.pixels; pixel++) {
        if (pixel === ends[range]) range++;
        for (let column = 0; column < columns; column++) {
          const tap = column % (nest.kernelRows * nest.kernelColumns);
          const channel = Math.floor(column / (nest.kernelRows * nest.kernelColumns));
          const [r, s] = kernelPosition(nest, Math.floor(tap / nest.kernelColumns), tap % nest.kernelColumns);
          const y = Math.floor(pixel / nest.outputWidth) * layer.stride[0] - layer.padding[0] + r * layer.dilation[0];
          const x = (pixel % nest.outputWidth) * layer.stride[1] - layer.padding[2] + s * layer.dilation[1];
          const isInside = y >= 0 && y < layer.inputHeight && x >= 0 && x < layer.inputWidth;
          if (isInside) {
            naive[range * columns + column] += getBit(input, (channel * layer.inputHeight + y) * layer.inputWidth + x);
          }
        }
      }
      expect(counts, `seed ${seed}`).toEqual(naive);
    }
  });
});
