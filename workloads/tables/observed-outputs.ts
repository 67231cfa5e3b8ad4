import type { LookupTable } from "./lookup-table.ts";
import { monitoredDensity, type Profile } from "./profile.ts";

/** Densities of the outputs of a network's layers. */
interface ObservedOutputs {
  /** Of each (sample, layer), row-major, 0..1. */
  readonly density: Float64Array;
  /** Mean over the samples, one per layer. */
  readonly average: Float64Array;
}

/**
 * The density of each layer's output, as a monitor at the write-back sees it when the layer ends. A recorded table has
 * input densities only: there the output of a layer is the input of the next, and that of the last layer, after which
 * nothing is predicted, counts as its own input.
 */
export function observedOutputs(profile: Profile, table: LookupTable): ObservedOutputs {
  if (profile.outputDensity !== undefined) {
    return { density: monitoredDensity(profile), average: table.averageDensity };
  }
  const { inputDensity, layerCount } = profile;
  const isLast = (index: number) => index % layerCount === layerCount - 1;
  return {
    density: inputDensity.map((own, index) => (isLast(index) ? own : inputDensity[index + 1])),
    average: table.averageDensity.map((own, layer, all) => (isLast(layer) ? own : all[layer + 1])),
  };
}
