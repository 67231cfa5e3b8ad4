/**
 * Variations of good mappings that the enumeration of candidates leaves out: other tile counts, a filter more or less; fewer
 * images of a batch; and where the machine keeps the sums of several passes, more filters of a tile.
 */
import { type Hardware, psumBufferEntries } from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import { filtersPerPass, type Mapping, spreadOf } from "./mapping.ts";

const tileCounts = [1, 2, 3, 4, 5, 6, 8, 12];
/** Passes whose sums wait together. */
const keptCounts = [2, 3, 4, 6, 8];

/** Every variation of a mapping that the partial-sum memories allow; other limits are for the caller to check. */
export function variationsOf(nest: LoopNest, mapping: Mapping, hardware: Hardware): Mapping[] {
  const filters = [mapping.filtersPerPe, mapping.filtersPerPe - 1, mapping.filtersPerPe + 1];
  return filters
    .filter((count) => count >= 1 && count <= Math.min(nest.filters, hardware.spad.psumEntries))
    .flatMap((filtersPerPe) => otherTiles(nest, { ...mapping, filtersPerPe }, hardware))
    .flatMap((varied) => [varied, ...otherImages(nest, varied), ...keptTiles(nest, varied, hardware)]);
}

/** The mapping with fewer or more images in a tile. */
function otherImages({ images }: LoopNest, mapping: Mapping): Mapping[] {
  const { imagesPerTile: _, ...single } = mapping;
  const several = Array.from({ length: images - 1 }, (_, i) => ({ ...single, imagesPerTile: i + 2 }));
  return images === 1 ? [] : [single, ...several];
}

/** The mapping with the sums of several passes in the buffer. */
function keptTiles(nest: LoopNest, mapping: Mapping, hardware: Hardware): Mapping[] {
  if (!hardware.mechanisms.keepFilterTiles) return [];
  const ofPass = filtersPerPass(mapping, spreadOf(nest, mapping, hardware));
  return keptCounts
    .map((count) => Math.min(count * ofPass, mapping.filtersPerPe * Math.ceil(nest.filters / mapping.filtersPerPe)))
    .filter((filters, i, all) => filters > ofPass && all.indexOf(filters) === i)
    .map((filtersPerTile) => ({ ...mapping, filtersPerTile }));
}

function otherTiles(nest: LoopNest, mapping: Mapping, hardware: Hardware): Mapping[] {
  const spread = spreadOf(nest, { ...mapping, pixelsPerTile: nest.pixels }, hardware);
  const largest = Math.floor(psumBufferEntries(hardware) / (spread.groups * spread.filters * mapping.filtersPerPe));
  const sizes = new Set(tileCounts.map((count) => Math.ceil(nest.pixels / count)).filter((size) => size <= largest));
  if (largest >= 1) sizes.add(Math.min(largest, nest.pixels));
  return [...sizes].map((pixelsPerTile) => ({ ...mapping, pixelsPerTile }));
}
