/** The work of a layer that no zero skipping can avoid, straight from its masks and geometry. */

import { type Layer, outputHeight, outputWidth } from "../layers/layer.ts";
import { type BitMask, toBytes } from "./bit-mask.ts";

/**
 * MACs whose weight and activation are both non-zero: over the columns k = (input channel, kernel tap), the non-zero
 * activations under k at all output pixels × the non-zero weights in k. Padding is zero.
 *
 * @param input [C, H, W]
 * @param weight [M, C/groups, R, S]
 */
export function effectualMacs(layer: Layer, input: BitMask, weight: BitMask): number {
  const [rows, columns] = layer.kernel;
  const weights = nonZerosPerColumn(layer, weight);
  const activations = toBytes(input);
  const planeSize = layer.inputHeight * layer.inputWidth;
  let macs = 0;
  for (let channel = 0, column = 0; channel < layer.inputChannels; channel++) {
    const plane = activations.subarray(channel * planeSize, (channel + 1) * planeSize);
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < columns; tap++, column++) macs += weights[column] * nonZerosUnder(layer, plane, row, tap);
    }
  }
  return macs;
}

/** Non-zero weights over the filters that see the channel, [C, R·S]. */
function nonZerosPerColumn(layer: Layer, weight: BitMask): Uint32Array {
  const filterSize = (layer.inputChannels / layer.groups) * layer.kernel[0] * layer.kernel[1];
  const filtersPerGroup = layer.outputChannels / layer.groups;
  const counts = new Uint32Array(layer.groups * filterSize);
  for (const [i, bit] of toBytes(weight).entries()) {
    const group = Math.floor(i / (filterSize * filtersPerGroup));
    counts[group * filterSize + (i % filterSize)] += bit;
  }
  return counts;
}

/** Non-zero activations of one channel that a kernel tap meets over all output pixels. */
function nonZerosUnder(layer: Layer, plane: Uint8Array, row: number, tap: number): number {
  const { inputHeight, inputWidth, stride, dilation, padding } = layer;
  const height = outputHeight(layer);
  const width = outputWidth(layer);
  let count = 0;
  for (let e = 0; e < height; e++) {
    const y = e * stride[0] + row * dilation[0] - padding[0];
    if (y < 0 || y >= inputHeight) continue;
    for (let f = 0; f < width; f++) {
      const x = f * stride[1] + tap * dilation[1] - padding[2];
      if (x >= 0 && x < inputWidth) count += plane[y * inputWidth + x];
    }
  }
  return count;
}
