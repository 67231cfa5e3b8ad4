/**
 * Eight pointwise layers of sparse MobileNet-0.5 with the masks that the Sparseloop artifact (MICRO'22, Fig. 12) carries:
 * a PE with one MAC takes exactly the cycles published there. The masks are not part of this repository; the test reads
 * them where they lie beside it.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { chooseMapping, mappingRequest } from "../../../hw/array/mapper.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { makeLayer } from "../../../workloads/layers/layer.ts";
import { type BitMask, denseMask, density, getBit, maskOf } from "../../../workloads/masks/bit-mask.ts";
import { readNpyMask } from "../../../workloads/masks/npy.ts";

const folder = resolve(import.meta.dirname, "../../../../shared/oracles/sparseloop-eyeriss-v2-pe");

/** Cycles of one PE, as published. */
const published: Readonly<Record<string, number>> = {
  L07: 1_702_140,
  L09: 1_499_682,
  L13: 1_144_158,
  L19: 1_457_458,
  L21: 1_677_684,
  L23: 1_821_557,
  L25: 948_572,
  L27: 775_316,
};

function cyclesOf(input: BitMask, weight: BitMask): number {
  const [inputChannels, inputHeight, inputWidth] = input.shape;
  const [outputChannels] = weight.shape;
  const size = { inputChannels, outputChannels, inputHeight, inputWidth };
  const layer = makeLayer({ name: "published", kind: "pointwise", ...size });
  const masks = { input, weight, output: denseMask([outputChannels, inputHeight, inputWidth]) };
  const expected = { input: density(input), output: 1 };
  const { mapping } = chooseMapping({ ...mappingRequest(layer, weight, singlePe, expected), depth: 1 });
  return runLayer(layer, masks, singlePe, mapping, { fidelity: "counted" }).cycles;
}

/** The mask with its last axis reversed: the same shape and density, other pairs. */
function reversedChannels(weight: BitMask): BitMask {
  const [filters, channels] = weight.shape;
  const bits = Uint8Array.from({ length: filters * channels }, (_, i) => {
    const filter = Math.floor(i / channels);
    return getBit(weight, filter * channels + channels - 1 - (i % channels));
  });
  return maskOf(bits, weight.shape);
}

const isThere = existsSync(folder);
if (!isThere) process.stderr.write(`published-masks.test.ts is left out: no masks in ${folder}\n`);

describe.runIf(isThere)("a PE with one MAC on published masks", () => {
  it.each(Object.entries(published))("takes the published cycles for %s", (name, cycles) => {
    const input = readNpyMask(join(folder, `${name}_a.npy`));
    const weight = readNpyMask(join(folder, `${name}_w.npy`));
    expect(cyclesOf(input, weight)).toBe(cycles);
    expect(cyclesOf(input, reversedChannels(weight))).not.toBe(cycles);
  });
});
