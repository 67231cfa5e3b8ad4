/**
 * The passes of a layer in the order in which `stepped` runs them, with what each moves. Counted from the masks pass by
 * pass; `counted` gets the same numbers from prefix sums.
 */
import { type BitMask, type LayerMasks, popcountRange } from "../../workloads/masks/bit-mask.ts";
import { channelBits, entryBits, type Hardware } from "./description.ts";
import { freshRegion, type InputRegion, inputRegion } from "./input-region.ts";
import type { LoopNest } from "./loop-nest.ts";
import { activationCapacityBits, type Mapping, spreadOf } from "./mapping.ts";
import { isLastReduction, lengthOf, type PassRange, passRanges, psumsReadBy, type Range } from "./pass-ranges.ts";
import { encodedWords } from "./run-encoder.ts";

export interface Pass extends PassRange {
  /** Bits that must have arrived from DRAM before the pass can start. */
  readonly activationLoadBits: number;
  readonly weightLoadBits: number;
  /** Activations that the global buffer hands to the array during the pass, and sums that it hands back. */
  readonly bufferEntries: number;
  readonly psumsRead: number;
  /** Whether the sums of this pass are final, so that its outputs leave the array. */
  readonly isLastReduction: boolean;
}

export function passList(nest: LoopNest, masks: LayerMasks, mapping: Mapping, hardware: Hardware): Pass[] {
  const traffic = new MaskTraffic(nest, masks, mapping, hardware);
  return Array.from(passRanges(nest, mapping, spreadOf(nest, mapping, hardware)), (range) => traffic.describe(range));
}

/** The part of a pass that tells which activations it reads, but for its kernel rows. */
type InputRange = Pick<PassRange, "images" | "groups" | "pixels" | "channels">;

/** Numbers of groups over all images: those of the second image follow those of the first. */
function* imageGroups(nest: LoopNest, images: Range, groups: Range): Generator<number> {
  for (let image = images[0]; image < images[1]; image++) {
    for (let group = groups[0]; group < groups[1]; group++) yield image * nest.groups + group;
  }
}

/** What passes move, counted bit by bit. */
class MaskTraffic {
  private readonly nest: LoopNest;
  private readonly masks: LayerMasks;
  /** Where the input has a word off the chip. */
  private readonly inputWords: BitMask;
  private readonly pixelsPerTile: number;
  private readonly capacityBits: number;
  private readonly hardware: Hardware;

  constructor(nest: LoopNest, masks: LayerMasks, mapping: Mapping, hardware: Hardware) {
    this.nest = nest;
    this.masks = masks;
    this.inputWords = encodedWords(masks.input, hardware.mechanisms.zeroRunBits);
    this.pixelsPerTile = mapping.pixelsPerTile;
    this.capacityBits = activationCapacityBits(nest, mapping, spreadOf(nest, mapping, hardware), hardware);
    this.hardware = hardware;
  }

  describe(range: PassRange): Pass {
    const { nest, hardware } = this;
    const bufferEntries = this.held(range, inputRegion(nest, range.pixels, range.kernelRows));
    return {
      ...range,
      activationLoadBits: this.loadedWords(range, bufferEntries) * channelBits(hardware, "activation"),
      weightLoadBits: this.weightWords(range) * channelBits(hardware, "weight"),
      bufferEntries,
      psumsRead: psumsReadBy(range),
      isLastReduction: isLastReduction(range, nest),
    };
  }

  /** @param entries that the pass reads. */
  private loadedWords(range: PassRange, entries: number): number {
    const { nest, pixelsPerTile } = this;
    if (this.staysInBuffer(range)) {
      if (range.filters[0] > 0) return 0;
      return this.entriesIn(this.inputWords, range, freshRegion(nest, range, pixelsPerTile, this.lastTileStays(range)));
    }
    if (range.readsAgain && this.fits(entries)) return 0;
    return this.entriesIn(this.inputWords, range, inputRegion(nest, range.pixels, range.kernelRows));
  }

  /** Whether all activations of a pixel tile fit into the global buffers, so that DRAM is read once for all filters. */
  private staysInBuffer(tile: InputRange): boolean {
    const { nest } = this;
    const region = inputRegion(nest, tile.pixels, [0, nest.kernelRows]);
    return this.fits(this.held({ ...tile, channels: [0, nest.channels] }, region));
  }

  private lastTileStays(tile: InputRange): boolean {
    const first = tile.pixels[0];
    return first > 0 && this.staysInBuffer({ ...tile, pixels: [first - this.pixelsPerTile, first] });
  }

  private fits(entries: number): boolean {
    return entries * entryBits(this.hardware, "activation") <= this.capacityBits;
  }

  /** Activations of a region as the chip holds them. */
  private held(range: InputRange, region: InputRegion): number {
    if (this.hardware.mechanisms.compressOnChip) return this.entriesIn(this.masks.input, range, region);
    const { images, groups, channels } = range;
    const elements = lengthOf(region.rows) * lengthOf(region.columns);
    return lengthOf(images) * lengthOf(groups) * lengthOf(channels) * elements;
  }

  private entriesIn(mask: BitMask, { images, groups, channels }: InputRange, region: InputRegion): number {
    const { nest } = this;
    const { rows, columns } = region;
    const { inputHeight, inputWidth } = nest.layer;
    let entries = 0;
    for (const block of imageGroups(nest, images, groups)) {
      for (let c = block * nest.channels + channels[0]; c < block * nest.channels + channels[1]; c++) {
        for (let y = c * inputHeight + rows[0]; y < c * inputHeight + rows[1]; y++) {
          entries += popcountRange(mask, y * inputWidth + columns[0], y * inputWidth + columns[1]);
        }
      }
    }
    return entries;
  }

  private weightWords(range: PassRange): number {
    const { nest, masks, hardware } = this;
    const { groups, filters, channels, kernelRows } = range;
    if (!hardware.mechanisms.compressWeights) {
      const columns = lengthOf(channels) * lengthOf(kernelRows) * nest.kernelColumns;
      return lengthOf(groups) * lengthOf(filters) * columns;
    }
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
