/**
 * What a sparse PE array consists of, and which mechanisms it has.
 *
 * The array is a grid of clusters, each a grid of PEs with its own global-buffer banks (Eyeriss v2, arXiv 1807.07928,
 * is the pattern). All sizes are required; `hw/presets/description-file.ts` merges a user's file over a preset once and
 * validates it once, so that nothing here is optional and no model checks anything again.
 *
 * `Infinity` stands for "unlimited" wherever a capacity or a rate is given, which switches that mechanism off.
 */

/** Loop dimensions of a layer that can be spread over an axis of the array. Kernel columns stay inside a PE. */
export const dimensions = ["groups", "filters", "channels", "kernelRows", "pixels"] as const;
export type Dimension = (typeof dimensions)[number];

/** Axes of the array, from the outside in. */
export const axes = ["clusterRows", "clusterColumns", "peRows", "peColumns"] as const;
export type Axis = (typeof axes)[number];

/** Where PEs wait for each other: after every window of pixels, after every weight tile, or only at the layer's end. */
export const barriers = ["window", "tile", "layer"] as const;
type Barrier = (typeof barriers)[number];

export interface Hardware {
  readonly name: string;
  readonly clockHz: number;
  /** Number of clusters along the rows and columns of the array, and of PEs inside one cluster. */
  readonly grid: Readonly<Record<Axis, number>>;
  readonly macsPerPe: number;
  /** NoC axis rules: the loop dimensions that each axis of the array can carry. */
  readonly axisRules: Readonly<Record<Axis, readonly Dimension[]>>;
  readonly spad: SpadSizes;
  readonly buffer: BufferSizes;
  readonly ports: PortWidths;
  readonly dram: DramDescription;
  readonly wordBits: WordWidths;
  readonly mechanisms: Mechanisms;
  /** Counts the outputs on their way out of the array; null: the array has none. */
  readonly monitor: OutputMonitor | null;
}

/**
 * Where a monitor looks at outputs: at the partial-sum ports, as final sums enter the buffers, or at the channel, as
 * they leave them for DRAM.
 */
export const monitorTaps = ["ports", "channel"] as const;

/** Zero detectors in the path of the outputs (hw/monitor/monitor.ts): what they have no time for is held. */
export interface OutputMonitor {
  /** Outputs looked at per cycle (`Infinity`: all there are, which holds nothing). */
  readonly lanes: number;
  /** Outputs that can wait in front of the detectors. */
  readonly bufferOutputs: number;
  readonly tap: (typeof monitorTaps)[number];
  /** Counters; they take no cycles. */
  readonly channelGroups: number;
}

/** Scratch pads of one PE, in entries. */
interface SpadSizes {
  /** Non-zero weights, and the columns of the compressed weight block (one address each). */
  readonly weightEntries: number;
  readonly weightAddresses: number;
  /** Activations of one window, and the columns of the compressed window (one address each). */
  readonly activationEntries: number;
  readonly activationAddresses: number;
  readonly psumEntries: number;
}

/** Global buffer of one cluster, in bytes. Weights have none: they go from DRAM to the SPads. */
interface BufferSizes {
  readonly activationBytes: number;
  readonly psumBytes: number;
  /**
   * Both lie in one memory of `psumBytes`: activations have what the sums of a pixel tile leave, and no more than
   * `activationBytes` (`false`: each has its own).
   */
  readonly shared: boolean;
}

/** Words that the global-buffer banks of one cluster pass per cycle. */
interface PortWidths {
  readonly activationsPerCycle: number;
  /** Sums written; and unfinished sums read back into the array (`Infinity`: that costs nothing). */
  readonly psumsPerCycle: number;
  readonly psumReadsPerCycle: number;
}

interface DramDescription {
  /** One channel, shared by loads and stores. */
  readonly bytesPerSecond: number;
  /** From a tile's load request to its first word; nothing else moves in these cycles. */
  readonly latencyCycles: number;
}

interface WordWidths {
  readonly activation: number;
  readonly weight: number;
  readonly psum: number;
  /** Zero-run count stored beside every non-zero of a compressed column. */
  readonly count: number;
}

/** Each can be switched off alone; the neutral value is in the comment. */
export interface Mechanisms {
  /** Zero activations cost no cycle (`false`: gated; every position, padding too, is walked). */
  readonly skipActivations: boolean;
  /** Zero weights cost no cycle (`false`: gated, and the weight SPad holds them all). */
  readonly skipWeights: boolean;
  /** Zero activations are skipped in depthwise layers too; only where `skipActivations` holds. */
  readonly skipDepthwise: boolean;
  /** A non-zero activation whose weight column is empty costs one cycle (`false`: none). */
  readonly emptyColumnBubble: boolean;
  /**
   * Cycles in which a PE finds the weights of an activation, before it multiplies; only of layers with a zero weight, where
   * zeros are skipped (0: none, the pipeline hides them).
   */
  readonly lookUpCycles: number;
  /** Addresses of columns written into a PE's SPad per cycle before its weights, of the same layers (`Infinity`: hidden). */
  readonly addressesLoadedPerCycle: number;
  /** Non-zero weights of a column take whole words of `macsPerPe` in the SPad (`false`: words go on with the next column). */
  readonly weightsInWholeWords: boolean;
  /** Partial sums that a PE passes on per cycle after each window (`Infinity`: at once). */
  readonly psumsDrainedPerCycle: number;
  /** Cycles from a tile's first column to its first sum (0: none). */
  readonly pipelineFillCycles: number;
  /** Non-zero weights written into a PE's SPad per cycle before it starts on a tile (`Infinity`: hidden). */
  readonly weightsLoadedPerCycle: number;
  /** `layer` is the neutral value: PEs never wait inside a layer. */
  readonly barrier: Barrier;
  /** Outputs go to DRAM compressed (`false`: every output is a word). */
  readonly compressOutputs: boolean;
  /** Weights come from DRAM compressed (`false`: every weight is a word without a count). */
  readonly compressWeights: boolean;
  /** Buffers, ports and SPads hold compressed activations (`false`: each is a word there, zeros too, without a count). */
  readonly compressOnChip: boolean;
  /** Axes can carry several dimensions, folded (`false`: one each). */
  readonly foldAxes: boolean;
  /** Sums of several filter tiles can wait in the buffer, whose passes then share activations (`false`: of one). */
  readonly keepFilterTiles: boolean;
  /** Outputs leave at most as fast as the partial-sum ports pass them (`false`: zeros, stored in no word, leave at once). */
  readonly outputsPassPorts: boolean;
  /**
   * Bits in which a word off the chip counts the zeros before it: a longer run of zeros costs another word
   * (`Infinity`: none does).
   */
  readonly zeroRunBits: number;
  /** The first load and last store of a layer hide behind its neighbours, as far as the channel has room. */
  readonly layerOverlap: boolean;
}

/** Whether a PE finds the weights of a layer by their addresses: where it skips zero weights and there are any. */
export function usesAddresses({ mechanisms }: Hardware, weightDensity: number): boolean {
  return mechanisms.skipWeights && weightDensity < 1;
}

export function clusterCount(hardware: Hardware): number {
  return hardware.grid.clusterRows * hardware.grid.clusterColumns;
}

export function peCount(hardware: Hardware): number {
  return clusterCount(hardware) * hardware.grid.peRows * hardware.grid.peColumns;
}

/** Whole bits that the DRAM channel moves per cycle (25.6 GB/s at 200 MHz: 1024, that is 128 bytes). */
export function dramBitsPerCycle(hardware: Hardware): number {
  const { bytesPerSecond } = hardware.dram;
  return bytesPerSecond === Infinity ? Infinity : Math.floor((bytesPerSecond * 8) / hardware.clockHz);
}

/** Partial sums that the global buffers of all clusters hold together. */
export function psumBufferEntries(hardware: Hardware): number {
  const perCluster = (hardware.buffer.psumBytes * 8) / hardware.wordBits.psum;
  return clusterCount(hardware) * (perCluster === Infinity ? Infinity : Math.floor(perCluster));
}

/** Outputs that can leave the array in a cycle. */
export function outputsPerCycle(hardware: Hardware): number {
  return hardware.mechanisms.outputsPassPorts ? hardware.ports.psumsPerCycle * clusterCount(hardware) : Infinity;
}

/** Size in bits of one activation or weight on the chip: the word and, where it is compressed, its zero-run count. */
export function entryBits({ wordBits, mechanisms }: Hardware, word: "activation" | "weight"): number {
  return wordBits[word] + (mechanisms.compressOnChip ? wordBits.count : 0);
}

/** Size in bits of one word on the DRAM channel: with its zero-run count where the tensor is compressed. */
export function channelBits({ wordBits, mechanisms }: Hardware, tensor: "activation" | "weight" | "output"): number {
  switch (tensor) {
    case "activation":
      return wordBits.activation + wordBits.count;
    case "weight":
      return wordBits.weight + (mechanisms.compressWeights ? wordBits.count : 0);
    case "output":
      return wordBits.activation + (mechanisms.compressOutputs ? wordBits.count : 0);
  }
}

/** Bytes of the global buffers of one cluster. */
function bufferBytes({ activationBytes, psumBytes, shared }: BufferSizes): number {
  return shared ? psumBytes : activationBytes + psumBytes;
}

/** SRAM of the whole array in bytes: SPads (data and addresses as words of 4 and 7 bits are not counted) and buffers. */
export function sramBytes(hardware: Hardware): number {
  const { spad, wordBits, buffer } = hardware;
  const spadBits =
    spad.weightEntries * entryBits(hardware, "weight") +
    spad.activationEntries * entryBits(hardware, "activation") +
    spad.psumEntries * wordBits.psum;
  return (peCount(hardware) * spadBits) / 8 + clusterCount(hardware) * bufferBytes(buffer);
}
