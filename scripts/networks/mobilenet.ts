/** MobileNet-V1 (Howard et al., arXiv 1704.04861) of any width and input size. */
import type { Layer } from "../../workloads/layers/layer.ts";
import { LayerList } from "./layer-list.ts";

/** Output channels and stride of the 13 depthwise-separable blocks at width 1. */
const blocks: readonly (readonly [channels: number, stride: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];

/** 'Same' padding of a 3×3 kernel on a map of even size: at stride 2 nothing before and one after. */
function samePadding(stride: number): number | Layer["padding"] {
  return stride === 1 ? 1 : [0, 1, 0, 1];
}

/**
 * The 28 layers `L01` … `L28`: a convolution, 13 pairs of a depthwise and a pointwise layer, and the classifier.
 *
 * @param width multiplies the number of channels
 * @param size height and width of the input in pixels, a multiple of 32
 */
export function mobilenetLayers(width: number, size: number): Layer[] {
  const list = new LayerList([3, size, size]);
  const nextName = () => `L${String(list.layers.length + 1).padStart(2, "0")}`;
  list.conv(nextName(), 32 * width, 3, { stride: 2, padding: samePadding(2) });
  for (const [channels, stride] of blocks) {
    list.depthwise(nextName(), 3, { stride, padding: samePadding(stride) });
    list.conv(nextName(), channels * width, 1);
  }
  list.globalPool();
  list.fc(nextName(), 1000);
  return list.layers;
}
