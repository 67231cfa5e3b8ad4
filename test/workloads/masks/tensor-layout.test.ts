/** Are tensors as frameworks write them read as what they are, and refused where they could be two things? */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  inputShape,
  type Layer,
  type LayerKind,
  makeLayer,
  outputShape,
  weightShape,
} from "../../../workloads/layers/layer.ts";
import { toBytes } from "../../../workloads/masks/bit-mask.ts";
import { readTensorMask, readTensorNumbers } from "../../../workloads/masks/npy.ts";
import type { TensorName } from "../../../workloads/masks/tensor-layout.ts";
import { loadLayerFile, tensorFile } from "../../../workloads/networks/layer-file.ts";
import { scratchFolder } from "../../sim/cli/dysta.ts";
import { npyBytes } from "./npy-bytes.ts";

const folder = scratchFolder();
const own = { input: "CHW", weight: "MCRS", output: "MEF" };
const shapes = { input: inputShape, weight: weightShape, output: outputShape };

function saved(type: string, shape: readonly number[], data: Uint8Array, fortranOrder = false): string {
  const path = join(folder, "tensor.npy");
  writeFileSync(path, npyBytes(type, shape, data, { fortranOrder }));
  return path;
}

/** Each element of the tensor (0 or 1, by its place in our own order) where the layout puts it. */
function laidOut(layer: Layer, tensor: TensorName, layout: string, fortranOrder = false) {
  const shape = shapes[tensor](layer);
  const flags = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) =>
    Number((i * 7 + (i >> 2)) % 3 === 0),
  );
  const sizes = [...layout].map((letter) => (letter === "N" ? 1 : shape[own[tensor].indexOf(letter)]));
  const data = new Uint8Array(flags.length);
  for (let i = 0; i < flags.length; i++) {
    const place = shape.map(
      (_, axis) => Math.floor(i / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % shape[axis],
    );
    const index = [...layout].map((letter) => (letter === "N" ? 0 : place[own[tensor].indexOf(letter)]));
    const axes = fortranOrder ? index.map((_, axis) => index.length - 1 - axis) : index.map((_, axis) => axis);
    data[axes.reduce((at, axis) => at * sizes[axis] + index[axis], 0)] = flags[i];
  }
  return { flags, sizes, data };
}

function layerOf(kind: LayerKind, [inputChannels, outputChannels, inputHeight, inputWidth, kernel]: readonly number[]) {
  const size = kind === "fc" ? {} : kind === "matmul" ? { inputHeight } : { inputHeight, inputWidth };
  const taps = kind === "conv" ? { kernel: [kernel, kernel] as const } : {};
  return makeLayer({ name: "l", kind, inputChannels, outputChannels, ...size, ...taps });
}

const conv = layerOf("conv", [4, 6, 8, 9, 3]);
const pointwise = layerOf("pointwise", [4, 6, 8, 9]);
const product = layerOf("matmul", [4, 6, 5]);
const fc10 = layerOf("fc", [4, 6]);

describe("a layout that only one reading fits", () => {
  it.each<[Layer, TensorName, string]>([
    ...["CHW", "NCHW", "HWC", "NHWC"].map((layout): [Layer, TensorName, string] => [conv, "input", layout]),
    ...["MCRS", "RSCM"].map((layout): [Layer, TensorName, string] => [conv, "weight", layout]),
    ...["MEF", "NMEF", "EFM", "NEFM"].map((layout): [Layer, TensorName, string] => [conv, "output", layout]),
    ...["MC", "CM", "RSCM"].map((layout): [Layer, TensorName, string] => [pointwise, "weight", layout]),
    ...["CHW", "CH", "HC", "NHC", "NHWC"].map((layout): [Layer, TensorName, string] => [product, "input", layout]),
    ...["MCRS", "MC", "CM"].map((layout): [Layer, TensorName, string] => [product, "weight", layout]),
    ...["MC", "CM"].map((layout): [Layer, TensorName, string] => [fc10, "weight", layout]),
    ...["C", "NC"].map((layout): [Layer, TensorName, string] => [fc10, "input", layout]),
    ...["M", "NM"].map((layout): [Layer, TensorName, string] => [fc10, "output", layout]),
  ])("is read: %o %s %s", (layer, tensor, layout) => {
    for (const isFortran of [false, true]) {
      const { flags, sizes, data } = laidOut(layer, tensor, layout, isFortran);
      const file = saved("|b1", sizes, data, isFortran);
      for (const stated of [{}, { [`${tensor}Layout`]: layout }]) {
        expect([...toBytes(readTensorMask(tensorFile(file, tensor, stated, layer)))]).toEqual([...flags]);
      }
    }
  });

  it("is what the file says it is, for any shape", () => {
    const kinds = fc.constantFrom<LayerKind>("conv", "pointwise", "matmul", "fc");
    const sizes = fc.tuple(
      ...Array.from({ length: 4 }, () => fc.integer({ min: 3, max: 4 })),
      fc.integer({ min: 1, max: 3 }),
    );
    const layouts = fc.constantFrom<[TensorName, string]>(
      ...(["CHW", "HWC", "WHC", "NHCW"].map((layout) => ["input", layout]) as [TensorName, string][]),
      ...(["MCRS", "RSCM", "SMCR"].map((layout) => ["weight", layout]) as [TensorName, string][]),
      ...(["MEF", "EFM", "FNEM"].map((layout) => ["output", layout]) as [TensorName, string][]),
    );
    fc.assert(
      fc.property(kinds, sizes, layouts, fc.boolean(), (kind, sizes, [tensor, layout], isFortran) => {
        const layer = layerOf(kind, sizes);
        const { flags, sizes: stored, data } = laidOut(layer, tensor, layout, isFortran);
        const file = saved("|b1", stored, data, isFortran);
        const mask = readTensorMask(tensorFile(file, tensor, { [`${tensor}Layout`]: layout }, layer));
        expect([...toBytes(mask)]).toEqual([...flags]);
      }),
      { numRuns: 200 },
    );
  });
});

const square = layerOf("matmul", [4, 4, 4]);
const cube = layerOf("pointwise", [8, 8, 8, 8]);

describe("two possible readings", () => {
  it.each<[string, Layer, TensorName, readonly number[], string]>([
    ["a square operand in our own order", square, "weight", [4, 4, 1, 1], "MCRS or CMRS"],
    ["a square operand", square, "weight", [4, 4], "MC or CM"],
    ["a square first operand", square, "input", [4, 4, 1], "CHW or HCW"],
    ["a square batch", square, "input", [1, 4, 4], "NCH or NHC"],
    ["square weights", layerOf("fc", [5, 5]), "weight", [5, 5], "MC or CM"],
    ["a cube with a batch", cube, "input", [1, 8, 8, 8], "NCHW or NHWC"],
  ])("are refused in one line: %s", (_, layer, tensor, shape, readings) => {
    const file = saved("|b1", shape, new Uint8Array(shape.reduce((a, b) => a * b)));
    const read = () => readTensorMask(tensorFile(file, tensor, {}, layer));
    expect(read).toThrow(
      `mask ${file}: has shape [${shape.join(", ")}], which can be read as ${readings}: say ${tensor}Layout`,
    );
  });

  it("are none in our own order of a convolution, nor of an operand whose two sides are alike", () => {
    const read = (layer: Layer, tensor: TensorName, shape: readonly number[]) =>
      readTensorMask(tensorFile(saved("|b1", shape, new Uint8Array(shape.reduce((a, b) => a * b))), tensor, {}, layer));
    expect(read(cube, "input", [8, 8, 8]).shape).toEqual([8, 8, 8]);
    expect(read(layerOf("fc", [5, 5]), "weight", [5, 5, 1, 1]).shape).toEqual([5, 5, 1, 1]);
    expect(read(layerOf("matmul", [1, 1, 4]), "weight", [1, 1]).shape).toEqual([1, 1, 1, 1]);
  });
});

it.each<[string, object, readonly number[], string]>([
  ["another batch", {}, [2, 4, 8, 9], "must have shape [4, 8, 9], has [2, 4, 8, 9]"],
  ["another shape", { inputLayout: "HWC" }, [4, 8, 9], "must have shape [8, 9, 4] (HWC), has [4, 8, 9]"],
  [
    "an unknown letter",
    { inputLayout: "CHX" },
    [4, 8, 9],
    'inputLayout must be made of the letters NCHW, each once, is "CHX"',
  ],
  [
    "a letter twice",
    { inputLayout: "CHH" },
    [4, 8, 9],
    'inputLayout must be made of the letters NCHW, each once, is "CHH"',
  ],
  ["an axis left out", { inputLayout: "CH" }, [4, 8], "inputLayout CH leaves out W, which has 9 elements"],
  [
    "a zero point of truth values",
    { inputZeroPoint: 3 },
    [4, 8, 9],
    "holds |b1: inputZeroPoint is for 8 to 64 bit integers",
  ],
])("says what is wrong: %s", (_, keys, shape, message) => {
  const file = saved("|b1", shape, new Uint8Array(shape.reduce((a, b) => a * b)));
  expect(() => readTensorMask(tensorFile(file, "input", keys, conv))).toThrow(`mask ${file}: ${message}`);
});

describe("quantised tensors", () => {
  const data = Uint8Array.of(128, 0, 255, 128);
  const layer = layerOf("fc", [4, 1]);

  it("are zero at their zero point", () => {
    const file = saved("|u1", [4], data);
    expect([...toBytes(readTensorMask(tensorFile(file, "input", { inputZeroPoint: 128 }, layer)))]).toEqual([
      0, 1, 1, 0,
    ]);
    expect([...toBytes(readTensorMask(tensorFile(file, "input", {}, layer)))]).toEqual([1, 0, 1, 1]);
    const numbers = readTensorNumbers(
      tensorFile(saved("|i1", [1, 4], data), "weight", { weightZeroPoint: -128 }, layer),
    );
    expect([...numbers.numbers]).toEqual([0, 128, 127, 0]);
  });

  it("cannot have a zero point that their type does not hold", () => {
    const file = saved("|u1", [4], data);
    expect(() => readTensorMask(tensorFile(file, "input", { inputZeroPoint: 256 }, layer))).toThrow(
      `mask ${file}: holds |u1, from 0 to 255: inputZeroPoint cannot be 256`,
    );
  });

  it("of bfloat16 are refused by name", () => {
    const file = saved("<V2", [4], new Uint8Array(8));
    expect(() => readTensorMask(tensorFile(file, "input", {}, layer))).toThrow(
      `mask ${file}: holds <V2 (bfloat16 is saved so: save float32); bool, integer and float elements are supported`,
    );
  });
});

it("a layout without a file is refused", () => {
  const path = join(folder, "layer.yaml");
  writeFileSync(path, "kind: fc\ninputChannels: 4\noutputChannels: 4\nweightLayout: MC\n");
  expect(() => loadLayerFile(path)).toThrow(`layer file ${path}: weightLayout is for a file named by weightMask`);
});
