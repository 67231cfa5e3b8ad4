/**
 * How fast a layer could be at best: what each resource of the array needs for work that no mapping avoids, evenly
 * spread and never waiting for another. No mapping of the layer takes fewer cycles than any of these.
 */
import { elementCount, type Layer, outputHeight, outputWidth } from "../../workloads/layers/layer.ts";
import { type BitMask, getBit, type LayerMasks, popcount, popcountRange } from "../../workloads/masks/bit-mask.ts";
import type { Counters } from "./counters.ts";
import { channelBits, clusterCount, dramBitsPerCycle, type Hardware, peCount } from "./description.ts";

export const floorNames = ["macs", "dram", "ports", "spadLoad"] as const;
type FloorName = (typeof floorNames)[number];

/** All in cycles; 0 where the resource is unlimited. */
export interface LayerFloors extends Readonly<Record<FloorName, number>> {
  /** Every MAC of two non-zeros, on all PEs. */
  readonly macs: number;
  /** Every non-zero activation that an output reads and every weight that has a word fetched once, every output stored. */
  readonly dram: number;
  /** The same activations read out of the buffers once; every output written to them once: the longer of the two. */
  readonly ports: number;
  /** Every weight that SPads hold written into one of them. */
  readonly spadLoad: number;
}

/** @param counters of a run of the layer under any mapping: what is taken from them depends on none. */
export function layerFloors(layer: Layer, masks: LayerMasks, counters: Counters, hardware: Hardware): LayerFloors {
  const { ports, mechanisms, macsPerPe } = hardware;
  const pes = peCount(hardware);
  const clusters = clusterCount(hardware);
  const activations = nonZerosRead(layer, masks.input);
  const weights = popcount(masks.weight);
  const allWeights = elementCount(masks.weight.shape);
  const heldWeights = mechanisms.skipWeights ? weights : allWeights;
  const weightWords = mechanisms.compressWeights ? weights : allWeights;
  const dramBits =
    activations * channelBits(hardware, "activation") +
    weightWords * channelBits(hardware, "weight") +
    counters.dramOutputBits;
  return {
    macs: Math.ceil(counters.effectualMacs / (pes * macsPerPe)),
    dram: Math.ceil(dramBits / dramBitsPerCycle(hardware)),
    ports: Math.max(
      Math.ceil(activations / (ports.activationsPerCycle * clusters)),
      Math.ceil(counters.outputs / (ports.psumsPerCycle * clusters)),
    ),
    spadLoad: Math.ceil(heldWeights / (pes * mechanisms.weightsLoadedPerCycle)),
  };
}

/** Non-zeros of the input that some output reads: a stride can be longer than the kernel, and leave a rest at the end. */
function nonZerosRead(layer: Layer, input: BitMask): number {
  const { inputHeight, inputWidth, kernel, stride, dilation, padding } = layer;
  // Of a batch those of all images.
  const channels = input.shape[0];
  const along = (axis: 0 | 1, size: number, outputs: number) =>
    positionsRead(size, outputs, {
      taps: kernel[axis],
      step: stride[axis],
      spacing: dilation[axis],
      before: padding[axis * 2],
    });
  const rows = along(0, inputHeight, outputHeight(layer));
  const columns = along(1, inputWidth, outputWidth(layer));
  const isWhole = columns.length === inputWidth;
  if (isWhole && rows.length === inputHeight) return popcount(input);
  const inRow = (first: number) =>
    isWhole
      ? popcountRange(input, first, first + inputWidth)
      : columns.reduce((sum, column) => sum + getBit(input, first + column), 0);
  let count = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (const row of rows) count += inRow((channel * inputHeight + row) * inputWidth);
  }
  return count;
}

/** The window of a kernel along one axis. */
interface Window {
  readonly taps: number;
  readonly step: number;
  readonly spacing: number;
  /** Zeros in front of the input. */
  readonly before: number;
}

/** Positions along an axis of the input that some output reads, in ascending order. */
function positionsRead(size: number, outputs: number, { taps, step, spacing, before }: Window): number[] {
  const isRead = new Uint8Array(size);
  for (let output = 0; output < outputs; output++) {
    for (let tap = 0; tap < taps; tap++) {
      const position = output * step - before + tap * spacing;
      if (position >= 0 && position < size) isRead[position] = 1;
    }
  }
  return [...isRead.keys()].filter((position) => isRead[position] === 1);
}
