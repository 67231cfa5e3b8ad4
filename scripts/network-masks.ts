/** The layers of a network with seeded masks, as the validation and benchmark programs go through them. */

import type { Layer } from "../workloads/layers/layer.ts";
import type { LayerMasks } from "../workloads/masks/bit-mask.ts";
import type { MaskStatistics } from "../workloads/masks/statistics.ts";
import { NetworkMasks } from "../workloads/networks/network-masks.ts";
import { networkOf } from "../workloads/networks/networks.ts";

export interface LayerCase {
  readonly layer: Layer;
  readonly inputDensity: number;
  readonly weightDensity: number;
  readonly outputDensity: number;
  /** The masks of a sample; the weights are the same for all. */
  masks(sample: number): LayerMasks;
}

/** The layers of a network with seeded masks at its own densities, or at one weight density for all layers. */
export function networkCases(
  name: string,
  seed: number,
  weightDensity?: number,
  statistics?: MaskStatistics,
): readonly LayerCase[] {
  const network = networkOf(name);
  const masks = new NetworkMasks(network, {
    seed,
    ...(weightDensity === undefined ? {} : { pattern: { kind: "unstructured", sparsity: 1 - weightDensity } }),
    ...(statistics === undefined ? {} : { statistics }),
  });
  const { input, weight, output } = masks.densities(0);
  return network.layers.map((layer, i) => ({
    layer,
    inputDensity: input[i],
    weightDensity: weight[i],
    outputDensity: output[i],
    masks: (sample) => masks.masks(i, sample),
  }));
}
