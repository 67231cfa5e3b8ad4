/** Are activations counted where a naive walk finds them, whatever is kept of the counts? */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ActivationSums } from "../../../hw/array/activation-sums.ts";
import { loopNest, skipsActivations } from "../../../hw/array/loop-nest.ts";
import { PixelBlocks } from "../../../hw/array/pixel-blocks.ts";
import type { Layer } from "../../../workloads/layers/layer.ts";
import { type BitMask, getBit } from "../../../workloads/masks/bit-mask.ts";
import { Dice, randomHardware, randomLayer, randomMasks } from "./random-case.ts";

/** Non-zeros that an output pixel reads in a column, 0 or 1, by the definition of a convolution. */
function reads(layer: Layer, input: BitMask, column: number, pixel: number, outputWidth: number): number {
  const { kernel, stride, dilation, padding, inputHeight, inputWidth } = layer;
  const taps = kernel[0] * kernel[1];
  const [r, s] = [Math.floor((column % taps) / kernel[1]), column % kernel[1]];
  const y = Math.floor(pixel / outputWidth) * stride[0] + r * dilation[0] - padding[0];
  const x = (pixel % outputWidth) * stride[1] + s * dilation[1] - padding[2];
  if (y < 0 || y >= inputHeight || x < 0 || x >= inputWidth) return 0;
  return getBit(input, (Math.floor(column / taps) * inputHeight + y) * inputWidth + x);
}

function drawn(seed: number) {
  const dice = new Dice(seed);
  const layer = randomLayer(dice);
  const { input } = randomMasks(dice, layer);
  const hardware = randomHardware(dice);
  const nest = loopNest(layer, hardware);
  return {
    dice,
    layer,
    input,
    hardware,
    nest,
    sums: new ActivationSums(nest, input, hardware, dice.pick([0, Infinity])),
  };
}

/** Ranges that cover so many pixels, most of them from the end of the last one on. */
function consecutive(dice: Dice, pixels: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let from = 0; from < pixels; ) {
    const end = Math.min(pixels, from + dice.integer(1, 9));
    ranges.push([from, end]);
    from = dice.chance(0.8) ? end : end + 1;
  }
  return ranges;
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe("sums of activations", () => {
  it("are those of a naive walk: of any range of pixels, of a column, of a region of the input", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { dice, layer, input, hardware, nest, sums } = drawn(seed);
        const column = dice.integer(0, nest.groups * nest.columns - 1);
        const walked = (first: number, end: number, skips = skipsActivations(layer, hardware.mechanisms)) => {
          let count = 0;
          for (let p = first; p < end; p++) count += skips ? reads(layer, input, column, p, nest.outputWidth) : 1;
          return count;
        };
        const first = dice.integer(0, nest.pixels);
        const end = dice.integer(first, nest.pixels);
        const ranges = [[first, end], [0, nest.pixels], [end, nest.pixels], ...consecutive(dice, nest.pixels)];
        const counts = new Int32Array(ranges.length);
        sums.countWalked([column, column + 1], Int32Array.from(ranges.flat()), counts);
        expect([...counts]).toEqual(ranges.map(([from, to]) => walked(from, to)));
        expect(sums.nonZeros[column]).toBe(walked(0, nest.pixels, true));

        const range = (size: number): [number, number] => {
          const from = dice.integer(0, size);
          return [from, dice.integer(from, size)];
        };
        const { inputChannels, inputHeight, inputWidth } = layer;
        const channels = range(inputChannels);
        const rows = range(inputHeight);
        const columns: [number, number] = dice.chance(0.5) ? [0, inputWidth] : range(inputWidth);
        let inRegion = 0;
        for (let c = channels[0]; c < channels[1]; c++) {
          for (let y = rows[0]; y < rows[1]; y++) {
            for (let x = columns[0]; x < columns[1]; x++) {
              inRegion += getBit(input, (c * inputHeight + y) * inputWidth + x);
            }
          }
        }
        for (let i = 0; i < 2; i++) expect(sums.entries.inRegion(channels, { rows, columns })).toBe(inRegion);
      }),
      { numRuns: 400 },
    );
  });

  it("are the same in every window, however few counts are kept at a time", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { dice, nest, sums } = drawn(seed);
        const pixelsPerTile = dice.integer(1, nest.pixels);
        const cut = {
          pixelsPerTile,
          blocksPerTile: dice.integer(1, Math.min(6, pixelsPerTile)),
          pixelsPerUnit: dice.integer(1, nest.pixels),
          imagesPerTile: 1,
          imagesPerUnit: 1,
        };
        const perWindow = cut.blocksPerTile * nest.groups * nest.columns;
        const [all, few] = [Infinity, dice.pick([0, 1, perWindow, 3 * perWindow])].map(
          (most) => new PixelBlocks(nest, sums, cut, most),
        );
        const covered = new Int32Array(nest.pixels);
        for (let tile = 0; tile * pixelsPerTile < nest.pixels; tile++) {
          let pixel = 0;
          for (let position = 0; position < all.windowsOf(tile); position++) {
            const group = dice.integer(0, nest.groups - 1);
            const firstColumn = dice.integer(0, nest.columns - 1);
            const columns: [number, number] = [firstColumn, dice.integer(firstColumn + 1, nest.columns)];
            const columnsOf = (blocks: PixelBlocks) => {
              const { unitCount, pixels, activations, offsets } = blocks.window(
                tile,
                position,
                [group, group + 1],
                columns,
              );
              return Array.from({ length: unitCount }, (_, unit) => {
                const at = offsets[unit] + group * nest.columns;
                return [pixels[unit], ...activations.subarray(at + columns[0], at + columns[1])];
              });
            };
            const found = columnsOf(all);
            expect(columnsOf(few)).toEqual(found);
            for (const [size] of found) pixel += size;
          }
          covered[tile] = pixel;
        }
        expect(covered.reduce((sum, each) => sum + each, 0)).toBe(nest.pixels);
      }),
      { numRuns: 300 },
    );
  });
});
