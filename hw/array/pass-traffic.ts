/** What the passes of a counted layer move over DRAM and out of the global buffer, from prefix sums. */
import { popcountRange } from "../../workloads/masks/bit-mask.ts";
import type { RegionCounts } from "./activation-sums.ts";
import { clusterCount, entryBits, type Hardware } from "./description.ts";
import { freshRegion, type InputRegion, inputRegion } from "./input-region.ts";
import type { LayerSums } from "./layer-sums.ts";
import type { Mapping } from "./mapping.ts";
import { isLastReduction, lengthOf, type PassRange, psumsOf, type Range } from "./pass-ranges.ts";

/** Compressed activations of a pass: those that it reads out of the buffer, and the words fetched from DRAM for it. */
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
  private tilePixels: Range | undefined;
  private isResident = false;
  /** Whether the tile before it, of the same groups, stays too. */
  private lastIsResident = false;

  constructor(sums: LayerSums, mapping: Mapping, hardware: Hardware) {
    const { nest, weights } = sums;
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
    this.sums = sums;
    this.mapping = mapping;
    this.hardware = hardware;
    this.rowBlocks = Math.ceil(nest.kernelRows / kernelRowsPerPe);
    this.channelBlocks = Math.ceil(nest.channels / channelsPerPe);
    this.blockWeights = weights.blocks(filtersPerPe, channelsPerPe, kernelRowsPerPe).nonZeros;
  }

  activations(pass: PassRange): ActivationTraffic {
    const { nest } = this.sums;
    const { groups, channels } = pass;
    const region = inputRegion(nest, pass.pixels, pass.kernelRows);
    const entries = this.entriesIn(groups, channels, region);
    if (!this.staysInBuffer(pass)) return { entries, loadedWords: this.wordsIn(groups, channels, region) };
    if (pass.filters[0] > 0) return { entries, loadedWords: 0 };
    const fresh = freshRegion(nest, pass, this.mapping.pixelsPerTile, this.lastIsResident);
    return { entries, loadedWords: this.wordsIn(groups, channels, fresh) };
  }

  activationBits(entries: number): number {
    return entries * entryBits(this.hardware, "activation");
  }

  /** Weights have no global buffer: every pass fetches its own. */
  weightBits(pass: PassRange): number {
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
    return entries * entryBits(this.hardware, "weight");
  }

  outputs(pass: PassRange): OutputTraffic {
    const { nest, output, outputWords } = this.sums;
    const { mechanisms, wordBits } = this.hardware;
    if (!isLastReduction(pass, nest)) return noOutputs;
    const isShared = outputWords === output || !mechanisms.compressOutputs;
    let nonZeros = 0;
    let words = 0;
    for (let group = pass.groups[0]; group < pass.groups[1]; group++) {
      for (let filter = pass.filters[0]; filter < pass.filters[1]; filter++) {
        const row = (group * nest.filters + filter) * nest.pixels;
        const inRow = popcountRange(output, row + pass.pixels[0], row + pass.pixels[1]);
        nonZeros += inRow;
        words += isShared ? inRow : popcountRange(outputWords, row + pass.pixels[0], row + pass.pixels[1]);
      }
    }
    const count = psumsOf(pass);
    const bits = mechanisms.compressOutputs ? this.activationBits(words) : count * wordBits.activation;
    return { count, nonZeros, bits };
  }

  /** Compressed activations of channels (within each group) in a region of the input. */
  private entriesIn(groups: Range, channels: Range, region: InputRegion): number {
    return this.onesIn(this.sums.activations.entries, groups, channels, region);
  }

  /** Words that they take off the chip. */
  private wordsIn(groups: Range, channels: Range, region: InputRegion): number {
    return this.onesIn(this.sums.activations.words, groups, channels, region);
  }

  private onesIn(counts: RegionCounts, groups: Range, channels: Range, region: InputRegion): number {
    const { nest } = this.sums;
    let ones = 0;
    for (let group = groups[0]; group < groups[1]; group++) {
      const first = group * nest.channels;
      ones += counts.inRegion([first + channels[0], first + channels[1]], region);
    }
    return ones;
  }

  /** Whether all activations of a pass's pixel tile fit into the global buffers, so that DRAM is read once. */
  private staysInBuffer({ groups, pixels }: PassRange): boolean {
    if (groups !== this.tileGroups || pixels !== this.tilePixels) {
      const { nest } = this.sums;
      const region = inputRegion(nest, pixels, [0, nest.kernelRows]);
      const entries = this.entriesIn(groups, [0, nest.channels], region);
      const capacityBits = clusterCount(this.hardware) * this.hardware.buffer.activationBytes * 8;
      this.lastIsResident = this.isResident && groups === this.tileGroups;
      this.isResident = this.activationBits(entries) <= capacityBits;
      this.tileGroups = groups;
      this.tilePixels = pixels;
    }
    return this.isResident;
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
