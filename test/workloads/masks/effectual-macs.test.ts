/** Is the count of effectual MACs that of the convolution's own loops? */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  inputShape,
  type Layer,
  makeLayer,
  outputHeight,
  outputWidth,
  weightShape,
} from "../../../workloads/layers/layer.ts";
import { type BitMask, denseMask, getBit, onesPerSlice, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { effectualMacs } from "../../../workloads/masks/effectual-macs.ts";
import { generateInputMask, generateWeightMask } from "../../../workloads/masks/layer-masks.ts";
import { evenStatistics } from "../../../workloads/masks/statistics.ts";

/** Every MAC of every output, one by one. */
function byLoops(layer: Layer, input: BitMask, weight: BitMask): number {
  const { kernel, stride, padding, dilation, inputHeight, inputWidth } = layer;
  const channels = layer.inputChannels / layer.groups;
  const filtersPerGroup = layer.outputChannels / layer.groups;
  let macs = 0;
  for (let m = 0; m < layer.outputChannels; m++)
    for (let e = 0; e < outputHeight(layer); e++)
      for (let f = 0; f < outputWidth(layer); f++)
        for (let c = 0; c < channels; c++)
          for (let r = 0; r < kernel[0]; r++)
            for (let s = 0; s < kernel[1]; s++) {
              const y = e * stride[0] + r * dilation[0] - padding[0];
              const x = f * stride[1] + s * dilation[1] - padding[2];
              if (y < 0 || y >= inputHeight || x < 0 || x >= inputWidth) continue;
              const channel = Math.floor(m / filtersPerGroup) * channels + c;
              const w = getBit(weight, ((m * channels + c) * kernel[0] + r) * kernel[1] + s);
              macs += w * getBit(input, (channel * inputHeight + y) * inputWidth + x);
            }
  return macs;
}

const from = (min: number, max: number) => fc.integer({ min, max });
const layers = fc
  .record({
    groups: from(1, 3),
    channels: from(1, 3),
    filters: from(1, 3),
    kernel: fc.tuple(from(1, 3), from(1, 3)),
    stride: fc.tuple(from(1, 3), from(1, 3)),
    dilation: fc.tuple(from(1, 2), from(1, 2)),
    padding: fc.tuple(from(0, 2), from(0, 2), from(0, 2), from(0, 2)),
    height: from(5, 8),
    width: from(5, 8),
  })
  .map(({ groups, channels, filters, height, width, ...geometry }) =>
    makeLayer({
      ...geometry,
      name: "layer",
      kind: "conv",
      inputChannels: groups * channels,
      outputChannels: groups * filters,
      inputHeight: height,
      inputWidth: width,
      groups,
    }),
  );
const share = fc.double({ min: 0, max: 1, noNaN: true });

test("any stride, padding, dilation and grouping", () => {
  fc.assert(
    fc.property(layers, share, share, fc.nat(), (layer, inputDensity, rate, seed) => {
      const key = { seed, network: "network", layer, sample: 0, statistics: evenStatistics };
      const input = generateInputMask({ ...key, inputDensity });
      const weight = generateWeightMask({ ...key, pattern: { kind: "unstructured", sparsity: rate } });
      expect(effectualMacs(layer, input, weight)).toBe(byLoops(layer, input, weight));
    }),
  );
});

test("pointwise: Σ over channels of non-zero activations × non-zero weights; not so with the weights transposed", () => {
  const layer = makeLayer({
    name: "L",
    kind: "pointwise",
    inputChannels: 9,
    outputChannels: 9,
    inputHeight: 4,
    inputWidth: 4,
  });
  const key = { seed: 1, network: "network", layer, sample: 0, statistics: evenStatistics };
  const statistics = { ...evenStatistics, columnDispersion: 0.3, channelDispersion: 0.6 };
  const input = generateInputMask({ ...key, statistics, inputDensity: 0.5 });
  const weight = generateWeightMask({ ...key, statistics, pattern: { kind: "unstructured", sparsity: 0.5 } });
  const bits = toBytes(weight);
  const total = (stride: number, step: number) =>
    onesPerSlice(input).reduce((sum, ones, c) => {
      let column = 0;
      for (let m = 0; m < 9; m++) column += bits[m * stride + c * step];
      return sum + ones * column;
    }, 0);
  expect(effectualMacs(layer, input, weight)).toBe(total(9, 1));
  expect(total(1, 9)).not.toBe(total(9, 1));
});

test("the published count of a dense first layer less its padding: 1,751,088 of 1,769,472", () => {
  const layer = makeLayer({
    name: "L01",
    kind: "conv",
    inputChannels: 3,
    outputChannels: 16,
    inputHeight: 128,
    inputWidth: 128,
    kernel: [3, 3],
    stride: [2, 2],
    padding: [0, 1, 0, 1],
  });
  expect(effectualMacs(layer, denseMask(inputShape(layer)), denseMask(weightShape(layer)))).toBe(1_751_088);
});
