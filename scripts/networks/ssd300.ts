/**
 * SSD300 (Liu et al., ECCV 2016) with a ResNet-18 backbone, built as NVIDIA's PyTorch SSD300: ResNet-18 up to its third
 * stage, whose stride is taken away so that the first feature map is 38×38; five pairs of extra convolutions; a location
 * and a class head (81 classes of COCO) on each of the six maps. 37 layers.
 */
import type { Layer } from "../../workloads/layers/layer.ts";
import { LayerList } from "./layer-list.ts";

const stages = [
  { channels: 64, stride: 1 },
  { channels: 128, stride: 2 },
  { channels: 256, stride: 1 },
];

/** Channels between and after the two convolutions of an extra pair; the last two pairs shrink the map by lack of padding. */
const extras = [
  { between: 256, after: 512, stride: 2, padding: 1 },
  { between: 256, after: 512, stride: 2, padding: 1 },
  { between: 128, after: 256, stride: 2, padding: 1 },
  { between: 128, after: 256, stride: 1, padding: 0 },
  { between: 128, after: 128, stride: 1, padding: 0 },
];

const boxesPerPixel = [4, 6, 6, 6, 4, 4];
const boxCoordinates = 4;
const classes = 81;

export function ssd300Layers(): Layer[] {
  const list = new LayerList([3, 300, 300]);
  list.conv("conv1", 64, 7, { stride: 2, padding: 3 });
  list.pool(3, 2, 1);
  for (const [stage, { channels, stride }] of stages.entries()) {
    addBasicBlock(list, `layer${stage + 1}.0`, channels, stride, stage > 0);
    addBasicBlock(list, `layer${stage + 1}.1`, channels, 1, false);
  }
  const maps = [list.shape];
  for (const [i, { between, after, stride, padding }] of extras.entries()) {
    list.conv(`extra${i + 1}.conv1`, between, 1);
    list.conv(`extra${i + 1}.conv2`, after, 3, { stride, padding });
    maps.push(list.shape);
  }
  for (const [i, map] of maps.entries()) {
    for (const [head, values] of [
      ["location", boxCoordinates],
      ["class", classes],
    ] as const) {
      list.shape = map;
      list.conv(`${head}${i + 1}`, boxesPerPixel[i] * values, 3, { padding: 1 });
    }
  }
  return list.layers;
}

function addBasicBlock(list: LayerList, name: string, channels: number, stride: number, projects: boolean): void {
  const input = list.shape;
  list.conv(`${name}.conv1`, channels, 3, { stride, padding: 1 });
  list.conv(`${name}.conv2`, channels, 3, { padding: 1 });
  if (!projects) return;
  list.shape = input;
  list.conv(`${name}.downsample`, channels, 1, { stride });
}
