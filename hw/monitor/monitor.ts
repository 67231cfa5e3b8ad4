/**
 * The runtime monitor (paper, section 5.2): zero detectors on the lanes of the output write-back, and counters of
 * non-zero outputs for every layer, in all or per group of output channels.
 *
 * Ports: `beginLayer` and the write-back stream (`WriteBackObserver`) in, a `MonitorReading` out at the layer's end.
 * `lanes` outputs are looked at per cycle. The write-back may be faster: `bufferOutputs` wait in front of the detectors,
 * and what exceeds them holds the write-back, which is counted in stall cycles. After the layer's last output the
 * detectors need `drainCycles` more. Counters stop at their largest value.
 *
 * `countedReading` gives the same counts from masks. Not modelled: the stream does not feel the stalls (the caller adds
 * the cycles); values, only whether they are zero.
 */

import { ConfigError } from "../../workloads/input/errors.ts";
import { type BitMask, popcountRange } from "../../workloads/masks/bit-mask.ts";
import type { LoopNest } from "../array/loop-nest.ts";
import type { Pass } from "../array/pass-list.ts";
import type { WriteBackObserver } from "../array/write-back.ts";

export interface MonitorDescription {
  /** Zero detectors: outputs per cycle. */
  readonly lanes: number;
  /** Bits of one output, which a zero detector joins with OR. */
  readonly wordBits: number;
  /** Bits of every counter. */
  readonly counterBits: number;
  /** Outputs that can wait for a detector. */
  readonly bufferOutputs: number;
  /** Counters: output channels are dealt to them in blocks of equal size; 1 counts the layer as one. */
  readonly channelGroups: number;
  /**
   * Whether the write-back promises zeros on its ports, in words and groups, beyond the outputs that it offers: then the hardware has no mask in
   * front of its detectors. Changes no count. Default: it does not.
   */
  readonly zerosPromised?: boolean;
}

/** Wide enough for Eyeriss v2's write-back of 128 bytes per cycle, and for any layer in use. */
export const layerMonitor: MonitorDescription = {
  lanes: 128,
  wordBits: 8,
  counterBits: 24,
  bufferOutputs: 0,
  channelGroups: 1,
};

interface MonitorReading {
  /** Non-zero outputs of every channel group, as its counter holds them. */
  readonly nonZeros: Float64Array;
  /** Non-zero outputs that found their counter at its largest value. */
  readonly saturated: number;
}

/** @throws ConfigError for a monitor that cannot count. */
export function checkMonitor(monitor: MonitorDescription): void {
  for (const name of ["lanes", "wordBits", "counterBits", "channelGroups"] as const) {
    requireAtLeast(1, name, monitor[name]);
  }
  requireAtLeast(0, "bufferOutputs", monitor.bufferOutputs);
  if (monitor.counterBits > 48) {
    throw new ConfigError(`monitor: counterBits must be at most 48, not ${monitor.counterBits}`);
  }
}

function requireAtLeast(least: number, name: string, value: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ConfigError(`monitor: ${name} must be an integer from ${least} up, not ${value}`);
}

/** Consecutive outputs of the stream that belong to one channel: what an address generator tells the monitor. */
interface ChannelRun {
  readonly channel: number;
  readonly outputs: number;
}

/** The order in which the array's write-back delivers the outputs of a layer run as `passes`. */
export function channelRuns(nest: LoopNest, passes: readonly Pass[]): ChannelRun[] {
  const runs: ChannelRun[] = [];
  for (const { groups, filters, pixels, isLastReduction } of passes) {
    if (!isLastReduction) continue;
    for (let group = groups[0]; group < groups[1]; group++) {
      for (let filter = filters[0]; filter < filters[1]; filter++) {
        runs.push({ channel: group * nest.filters + filter, outputs: pixels[1] - pixels[0] });
      }
    }
  }
  return runs;
}

export class Monitor implements WriteBackObserver {
  /** Cycles for which the write-back of this layer would have been held. */
  stallCycles = 0;
  private readonly monitor: MonitorDescription;
  private nonZeros: Float64Array;
  private saturated = 0;
  private backlog = 0;
  private lastCycle = 0;
  private channelsPerGroup = 1;
  private runs: readonly ChannelRun[] = [];
  private run = 0;
  private leftInRun = 0;

  /** @throws ConfigError for a monitor that cannot count. */
  constructor(monitor: MonitorDescription) {
    checkMonitor(monitor);
    this.monitor = monitor;
    this.nonZeros = new Float64Array(monitor.channelGroups);
  }

  /** Clears the counters. @param runs the order of the coming stream; together as many outputs as the layer has. */
  beginLayer(channels: number, runs: readonly ChannelRun[]): void {
    this.nonZeros = new Float64Array(this.monitor.channelGroups);
    this.channelsPerGroup = Math.ceil(channels / this.monitor.channelGroups);
    this.stallCycles = 0;
    this.saturated = 0;
    this.backlog = 0;
    this.lastCycle = 0;
    this.runs = runs;
    this.run = -1;
    this.leftInRun = 0;
  }

  written(atCycle: number, bits: Uint8Array, first: number, end: number): void {
    this.queue(atCycle, end - first);
    for (let i = first; i < end; i++) this.detect(bits[i]);
  }

  /** The counters at the layer's end. */
  reading(): MonitorReading {
    return { nonZeros: this.nonZeros.slice(), saturated: this.saturated };
  }

  /** From the last output delivered to the last one counted. */
  get drainCycles(): number {
    return Math.ceil(this.backlog / this.monitor.lanes);
  }

  private queue(atCycle: number, outputs: number): void {
    const { lanes, bufferOutputs } = this.monitor;
    this.backlog = Math.max(0, this.backlog - lanes * (atCycle - this.lastCycle)) + outputs;
    this.lastCycle = atCycle;
    const stalls = Math.max(0, Math.ceil((this.backlog - lanes - bufferOutputs) / lanes));
    this.stallCycles += stalls;
    this.backlog -= stalls * lanes;
  }

  private detect(bit: number): void {
    while (this.leftInRun === 0) {
      this.run += 1;
      this.leftInRun = this.runs[this.run].outputs;
    }
    this.leftInRun -= 1;
    if (bit === 0) return;
    const group = Math.floor(this.runs[this.run].channel / this.channelsPerGroup);
    if (this.nonZeros[group] === 2 ** this.monitor.counterBits - 1) this.saturated += 1;
    else this.nonZeros[group] += 1;
  }
}

/**
 * What the monitor reads after a layer with this output mask.
 *
 * @param output shape [channels, …].
 * @throws ConfigError for a monitor that cannot count.
 */
export function countedReading(monitor: MonitorDescription, output: BitMask): MonitorReading {
  checkMonitor(monitor);
  const counts = groupPopcounts(monitor.channelGroups, output);
  const largest = 2 ** monitor.counterBits - 1;
  const saturated = counts.reduce((sum, count) => sum + Math.max(0, count - largest), 0);
  return { nonZeros: counts.map((count) => Math.min(count, largest)), saturated };
}

/**
 * The most that a monitor can cost a layer of so many outputs: held write-back and drain together, in cycles. In every
 * cycle that it holds, all lanes work, and no output is looked at twice.
 */
export function maxMonitorCycles({ lanes }: Pick<MonitorDescription, "lanes">, outputs: number): number {
  return Math.ceil(outputs / lanes);
}

function groupPopcounts(channelGroups: number, output: BitMask): Float64Array {
  const channels = output.shape[0];
  const perChannel = output.shape.slice(1).reduce((product, size) => product * size, 1);
  const perGroup = Math.ceil(channels / channelGroups) * perChannel;
  const end = channels * perChannel;
  return Float64Array.from({ length: channelGroups }, (_, group) =>
    popcountRange(output, Math.min(end, group * perGroup), Math.min(end, (group + 1) * perGroup)),
  );
}

/** Outputs of every channel group: the denominators of its densities. */
export function groupSizes(channelGroups: number, shape: readonly number[]): number[] {
  const [channels, ...rest] = shape;
  const perChannel = rest.reduce((product, size) => product * size, 1);
  const perGroup = Math.ceil(channels / channelGroups);
  return Array.from(
    { length: channelGroups },
    (_, group) => Math.max(0, Math.min(channels - group * perGroup, perGroup)) * perChannel,
  );
}
