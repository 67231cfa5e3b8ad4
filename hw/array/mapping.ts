/**
 * How the loops of a layer are laid over the array in space and time, and what makes that legal.
 *
 * In space, each axis of the array carries one loop dimension. A PE holds a block of the weights (a few filters by a
 * few channels by a few kernel rows: row-stationary; kernel taps where one row does not fit) and works through a block of pixels.
 * In time, from the outside in: group tiles, pixel tiles, filter tiles, kernel-row tiles, channel tiles. The body of
 * these loops, during which the weights stay in the SPads, is a pass.
 */
import { ConfigError } from "../../workloads/input/errors.ts";
import { type Axis, axes, type Dimension, type Hardware, peCount, psumBufferEntries } from "./description.ts";
import type { LoopNest } from "./loop-nest.ts";

export interface Mapping {
  /** The loop dimension that each axis of the array carries. */
  readonly axes: Readonly<Record<Axis, Dimension>>;
  readonly filtersPerPe: number;
  readonly channelsPerPe: number;
  readonly kernelRowsPerPe: number;
  /** Output pixels whose partial sums the global buffer holds at a time; a pass covers them all. */
  readonly pixelsPerTile: number;
}

/** Number of PEs in use along each loop dimension. */
export type Spread = Readonly<Record<Dimension, number>>;

/** PEs along each loop dimension: the axes that carry it, as far as there is something left to spread. */
export function spreadOf(nest: LoopNest, mapping: Mapping, hardware: Hardware): Spread {
  const lengths: Record<Dimension, number> = { groups: 1, filters: 1, channels: 1, kernelRows: 1, pixels: 1 };
  for (const axis of axes) lengths[mapping.axes[axis]] *= hardware.grid[axis];
  return {
    groups: Math.min(lengths.groups, nest.groups),
    filters: Math.min(lengths.filters, Math.ceil(nest.filters / mapping.filtersPerPe)),
    channels: Math.min(lengths.channels, Math.ceil(nest.channels / mapping.channelsPerPe)),
    kernelRows: Math.min(lengths.kernelRows, Math.ceil(nest.kernelRows / mapping.kernelRowsPerPe)),
    pixels: Math.min(lengths.pixels, mapping.pixelsPerTile),
  };
}

/** PEs in use. */
export function pesInUse(spread: Spread): number {
  return Object.values(spread).reduce((product, length) => product * length, 1);
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
  const { filtersPerPe, channelsPerPe, kernelRowsPerPe, pixelsPerTile } = mapping;
  const columns = channelsPerPe * kernelRowsPerPe * nest.kernelColumns;
  const windowColumns = kernelRowsPerPe * Math.ceil(nest.kernelColumns / nest.layer.stride[1]);
  const spread = spreadOf(nest, mapping, hardware);
  const psums = spread.groups * spread.filters * filtersPerPe * pixelsPerTile;
  const checks: [limit: string, needed: number, available: number][] = [
    ["weight address entries per PE", columns, spad.weightAddresses],
    ["activation entries per PE", columns, spad.activationEntries],
    ["activation address entries per PE", windowColumns, spad.activationAddresses],
    ["weight entries per PE", largestWeightBlock, spad.weightEntries],
    ["partial-sum entries per PE", filtersPerPe, spad.psumEntries],
    ["partial sums in the global buffer", psums, psumBufferEntries(hardware)],
  ];
  return [
    ...axisViolations(mapping, hardware),
    ...checks
      .filter(([, needed, available]) => needed > available)
      .map(([limit, needed, available]) => ({ limit, needed, available })),
  ];
}

function axisViolations(mapping: Mapping, hardware: Hardware): Violation[] {
  return axes
    .filter((axis) => !hardware.axisRules[axis].includes(mapping.axes[axis]))
    .map((axis) => ({ limit: `${axis} carrying ${mapping.axes[axis]}`, needed: 1, available: 0 }));
}

/** @throws ConfigError when a pinned mapping exceeds a limit or has sizes that are not positive integers. */
export function checkMapping(nest: LoopNest, mapping: Mapping, hardware: Hardware, largestWeightBlock: number): void {
  const { name } = nest.layer;
  for (const key of ["filtersPerPe", "channelsPerPe", "kernelRowsPerPe", "pixelsPerTile"] as const) {
    const size = mapping[key];
    if (!Number.isInteger(size) || size < 1) {
      throw new ConfigError(`mapping of layer "${name}": ${key} must be a positive integer, not ${size}`);
    }
  }
  const found = violations(nest, mapping, hardware, largestWeightBlock);
  if (found.length === 0) return;
  throw new ConfigError(`mapping of layer "${name}" is not legal on ${hardware.name}: ${inWords(found)}`);
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
  const space = axes.map((axis) => `${axis}=${mapping.axes[axis]}`).join(" ");
  const block = `${mapping.filtersPerPe} filters × ${mapping.channelsPerPe} channels × ${mapping.kernelRowsPerPe} ${nest.cutsKernelRows ? "kernel taps" : "rows"}`;
  return `${space}; ${block} per PE, ${mapping.pixelsPerTile} of ${nest.pixels} pixels per tile; ${inUse} of ${peCount(hardware)} PEs`;
}
