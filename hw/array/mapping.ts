/**
 * How the loops of a layer are laid over the array in space and time, and what makes that legal.
 *
 * In space, each axis of the array carries one loop dimension, or several folded on it. A PE holds a block of the weights (a few filters by a
 * few channels by a few kernel rows: row-stationary; kernel taps where one row does not fit) and works through a block of pixels,
 * of several images of a batch one after the other.
 * In time, from the outside in: group tiles, image tiles, pixel tiles, filter tiles, kernel-row tiles, channel tiles,
 * and where the sums of several passes wait beside each other, the filters of these. The body of these loops, during
 * which the weights stay in the SPads, is a pass.
 */
import { ConfigError } from "../../workloads/input/errors.ts";
import {
  type Axis,
  axes,
  clusterCount,
  type Dimension,
  type Hardware,
  peCount,
  psumBufferEntries,
} from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";

/** The loop dimension that an axis carries along all its length; or several, each with its PEs, folded on it. */
export type Carried = Dimension | { readonly [dimension in Dimension]?: number | undefined };

export interface Mapping {
  readonly axes: Readonly<Record<Axis, Carried>>;
  readonly filtersPerPe: number;
  readonly channelsPerPe: number;
  readonly kernelRowsPerPe: number;
  /** Output pixels of an image whose partial sums the global buffer holds at a time; a pass covers them all. */
  readonly pixelsPerTile: number;
  /** Images of the batch that a pass covers; absent: one. */
  readonly imagesPerTile?: number | undefined;
  /**
   * Filters of a group whose partial sums the global buffer holds at a time, those of a pass or more; absent: those of
   * a pass.
   */
  readonly filtersPerTile?: number | undefined;
}

/** Number of PEs in use along each loop dimension. */
export type Spread = Readonly<Record<Dimension, number>>;

/** PEs along each loop dimension: the axes that carry it, as far as there is something left to spread. */
export function spreadOf(nest: LoopNest, mapping: Mapping, hardware: Hardware): Spread {
  const lengths: Record<Dimension, number> = { groups: 1, filters: 1, channels: 1, kernelRows: 1, pixels: 1 };
  for (const axis of axes) {
    for (const [dimension, pes] of carriedBy(mapping.axes[axis], hardware.grid[axis])) lengths[dimension] *= pes;
  }
  return {
    groups: Math.min(lengths.groups, nest.groups),
    filters: Math.min(lengths.filters, Math.ceil(nest.filters / mapping.filtersPerPe)),
    channels: Math.min(lengths.channels, Math.ceil(nest.channels / mapping.channelsPerPe)),
    kernelRows: Math.min(lengths.kernelRows, Math.ceil(nest.kernelRows / mapping.kernelRowsPerPe)),
    pixels: Math.min(lengths.pixels, mapping.pixelsPerTile),
  };
}

/** The dimensions that an axis of so many PEs carries, each with its PEs along it. */
export function carriedBy(carried: Carried, pes: number): readonly (readonly [Dimension, number])[] {
  return typeof carried === "string" ? [[carried, pes]] : (Object.entries(carried) as [Dimension, number][]);
}

/** PEs in use. */
export function pesInUse(spread: Spread): number {
  return Object.values(spread).reduce((product, length) => product * length, 1);
}

/** PEs that have something to do in the passes that use the most: blocks of pixels are even, so that the last can be empty. */
export function activePes(nest: LoopNest, mapping: Mapping, hardware: Hardware): number {
  const spread = spreadOf(nest, mapping, hardware);
  const pixels = Math.min(mapping.pixelsPerTile, nest.pixels);
  return (pesInUse(spread) / spread.pixels) * Math.ceil(pixels / Math.ceil(pixels / spread.pixels));
}

/** Images of the batch that a pass covers. */
export function imagesPerTile({ images }: LoopNest, mapping: Mapping): number {
  return Math.min(mapping.imagesPerTile ?? 1, images);
}

/** Filters of a pass, and of those whose sums wait in the buffer together. */
export function filtersPerPass({ filtersPerPe }: Mapping, spread: Spread): number {
  return spread.filters * filtersPerPe;
}

export function filtersPerTile(mapping: Mapping, spread: Spread): number {
  return mapping.filtersPerTile ?? filtersPerPass(mapping, spread);
}

/** Partial sums of a tile: as many wait in the buffer until they are final. */
function psumsOfTile(nest: LoopNest, mapping: Mapping, spread: Spread): number {
  return spread.groups * filtersPerTile(mapping, spread) * mapping.pixelsPerTile * imagesPerTile(nest, mapping);
}

/** Bits of activations that all global buffers hold together beside the partial sums of a tile. */
export function activationCapacityBits(nest: LoopNest, mapping: Mapping, spread: Spread, hardware: Hardware): number {
  const { buffer, wordBits } = hardware;
  const own = clusterCount(hardware) * buffer.activationBytes * 8;
  if (!buffer.shared) return own;
  const left = clusterCount(hardware) * buffer.psumBytes * 8 - psumsOfTile(nest, mapping, spread) * wordBits.psum;
  return Math.min(own, left);
}

/** Pixels of one window: a PE walks them before it drains their partial sums. */
export function windowPixels(mapping: Mapping, hardware: Hardware): number {
  return Math.floor(hardware.spad.psumEntries / mapping.filtersPerPe);
}

/** A limit of the hardware that a mapping exceeds. */
export interface Violation {
  /** What is too small, in words. */
  readonly limit: string;
  readonly needed: number;
  readonly available: number;
}

/**
 * Every limit that the mapping exceeds; empty when it is legal.
 *
 * @param largestWeightBlock non-zero weights of the fullest block a PE would hold (all of them where zeros are kept).
 */
export function violations(
  nest: LoopNest,
  mapping: Mapping,
  hardware: Hardware,
  largestWeightBlock: number,
): readonly Violation[] {
  const { spad } = hardware;
  const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
  const columns = channelsPerPe * kernelRowsPerPe * nest.kernelColumns;
  const windowColumns = kernelRowsPerPe * Math.ceil(nest.kernelColumns / nest.layer.stride[1]);
  const spread = spreadOf(nest, mapping, hardware);
  const checks: [limit: string, needed: number, available: number][] = [
    ["weight address entries per PE", columns, spad.weightAddresses],
    ["activation entries per PE", columns, spad.activationEntries],
    ["activation address entries per PE", windowColumns, spad.activationAddresses],
    ["weight entries per PE", largestWeightBlock, spad.weightEntries],
    ["partial-sum entries per PE", filtersPerPe, spad.psumEntries],
    ["partial sums in the global buffer", psumsOfTile(nest, mapping, spread), psumBufferEntries(hardware)],
    ["filters in a tile of a machine that keeps the sums of one pass", ...keptFilters(mapping, spread, hardware)],
  ];
  return [
    ...axisViolations(mapping, hardware),
    ...checks
      .filter(([, needed, available]) => needed > available)
      .map(([limit, needed, available]) => ({ limit, needed, available })),
  ];
}

/** Filters of a tile, and how many of them there can be. */
function keptFilters(mapping: Mapping, spread: Spread, { mechanisms }: Hardware): [needed: number, available: number] {
  return [filtersPerTile(mapping, spread), mechanisms.keepFilterTiles ? Infinity : filtersPerPass(mapping, spread)];
}

function axisViolations(mapping: Mapping, hardware: Hardware): Violation[] {
  return axes.flatMap((axis) => {
    const carried = carriedBy(mapping.axes[axis], hardware.grid[axis]);
    const forbidden = carried
      .filter(([dimension]) => !hardware.axisRules[axis].includes(dimension))
      .map(([dimension]) => ({ limit: `${axis} carrying ${dimension}`, needed: 1, available: 0 }));
    const folds = hardware.mechanisms.foldAxes || carried.length <= 1;
    const several = { limit: `${axis} carrying ${carried.length} dimensions`, needed: 1, available: 0 };
    const pes = carried.reduce((product, [, length]) => product * length, 1);
    const tooLong = { limit: `PEs along ${axis}`, needed: pes, available: hardware.grid[axis] };
    return [...forbidden, ...(folds ? [] : [several]), ...(pes > hardware.grid[axis] ? [tooLong] : [])];
  });
}

/** @throws ConfigError when a pinned mapping exceeds a limit or has sizes that are not positive integers. */
export function checkMapping(nest: LoopNest, mapping: Mapping, hardware: Hardware, largestWeightBlock: number): void {
  const { name } = nest.layer;
  const { imagesPerTile = 1, filtersPerTile = mapping.filtersPerPe } = mapping;
  for (const [key, size] of Object.entries({ ...blockOf(mapping), imagesPerTile, filtersPerTile })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new ConfigError(`mapping of layer "${name}": ${key} must be a positive integer, not ${size}`);
    }
  }
  if (filtersPerTile % mapping.filtersPerPe !== 0) {
    throw new ConfigError(
      `mapping of layer "${name}": filtersPerTile must be a multiple of filtersPerPe (${mapping.filtersPerPe}), not ${filtersPerTile}`,
    );
  }
  const found = violations(nest, mapping, hardware, largestWeightBlock);
  if (found.length === 0) return;
  throw new ConfigError(`mapping of layer "${name}" is not legal on ${hardware.name}: ${inWords(found)}`);
}

function blockOf({ filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile }: Mapping) {
  return { filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile };
}

/** The error for a layer whose smallest tile already exceeds a limit. */
export function noLegalMapping(nest: LoopNest, hardware: Hardware, found: readonly Violation[]): ConfigError {
  return new ConfigError(`layer "${nest.layer.name}" has no legal mapping on ${hardware.name}: ${inWords(found)}`);
}

function inWords(found: readonly Violation[]): string {
  return found
    .map(({ limit, needed, available }) =>
      limit.includes("carrying")
        ? `the axis rules forbid ${limit}`
        : `${needed} ${limit} needed, ${available} there (${needed - available} too few)`,
    )
    .join("; ");
}

/**
 * The mapping that any layer gets without a search: every axis carries the first dimension of its rule that still has
 * iterations left, and each PE block is the largest that the SPads take at worst (no zero weight). A baseline that a
 * search must never lose against.
 */
export function defaultMapping(nest: LoopNest, hardware: Hardware): Mapping {
  const { spad } = hardware;
  const kernelRowsPerPe = 1;
  const channelsPerPe = atLeastOne(
    Math.min(nest.channels, spad.weightAddresses / nest.kernelColumns, spad.activationEntries / nest.kernelColumns),
  );
  const columns = channelsPerPe * nest.kernelColumns;
  const remaining: Record<Dimension, number> = {
    groups: nest.groups,
    filters: nest.filters,
    channels: Math.ceil(nest.channels / channelsPerPe),
    kernelRows: nest.kernelRows,
    pixels: nest.pixels,
  };
  const carried = Object.fromEntries(
    axes.map((axis) => {
      const rule = hardware.axisRules[axis];
      const dimension = rule.find((candidate) => remaining[candidate] > 1) ?? rule[0];
      remaining[dimension] = Math.ceil(remaining[dimension] / hardware.grid[axis]);
      return [axis, dimension];
    }),
  ) as Record<Axis, Dimension>;
  const filtersPerPe = atLeastOne(Math.min(remaining.filters, spad.psumEntries, spad.weightEntries / columns));
  const draft = { axes: carried, filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile: nest.pixels };
  const spread = spreadOf(nest, draft, hardware);
  const psumsPerPixel = spread.groups * spread.filters * filtersPerPe;
  const pixelsPerTile = atLeastOne(Math.min(nest.pixels, psumBufferEntries(hardware) / psumsPerPixel));
  return { ...draft, pixelsPerTile };
}

function atLeastOne(size: number): number {
  return Math.max(1, Math.floor(size));
}

/** One line for people: which axis carries what, and the block of a PE. */
export function describeMapping(nest: LoopNest, mapping: Mapping, hardware: Hardware): string {
  const spread = spreadOf(nest, mapping, hardware);
  const inUse = pesInUse(spread);
  const space = axes.map((axis) => `${axis}=${carriedInWords(mapping.axes[axis])}`).join(" ");
  const images = nest.images > 1 ? ` of ${imagesPerTile(nest, mapping)} of ${nest.images} images` : "";
  const filters = mapping.filtersPerTile === undefined ? "" : `, ${mapping.filtersPerTile} filters kept`;
  const block = `${mapping.filtersPerPe} filters × ${mapping.channelsPerPe} channels × ${mapping.kernelRowsPerPe} ${nest.cutsKernelRows ? "kernel taps" : "rows"}`;
  return `${space}; ${block} per PE, ${mapping.pixelsPerTile} of ${nest.pixels} pixels${images} per tile${filters}; ${inUse} of ${peCount(hardware)} PEs`;
}

function carriedInWords(carried: Carried): string {
  if (typeof carried === "string") return carried;
  const parts = Object.entries(carried).map(([dimension, pes]) => `${pes} ${dimension}`);
  return parts.length === 0 ? "nothing" : parts.join(" × ");
}
