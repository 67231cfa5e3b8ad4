/**
 * The analytic Eyeriss v2 model of the public Sparse-DySta artifact, kept as it is for comparison: 4 cycles per MAC with
 * two non-zero operands, perfect balance, and a fixed mapping.
 *
 * Not modelled: stride and padding of the layer (it always counts stride 1 with 'same' padding), dilation, memory, the second
 * MAC of a PE, load imbalance. It rejects layers whose channels its mapping does not divide.
 */

import { ConfigError } from "../../workloads/input/errors.ts";
import type { Layer } from "../../workloads/layers/layer.ts";
import { type BitMask, popcountRange, toBytes } from "../../workloads/masks/bit-mask.ts";

export interface ArtifactEyeriss {
  readonly clockHz: number;
  readonly peRows: number;
  readonly peColumns: number;
  readonly clusterRows: number;
  readonly clusterColumns: number;
  readonly activationBits: number;
}

/** The artifact's constructor defaults. */
export const artifactEyerissV2: ArtifactEyeriss = {
  clockHz: 200e6,
  peRows: 3,
  peColumns: 4,
  clusterRows: 8,
  clusterColumns: 2,
  activationBits: 8,
};

/** What the model knows of a layer; a fully connected one has height, width and kernel 1. */
export interface ArtifactShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly groups: number;
  readonly kernelRows: number;
  readonly kernelColumns: number;
}

/** Factors of the loop dimensions by level (0 PE, 1 array, 2 time), named as in the artifact. */
export interface ArtifactMapping {
  readonly R: number;
  readonly C0: number;
  readonly E: number;
  readonly F0: number;
  readonly M0: number;
  readonly C1: number;
  readonly F1: number;
  readonly S1: number;
  readonly M1: number;
  readonly M2: number;
  readonly F2: number;
  readonly C2: number;
  readonly S2: number;
}

interface ArtifactResult {
  readonly mapping: ArtifactMapping;
  /** MACs with two non-zero operands at stride 1 and 'same' padding. */
  readonly effectualMacs: number;
  /** Rows of the input, over all channels, that hold a non-zero or precede one within reach of the kernel. */
  readonly nonZeroRows: number;
  /** Width of the input once it is padded to whole blocks. */
  readonly paddedWidth: number;
  readonly activationCheckCycles: number;
  readonly weightCheckCycles: number;
  readonly cycles: number;
}

const activationScratchpadEntries = 16;
const activationBufferBits = 96000;
const psumEntries = 32;
const cyclesPerMac = 4;

/** The shape of one of our layers as the artifact takes it. */
export function artifactShape(layer: Layer): ArtifactShape {
  return {
    channels: layer.inputChannels,
    height: layer.inputHeight,
    width: layer.inputWidth,
    filters: layer.outputChannels,
    groups: layer.groups,
    kernelRows: layer.kernel[0],
    kernelColumns: layer.kernel[1],
  };
}

/**
 * Cycles of one layer.
 *
 * @param input mask of `channels · height · width` elements, row-major
 * @param weight mask of `filters · channels / groups · kernelRows · kernelColumns` elements, row-major
 * @throws ConfigError where the artifact fails: a kernel that leaves no room in its scratchpads, channels that its mapping does
 * not divide, a map that is not square and needs padding
 */
export function artifactCycles(
  shape: ArtifactShape,
  input: BitMask,
  weight: BitMask,
  hardware: ArtifactEyeriss = artifactEyerissV2,
): ArtifactResult {
  const mapping = artifactMapping(shape, hardware);
  checkMappable(shape, mapping);
  const { C1, C2, E, F0, F1, F2, M1, M2, S1, S2 } = mapping;
  const effectualMacs = sameConvolutionMacs(shape, input, weight);
  const nonZeroRows = countNonZeroRows(shape, mapping, input);
  const activationCheckCycles = M1 * F1 * C1 * S1 * M2 * F2 * C2 * S2 * E * F0;
  const weightCheckCycles = 2 * M1 * S1 * M2 * S2 * nonZeroRows;
  const peCount = hardware.peRows * hardware.peColumns * hardware.clusterRows * hardware.clusterColumns;
  const work = cyclesPerMac * effectualMacs + activationCheckCycles + weightCheckCycles;
  return {
    mapping,
    effectualMacs,
    nonZeroRows,
    paddedWidth: F0 * F1 * F2,
    activationCheckCycles,
    weightCheckCycles,
    cycles: Math.floor(work / peCount),
  };
}

/**
 * The mapping that the artifact gives a layer; it may not be one that its cycle count accepts.
 *
 * @throws ConfigError if a scratchpad or the buffer has no room at all
 */
export function artifactMapping(shape: ArtifactShape, hardware: ArtifactEyeriss): ArtifactMapping {
  const { channels: C, width: W, kernelRows: R, kernelColumns } = shape;
  const filters = shape.filters / shape.groups;
  const fits = Math.floor(activationScratchpadEntries / R);
  const C0 = C <= 3 ? C : Math.min(C, powerOfTwoUpTo(fits, `a kernel of ${R} rows`));
  const bufferedRows = Math.floor(activationBufferBits / (W * R * C0 * hardware.activationBits));
  const F0 = Math.min(W, powerOfTwoUpTo(bufferedRows, `an input of width ${W}`));
  const M0 = Math.min(psumEntries, filters);
  const C1 = spread(hardware.clusterRows, C0, C);
  const F1 = spread(hardware.peColumns, F0, W);
  const S1 = Math.min(hardware.peRows, kernelColumns);
  const M1 = spread(hardware.clusterColumns, M0, filters);
  return {
    R,
    C0,
    E: W,
    F0,
    M0,
    C1,
    F1,
    S1,
    M1,
    M2: Math.ceil(filters / (M0 * M1)),
    F2: Math.ceil(W / (F0 * F1)),
    C2: Math.ceil(C / (C0 * C1)),
    S2: Math.ceil(kernelColumns / S1),
  };
}

/** All `units` of the array if they can be filled with `tile` each, else as many as whole tiles of `size` fill. */
function spread(units: number, tile: number, size: number): number {
  return units * tile <= size ? units : Math.floor(size / tile);
}

function powerOfTwoUpTo(limit: number, cause: string): number {
  if (limit < 1) throw new ConfigError(`artifact-eyeriss-v2: has no mapping for ${cause}`);
  return 2 ** Math.floor(Math.log2(limit));
}

function checkMappable({ channels, height, width }: ArtifactShape, { C0, C1, C2, F0, F1, F2 }: ArtifactMapping): void {
  if (channels !== C0 * C1 * C2) {
    throw new ConfigError(
      `artifact-eyeriss-v2: input channels must be a multiple of ${C0 * C1} for its mapping, are ${channels}`,
    );
  }
  if (F0 * F1 * F2 !== width && height !== width) {
    throw new ConfigError(
      `artifact-eyeriss-v2: an input that needs padding to width ${F0 * F1 * F2} must be square, is ${height}x${width}`,
    );
  }
}

/** Pairs of a non-zero weight and a non-zero activation under it, at stride 1 with 'same' padding. */
function sameConvolutionMacs(shape: ArtifactShape, input: BitMask, weight: BitMask): number {
  const { channels, height, width, kernelRows, kernelColumns } = shape;
  const columns = nonZerosPerColumn(shape, weight);
  const sums = new Uint32Array((height + 1) * (width + 1));
  const flags = toBytes(input);
  const top = Math.floor((kernelRows - 1) / 2);
  const left = Math.floor((kernelColumns - 1) / 2);
  let macs = 0;
  for (let channel = 0, column = 0; channel < channels; channel++) {
    fillPrefixSums(sums, flags, channel * height * width, height, width);
    for (let row = 0; row < kernelRows; row++) {
      const rows = windowOf(row - top, height);
      for (let tap = 0; tap < kernelColumns; tap++, column++) {
        macs += columns[column] * onesWithin(sums, width + 1, rows, windowOf(tap - left, width));
      }
    }
  }
  return macs;
}

/** Non-zero weights over the filters of a group, [channels, kernelRows · kernelColumns]. */
function nonZerosPerColumn(shape: ArtifactShape, weight: BitMask): Uint32Array {
  const { channels, filters, groups, kernelRows, kernelColumns } = shape;
  const filterSize = (channels / groups) * kernelRows * kernelColumns;
  const columns = new Uint32Array(groups * filterSize);
  const flags = toBytes(weight);
  for (let filter = 0; filter < filters; filter++) {
    const group = Math.floor((filter * groups) / filters);
    for (let i = 0; i < filterSize; i++) columns[group * filterSize + i] += flags[filter * filterSize + i];
  }
  return columns;
}

type Window = readonly [first: number, end: number];

/** Input positions that lie under a tap at this distance from the output position, for all outputs. */
function windowOf(shift: number, size: number): Window {
  return [Math.max(0, shift), Math.min(size, size + shift)];
}

/** Sums of all flags above and to the left, [height + 1, width + 1]. */
function fillPrefixSums(sums: Uint32Array, flags: Uint8Array, start: number, height: number, width: number): void {
  for (let row = 0, at = start; row < height; row++) {
    let ofRow = 0;
    for (let column = 0; column < width; column++, at++) {
      ofRow += flags[at];
      sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + ofRow;
    }
  }
}

function onesWithin(sums: Uint32Array, pitch: number, [top, bottom]: Window, [left, right]: Window): number {
  if (bottom <= top || right <= left) return 0;
  return (
    sums[bottom * pitch + right] - sums[top * pitch + right] - sums[bottom * pitch + left] + sums[top * pitch + left]
  );
}

/**
 * A channel's plane is cut into as many chunks as the padded map is wide (of a square map: its rows), these into blocks of F0.
 * A chunk counts if it or one of the next R − 1 of its block holds a non-zero.
 */
function countNonZeroRows(
  { channels, height, width }: ArtifactShape,
  { R, F0, F1, F2 }: ArtifactMapping,
  input: BitMask,
) {
  const chunks = F0 * F1 * F2;
  // Padding appends zero rows to a square map, so the chunks that hold its elements are its rows.
  const [filled, chunkSize] = chunks === width ? [chunks, height] : [height, width];
  const occupied = new Uint8Array(chunks);
  let count = 0;
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * height * width;
    for (let i = 0; i < filled; i++) {
      occupied[i] = popcountRange(input, start + i * chunkSize, start + (i + 1) * chunkSize) > 0 ? 1 : 0;
    }
    for (let i = 0; i < chunks; i++) {
      const end = Math.min(i + R, (Math.floor(i / F0) + 1) * F0);
      if (occupied.subarray(i, end).includes(1)) count++;
    }
  }
  return count;
}
