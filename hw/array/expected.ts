/**
 * A layer from its densities alone: an estimate of what `counted` would count, without any mask. It assumes independent
 * weights, channels whose densities scatter as they do in measured networks, and passes that are all alike. Used for
 * sweeps too large for masks, and as the first sieve of the mapper. docs/validation.md gives its error.
 */
import { measuredStatistics } from "../../workloads/masks/statistics.ts";
import type { PeBlock } from "./candidates.ts";
import {
  channelBits,
  clusterCount,
  dramBitsPerCycle,
  entryBits,
  type Hardware,
  outputsPerCycle,
} from "./description.ts";
import { type LoopNest, skipsActivations } from "./loop-nest.ts";
import {
  activationCapacityBits,
  filtersPerTile,
  imagesPerTile,
  type Mapping,
  type Spread,
  spreadOf,
  windowPixels,
} from "./mapping.ts";

export interface LayerDensities {
  /** Non-zeros / all elements, 0..1. */
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

export interface ExpectedCost {
  readonly cycles: number;
  /** Of these, cycles beyond the array's own work: waiting for the channel, first load, last store. */
  readonly memoryCycles: number;
  readonly effectualMacs: number;
  readonly dramBits: number;
  /** Activations read out of the global buffer, partial sums written to it and read back. */
  readonly bufferWords: number;
}

/** What a bound may lose to rounding, as a share. */
const roundingShare = 1e-9;

/** The estimate for one mapping; create one estimator per layer and ask it for many mappings. */
export class ExpectedLayer {
  private readonly nest: LoopNest;
  private readonly hardware: Hardware;
  private readonly densities: LayerDensities;
  private readonly walkedDensity: number;
  /** Shares of activations that take an entry on the chip, and of weights that take a word on the channel. */
  private readonly heldDensity: number;
  private readonly weightWordDensity: number;
  /** Share of kernel taps that fall on the input rather than on padding, over all output pixels. */
  private readonly insideShare: number;
  /** Share of the taps that a PE walks: those on padding only where it skips nothing. */
  private readonly insideWalked: number;
  private readonly columnCycles = new Map<number, ColumnCycles>();

  constructor(nest: LoopNest, hardware: Hardware, densities: LayerDensities) {
    this.nest = nest;
    this.hardware = hardware;
    this.densities = densities;
    const skips = skipsActivations(nest.layer, hardware.mechanisms);
    this.walkedDensity = skips ? densities.input : 1;
    this.heldDensity = hardware.mechanisms.compressOnChip ? densities.input : 1;
    this.weightWordDensity = hardware.mechanisms.compressWeights ? densities.weight : 1;
    this.insideShare = insideShareOf(nest);
    this.insideWalked = skips ? this.insideShare : 1;
  }

  cost(mapping: Mapping, spread: Spread = spreadOf(this.nest, mapping, this.hardware)): ExpectedCost {
    const { nest, hardware, densities } = this;
    const filterTiles = Math.ceil(nest.filters / (spread.filters * mapping.filtersPerPe));
    const rowTiles = Math.ceil(nest.kernelRows / (spread.kernelRows * mapping.kernelRowsPerPe));
    const channelTiles = Math.ceil(nest.channels / (spread.channels * mapping.channelsPerPe));
    const groupTiles = Math.ceil(nest.groups / spread.groups);
    const pixelTiles = Math.ceil(nest.pixels / mapping.pixelsPerTile);
    const reductions = rowTiles * channelTiles;
    const imageTiles = Math.ceil(nest.images / imagesPerTile(nest, mapping));
    const images = nest.images / imageTiles;
    const tiles = groupTiles * imageTiles * pixelTiles;
    const passes = tiles * filterTiles * reductions;

    const words = nest.groups * nest.filters * nest.columns * this.weightWordDensity;
    const weightBits = (words * channelBits(hardware, "weight")) / (groupTiles * filterTiles * reductions);
    const tile = this.tileEntries(mapping.pixelsPerTile, densities.input);
    const held = this.tileEntries(mapping.pixelsPerTile, this.heldDensity).all;
    const tileEntries = (images * held) / groupTiles;
    const inputWords = this.wordsPerEntry(nest.layer.inputWidth, densities.input);
    const freshBits = ((images * tile.fresh) / groupTiles) * inputWords * channelBits(hardware, "activation");
    const capacityBits = activationCapacityBits(nest, mapping, spread, hardware);
    const resident = tileEntries * entryBits(hardware, "activation") <= capacityBits;
    const outputs = (nest.images * nest.groups * nest.filters * nest.pixels) / (tiles * filterTiles);
    const outputBits = hardware.mechanisms.compressOutputs
      ? outputs *
        densities.output *
        this.wordsPerEntry(nest.outputWidth, densities.output) *
        channelBits(hardware, "output")
      : outputs * channelBits(hardware, "output");
    const passCycles = Math.max(
      images * this.peCycles(mapping, spread, passes),
      this.portCycles(tileEntries / reductions, outputs, reductions > 1 ? outputs : 0),
    );

    const tileBits = ((images * tile.all) / groupTiles) * channelBits(hardware, "activation");
    const perPassBits = (tileBits * inputWords) / reductions;
    const fits = (tileEntries / reductions) * entryBits(hardware, "activation") <= capacityBits;
    const filtersRead = fits ? Math.ceil(nest.filters / filtersPerTile(mapping, spread)) : filterTiles;
    const firstLoads = resident ? tiles * channelTiles : tiles * reductions * filtersRead;
    const loadedBits = resident ? freshBits / channelTiles : perPassBits;
    const stores = tiles * filterTiles - 1;
    const weights = nest.groups * nest.filters * nest.columns * densities.weight;
    const withLoad = firstLoads / passes;
    const withStore = stores / passes;
    const passing = this.passingCycles(outputs);
    const slot = (bits: number) => Math.max(passCycles, this.transferCycles(bits));
    const storing = (bits: number) => Math.max(slot(bits), passing);
    const slots =
      passes *
      (withLoad * (1 - withStore) * slot(weightBits + loadedBits) +
        withLoad * withStore * storing(weightBits + loadedBits + outputBits) +
        (1 - withLoad) * (1 - withStore) * slot(weightBits) +
        (1 - withLoad) * withStore * storing(weightBits + outputBits));
    const ends = this.transferCycles(weightBits + loadedBits) + Math.max(this.transferCycles(outputBits), passing);
    const dramBits = passes * weightBits + firstLoads * loadedBits + (stores + 1) * outputBits;
    const cycles = Math.ceil(slots + (hardware.mechanisms.layerOverlap ? 0 : ends));
    return {
      cycles,
      memoryCycles: Math.max(0, Math.round(cycles - passes * passCycles)),
      effectualMacs: Math.round(weights * nest.images * nest.pixels * densities.input * this.insideShare),
      dramBits: Math.round(dramBits),
      bufferWords: passes * (tileEntries / reductions + 2 * outputs),
    };
  }

  /**
   * Cycles that no mapping with this PE block is estimated to take less than, whatever its tile: the mean walk, drain,
   * pipeline fills and SPad loading of its PEs, the sums through the ports, the weights over the channel.
   */
  minCycles(block: PeBlock): number {
    const { nest, hardware, densities } = this;
    const { spread, filtersPerPe, channelsPerPe, kernelRowsPerPe } = block;
    const { mechanisms, ports } = hardware;
    const filterTiles = Math.ceil(nest.filters / (spread.filters * filtersPerPe));
    const rowTiles = Math.ceil(nest.kernelRows / (spread.kernelRows * kernelRowsPerPe));
    const channelTiles = Math.ceil(nest.channels / (spread.channels * channelsPerPe));
    const reductions = rowTiles * channelTiles;
    const pixelTiles = Math.ceil(nest.pixels / block.largestTile);
    const passesOfTile = Math.ceil(nest.groups / spread.groups) * filterTiles * reductions;
    const imageTiles = Math.ceil(nest.images / block.largestImages);
    const pixels = nest.pixels / Math.min(spread.pixels, nest.pixels);
    const filters = Math.min(filtersPerPe, nest.filters);
    const columns = this.columnsHeld(block);
    const held = filters * columns * (mechanisms.skipWeights ? densities.weight : 1);
    const walked = columns * this.walkedDensity * this.insideWalked * this.cyclesOfColumn(filters).mean;
    const perPixel = walked + filters / mechanisms.psumsDrainedPerCycle;
    const perPass = mechanisms.pipelineFillCycles + held / mechanisms.weightsLoadedPerCycle;
    const ofPes = passesOfTile * (nest.images * pixels * perPixel + imageTiles * pixelTiles * perPass);
    const psums = nest.images * nest.groups * nest.filters * nest.pixels * reductions;
    const ofPorts = psums / (ports.psumsPerCycle * clusterCount(hardware));
    const weights = nest.groups * nest.filters * nest.columns * this.weightWordDensity * pixelTiles * imageTiles;
    const ofChannel = (weights * channelBits(hardware, "weight")) / dramBitsPerCycle(hardware);
    return Math.max(ofPes, ofPorts, ofChannel) * (1 - roundingShare);
  }

  private columnsHeld({ channelsPerPe, kernelRowsPerPe }: Pick<Mapping, "channelsPerPe" | "kernelRowsPerPe">): number {
    const { nest } = this;
    const taps = Math.min(kernelRowsPerPe, nest.kernelRows) * nest.kernelColumns;
    return Math.min(channelsPerPe, nest.channels) * taps;
  }

  /**
   * Activations, that share of all, that one pixel tile reads of an image, all groups and channels, and those of them that a tile kept in the
   * buffer fetches on average, because its neighbour has left the others there.
   */
  private tileEntries(pixelsPerTile: number, density: number): { readonly all: number; readonly fresh: number } {
    const { layer, outputWidth, pixels } = this.nest;
    const { kernel, stride, dilation, inputHeight, inputWidth, inputChannels } = layer;
    const [kernelRows, kernelColumns] = kernel;
    const isInOneRow = pixelsPerTile < outputWidth;
    const rows = isInOneRow ? 1 : pixelsPerTile / outputWidth + (pixelsPerTile % outputWidth === 0 ? 0 : 0.5);
    const readRows = Math.min(inputHeight, (rows - 1) * stride[0] + (kernelRows - 1) * dilation[0] + 1);
    const span = isInOneRow ? (pixelsPerTile - 1) * stride[1] + (kernelColumns - 1) * dilation[1] + 1 : inputWidth;
    const perElement = inputChannels * density;
    const all = perElement * readRows * Math.min(inputWidth, span);
    const tiles = Math.ceil(pixels / pixelsPerTile);
    const step = isInOneRow
      ? perElement * readRows * pixelsPerTile * stride[1]
      : (perElement * inputWidth * pixelsPerTile * stride[0]) / outputWidth;
    return { all, fresh: (all + (tiles - 1) * Math.min(all, step)) / tiles };
  }

  /** Words off the chip per non-zero of a row: runs of zeros too long for a count take words too. */
  private wordsPerEntry(rowLength: number, density: number): number {
    const period = 2 ** this.hardware.mechanisms.zeroRunBits;
    let fillers = 0;
    for (let run = period; run < rowLength; run += period) fillers += (1 - density) ** run * (rowLength - run);
    return 1 + fillers / rowLength;
  }

  /** Cycles in which outputs pass ports and monitor. */
  private passingCycles(outputs: number): number {
    const { monitor } = this.hardware;
    const lanes = monitor?.tap === "channel" ? monitor.lanes : Infinity;
    return outputs / Math.min(outputsPerCycle(this.hardware), lanes);
  }

  private transferCycles(bits: number): number {
    return bits / dramBitsPerCycle(this.hardware) + this.hardware.dram.latencyCycles;
  }

  private portCycles(entries: number, psums: number, psumsRead: number): number {
    const { activationsPerCycle, psumsPerCycle, psumReadsPerCycle } = this.hardware.ports;
    const cycles = Math.max(entries / activationsPerCycle, psums / psumsPerCycle, psumsRead / psumReadsPerCycle);
    return cycles / clusterCount(this.hardware);
  }

  /** Cycles of the slowest PE in a pass, for one image: the mean, and what the largest of so many scattered PEs lies above it. */
  private peCycles(mapping: Mapping, spread: Spread, passes: number): number {
    const { nest, hardware, densities, walkedDensity } = this;
    const { mechanisms } = hardware;
    const filters = Math.min(mapping.filtersPerPe, nest.filters);
    const channels = Math.min(mapping.channelsPerPe, nest.channels);
    const taps = Math.min(mapping.kernelRowsPerPe, nest.kernelRows) * nest.kernelColumns;
    const pixels = Math.ceil(Math.min(mapping.pixelsPerTile, nest.pixels) / spread.pixels);
    const column = this.cyclesOfColumn(filters);
    const perColumn = pixels * walkedDensity * this.insideWalked;
    const mean = channels * taps * perColumn * column.mean;
    const dispersion = measuredStatistics.channelDispersion * walkedDensity * (1 - walkedDensity);
    const channelDeviation = Math.sqrt(dispersion) * pixels * taps;
    const fromActivations = channels * (channelDeviation * column.mean) ** 2;
    const fromWeights = channels * taps * perColumn ** 2 * column.variance;
    const activationBlocks = spread.groups * spread.channels;
    const weightBlocks = activationBlocks * spread.kernelRows * spread.filters;
    const above = Math.sqrt(
      fromActivations * 2 * Math.log(Math.max(1, activationBlocks)) + fromWeights * 2 * Math.log(weightBlocks),
    );
    const atMost = channels * taps * pixels * column.mean;
    // Without a barrier inside the layer, a PE's passes even each other out.
    const lasting = mechanisms.barrier === "layer" ? above / Math.sqrt(passes) : above;
    const walk = Math.max(mean, Math.min(mean + lasting, atMost));
    const window = Math.min(windowPixels(mapping, hardware), pixels);
    const drain = (pixels / window) * Math.ceil((filters * window) / mechanisms.psumsDrainedPerCycle);
    const held = filters * channels * taps * (mechanisms.skipWeights ? densities.weight : 1);
    return walk + drain + mechanisms.pipelineFillCycles + held / mechanisms.weightsLoadedPerCycle;
  }

  private cyclesOfColumn(filters: number): ColumnCycles {
    let cycles = this.columnCycles.get(filters);
    if (cycles === undefined) {
      cycles = columnCycles(filters, this.hardware, this.densities.weight);
      this.columnCycles.set(filters, cycles);
    }
    return cycles;
  }
}

/**
 * Weights that the block of a PE is expected to hold, in whole entries: on average, and in the fullest of so many
 * scattered blocks; never more than the block has places.
 *
 * @param weight share of non-zero weights, 0..1
 */
export function expectedBlock(nest: LoopNest, mapping: Mapping, hardware: Hardware, weight: number): ExpectedBlock {
  const filters = Math.min(mapping.filtersPerPe, nest.filters);
  const channels = Math.min(mapping.channelsPerPe, nest.channels);
  const kernelRows = Math.min(mapping.kernelRowsPerPe, nest.kernelRows);
  const columns = channels * kernelRows * nest.kernelColumns;
  const places = filters * columns;
  if (!hardware.mechanisms.skipWeights) return { mean: places, largest: places };
  const blocks =
    nest.groups *
    Math.ceil(nest.filters / filters) *
    Math.ceil(nest.channels / channels) *
    Math.ceil(nest.kernelRows / kernelRows);
  const { columnDispersion, filterDispersion } = measuredStatistics;
  const scatter = 1 + filters * columnDispersion + columns * filterDispersion;
  const deviation = Math.sqrt(places * weight * (1 - weight) * scatter);
  const largest = places * weight + deviation * Math.sqrt(2 * Math.log(blocks));
  return { mean: Math.floor(places * weight), largest: Math.min(places, Math.ceil(largest)) };
}

interface ExpectedBlock {
  readonly mean: number;
  readonly largest: number;
}

interface ColumnCycles {
  readonly mean: number;
  readonly variance: number;
}

/** Cycles that one activation takes on a column of `filters` weights, each non-zero with probability `density`. */
function columnCycles(filters: number, hardware: Hardware, density: number): ColumnCycles {
  const { macsPerPe, mechanisms } = hardware;
  if (!mechanisms.skipWeights) return { mean: Math.ceil(filters / macsPerPe), variance: 0 };
  if (density >= 1) return { mean: Math.ceil(filters / macsPerPe), variance: 0 };
  let mean = 0;
  let square = 0;
  let logChoose = 0;
  for (let nonZeros = 0; nonZeros <= filters; nonZeros++) {
    if (nonZeros > 0) logChoose += Math.log((filters - nonZeros + 1) / nonZeros);
    const probability = Math.exp(
      logChoose + (nonZeros > 0 ? nonZeros * Math.log(density) : 0) + (filters - nonZeros) * Math.log1p(-density),
    );
    const walked = nonZeros === 0 ? Number(mechanisms.emptyColumnBubble) : Math.ceil(nonZeros / macsPerPe);
    const cycles = walked + mechanisms.lookUpCycles;
    mean += probability * cycles;
    square += probability * cycles * cycles;
  }
  return { mean, variance: Math.max(0, square - mean * mean) };
}

function insideShareOf(nest: LoopNest): number {
  const { layer, outputWidth, pixels } = nest;
  const { kernel, stride, dilation, padding, inputHeight, inputWidth } = layer;
  const down = { taps: kernel[0], stride: stride[0], dilation: dilation[0], padding: padding[0], size: inputHeight };
  const across = { taps: kernel[1], stride: stride[1], dilation: dilation[1], padding: padding[2], size: inputWidth };
  const rows = insideTaps(pixels / outputWidth, down);
  const columns = insideTaps(outputWidth, across);
  return rows * columns;
}

/** The kernel and the input along one axis; `padding` is that before the first element. */
interface KernelAxis {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  readonly size: number;
}

/** Share of (output, tap) pairs along one axis that lie inside an input of `size`. */
function insideTaps(outputs: number, { taps, stride, dilation, padding, size }: KernelAxis): number {
  let inside = 0;
  for (let output = 0; output < outputs; output++) {
    for (let tap = 0; tap < taps; tap++) {
      const at = output * stride - padding + tap * dilation;
      if (at >= 0 && at < size) inside += 1;
    }
  }
  return inside / (outputs * taps);
}
