/** The layers of a network that an array cannot run, with their share of its MACs. */
import type { Hardware } from "../../../hw/array/description.ts";
import { missingMapping } from "../../../hw/array/legal-mapping.ts";
import { denseMacs, type Layer } from "../../../workloads/layers/layer.ts";

export interface UnmappedLayer {
  readonly name: string;
  /** Of all MACs, 0..1. */
  readonly share: number;
  /** Which limit, and by how much. */
  readonly why: string;
}

/** @param largest layers at the size that mappings must be legal for too, where inputs differ in size */
export function unmappedLayers(
  layers: readonly Layer[],
  hardware: Hardware,
  largest: readonly Layer[] = layers,
): UnmappedLayer[] {
  const total = layers.reduce((sum, layer) => sum + denseMacs(layer), 0);
  return layers.flatMap((layer, index) => {
    const missing = missingMapping(layer, hardware) ?? missingMapping(largest[index], hardware);
    return missing === undefined ? [] : [{ name: layer.name, share: denseMacs(layer) / total, why: missing.message }];
  });
}
