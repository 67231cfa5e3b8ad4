/** AlexNet (Krizhevsky, Sutskever and Hinton, NIPS 2012) at 227×227, with its two groups. */
import type { Layer } from "../../workloads/layers/layer.ts";
import { LayerList } from "./layer-list.ts";

export function alexnetLayers(): Layer[] {
  const list = new LayerList([3, 227, 227]);
  list.conv("conv1", 96, 11, { stride: 4 });
  list.pool(3, 2);
  list.conv("conv2", 256, 5, { padding: 2, groups: 2 });
  list.pool(3, 2);
  list.conv("conv3", 384, 3, { padding: 1 });
  list.conv("conv4", 384, 3, { padding: 1, groups: 2 });
  list.conv("conv5", 256, 3, { padding: 1, groups: 2 });
  list.pool(3, 2);
  list.fc("fc6", 4096);
  list.fc("fc7", 4096);
  list.fc("fc8", 1000);
  return list.layers;
}

/** Shares of zeros in %, of what each convolution reads, measured with the chip Eyeriss (JSSC 2017, Table V). */
export const alexnetInputZerosPercent: readonly number[] = [0.01, 38.7, 72.5, 79.3, 77.6];
