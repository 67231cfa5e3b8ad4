/**
 * Presets of the attention array. They were written down, with the source of every line, before any network had been
 * run on the model; docs/attention.md repeats the sources in a table. No number here was fitted to a published result.
 */
import type { AttentionArray } from "./description.ts";

/**
 * Sanger (Lu et al., MICRO'21) as its publication and its public Python model describe it.
 *
 * | line | source |
 * |---|---|
 * | rows, slots, tileColumns | Sanger's `bench_sanger_v2.py`: 64 × 64 tiles, 16 multipliers a row |
 * | clockHz, wordBits, dram.bytesPerSecond | the same file: 1 GHz, 2 bytes, 128 GB/s |
 * | headWidth | BERT-base, GPT-2 and BART-base: 768 / 12 heads |
 * | splitting, skipEmptyVectors | `modeling_sanger_spattn.py`: vectors of 64, empty ones skipped, ⌈n / 16⌉ segments |
 * | predictionBits | the model configurations of the repository: symmetric quantisation to 4 bits |
 * | packing | not published. Sub-rows of one block of columns meet the same keys, so they can share a load |
 * | overlap | not published: the formula charges one skew per product, the RTL's test bench two. The largest unknown |
 * | bufferBytes | not found. Assumed: two heads of 512 tokens (queries, keys and values) fit |
 * | dram.latencyCycles | not published; 0 as for the other presets |
 */
export const sanger: AttentionArray = {
  kind: "attention-array",
  name: "sanger",
  clockHz: 1e9,
  rows: 64,
  slots: 16,
  tileColumns: 64,
  headWidth: 64,
  splitting: "row",
  packing: "column-block",
  overlap: "skew",
  skipEmptyVectors: true,
  predictionBits: 4,
  wordBits: 16,
  bufferBytes: 512 * 1024,
  dram: { bytesPerSecond: 128e9, latencyCycles: 0 },
};

/**
 * The same array as the published RTL (Chisel) and its test benches drive it: the splitting unit ends a window for all
 * rows of a tile at once, its lane counter cannot leave the tile, and one control word holds for the whole array, so
 * that no load begins before the one in front of it has left.
 */
export const sangerRtl: AttentionArray = {
  ...sanger,
  name: "sanger-rtl",
  splitting: "window",
  packing: "tile",
  overlap: "none",
};

export const attentionPresets: ReadonlyMap<string, AttentionArray> = new Map(
  [sanger, sangerRtl].map((hardware) => [hardware.name, hardware]),
);
