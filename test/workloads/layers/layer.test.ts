/** Do layers have the sizes that convolution arithmetic says, and are impossible ones refused in one line? */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import {
  denseMacs,
  inputShape,
  type LayerDescription,
  makeLayer,
  outputHeight,
  outputShape,
  outputWidth,
  parameterCount,
  weightShape,
} from "../../../workloads/layers/layer.ts";

const square = {
  name: "square",
  kind: "conv",
  inputChannels: 4,
  outputChannels: 6,
  inputHeight: 8,
  inputWidth: 8,
} as const;

test("shapes, MACs and parameters of a strided, padded, dilated, grouped layer", () => {
  const layer = makeLayer({
    ...square,
    inputWidth: 11,
    kernel: [3, 2],
    stride: [2, 3],
    padding: [1, 0, 2, 1],
    dilation: [2, 3],
    groups: 2,
  });
  // Rows: 8 + 1 padded, span (3 − 1)·2 + 1 = 5, ⌊(9 − 5) / 2⌋ + 1 = 3. Columns: 14 padded, span 4, ⌊10 / 3⌋ + 1 = 4.
  expect(outputShape(layer)).toEqual([6, 3, 4]);
  expect(weightShape(layer)).toEqual([6, 2, 3, 2]);
  expect(inputShape(layer)).toEqual([4, 8, 11]);
  expect(parameterCount(layer)).toBe(72);
  expect(denseMacs(layer)).toBe(72 * 12);
});

test("a matrix product is a pointwise layer over its rows", () => {
  const layer = makeLayer({ name: "AB", kind: "matmul", inputChannels: 5, outputChannels: 7, inputHeight: 3 });
  expect(denseMacs(layer)).toBe(3 * 5 * 7);
  expect(outputShape(layer)).toEqual([7, 3, 1]);
});

test("the heads of an attention are groups of a matrix product", () => {
  const sizes = { inputChannels: 4 * 64, outputChannels: 4 * 9, inputHeight: 9, groups: 4 };
  const layer = makeLayer({ name: "QK", kind: "matmul", ...sizes });
  expect(denseMacs(layer)).toBe(4 * 9 * 64 * 9);
  expect(weightShape(layer)).toEqual([4 * 9, 64, 1, 1]);
});

test("depthwise layers have a group per channel, with any multiplier", () => {
  const layer = makeLayer({ ...square, kind: "depthwise", outputChannels: 8, kernel: [3, 3] });
  expect(layer.groups).toBe(4);
  expect(weightShape(layer)).toEqual([8, 1, 3, 3]);
});

test("output sizes count the positions at which the kernel fits", () => {
  const small = fc.integer({ min: 1, max: 6 });
  const pad = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      small,
      small,
      pad,
      pad,
      small,
      (size, taps, stride, top, bottom, dilation) => {
        const span = (taps - 1) * dilation + 1;
        fc.pre(span <= size + top + bottom);
        let positions = 0;
        for (let at = 0; at + span <= size + top + bottom; at += stride) positions++;
        const axis = { kernel: [taps, taps], stride: [stride, stride], dilation: [dilation, dilation] } as const;
        const layer = makeLayer({
          ...square,
          ...axis,
          inputHeight: size,
          inputWidth: size,
          padding: [top, bottom, bottom, top],
        });
        expect([outputHeight(layer), outputWidth(layer)]).toEqual([positions, positions]);
      },
    ),
  );
});

describe("impossible layers", () => {
  const cases: [string, Partial<LayerDescription>, string][] = [
    ["no channels", { inputChannels: 0 }, "inputChannels must be a positive integer, not 0"],
    ["negative size", { inputHeight: -8 }, "inputHeight must be a positive integer, not -8"],
    ["half a filter", { outputChannels: 2.5 }, "outputChannels must be a positive integer, not 2.5"],
    ["no stride", { stride: [1, 0] }, "horizontal stride must be a positive integer, not 0"],
    ["negative padding", { padding: [0, 0, -1, 0] }, "left padding must be a non-negative integer, not -1"],
    ["kernel too large", { kernel: [9, 3] }, "the kernel 9x3 exceeds the padded input 8x8"],
    ["dilated too far", { kernel: [3, 3], dilation: [4, 4] }, "the dilated kernel 9x9 exceeds the padded input 8x8"],
    ["groups and inputs", { groups: 3 }, "groups must divide inputChannels, but 3 does not divide 4"],
    ["groups and outputs", { groups: 4 }, "groups must divide outputChannels, but 4 does not divide 6"],
    ["pointwise 3x3", { kind: "pointwise", kernel: [3, 3] }, "kernel of a pointwise layer must be 1, not [3,3]"],
    ["fc of a map", { kind: "fc" }, "inputHeight of a fc layer must be 1, not 8"],
    [
      "padded matmul",
      { kind: "matmul", inputWidth: 1, padding: [1, 0, 0, 0] },
      "padding of a matmul layer must be 0, not [1,0,0,0]",
    ],
    [
      "depthwise groups",
      { kind: "depthwise", groups: 2 },
      "a depthwise layer has as many groups as input channels (4), not 2",
    ],
  ];
  test.each(cases)("%s", (_, change, complaint) => {
    expect(() => makeLayer({ ...square, ...change })).toThrow(new ConfigError(`layer "square": ${complaint}`));
  });
});
