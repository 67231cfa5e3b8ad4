/**
 * The passes of a layer in the order in which `stepped` runs them, with what each moves. Counted from the masks pass by
 * pass; `counted` gets the same numbers from prefix sums.
 */
import { type LayerMasks, popcountRange } from "../../workloads/masks/bit-mask.ts";
import { clusterCount, entryBits, type Hardware } from "./description.ts";
import { inputRows, type LoopNest } from "./loop-nest.ts";
import { type Mapping, spreadOf } from "./mapping.ts";

/** Half-open ranges of the loops that one pass covers; channels, filters and kernel rows within their group. */
export interface PassRange {
  readonly groups: Range;
  readonly pixels: Range;
  readonly filters: Range;
  readonly kernelRows: Range;
  readonly channels: Range;
}
export type Range = readonly [first: number, end: number];

export interface Pass extends PassRange {
  /** Compressed bits that must have arrived from DRAM before the pass can start. */
  readonly activationLoadBits: number;
  readonly weightLoadBits: number;
  /** Compressed activations that the global buffer hands to the array during the pass. */
  readonly bufferEntries: number;
  /** Whether the sums of this pass are final, so that its outputs leave the array. */
  readonly isLastReduction: boolean;
}

export function passList(nest: LoopNest, masks: LayerMasks, mapping: Mapping, hardware: Hardware): Pass[] {
  const spread = spreadOf(nest, mapping, hardware);
  const passes: Pass[] = [];
  for (const groups of tiles(nest.groups, spread.groups)) {
    for (const pixels of tiles(nest.pixels, mapping.pixelsPerTile)) {
      const resident = staysInBuffer(nest, masks, groups, pixels, hardware);
      for (const filters of tiles(nest.filters, spread.filters * mapping.filtersPerPe)) {
        for (const kernelRows of tiles(nest.kernelRows, spread.kernelRows * mapping.kernelRowsPerPe)) {
          for (const channels of tiles(nest.channels, spread.channels * mapping.channelsPerPe)) {
            const range = { groups, pixels, filters, kernelRows, channels };
            passes.push(describePass(nest, masks, range, resident, hardware));
          }
        }
      }
    }
  }
  return passes;
}

function* tiles(bound: number, size: number): Generator<Range> {
  for (let first = 0; first < bound; first += size) yield [first, Math.min(first + size, bound)];
}

function describePass(
  nest: LoopNest,
  masks: LayerMasks,
  range: PassRange,
  resident: boolean,
  hardware: Hardware,
): Pass {
  const { groups, pixels, kernelRows, channels } = range;
  const rows = inputRows(nest, pixels[0], pixels[1], kernelRows[0], kernelRows[1]);
  const bufferEntries = activationEntries(nest, masks, groups, channels, rows);
  let loadedEntries = bufferEntries;
  if (resident) {
    const isFirstUse = range.filters[0] === 0;
    const fresh = freshRows(nest, range, rows);
    loadedEntries = isFirstUse ? activationEntries(nest, masks, groups, channels, fresh) : 0;
  }
  return {
    ...range,
    activationLoadBits: loadedEntries * entryBits(hardware, "activation"),
    weightLoadBits: weightEntries(nest, masks, range) * entryBits(hardware, "weight"),
    bufferEntries,
    isLastReduction: kernelRows[1] === nest.kernelRows && channels[1] === nest.channels,
  };
}

/** Of the input rows of a pass, those that no earlier kernel-row tile has fetched into the buffer. */
function freshRows(nest: LoopNest, { pixels, kernelRows }: PassRange, rows: Range): Range {
  if (kernelRows[0] === 0) return rows;
  const [, fetchedEnd] = inputRows(nest, pixels[0], pixels[1], 0, kernelRows[0]);
  return [Math.min(Math.max(rows[0], fetchedEnd), rows[1]), rows[1]];
}

/** Whether all activations of a pixel tile fit into the global buffers, so that DRAM is read once for all filters. */
function staysInBuffer(nest: LoopNest, masks: LayerMasks, groups: Range, pixels: Range, hardware: Hardware): boolean {
  const rows = inputRows(nest, pixels[0], pixels[1], 0, nest.kernelRows);
  const entries = activationEntries(nest, masks, groups, [0, nest.channels], rows);
  const bits = entries * entryBits(hardware, "activation");
  return bits <= clusterCount(hardware) * hardware.buffer.activationBytes * 8;
}

function activationEntries(nest: LoopNest, masks: LayerMasks, groups: Range, channels: Range, [y0, y1]: Range): number {
  const { inputHeight, inputWidth } = nest.layer;
  let entries = 0;
  for (let group = groups[0]; group < groups[1]; group++) {
    for (let c = channels[0]; c < channels[1]; c++) {
      const plane = (group * nest.channels + c) * inputHeight;
      entries += popcountRange(masks.input, (plane + y0) * inputWidth, (plane + y1) * inputWidth);
    }
  }
  return entries;
}

function weightEntries(nest: LoopNest, masks: LayerMasks, range: PassRange): number {
  const kernel = nest.kernelRows * nest.kernelColumns;
  let entries = 0;
  for (let group = range.groups[0]; group < range.groups[1]; group++) {
    for (let filter = range.filters[0]; filter < range.filters[1]; filter++) {
      const row = (group * nest.filters + filter) * nest.columns;
      for (let c = range.channels[0]; c < range.channels[1]; c++) {
        const first = row + c * kernel + range.kernelRows[0] * nest.kernelColumns;
        const end = row + c * kernel + range.kernelRows[1] * nest.kernelColumns;
        entries += popcountRange(masks.weight, first, end);
      }
    }
  }
  return entries;
}
