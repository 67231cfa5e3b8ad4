/** Whether a layer can run on an array at all, before its weights are known. */
import type { ConfigError } from "../../workloads/input/errors.ts";
import type { Layer } from "../../workloads/layers/layer.ts";
import { candidateOf, peBlocks } from "./candidates.ts";
import type { Hardware } from "./description.ts";
import { loopNest } from "./loop-nest.ts";
import { defaultMapping, type Mapping, noLegalMapping, violations } from "./mapping.ts";

/**
 * Undefined if the layer has a legal mapping even with dense weights, else the error that says which limit the smallest
 * mapping exceeds and by how much.
 */
export function missingMapping(layer: Layer, hardware: Hardware): ConfigError | undefined {
  const nest = loopNest(layer, hardware);
  const complaints = (mapping: Mapping) => {
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
    const block = filtersPerPe * channelsPerPe * kernelRowsPerPe * nest.kernelColumns;
    return violations(nest, mapping, hardware, block);
  };
  if (peBlocks(nest, hardware).some((block) => complaints(candidateOf(block, 1).mapping).length === 0))
    return undefined;
  const { axes } = defaultMapping(nest, hardware);
  const smallest = { axes, filtersPerPe: 1, channelsPerPe: 1, kernelRowsPerPe: 1, pixelsPerTile: 1 };
  const found = complaints(smallest);
  return found.length === 0 ? undefined : noLegalMapping(nest, hardware, found);
}
