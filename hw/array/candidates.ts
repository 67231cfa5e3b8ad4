/**
 * The mappings worth looking at for a layer: every way to let the axes carry dimensions that the rules allow, without
 * those that only waste PEs, and for each the smallest PE blocks per number of steps.
 */
import {
  type Axis,
  axes,
  clusterCount,
  type Dimension,
  dimensions,
  entryBits,
  type Hardware,
  psumBufferEntries,
} from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";
import { type Carried, carriedBy, type Mapping, type Spread } from "./mapping.ts";

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
  /** Pixels of the largest tile whose partial sums fit, and images of the largest of whole images; one if none fits. */
  readonly largestTile: number;
  readonly largestImages: number;
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
    const fitting = Math.floor(psumBufferEntries(hardware) / psumsPerPixel);
    const largestTile = Math.min(nest.pixels, fitting);
    if (largestTile < 1) continue;
    const largestImages = Math.max(1, Math.min(nest.images, Math.floor(fitting / nest.pixels)));
    const spread = { groups, filters, channels, kernelRows, pixels };
    blocks.push({ axes: carried, filtersPerPe, channelsPerPe, kernelRowsPerPe, spread, largestTile, largestImages });
  }
  return blocks;
}

/** The candidate that has this block and a tile of so many pixels; a tile of all pixels takes the images that fit. */
export function candidateOf(block: PeBlock, pixelsPerTile: number): Candidate {
  const { spread, axes: carried, filtersPerPe, channelsPerPe, kernelRowsPerPe, largestTile, largestImages } = block;
  const pixels = Math.min(spread.pixels, pixelsPerTile);
  const mapping = { axes: carried, filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile };
  const isWhole = largestImages > 1 && pixelsPerTile === largestTile;
  return {
    mapping: isWhole ? { ...mapping, imagesPerTile: largestImages } : mapping,
    spread: { ...spread, pixels },
  };
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
  for (const carried of axisChoices(nest, hardware)) {
    const lengths = Object.fromEntries(dimensions.map((dimension) => [dimension, 1])) as Record<Dimension, number>;
    for (const axis of axes) {
      for (const [dimension, pes] of carriedBy(carried[axis], hardware.grid[axis])) lengths[dimension] *= pes;
    }
    for (const dimension of dimensions) lengths[dimension] = Math.min(lengths[dimension], nest[dimension]);
    const key = dimensions.map((dimension) => lengths[dimension]).join();
    if (!found.has(key)) found.set(key, { axes: carried, lengths });
  }
  const all = [...found.values()];
  return all.filter((one) => !all.some((other) => other !== one && dominates(other.lengths, one.lengths)));
}

/** Every way to give each axis what it may carry; the last axis changes first. */
function axisChoices(nest: LoopNest, { axisRules, grid, mechanisms }: Hardware): Axes[] {
  const choices = (axis: Axis): readonly Carried[] =>
    mechanisms.foldAxes ? folds(nest, axisRules[axis], grid[axis]) : axisRules[axis];
  const clusters = choices("clusterRows").flatMap((clusterRows) =>
    choices("clusterColumns").map((clusterColumns) => ({ clusterRows, clusterColumns })),
  );
  const pes = choices("peRows").flatMap((peRows) => choices("peColumns").map((peColumns) => ({ peRows, peColumns })));
  return clusters.flatMap((cluster) => pes.map((pe) => ({ ...cluster, ...pe })));
}

/** Every way to fold dimensions on an axis of so many PEs that leaves no room for one more PE along any of them. */
function folds(nest: LoopNest, rule: readonly Dimension[], pes: number): Carried[] {
  let found: { readonly lengths: Record<string, number>; readonly left: number }[] = [{ lengths: {}, left: pes }];
  for (const dimension of rule) {
    found = found.flatMap(({ lengths, left }) =>
      Array.from({ length: Math.min(left, nest[dimension]) }, (_, i) => ({
        lengths: { ...lengths, [dimension]: i + 1 },
        left: Math.floor(left / (i + 1)),
      })),
    );
  }
  const isFull = (lengths: Record<string, number>) => {
    const used = Object.values(lengths).reduce((product, length) => product * length, 1);
    return rule.every((each) => lengths[each] >= nest[each] || (used / lengths[each]) * (lengths[each] + 1) > pes);
  };
  return found
    .filter(({ lengths }) => isFull(lengths))
    .map(({ lengths }) => Object.fromEntries(Object.entries(lengths).filter(([, length]) => length > 1)));
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
