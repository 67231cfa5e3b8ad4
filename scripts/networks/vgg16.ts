/** VGG-16 (Simonyan and Zisserman, ICLR 2015, configuration D) at 224×224. */
import type { Layer } from "../../workloads/layers/layer.ts";
import { LayerList } from "./layer-list.ts";

const stages = [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 3, channels: 256 },
  { convolutions: 3, channels: 512 },
  { convolutions: 3, channels: 512 },
];

export function vgg16Layers(): Layer[] {
  const list = new LayerList([3, 224, 224]);
  for (const [stage, { convolutions, channels }] of stages.entries()) {
    for (let i = 1; i <= convolutions; i++) list.conv(`conv${stage + 1}_${i}`, channels, 3, { padding: 1 });
    list.pool(2, 2);
  }
  list.fc("fc6", 4096);
  list.fc("fc7", 4096);
  list.fc("fc8", 1000);
  return list.layers;
}

/**
 * Shares of zeros in %, [activations, weights], of the convolutions of VGG-16 pruned as in "Learning both Weights and
 * Connections" (NIPS 2015), read from SCNN (ISCA 2017).
 */
export const vgg16SparsityPercent: readonly (readonly [activations: number, weights: number])[] = [
  [0, 43],
  [50, 79],
  [11, 67],
  [21, 65],
  [19, 47],
  [37, 78],
  [31, 59],
  [29, 68],
  [50, 74],
  [55, 66],
  [61, 65],
  [67, 71],
  [68, 64],
];
