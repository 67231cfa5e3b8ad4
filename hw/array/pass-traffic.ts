/** What the passes of a counted layer move over DRAM and out of the global buffer, from prefix sums. */
import { popcountRange } from "../../workloads/masks/bit-mask.ts";
import type { RegionCounts } from "./activation-sums.ts";
import { channelBits, entryBits, type Hardware } from "./description.ts";
import { freshRegion, type InputRegion, inputRegion } from "./input-region.ts";
import type { LayerSums } from "./layer-sums.ts";
import { activationCapacityBits, type Mapping, spreadOf } from "./mapping.ts";
import { isLastReduction, lengthOf, type PassRange, psumsOf, type Range } from "./pass-ranges.ts";

/** Activations of a pass: those that it reads out of the buffer, and the words fetched from DRAM for it. */
interface ActivationTraffic {
  readonly entries: number;
  readonly loadedWords: number;
}

/** Outputs that leave the array after a pass, and their size on the DRAM channel. */
interface OutputTraffic {
  readonly count: number;
  readonly nonZeros: number;
  readonly bits: number;
}

type InputRange = Pick<PassRange, "images" | "groups" | "channels">;

const noOutputs: OutputTraffic = { count: 0, nonZeros: 0, bits: 0 };

export class PassTraffic {
  private readonly sums: LayerSums;
  private readonly mapping: Mapping;
  private readonly hardware: Hardware;
  private readonly rowBlocks: number;
  private readonly channelBlocks: number;
  /** Non-zero weights of each (group, filter block, channel block, kernel-row block). */
  private readonly blockWeights: Int32Array;
  /** The tile whose residence is known, and whether it stays in the buffer. */
  private tileGroups: Range | undefined;
  private tileImages: Range | undefined;
  private tilePixels: Range | undefined;
  private isResident = false;
  /** Whether the tile before it, of the same groups and images, stays too. */
  private lastIsResident = false;
  private readonly capacityBits: number;

  constructor(sums: LayerSums, mapping: Mapping, hardware: Hardware) {
    const { nest, weights } = sums;
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
    this.sums = sums;
    this.mapping = mapping;
    this.hardware = hardware;
    this.rowBlocks = Math.ceil(nest.kernelRows / kernelRowsPerPe);
    this.channelBlocks = Math.ceil(nest.channels / channelsPerPe);
    this.capacityBits = activationCapacityBits(nest, mapping, spreadOf(nest, mapping, hardware), hardware);
    this.blockWeights = weights.blocks(filtersPerPe, channelsPerPe, kernelRowsPerPe).nonZeros;
  }

  activations(pass: PassRange): ActivationTraffic {
    const { nest } = this.sums;
    const region = inputRegion(nest, pass.pixels, pass.kernelRows);
    const entries = this.entriesIn(pass, region);
    if (!this.staysInBuffer(pass)) {
      const isThere = pass.readsAgain && this.fits(entries);
      return { entries, loadedWords: isThere ? 0 : this.wordsIn(pass, region) };
    }
    if (pass.filters[0] > 0) return { entries, loadedWords: 0 };
    const fresh = freshRegion(nest, pass, this.mapping.pixelsPerTile, this.lastIsResident);
    return { entries, loadedWords: this.wordsIn(pass, fresh) };
  }

  /** Bits on the channel. */
  activationBits(words: number): number {
    return words * channelBits(this.hardware, "activation");
  }

  /** Weights have no global buffer: every pass fetches its own. */
  weightBits(pass: PassRange): number {
    return this.weightWords(pass) * channelBits(this.hardware, "weight");
  }

  private weightWords(pass: PassRange): number {
    if (!this.hardware.mechanisms.compressWeights) {
      const columns = lengthOf(pass.channels) * lengthOf(pass.kernelRows) * this.sums.nest.kernelColumns;
      return lengthOf(pass.groups) * lengthOf(pass.filters) * columns;
    }
    const { mapping, rowBlocks, channelBlocks, blockWeights } = this;
    const { filterBlocks } = this.sums.weights.columns(mapping.filtersPerPe);
    const [firstRow, endRow] = blocksIn(pass.kernelRows, mapping.kernelRowsPerPe);
    const [firstChannel, endChannel] = blocksIn(pass.channels, mapping.channelsPerPe);
    const [firstFilter, endFilter] = blocksIn(pass.filters, mapping.filtersPerPe);
    // Where a pass takes all kernel rows, its blocks lie one after the other.
    const runs = endRow - firstRow === rowBlocks ? 1 : endChannel - firstChannel;
    const length = ((endRow - firstRow) * (endChannel - firstChannel)) / runs;
    let entries = 0;
    for (let group = pass.groups[0]; group < pass.groups[1]; group++) {
      for (let filter = firstFilter; filter < endFilter; filter++) {
        const blocks = ((group * filterBlocks + filter) * channelBlocks + firstChannel) * rowBlocks + firstRow;
        entries += sumOfRuns(blockWeights, blocks, { runs, length, stride: rowBlocks });
      }
    }
    return entries;
  }

  outputs(pass: PassRange): OutputTraffic {
    const { nest, output, outputWords } = this.sums;
    const { mechanisms } = this.hardware;
    if (!isLastReduction(pass, nest)) return noOutputs;
    const isShared = outputWords === output || !mechanisms.compressOutputs;
    let nonZeros = 0;
    let words = 0;
    for (const group of this.groupsOf(pass)) {
      for (let filter = pass.filters[0]; filter < pass.filters[1]; filter++) {
        const row = (group * nest.filters + filter) * nest.pixels;
        const inRow = popcountRange(output, row + pass.pixels[0], row + pass.pixels[1]);
        nonZeros += inRow;
        words += isShared ? inRow : popcountRange(outputWords, row + pass.pixels[0], row + pass.pixels[1]);
      }
    }
    const count = psumsOf(pass);
    const stored = mechanisms.compressOutputs ? words : count;
    return { count, nonZeros, bits: stored * channelBits(this.hardware, "output") };
  }

  /** Activations, as the chip holds them, of a pass's channels in a region of the input. */
  private entriesIn(range: InputRange, region: InputRegion): number {
    if (this.hardware.mechanisms.compressOnChip) return this.onesIn(this.sums.activations.entries, range, region);
    const { images, groups, channels } = range;
    const elements = lengthOf(region.rows) * lengthOf(region.columns);
    return lengthOf(images) * lengthOf(groups) * lengthOf(channels) * elements;
  }

  /** Words that they take off the chip. */
  private wordsIn(range: InputRange, region: InputRegion): number {
    return this.onesIn(this.sums.activations.words, range, region);
  }

  /** Numbers of a pass's groups over all images: those of the second image follow those of the first. */
  private *groupsOf({ images, groups }: Pick<PassRange, "images" | "groups">): Generator<number> {
    const { nest } = this.sums;
    for (let image = images[0]; image < images[1]; image++) {
      for (let group = groups[0]; group < groups[1]; group++) yield image * nest.groups + group;
    }
  }

  private onesIn(counts: RegionCounts, { images, groups, channels }: InputRange, region: InputRegion): number {
    const { nest } = this.sums;
    let ones = 0;
    for (let image = images[0]; image < images[1]; image++) {
      for (let group = groups[0]; group < groups[1]; group++) {
        const first = (image * nest.groups + group) * nest.channels;
        ones += counts.inRegion([first + channels[0], first + channels[1]], region);
      }
    }
    return ones;
  }

  /** Whether all activations of a pass's pixel tile fit into the global buffers, so that DRAM is read once. */
  private staysInBuffer({ groups, images, pixels }: PassRange): boolean {
    const isSame = groups === this.tileGroups && images === this.tileImages;
    if (!isSame || pixels !== this.tilePixels) {
      const { nest } = this.sums;
      const region = inputRegion(nest, pixels, [0, nest.kernelRows]);
      this.lastIsResident = this.isResident && isSame;
      this.isResident = this.fits(this.entriesIn({ groups, images, channels: [0, nest.channels] }, region));
      this.tileGroups = groups;
      this.tileImages = images;
      this.tilePixels = pixels;
    }
    return this.isResident;
  }

  private fits(entries: number): boolean {
    return entries * entryBits(this.hardware, "activation") <= this.capacityBits;
  }
}

function blocksIn(range: Range, size: number): Range {
  const first = range[0] / size;
  return [first, first + Math.ceil(lengthOf(range) / size)];
}

function sumOfRuns(
  values: Int32Array,
  first: number,
  { runs, length, stride }: { readonly runs: number; readonly length: number; readonly stride: number },
): number {
  let sum = 0;
  for (let run = 0, at = first; run < runs; run++, at += stride) {
    for (let i = at; i < at + length; i++) sum += values[i];
  }
  return sum;
}
