/**
 * The mappings worth looking at for a layer: every way to let the axes carry dimensions that the rules allow, without
 * those that only waste PEs, and for each the smallest PE blocks per number of steps.
 */
import {
  axes,
  clusterCount,
  type Dimension,
  dimensions,
  entryBits,
  type Hardware,
  psumBufferEntries,
} from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import type { Mapping, Spread } from "./mapping.ts";

type Axes = Mapping["axes"];
interface Placement {
  readonly axes: Axes;
  /** PEs along each dimension, as far as the layer has iterations. */
  readonly lengths: Spread;
}

/** What a PE holds and where it lies: a mapping but for its pixel tile. */
export interface PeBlock extends Omit<Mapping, "pixelsPerTile"> {
  /** PEs along each dimension; of pixels those that a tile at least as large would use. */
  readonly spread: Spread;
  /** Pixels of the largest tile whose partial sums fit. */
  readonly largestTile: number;
}

/** A mapping with its `spreadOf`, which costs more to find than all else of a candidate. */
export interface Candidate {
  readonly mapping: Mapping;
  readonly spread: Spread;
}

export interface CandidateRequest {
  readonly nest: LoopNest;
  readonly hardware: Hardware;
  /** Expected non-zeros / all of the input. */
  readonly inputDensity: number;
  /** Every useful number of pixel tiles, or only the fewest that the partial sums allow. */
  readonly tiles: "all" | "fewest";
}

/**
 * All blocks that fit the SPads and whose partial sums of one pixel fit the buffer, in a fixed order. Whether the
 * weights fit is left to whoever evaluates them: it depends on the weights, and most candidates are dropped before.
 */
export function peBlocks(nest: LoopNest, hardware: Hardware): PeBlock[] {
  return placements(nest, hardware).flatMap((placement) =>
    columnBlocks(nest, hardware, placement).flatMap((columns) => filterBlocks(nest, hardware, placement, columns)),
  );
}

type ColumnBlock = Pick<PeBlock, "channelsPerPe" | "kernelRowsPerPe"> & Pick<Spread, "channels" | "kernelRows">;

/** The blocks of channels and kernel rows whose activations and weights have addresses in the SPads. */
function columnBlocks(nest: LoopNest, { spad }: Hardware, { lengths }: Placement): ColumnBlock[] {
  const tapsApart = Math.ceil(nest.kernelColumns / nest.layer.stride[1]);
  const rowSizes = blockSizes(nest.kernelRows, lengths.kernelRows, nest.kernelRows);
  return rowSizes.flatMap((kernelRowsPerPe) => {
    if (kernelRowsPerPe * tapsApart > spad.activationAddresses) return [];
    const columnsPerChannel = kernelRowsPerPe * nest.kernelColumns;
    const maxChannels = Math.floor(Math.min(spad.weightAddresses, spad.activationEntries) / columnsPerChannel);
    const kernelRows = Math.min(lengths.kernelRows, Math.ceil(nest.kernelRows / kernelRowsPerPe));
    return blockSizes(nest.channels, lengths.channels, maxChannels).map((channelsPerPe) => {
      const channels = Math.min(lengths.channels, Math.ceil(nest.channels / channelsPerPe));
      return { channelsPerPe, kernelRowsPerPe, channels, kernelRows };
    });
  });
}

/** A block of columns with each number of filters that leaves room for the partial sums of a pixel. */
function filterBlocks(
  nest: LoopNest,
  hardware: Hardware,
  { axes: carried, lengths }: Placement,
  { channelsPerPe, kernelRowsPerPe, channels, kernelRows }: ColumnBlock,
): PeBlock[] {
  const { groups, pixels } = lengths;
  const blocks: PeBlock[] = [];
  for (const filtersPerPe of blockSizes(nest.filters, lengths.filters, hardware.spad.psumEntries)) {
    const filters = Math.min(lengths.filters, Math.ceil(nest.filters / filtersPerPe));
    const psumsPerPixel = filtersPerPe * groups * filters;
    const largestTile = Math.min(nest.pixels, Math.floor(psumBufferEntries(hardware) / psumsPerPixel));
    if (largestTile < 1) continue;
    const spread = { groups, filters, channels, kernelRows, pixels };
    blocks.push({ axes: carried, filtersPerPe, channelsPerPe, kernelRowsPerPe, spread, largestTile });
  }
  return blocks;
}

/** The candidate that has this block and a tile of so many pixels. */
export function candidateOf({ spread, largestTile: _, ...block }: PeBlock, pixelsPerTile: number): Candidate {
  const pixels = Math.min(spread.pixels, pixelsPerTile);
  return { mapping: { ...block, pixelsPerTile }, spread: { ...spread, pixels } };
}

/** Sizes of the pixel tiles that are worth looking at, found once for all blocks alike. */
export class PixelTiles {
  private readonly request: CandidateRequest;
  private readonly buffered = new Map<number, number>();
  private readonly sizes = new Map<number, readonly number[]>();

  constructor(request: CandidateRequest) {
    this.request = request;
  }

  /** The largest that the partial sums allow, the next smaller ones, and the largest that stays buffered. */
  of({ spread: { groups }, largestTile }: PeBlock): readonly number[] {
    const { nest } = this.request;
    const key = groups * (nest.pixels + 1) + largestTile;
    const known = this.sizes.get(key);
    if (known !== undefined) return known;
    const sizes = this.sizesOf(groups, largestTile);
    this.sizes.set(key, sizes);
    return sizes;
  }

  private sizesOf(groups: number, largest: number): number[] {
    const { nest, tiles } = this.request;
    const fewest = Math.ceil(nest.pixels / largest);
    if (tiles === "fewest") return [Math.ceil(nest.pixels / fewest)];
    const buffered = Math.ceil(nest.pixels / Math.min(this.bufferedPixels(groups), largest));
    const counts = [fewest, fewest + 1, 2 * fewest, buffered].map((count) => Math.min(count, nest.pixels));
    return [...new Set(counts.map((count) => Math.ceil(nest.pixels / count)))];
  }

  private bufferedPixels(groups: number): number {
    const { nest, hardware, inputDensity } = this.request;
    const known = this.buffered.get(groups) ?? bufferedPixels(nest, hardware, groups, inputDensity);
    this.buffered.set(groups, known);
    return known;
  }
}

/** Ways to place dimensions on the axes, one per useful number of PEs along each dimension. */
function placements(nest: LoopNest, hardware: Hardware): readonly Placement[] {
  const found = new Map<string, Placement>();
  for (const carried of axisChoices(hardware)) {
    const lengths = Object.fromEntries(dimensions.map((dimension) => [dimension, 1])) as Record<Dimension, number>;
    for (const axis of axes) lengths[carried[axis]] *= hardware.grid[axis];
    for (const dimension of dimensions) lengths[dimension] = Math.min(lengths[dimension], nest[dimension]);
    const key = dimensions.map((dimension) => lengths[dimension]).join();
    if (!found.has(key)) found.set(key, { axes: carried, lengths });
  }
  const all = [...found.values()];
  return all.filter((one) => !all.some((other) => other !== one && dominates(other.lengths, one.lengths)));
}

/** Every way to give each axis one of the dimensions that it may carry; the last axis changes first. */
function axisChoices({ axisRules }: Hardware): Axes[] {
  const clusters = axisRules.clusterRows.flatMap((clusterRows) =>
    axisRules.clusterColumns.map((clusterColumns) => ({ clusterRows, clusterColumns })),
  );
  const pes = axisRules.peRows.flatMap((peRows) => axisRules.peColumns.map((peColumns) => ({ peRows, peColumns })));
  return clusters.flatMap((cluster) => pes.map((pe) => ({ ...cluster, ...pe })));
}

/** At least as many PEs along every dimension (equal ones were dropped before). */
function dominates(a: Spread, b: Spread): boolean {
  return dimensions.every((dimension) => a[dimension] >= b[dimension]);
}

/** For each number of steps that `bound` iterations on `lanes` PEs can take, the smallest block that takes as few. */
function blockSizes(bound: number, lanes: number, largest: number): number[] {
  const sizes: number[] = [];
  let size = Math.min(Math.ceil(bound / lanes), Math.floor(Math.min(largest, bound)));
  while (size >= 1) {
    const steps = Math.ceil(bound / (lanes * size));
    sizes.push(Math.ceil(bound / (lanes * steps)));
    size = Math.ceil(bound / (lanes * steps)) - 1;
  }
  return sizes;
}

/** Pixels whose input the buffers hold, with a margin for uneven densities: whole rows, or a part of one row. */
function bufferedPixels(nest: LoopNest, hardware: Hardware, groups: number, inputDensity: number): number {
  const { layer } = nest;
  const capacityBits = clusterCount(hardware) * hardware.buffer.activationBytes * 8;
  const elementBits = nest.channels * groups * inputDensity * entryBits(hardware, "activation");
  const elements = (0.9 * capacityBits) / Math.max(Number.MIN_VALUE, elementBits);
  const rows = Math.floor((elements / layer.inputWidth - (layer.kernel[0] - 1) * layer.dilation[0]) / layer.stride[0]);
  if (rows >= 1) return rows * nest.outputWidth;
  const columns = elements / layer.kernel[0] - (layer.kernel[1] - 1) * layer.dilation[1];
  return Math.max(1, Math.floor(columns / layer.stride[1]));
}
