/**
 * How long finished outputs take past the partial-sum ports, the monitor's detectors and the DRAM channel: the cycles of
 * `output-gate.ts` and `write-back.ts`, without looking at outputs one by one, and without looking at any where they have
 * time enough.
 */
import { channelBits, clusterCount, dramBitsPerCycle, type Hardware, outputsPerCycle } from "./description.ts";
import type { OutputStream } from "./output-stream.ts";

/** The outputs that leave during a slot. */
export interface LeavingOutputs {
  readonly count: number;
  readonly bits: number;
  /** Made only where it must be walked. */
  stream(): OutputStream;
}

/** What the channel loads first in the same slot. */
interface SlotLoad {
  /** Cycles before its first word. */
  readonly latency: number;
  readonly bits: number;
}

export class OutputPath {
  /** Outputs in front of the detectors. */
  private waiting = 0;
  private readonly hardware: Hardware;
  private readonly lanes: number;
  private readonly bufferOutputs: number;
  private readonly isAtPorts: boolean;
  private readonly bitsPerCycle: number;
  private readonly wordBits: number;
  /** Outputs that the detectors let pass at the channel, beyond those that can wait. */
  private readonly laneRate: number;
  private readonly portRate: number;

  constructor(hardware: Hardware) {
    const { monitor } = hardware;
    this.hardware = hardware;
    this.lanes = monitor?.lanes ?? Infinity;
    this.bufferOutputs = monitor?.bufferOutputs ?? 0;
    this.isAtPorts = monitor?.tap === "ports";
    this.bitsPerCycle = dramBitsPerCycle(hardware);
    this.wordBits = channelBits(hardware, "output");
    this.laneRate = this.isAtPorts ? Infinity : this.lanes;
    this.portRate = outputsPerCycle(hardware);
  }

  /** Cycles in which the sums of a slot pass the ports, `finals` of them final, which the detectors may look at there. */
  sumCycles(sums: number, finals: number): number {
    const { psumsPerCycle } = this.hardware.ports;
    const cycles = Math.ceil(sums / (psumsPerCycle * clusterCount(this.hardware)));
    if (!this.isAtPorts || this.lanes === Infinity || finals === 0) return cycles;
    const held = Math.ceil((this.waiting + finals - this.bufferOutputs) / this.lanes);
    return Math.max(cycles, held, psumsPerCycle === Infinity ? 1 : 0);
  }

  /**
   * The slot ends after `cycles` of its own or when its outputs have left, whichever is later.
   *
   * @param finals sums of it that are final.
   * @returns its length in cycles.
   */
  closeSlot(cycles: number, load: SlotLoad, outputs: LeavingOutputs, finals: number): number {
    if (this.isAtPorts) this.queue(finals);
    if (this.portRate === Infinity && this.laneRate === Infinity) {
      const done = Math.max(cycles, load.latency + Math.ceil((load.bits + outputs.bits) / this.bitsPerCycle));
      this.idle(done);
      return done;
    }
    const left = outputs.count === 0 || this.isSurelyWithin(cycles, load, outputs) ? 0 : this.walk(load, outputs);
    const done = Math.max(cycles, left);
    this.idle(this.isAtPorts ? done : done - left);
    return done;
  }

  /** The layer's last outputs leave beside the next layer: they wait in front of the detectors. */
  hideLast(outputs: number, cycles: number): void {
    if (!this.isAtPorts) this.queue(outputs);
    this.idle(cycles);
  }

  /** Until the last output has been looked at. */
  get drainCycles(): number {
    return Math.ceil(this.waiting / this.lanes);
  }

  private queue(outputs: number): void {
    if (this.lanes !== Infinity) this.waiting += outputs;
  }

  private idle(cycles: number): void {
    if (this.lanes !== Infinity) this.waiting = Math.max(0, this.waiting - this.lanes * cycles);
  }

  /**
   * Whether the outputs leave in so many cycles wherever their words lie, and none waits at the end: every cycle uses up
   * the channel or lets as many outputs pass as it can.
   */
  private isSurelyWithin(cycles: number, load: SlotLoad, { count, bits }: LeavingOutputs): boolean {
    const waits = this.laneRate === Infinity ? 0 : Math.ceil(this.bufferOutputs / this.lanes) + 1;
    const passing = Math.ceil(count / Math.min(this.portRate, this.laneRate));
    return this.firstStore(load) + 1 + Math.ceil(bits / this.bitsPerCycle) + passing + waits <= cycles;
  }

  /** The first cycle in which the channel has room for a store. */
  private firstStore({ latency, bits }: SlotLoad): number {
    if (this.bitsPerCycle === Infinity) return Math.max(0, latency - 1);
    return latency + Math.floor(bits / this.bitsPerCycle);
  }

  /** @returns cycles until the last output has left. */
  private walk(load: SlotLoad, outputs: LeavingOutputs): number {
    const stream = outputs.stream();
    const { wordBits, portRate } = this;
    const firstStore = this.firstStore(load);
    let credit = 0;
    let cycle = 0;
    while (!stream.isEmpty) {
      const room = Math.min(portRate, this.laneRate === Infinity ? Infinity : this.detectorRoom);
      const bits = credit + this.roomForStores(cycle, load);
      stream.take(room, Math.floor(bits / wordBits));
      credit = stream.isBlocked ? bits - stream.words * wordBits : 0;
      const isStuck = stream.outputs === 0 && stream.isBlocked && cycle < firstStore;
      const passed = isStuck ? firstStore - cycle : 1;
      if (this.laneRate !== Infinity) this.queue(stream.outputs);
      this.idleAtChannel(passed);
      cycle += passed;
    }
    return cycle;
  }

  private get detectorRoom(): number {
    return this.bufferOutputs - this.waiting + this.lanes;
  }

  private idleAtChannel(cycles: number): void {
    if (!this.isAtPorts) this.idle(cycles);
  }

  /** Bits that the channel has for stores in a cycle of the slot. */
  private roomForStores(cycle: number, { latency, bits }: SlotLoad): number {
    const { bitsPerCycle } = this;
    if (bitsPerCycle === Infinity) return cycle >= latency - 1 ? Infinity : 0;
    if (cycle < latency) return 0;
    const toLoad = Math.max(0, bits - (cycle - latency) * bitsPerCycle);
    return bitsPerCycle - Math.min(bitsPerCycle, toLoad);
  }
}
