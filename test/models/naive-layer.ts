/**
 * A whole layer on the array, written from docs/hardware.md alone: every loop, element and cycle by itself, nothing summed
 * beforehand, nothing of `hw/array` but the shapes of its descriptions. Slow and plain on purpose.
 *
 * For the barriers `tile` and `window`, a channel of limited bandwidth, no monitor, and layers that do not overlap.
 */
import { type Axis, axes, type Dimension, type Hardware } from "../../hw/array/description.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import { type Layer, outputHeight, outputWidth } from "../../workloads/layers/layer.ts";
import { type BitMask, getBit, type LayerMasks } from "../../workloads/masks/bit-mask.ts";

export interface NaiveCount {
  cycles: number;
  effectualMacs: number;
  dramActivationBits: number;
  dramWeightBits: number;
  dramOutputBits: number;
  bufferActivationReads: number;
  bufferPsumWrites: number;
  passes: number;
}

type Range = readonly [first: number, end: number];

/** The part of the loops of one pass, as indices within a group where there are groups. */
interface Part {
  readonly images: Range;
  readonly groups: Range;
  readonly pixels: Range;
  readonly filters: Range;
  readonly taps: Range;
  readonly channels: Range;
}

interface PassOfLayer {
  readonly peCycles: number;
  readonly read: number;
  readonly sums: number;
  readonly readBack: number;
  readonly loadBits: number;
  /** One entry per output that leaves after the pass: whether it takes a word. */
  readonly words: readonly boolean[];
}

export function naiveLayer(layer: Layer, masks: LayerMasks, hardware: Hardware, mapping: Mapping): NaiveCount {
  return new NaiveLayer(layer, masks, hardware, mapping).run();
}

class NaiveLayer {
  private readonly count: NaiveCount = {
    cycles: 0,
    effectualMacs: 0,
    dramActivationBits: 0,
    dramWeightBits: 0,
    dramOutputBits: 0,
    bufferActivationReads: 0,
    bufferPsumWrites: 0,
    passes: 0,
  };
  private readonly layer: Layer;
  private readonly masks: LayerMasks;
  private readonly hardware: Hardware;
  private readonly mapping: Mapping;
  private readonly clusters: number;
  private readonly filters: number;
  private readonly channels: number;
  private readonly pixels: number;
  private readonly width: number;
  /** The loop over kernel rows, or over single taps where a PE's SPads do not hold a row; columns of each. */
  private readonly taps: number;
  private readonly tapColumns: number;
  private readonly inputWords: Set<number>;
  private readonly outputWords: Set<number>;
  /** Inputs that the buffer holds of the tile at hand, and what the tile before it could leave. */
  private held = new Set<number>();
  private readonly zeroWeights: boolean;
  /** Inputs that the last pass read, if the buffer holds them, whatever else of its tile it does not hold. */
  private lastRead: readonly number[] = [];

  constructor(layer: Layer, masks: LayerMasks, hardware: Hardware, mapping: Mapping) {
    this.layer = layer;
    this.masks = masks;
    this.hardware = hardware;
    this.mapping = mapping;
    this.clusters = hardware.grid.clusterRows * hardware.grid.clusterColumns;
    this.filters = layer.outputChannels / layer.groups;
    this.channels = layer.inputChannels / layer.groups;
    this.width = outputWidth(layer);
    this.pixels = outputHeight(layer) * this.width;
    const [rows, columns] = layer.kernel;
    const { spad } = hardware;
    const holdsRow =
      columns <= spad.weightAddresses &&
      columns <= spad.activationEntries &&
      Math.ceil(columns / layer.stride[1]) <= spad.activationAddresses;
    this.taps = holdsRow ? rows : rows * columns;
    this.tapColumns = holdsRow ? columns : 1;
    const weightCount = masks.weight.shape.reduce((product, axis) => product * axis);
    this.zeroWeights = Array.from({ length: weightCount }, (_, i) => getBit(masks.weight, i)).includes(0);
    const { zeroRunBits, compressOutputs } = hardware.mechanisms;
    this.inputWords = wordsOf(masks.input, zeroRunBits);
    this.outputWords = compressOutputs ? wordsOf(masks.output, zeroRunBits) : allOf(masks.output);
  }

  run(): NaiveCount {
    const passes = this.passes();
    const nothing = { peCycles: 0, read: 0, sums: 0, readBack: 0 };
    this.count.passes = passes.length;
    this.count.cycles += this.slot(nothing, passes[0].loadBits, []);
    for (const [i, pass] of passes.entries()) {
      this.count.cycles += this.slot(pass, passes[i + 1]?.loadBits ?? 0, passes[i - 1]?.words ?? []);
    }
    const { words } = passes[passes.length - 1];
    this.count.cycles += this.slot(nothing, 0, words);
    return this.count;
  }

  /** Cycle by cycle: PEs and ports work, the next pass's data arrive, the last outputs leave; until all are done. */
  private slot(
    { peCycles, read, sums, readBack }: Pick<PassOfLayer, "peCycles" | "read" | "sums" | "readBack">,
    loadBits: number,
    words: readonly boolean[],
  ): number {
    const { ports, dram, clockHz, mechanisms } = this.hardware;
    const perCycle = Math.floor((dram.bytesPerSecond * 8) / clockHz);
    const sumsPerCycle = ports.psumsPerCycle * this.clusters;
    const room = mechanisms.outputsPassPorts ? sumsPerCycle : Infinity;
    const wordBits = this.storedBits();
    const left = { pe: peCycles, read, sums, readBack, load: loadBits, wait: loadBits > 0 ? dram.latencyCycles : 0 };
    if (ports.activationsPerCycle === Infinity) left.read = 0;
    if (ports.psumsPerCycle === Infinity) left.sums = 0;
    if (ports.psumReadsPerCycle === Infinity) left.readBack = 0;
    let gone = 0;
    let taken = 0;
    const bitsTo = (end: number) => wordBits * words.slice(0, end).filter(Boolean).length;
    // Without a limit, outputs that take no word are gone before the first cycle.
    if (room === Infinity) while (gone < words.length && !words[gone]) gone += 1;
    let cycles = 0;
    const isBusy = () => left.pe > 0 || left.read > 0 || left.sums > 0 || left.readBack > 0 || left.load > 0;
    while (isBusy() || gone < words.length) {
      cycles += 1;
      left.pe -= 1;
      left.read -= ports.activationsPerCycle * this.clusters;
      left.sums -= sumsPerCycle;
      left.readBack -= ports.psumReadsPerCycle * this.clusters;
      // Nothing moves on the channel before the first word that was asked for; zeros pass the ports even so.
      const bits = left.wait > 0 ? 0 : perCycle;
      left.wait -= Number(left.wait > 0);
      const loaded = Math.min(left.load, bits);
      left.load -= loaded;
      const most = Math.min(words.length, gone + room);
      taken += Math.min(bits - loaded, bitsTo(most) - taken);
      while (gone < most && bitsTo(gone + 1) <= taken) gone += 1;
    }
    return cycles;
  }

  private passes(): PassOfLayer[] {
    const { mapping } = this;
    const spread = this.spread();
    const passes: PassOfLayer[] = [];
    for (const groups of cut([0, this.layer.groups], spread.groups)) {
      for (const images of cut([0, this.layer.batch ?? 1], mapping.imagesPerTile ?? 1)) {
        this.held = new Set();
        let previous: Part | undefined;
        for (const pixels of cut([0, this.pixels], mapping.pixelsPerTile)) {
          const all = { filters: [0, this.filters], taps: [0, this.taps], channels: [0, this.channels] };
          const whole = { images, groups, pixels, ...all } as unknown as Part;
          const stays = this.fits(this.region(whole));
          this.held = stays && previous !== undefined ? this.leftBy(previous, whole) : new Set();
          passes.push(...this.passesOfTile(whole, stays));
          previous = stays ? whole : undefined;
        }
      }
    }
    return passes;
  }

  private passesOfTile(whole: Part, stays: boolean): PassOfLayer[] {
    const { mapping } = this;
    const spread = this.spread();
    const passes: PassOfLayer[] = [];
    const ofPass = spread.filters * mapping.filtersPerPe;
    for (const kept of cut(whole.filters, mapping.filtersPerTile ?? ofPass)) {
      for (const taps of cut(whole.taps, spread.kernelRows * mapping.kernelRowsPerPe)) {
        for (const channels of cut(whole.channels, spread.channels * mapping.channelsPerPe)) {
          this.lastRead = [];
          for (const filters of cut(kept, ofPass)) passes.push(this.pass({ ...whole, filters, taps, channels }, stays));
        }
      }
    }
    return passes;
  }

  /** Whether the buffers hold these inputs beside the partial sums of a tile. */
  private fits(elements: readonly number[]): boolean {
    const { hardware, mapping } = this;
    const { buffer, wordBits } = hardware;
    const spread = this.spread();
    const filters = mapping.filtersPerTile ?? spread.filters * mapping.filtersPerPe;
    const images = Math.min(mapping.imagesPerTile ?? 1, this.layer.batch ?? 1);
    const sums = spread.groups * filters * mapping.pixelsPerTile * images * wordBits.psum;
    const own = this.clusters * buffer.activationBytes * 8;
    const room = buffer.shared ? Math.min(own, this.clusters * buffer.psumBytes * 8 - sums) : own;
    return this.onChip(elements) * this.entryBits("activation") <= room;
  }

  /** Entries that inputs take on the chip: their non-zeros, or all of them where nothing is compressed there. */
  private onChip(elements: readonly number[]): number {
    return this.hardware.mechanisms.compressOnChip ? this.nonZeros(elements) : elements.length;
  }

  private pass(part: Part, stays: boolean): PassOfLayer {
    const { count } = this;
    const region = this.region(part);
    const read = this.onChip(region);
    const there = stays ? this.held : new Set(this.lastRead);
    const fetched = region.filter((element) => !there.has(element));
    if (stays) for (const element of region) this.held.add(element);
    this.lastRead = this.fits(region) ? region : [];
    const { wordBits, mechanisms } = this.hardware;
    const activationWords = fetched.filter((element) => this.inputWords.has(element)).length;
    const activationBits = activationWords * (wordBits.activation + wordBits.count);
    const weightBits = mechanisms.compressWeights
      ? this.weights(part).length * (wordBits.weight + wordBits.count)
      : this.everyWeight(part) * wordBits.weight;
    const sums = length(part.images) * length(part.groups) * length(part.filters) * length(part.pixels);
    const readBack = part.taps[0] === 0 && part.channels[0] === 0 ? 0 : sums;
    const isFinal = part.taps[1] === this.taps && part.channels[1] === this.channels;
    const words = isFinal ? this.outputs(part).map((element) => this.outputWords.has(element)) : [];
    count.dramActivationBits += activationBits;
    count.dramWeightBits += weightBits;
    count.dramOutputBits += words.filter(Boolean).length * this.storedBits();
    count.bufferActivationReads += read;
    count.bufferPsumWrites += sums;
    return { peCycles: this.peCycles(part), read, sums, readBack, loadBits: activationBits + weightBits, words };
  }

  /** Until the last PE is done; under the `window` barrier of every window by itself. */
  private peCycles(part: Part): number {
    const { mapping, hardware } = this;
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
    const windows: number[][] = [];
    const each = Math.ceil(length(part.pixels) / this.spread().pixels);
    for (let group = part.groups[0]; group < part.groups[1]; group++) {
      for (const filters of cut(part.filters, filtersPerPe)) {
        for (const channels of cut(part.channels, channelsPerPe)) {
          for (const taps of cut(part.taps, kernelRowsPerPe)) {
            for (const pixels of cut(part.pixels, each)) {
              const { images } = part;
              windows.push(this.windowsOfPe({ images, groups: [group, group + 1], filters, channels, taps, pixels }));
            }
          }
        }
      }
    }
    if (hardware.mechanisms.barrier === "tile") {
      return Math.max(...windows.map((ofPe) => ofPe.reduce((sum, cycles) => sum + cycles, 0)));
    }
    const most = Math.max(...windows.map(({ length: count }) => count));
    let cycles = 0;
    for (let i = 0; i < most; i++) cycles += Math.max(...windows.map((ofPe) => ofPe[i] ?? 0));
    return cycles;
  }

  /** Cycles of one PE's windows; the first has the loading of its weights and the filling of its pipeline before it. */
  private windowsOfPe(block: Part): number[] {
    const { mechanisms, spad } = this.hardware;
    const { filters, pixels, groups, images } = block;
    let addresses = 0;
    let held = 0;
    for (const column of this.columns(block)) {
      if (this.hasAddresses()) addresses += 1;
      held += this.placesOfColumn(groups[0], filters, column);
    }
    let before =
      Math.ceil(addresses / mechanisms.addressesLoadedPerCycle) +
      Math.ceil(held / mechanisms.weightsLoadedPerCycle) +
      mechanisms.pipelineFillCycles;
    const cycles: number[] = [];
    for (let image = images[0]; image < images[1]; image++) {
      for (const window of cut(pixels, Math.floor(spad.psumEntries / this.mapping.filtersPerPe))) {
        let own = before + Math.ceil((length(filters) * length(window)) / mechanisms.psumsDrainedPerCycle);
        for (let pixel = window[0]; pixel < window[1]; pixel++) {
          for (const [channel, tap, column] of this.columns(block)) {
            own += this.cyclesAt([image, groups[0]], filters, pixel, [channel, tap, column]);
          }
        }
        cycles.push(own);
        before = 0;
      }
    }
    return cycles;
  }

  /** Places in the SPad of the weights of a column. */
  private placesOfColumn(
    group: number,
    filters: Range,
    [channel, tap, column]: readonly [number, number, number],
  ): number {
    const { mechanisms, macsPerPe } = this.hardware;
    let weights = 0;
    for (let filter = filters[0]; filter < filters[1]; filter++) {
      const isWeight = getBit(this.masks.weight, this.weightAt(group, filter, channel, tap, column)) === 1;
      if (isWeight || !mechanisms.skipWeights) weights += 1;
    }
    if (!mechanisms.weightsInWholeWords) return weights;
    while (weights % macsPerPe !== 0) weights += 1;
    return weights;
  }

  /** Weights have addresses where zeros are skipped, and some weight of the layer is one. */
  private hasAddresses(): boolean {
    return this.hardware.mechanisms.skipWeights && this.zeroWeights;
  }

  private cyclesAt(
    [image, group]: readonly [number, number],
    filters: Range,
    pixel: number,
    [channel, tap, column]: readonly [number, number, number],
  ): number {
    const { mechanisms, macsPerPe } = this.hardware;
    const firstChannel = (image * this.layer.groups + group) * this.channels;
    const element = this.inputAt(firstChannel + channel, pixel, tap, column);
    const isNonZero = element !== undefined && getBit(this.masks.input, element) === 1;
    let weights = 0;
    for (let filter = filters[0]; filter < filters[1]; filter++) {
      const isWeight = getBit(this.masks.weight, this.weightAt(group, filter, channel, tap, column)) === 1;
      if (isWeight && isNonZero) this.count.effectualMacs += 1;
      if (isWeight || !mechanisms.skipWeights) weights += 1;
    }
    const skips = mechanisms.skipActivations && (this.layer.kind !== "depthwise" || mechanisms.skipDepthwise);
    if (skips && !isNonZero) return 0;
    const lookUp = this.hasAddresses() ? mechanisms.lookUpCycles : 0;
    if (weights === 0) return lookUp + (mechanisms.emptyColumnBubble ? 1 : 0);
    return lookUp + Math.ceil(weights / macsPerPe);
  }

  private *columns({ channels, taps }: Part): Generator<readonly [number, number, number]> {
    for (let channel = channels[0]; channel < channels[1]; channel++) {
      for (let tap = taps[0]; tap < taps[1]; tap++) {
        for (let column = 0; column < this.tapColumns; column++) yield [channel, tap, column];
      }
    }
  }

  /** Row-major index of the input that a tap reads for an output pixel; undefined on padding. */
  private inputAt(channel: number, pixel: number, tap: number, column: number): number | undefined {
    const { stride, padding, dilation, inputHeight, inputWidth } = this.layer;
    const [r, s] = this.kernelAt(tap, column);
    const y = Math.floor(pixel / this.width) * stride[0] - padding[0] + r * dilation[0];
    const x = (pixel % this.width) * stride[1] - padding[2] + s * dilation[1];
    const isInside = y >= 0 && y < inputHeight && x >= 0 && x < inputWidth;
    return isInside ? (channel * inputHeight + y) * inputWidth + x : undefined;
  }

  private kernelAt(tap: number, column: number): readonly [number, number] {
    const [, columns] = this.layer.kernel;
    return this.tapColumns === columns ? [tap, column] : [Math.floor(tap / columns), tap % columns];
  }

  private weightAt(group: number, filter: number, channel: number, tap: number, column: number): number {
    const [rows, columns] = this.layer.kernel;
    const [r, s] = this.kernelAt(tap, column);
    return (((group * this.filters + filter) * this.channels + channel) * rows + r) * columns + s;
  }

  /** Non-zero weights of a part. */
  private weights(part: Part): number[] {
    const found: number[] = [];
    for (let group = part.groups[0]; group < part.groups[1]; group++) {
      for (let filter = part.filters[0]; filter < part.filters[1]; filter++) {
        for (const [channel, tap, column] of this.columns(part)) {
          const at = this.weightAt(group, filter, channel, tap, column);
          if (getBit(this.masks.weight, at) === 1) found.push(at);
        }
      }
    }
    return found;
  }

  private everyWeight(part: Part): number {
    return length(part.groups) * length(part.filters) * length(part.channels) * length(part.taps) * this.tapColumns;
  }

  /** The inputs, zeros too, that a part reads: whole rows, or in one output row from the first pixel's to the last's. */
  private region(part: Part): number[] {
    const { inputHeight, inputWidth } = this.layer;
    const { rows, columns } = this.area(part);
    const elements: number[] = [];
    for (const group of this.groupsOfImages(part)) {
      for (let channel = part.channels[0]; channel < part.channels[1]; channel++) {
        for (let y = rows[0]; y < rows[1]; y++) {
          const row = ((group * this.channels + channel) * inputHeight + y) * inputWidth;
          for (let x = columns[0]; x < columns[1]; x++) elements.push(row + x);
        }
      }
    }
    return elements;
  }

  private area({ pixels, taps }: Part): { readonly rows: Range; readonly columns: Range } {
    const { stride, padding, dilation, kernel, inputHeight, inputWidth } = this.layer;
    const first = Math.floor(pixels[0] / this.width);
    const last = Math.floor((pixels[1] - 1) / this.width);
    const top = first * stride[0] - padding[0] + this.kernelAt(taps[0], 0)[0] * dilation[0];
    const bottom = last * stride[0] - padding[0] + this.kernelAt(taps[1] - 1, 0)[0] * dilation[0];
    const rows = inside(top, bottom + 1, inputHeight);
    if (first !== last) return { rows, columns: [0, inputWidth] };
    const left = (pixels[0] % this.width) * stride[1] - padding[2];
    const right = ((pixels[1] - 1) % this.width) * stride[1] - padding[2] + (kernel[1] - 1) * dilation[1];
    return { rows, columns: inside(left, right + 1, inputWidth) };
  }

  /** What a tile has left for the next one: whole rows, or columns of the same output row. */
  private leftBy(previous: Part, tile: Part): Set<number> {
    const { columns } = this.area(previous);
    const isWhole = length(columns) === this.layer.inputWidth;
    const rowOf = (pixel: number) => Math.floor(pixel / this.width);
    const isSameRow = rowOf(previous.pixels[0]) === rowOf(tile.pixels[1] - 1);
    return new Set(isWhole || isSameRow ? this.region(previous) : []);
  }

  /** Groups, numbered over all images. */
  private *groupsOfImages({ images, groups }: Part): Generator<number> {
    for (let image = images[0]; image < images[1]; image++) {
      for (let group = groups[0]; group < groups[1]; group++) yield image * this.layer.groups + group;
    }
  }

  /** Outputs of a part in the order in which they leave. */
  private outputs(part: Part): number[] {
    const { filters, pixels } = part;
    const found: number[] = [];
    for (const group of this.groupsOfImages(part)) {
      for (let filter = filters[0]; filter < filters[1]; filter++) {
        for (let pixel = pixels[0]; pixel < pixels[1]; pixel++) {
          found.push((group * this.filters + filter) * this.pixels + pixel);
        }
      }
    }
    return found;
  }

  private nonZeros(elements: readonly number[]): number {
    return elements.filter((element) => getBit(this.masks.input, element) === 1).length;
  }

  private entryBits(word: "activation" | "weight"): number {
    const { wordBits, mechanisms } = this.hardware;
    return wordBits[word] + (mechanisms.compressOnChip ? wordBits.count : 0);
  }

  private storedBits(): number {
    const { mechanisms, wordBits } = this.hardware;
    return wordBits.activation + (mechanisms.compressOutputs ? wordBits.count : 0);
  }

  /** PEs along each dimension: as many as the axes that carry it have, and as the loop has blocks. */
  private spread(): Record<Dimension, number> {
    const { mapping, hardware } = this;
    const { filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile } = mapping;
    const blocks: Record<Dimension, number> = {
      groups: this.layer.groups,
      filters: Math.ceil(this.filters / filtersPerPe),
      channels: Math.ceil(this.channels / channelsPerPe),
      kernelRows: Math.ceil(this.taps / kernelRowsPerPe),
      pixels: pixelsPerTile,
    };
    const onAxis = (axis: Axis, dimension: Dimension) => {
      const carried = mapping.axes[axis];
      if (typeof carried !== "string") return carried[dimension] ?? 1;
      return carried === dimension ? hardware.grid[axis] : 1;
    };
    const along = (dimension: Dimension) => axes.reduce((pes, axis) => pes * onAxis(axis, dimension), 1);
    return Object.fromEntries(
      (Object.keys(blocks) as Dimension[]).map((dimension) => [
        dimension,
        Math.min(along(dimension), blocks[dimension]),
      ]),
    ) as Record<Dimension, number>;
  }
}

function length([first, end]: Range): number {
  return end - first;
}

function cut([first, end]: Range, size: number): Range[] {
  const parts: Range[] = [];
  for (let from = first; from < end; from += size) parts.push([from, Math.min(from + size, end)]);
  return parts;
}

function inside(first: number, end: number, size: number): Range {
  const from = Math.min(Math.max(first, 0), size);
  return [from, Math.max(from, Math.min(end, size))];
}

function allOf(mask: BitMask): Set<number> {
  return new Set(Array.from({ length: mask.shape.reduce((size, axis) => size * axis) }, (_, i) => i));
}

/** Elements that take a word off the chip: non-zeros, and every 2^bits-th zero of a run that a non-zero of its row ends. */
function wordsOf(mask: BitMask, zeroRunBits: number): Set<number> {
  const words = new Set<number>();
  const rowLength = mask.shape[mask.shape.length - 1];
  const size = mask.shape.reduce((product, axis) => product * axis);
  for (let row = 0; row < size; row += rowLength) {
    let run: number[] = [];
    for (let element = row; element < row + rowLength; element++) {
      if (getBit(mask, element) === 0) {
        run.push(element);
        continue;
      }
      for (const [i, zero] of run.entries()) if ((i + 1) % 2 ** zeroRunBits === 0) words.add(zero);
      words.add(element);
      run = [];
    }
  }
  return words;
}
