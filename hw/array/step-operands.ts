/**
 * The two operand matrices of a layer in the order in which stepped PEs walk them: activations [group][pixel][column]
 * with the columns of one PE block side by side, and for every weight block the non-zeros of each of its columns.
 * Taken from the masks element by element, as the definition of a convolution says; nothing is summed up in advance.
 */
import { density, type LayerMasks, toBytes } from "../../workloads/masks/bit-mask.ts";
import { type Hardware, usesAddresses } from "./description.ts";
import { kernelPosition, type LoopNest, skipsActivations } from "./loop-nest.ts";
import type { Mapping } from "./mapping.ts";

export interface StepOperands {
  /** Columns in walking order: the channel within the group, kernel row and kernel column of each. */
  readonly channelOf: Int32Array;
  readonly rowOf: Int32Array;
  readonly tapOf: Int32Array;
  /** Where the columns of (channel block, kernel-row block) begin: `channelBlock * rowBlocks + rowBlock`. */
  readonly blockStart: Int32Array;
  readonly rowBlocks: number;
  readonly filterBlocks: number;
  /** 1 where an activation is non-zero; [images, groups, pixels, columns]. */
  readonly activations: Uint8Array;
  /** 1 where a PE walks: the same array where zeros are skipped, ones where they are not. */
  readonly walked: Uint8Array;
  /** Non-zero weights per column of each filter block; [groups, filterBlocks, columns]. */
  readonly nonZeroWeights: Int32Array;
  /** Weights that the SPad holds per column: the same array where zeros are skipped. */
  readonly heldWeights: Int32Array;
  /** Whether PEs find them by their addresses. */
  readonly usesAddresses: boolean;
}

export function stepOperands(nest: LoopNest, masks: LayerMasks, mapping: Mapping, hardware: Hardware): StepOperands {
  const order = walkingOrder(nest, mapping);
  const activations = activationMatrix(nest, toBytes(masks.input), order);
  const nonZeroWeights = weightColumns(nest, toBytes(masks.weight), order, mapping.filtersPerPe);
  const { mechanisms } = hardware;
  return {
    ...order,
    filterBlocks: Math.ceil(nest.filters / mapping.filtersPerPe),
    activations,
    walked: skipsActivations(nest.layer, mechanisms) ? activations : new Uint8Array(activations.length).fill(1),
    nonZeroWeights,
    usesAddresses: usesAddresses(hardware, density(masks.weight)),
    heldWeights: mechanisms.skipWeights ? nonZeroWeights : denseColumns(nest, mapping.filtersPerPe),
  };
}

type WalkingOrder = Pick<StepOperands, "channelOf" | "rowOf" | "tapOf" | "blockStart" | "rowBlocks">;

function walkingOrder(nest: LoopNest, mapping: Mapping): WalkingOrder {
  const { channelsPerPe, kernelRowsPerPe } = mapping;
  const rowBlocks = Math.ceil(nest.kernelRows / kernelRowsPerPe);
  const channelBlocks = Math.ceil(nest.channels / channelsPerPe);
  const channelOf = new Int32Array(nest.columns);
  const rowOf = new Int32Array(nest.columns);
  const tapOf = new Int32Array(nest.columns);
  const blockStart = new Int32Array(channelBlocks * rowBlocks + 1);
  let at = 0;
  for (let block = 0; block < channelBlocks * rowBlocks; block++) {
    const c0 = Math.floor(block / rowBlocks) * channelsPerPe;
    const r0 = (block % rowBlocks) * kernelRowsPerPe;
    blockStart[block] = at;
    const endRow = Math.min(r0 + kernelRowsPerPe, nest.kernelRows);
    for (let c = c0; c < Math.min(c0 + channelsPerPe, nest.channels); c++) {
      for (const [row, tap] of kernelPositions(nest, r0, endRow)) {
        channelOf[at] = c;
        rowOf[at] = row;
        tapOf[at] = tap;
        at += 1;
      }
    }
  }
  blockStart[channelBlocks * rowBlocks] = at;
  return { channelOf, rowOf, tapOf, blockStart, rowBlocks };
}

function* kernelPositions(nest: LoopNest, firstRow: number, endRow: number): Generator<readonly [number, number]> {
  for (let r = firstRow; r < endRow; r++) {
    for (let s = 0; s < nest.kernelColumns; s++) yield kernelPosition(nest, r, s);
  }
}

function activationMatrix(nest: LoopNest, input: Uint8Array, order: WalkingOrder): Uint8Array {
  const { layer, columns, pixels } = nest;
  const { inputHeight, inputWidth, stride, dilation, padding } = layer;
  const matrix = new Uint8Array(nest.images * nest.groups * pixels * columns);
  let at = 0;
  for (let row = 0; row < nest.images * nest.groups * pixels; row++) {
    const [group, pixel] = [Math.floor(row / pixels), row % pixels];
    const top = Math.floor(pixel / nest.outputWidth) * stride[0] - padding[0];
    const left = (pixel % nest.outputWidth) * stride[1] - padding[2];
    for (let k = 0; k < columns; k++, at++) {
      const y = top + order.rowOf[k] * dilation[0];
      const x = left + order.tapOf[k] * dilation[1];
      if (y < 0 || y >= inputHeight || x < 0 || x >= inputWidth) continue;
      const channel = group * nest.channels + order.channelOf[k];
      matrix[at] = input[(channel * inputHeight + y) * inputWidth + x];
    }
  }
  return matrix;
}

function weightColumns(nest: LoopNest, weight: Uint8Array, order: WalkingOrder, filtersPerPe: number): Int32Array {
  const blocks = Math.ceil(nest.filters / filtersPerPe);
  const counts = new Int32Array(nest.groups * blocks * nest.columns);
  for (let group = 0; group < nest.groups; group++) {
    for (let filter = 0; filter < nest.filters; filter++) {
      const row = (group * blocks + Math.floor(filter / filtersPerPe)) * nest.columns;
      const weights = (group * nest.filters + filter) * nest.columns;
      for (let k = 0; k < nest.columns; k++) {
        const tap = order.rowOf[k] * nest.layer.kernel[1] + order.tapOf[k];
        const natural = order.channelOf[k] * nest.kernelRows * nest.kernelColumns + tap;
        counts[row + k] += weight[weights + natural];
      }
    }
  }
  return counts;
}

function denseColumns(nest: LoopNest, filtersPerPe: number): Int32Array {
  const blocks = Math.ceil(nest.filters / filtersPerPe);
  const counts = new Int32Array(nest.groups * blocks * nest.columns);
  for (let i = 0; i < counts.length; i++) {
    const block = Math.floor(i / nest.columns) % blocks;
    counts[i] = Math.min(filtersPerPe, nest.filters - block * filtersPerPe);
  }
  return counts;
}
