/** Variations of good mappings that the enumeration of candidates leaves out: other tile counts, a filter more or less. */
import { type Hardware, psumBufferEntries } from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import { type Mapping, spreadOf } from "./mapping.ts";

const tileCounts = [1, 2, 3, 4, 5, 6, 8, 12];

/** Every variation of a mapping that the partial-sum memories allow; other limits are for the caller to check. */
export function variationsOf(nest: LoopNest, mapping: Mapping, hardware: Hardware): Mapping[] {
  const filters = [mapping.filtersPerPe, mapping.filtersPerPe - 1, mapping.filtersPerPe + 1];
  return filters
    .filter((count) => count >= 1 && count <= Math.min(nest.filters, hardware.spad.psumEntries))
    .flatMap((filtersPerPe) => otherTiles(nest, { ...mapping, filtersPerPe }, hardware));
}

function otherTiles(nest: LoopNest, mapping: Mapping, hardware: Hardware): Mapping[] {
  const spread = spreadOf(nest, { ...mapping, pixelsPerTile: nest.pixels }, hardware);
  const largest = Math.floor(psumBufferEntries(hardware) / (spread.groups * spread.filters * mapping.filtersPerPe));
  const sizes = new Set(tileCounts.map((count) => Math.ceil(nest.pixels / count)).filter((size) => size <= largest));
  if (largest >= 1) sizes.add(Math.min(largest, nest.pixels));
  return [...sizes].map((pixelsPerTile) => ({ ...mapping, pixelsPerTile }));
}
