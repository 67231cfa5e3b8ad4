/** Masks of a whole network as the validation and benchmark programs use them. */
import type { LayerMasks } from "../workloads/bit-mask.ts";
import type { Layer } from "../workloads/layer.ts";
import { generateLayerMasks } from "../workloads/masks/layer-masks.ts";
import { type MaskStatistics, measuredStatistics } from "../workloads/masks/statistics.ts";
import { networkOf } from "../workloads/networks.ts";
import { outputDensities } from "../workloads/networks/network.ts";

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
  statistics: MaskStatistics = measuredStatistics,
): readonly LayerCase[] {
  const network = networkOf(name);
  const inputs = network.densities.inputOf(0, seed);
  const outputs = outputDensities(network.layers, inputs);
  return network.layers.map((layer, i) => {
    const kept = weightDensity ?? network.densities.weight[i];
    return {
      layer,
      inputDensity: inputs[i],
      weightDensity: kept,
      outputDensity: outputs[i],
      masks: (sample) =>
        generateLayerMasks({
          seed,
          network: name,
          layer,
          pattern: kept === 1 ? { kind: "dense" } : { kind: "unstructured", rate: 1 - kept },
          sample,
          inputDensity: inputs[i],
          outputDensity: outputs[i],
          statistics,
        }),
    };
  });
}
