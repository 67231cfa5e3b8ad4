/**
 * ResNet-50 (He et al., CVPR 2016) at 224×224 in the variant that frameworks ship ("v1.5"): a block that halves the map
 * does so in its 3×3 convolution. Layers in the order of execution, the projection of a block after its three convolutions.
 */
import type { Layer } from "../../workloads/layers/layer.ts";
import { LayerList } from "./layer-list.ts";

const stages = [
  { blocks: 3, width: 64 },
  { blocks: 4, width: 128 },
  { blocks: 6, width: 256 },
  { blocks: 3, width: 512 },
];

export function resnet50Layers(): Layer[] {
  const list = new LayerList([3, 224, 224]);
  list.conv("conv1", 64, 7, { stride: 2, padding: 3 });
  list.pool(3, 2, 1);
  for (const [stage, { blocks, width }] of stages.entries()) {
    for (let block = 0; block < blocks; block++) {
      addBottleneck(list, `layer${stage + 1}.${block}`, width, block === 0 && stage > 0 ? 2 : 1, block === 0);
    }
  }
  list.globalPool();
  list.fc("fc", 1000);
  return list.layers;
}

function addBottleneck(list: LayerList, name: string, width: number, stride: number, projects: boolean): void {
  const input = list.shape;
  list.conv(`${name}.conv1`, width, 1);
  list.conv(`${name}.conv2`, width, 3, { stride, padding: 1 });
  list.conv(`${name}.conv3`, 4 * width, 1);
  if (!projects) return;
  list.shape = input;
  list.conv(`${name}.downsample`, 4 * width, 1, { stride });
}
