/**
 * The passes of a layer in the order in which `stepped` runs them, with what each moves. Counted from the masks pass by
 * pass; `counted` gets the same numbers from prefix sums.
 */
import { type BitMask, type LayerMasks, popcountRange } from "../../workloads/masks/bit-mask.ts";
import { clusterCount, entryBits, type Hardware } from "./description.ts";
import { freshRegion, type InputRegion, inputRegion } from "./input-region.ts";
import type { LoopNest } from "./loop-nest.ts";
import { type Mapping, spreadOf } from "./mapping.ts";
import { isLastReduction, type PassRange, passRanges, type Range } from "./pass-ranges.ts";
import { encodedWords } from "./run-encoder.ts";

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
  const traffic = new MaskTraffic(nest, masks, mapping, hardware);
  return Array.from(passRanges(nest, mapping, spreadOf(nest, mapping, hardware)), (range) => traffic.describe(range));
}

/** What passes move, counted bit by bit. */
class MaskTraffic {
  private readonly nest: LoopNest;
  private readonly masks: LayerMasks;
  /** Where the input has a word off the chip. */
  private readonly inputWords: BitMask;
  private readonly pixelsPerTile: number;
  private readonly hardware: Hardware;

  constructor(nest: LoopNest, masks: LayerMasks, { pixelsPerTile }: Mapping, hardware: Hardware) {
    this.nest = nest;
    this.masks = masks;
    this.inputWords = encodedWords(masks.input, hardware.mechanisms.zeroRunBits);
    this.pixelsPerTile = pixelsPerTile;
    this.hardware = hardware;
  }

  describe(range: PassRange): Pass {
    const { nest, hardware } = this;
    const { groups, pixels, kernelRows, channels } = range;
    const region = inputRegion(nest, pixels, kernelRows);
    const bufferEntries = this.entriesIn(this.masks.input, groups, channels, region);
    let loadedWords = this.entriesIn(this.inputWords, groups, channels, region);
    if (this.staysInBuffer(groups, pixels)) {
      const fresh = freshRegion(nest, range, this.pixelsPerTile, this.lastTileStays(groups, pixels));
      loadedWords = range.filters[0] === 0 ? this.entriesIn(this.inputWords, groups, channels, fresh) : 0;
    }
    return {
      ...range,
      activationLoadBits: loadedWords * entryBits(hardware, "activation"),
      weightLoadBits: this.weightEntries(range) * entryBits(hardware, "weight"),
      bufferEntries,
      isLastReduction: isLastReduction(range, nest),
    };
  }

  /** Whether all activations of a pixel tile fit into the global buffers, so that DRAM is read once for all filters. */
  private staysInBuffer(groups: Range, pixels: Range): boolean {
    const { nest, hardware } = this;
    const region = inputRegion(nest, pixels, [0, nest.kernelRows]);
    const entries = this.entriesIn(this.masks.input, groups, [0, nest.channels], region);
    const bits = entries * entryBits(hardware, "activation");
    return bits <= clusterCount(hardware) * hardware.buffer.activationBytes * 8;
  }

  private lastTileStays(groups: Range, pixels: Range): boolean {
    return pixels[0] > 0 && this.staysInBuffer(groups, [pixels[0] - this.pixelsPerTile, pixels[0]]);
  }

  private entriesIn(mask: BitMask, groups: Range, channels: Range, { rows, columns }: InputRegion): number {
    const { nest } = this;
    const { inputHeight, inputWidth } = nest.layer;
    let entries = 0;
    for (let group = groups[0]; group < groups[1]; group++) {
      for (let c = group * nest.channels + channels[0]; c < group * nest.channels + channels[1]; c++) {
        for (let y = c * inputHeight + rows[0]; y < c * inputHeight + rows[1]; y++) {
          entries += popcountRange(mask, y * inputWidth + columns[0], y * inputWidth + columns[1]);
        }
      }
    }
    return entries;
  }

  private weightEntries(range: PassRange): number {
    const { nest, masks } = this;
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
}
