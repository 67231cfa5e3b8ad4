/**
 * One layer on the array, cycle by cycle: PEs, buffer ports, DRAM channel and write-back advance together.
 *
 * A slot is what lies between two barriers at which the memory meets the PEs: one pass, or the whole layer under the
 * `layer` barrier. During a slot the channel fetches the next slot's data and takes the last slot's outputs; the slot
 * ends when the slowest of them is done, and its outputs have passed ports and monitor. The layer begins with the first
 * load, which nothing hides, and ends with the last store, or when the monitor has looked at its last output.
 *
 * A cycle count includes everything from the first word requested of DRAM to the last output stored. Not modelled: the
 * configuration of the array, NoC contention, buffer space taken by data fetched ahead.
 */

import type { Layer } from "../../workloads/layers/layer.ts";
import { type BitMask, denseMask, getBit, type LayerMasks } from "../../workloads/masks/bit-mask.ts";
import { Dma } from "../memory/dma.ts";
import { closeBarrier } from "./barrier.ts";
import { BufferPorts } from "./buffer-ports.ts";
import { type Counters, zeroCounters } from "./counters.ts";
import { channelBits, dramBitsPerCycle, type Hardware, peCount } from "./description.ts";
import { type LoopNest, loopNest } from "./loop-nest.ts";
import type { Mapping } from "./mapping.ts";
import { OutputGate } from "./output-gate.ts";
import { type Pass, passList } from "./pass-list.ts";
import { lengthOf, psumsOf } from "./pass-ranges.ts";
import { PeArray } from "./pe-array.ts";
import { encodedWords } from "./run-encoder.ts";
import { stepOperands } from "./step-operands.ts";
import { type OutputTile, WriteBack, type WriteBackObserver } from "./write-back.ts";

/** The array while a layer runs. */
export interface ArrayState {
  readonly nest: LoopNest;
  readonly passes: readonly Pass[];
  /** Up to this cycle; those of the PEs since their last barrier, and of the write-back, not yet in it. */
  readonly counters: Readonly<Counters>;
  readonly pes: PeArray;
  readonly ports: BufferPorts;
  readonly dma: Dma;
  readonly writeBack: WriteBack;
}

/** Sees the array; the model runs the same without it. */
export interface ArrayObserver {
  layerBegins(array: ArrayState): void;
  /** Called at the beginning of each cycle, with what will be done in it, and once after the last. */
  cycleBegins(array: ArrayState): void;
}

/** Who looks on while a layer runs. */
export interface LayerObservers {
  readonly observer?: WriteBackObserver;
  readonly arrayObserver?: ArrayObserver;
}

/** Runs a layer under a legal mapping. */
export function stepLayer(
  layer: Layer,
  masks: LayerMasks,
  mapping: Mapping,
  hardware: Hardware,
  observers: LayerObservers = {},
): Counters {
  return new SteppedLayer(layer, masks, mapping, hardware, observers).run();
}

/** Which passes a slot computes, whose data it fetches, and whose outputs it stores. */
interface Slot {
  /** Where cycles go in which the array waits for loads. */
  readonly loadPart: "prologue" | "load";
  readonly computed: readonly Pass[];
  readonly lastPass: number;
  readonly fetched: readonly Pass[];
  readonly stored: readonly Pass[];
}

class SteppedLayer implements ArrayState {
  readonly counters: Counters = zeroCounters();
  readonly nest: LoopNest;
  private readonly masks: LayerMasks;
  private readonly mapping: Mapping;
  private readonly hardware: Hardware;
  readonly passes: readonly Pass[];
  readonly pes: PeArray;
  readonly ports: BufferPorts;
  readonly dma: Dma;
  readonly writeBack: WriteBack;
  private readonly gate: OutputGate;
  /** Where the output has a word off the chip. */
  private readonly outputWords: BitMask;
  private readonly arrayObserver: ArrayObserver | undefined;
  private lastStoreBits = 0;

  constructor(
    layer: Layer,
    masks: LayerMasks,
    mapping: Mapping,
    hardware: Hardware,
    { observer, arrayObserver }: LayerObservers,
  ) {
    const { mechanisms, dram } = hardware;
    this.arrayObserver = arrayObserver;
    this.nest = loopNest(layer, hardware);
    this.masks = masks;
    this.mapping = mapping;
    this.hardware = hardware;
    this.passes = passList(this.nest, masks, mapping, hardware);
    const operands = stepOperands(this.nest, masks, mapping, hardware);
    this.pes = new PeArray(this.nest, mapping, hardware, operands, this.passes);
    this.ports = new BufferPorts(hardware);
    this.dma = new Dma(dramBitsPerCycle(hardware), dram.latencyCycles);
    this.gate = new OutputGate(hardware);
    const { compressOutputs, zeroRunBits } = mechanisms;
    this.writeBack = new WriteBack(channelBits(hardware, "output"), observer);
    this.outputWords = compressOutputs ? encodedWords(masks.output, zeroRunBits) : denseMask(masks.output.shape);
  }

  run(): Counters {
    const { layerOverlap } = this.hardware.mechanisms;
    this.arrayObserver?.layerBegins(this);
    if (layerOverlap) this.deferEnds();
    for (const slot of this.slots()) {
      this.beginSlot(slot);
      while (this.isSlotBusy()) this.tick(slot);
    }
    if (layerOverlap) this.payNeighbours();
    this.drainMonitor();
    this.arrayObserver?.cycleBegins(this);
    return this.collect();
  }

  /** One cycle of a slot. */
  private tick(slot: Slot): void {
    this.arrayObserver?.cycleBegins(this);
    const pesWereBusy = this.pes.busyCount > 0;
    this.account(slot);
    this.pes.step();
    this.gate.sumsPassed(this.ports.step(this.gate.sumRoom));
    this.store();
    this.gate.endCycle();
    this.counters.cycles += 1;
    if (pesWereBusy && this.pes.busyCount === 0) this.meetAtBarrier();
  }

  /** Outputs leave as far as the channel, the ports and the detectors let them. */
  private store(): void {
    const { gate, writeBack } = this;
    const room = gate.outputRoom;
    const storedBits = this.dma.step(writeBack.bitsWithin(room));
    gate.outputsPassed(writeBack.advance(this.counters.cycles, storedBits, room));
  }

  private isSlotBusy(): boolean {
    return this.pes.busyCount > 0 || this.ports.isBusy || this.dma.isBusy || this.writeBack.isPending;
  }

  /** Attributes a cycle without a busy PE to its cause; cycles with busy PEs are attributed at the next barrier. */
  private account({ loadPart }: Slot): void {
    if (this.pes.busyCount > 0) return;
    if (this.ports.isBusy) this.counters.port += 1;
    else if (this.dma.isLoading) this.counters[loadPart] += 1;
    else this.counters.store += 1;
  }

  /** Books the cycles of PEs that have come to a barrier, and releases them into the next window if there is one. */
  private meetAtBarrier(): void {
    closeBarrier(this.pes.cycles, peCount(this.hardware), this.counters);
    this.releaseWindow();
  }

  /** Windows in which no PE has anything to do are passed over. */
  private releaseWindow(): void {
    while (this.pes.busyCount === 0 && this.pes.atWindowBarrier) this.pes.nextWindow();
  }

  /** The slots of the layer; unless layers overlap, its first load and its last store are slots without work. */
  private *slots(): Generator<Slot> {
    const { passes } = this;
    const { layerOverlap } = this.hardware.mechanisms;
    if (!layerOverlap) {
      yield { loadPart: "prologue", computed: [], lastPass: -1, fetched: passes.slice(0, 1), stored: [] };
    }
    yield* this.slotsWithWork();
    if (!layerOverlap) {
      yield { loadPart: "load", computed: [], lastPass: passes.length - 1, fetched: [], stored: passes.slice(-1) };
    }
  }

  private *slotsWithWork(): Generator<Slot> {
    const { passes } = this;
    const loadPart = "load";
    if (this.hardware.mechanisms.barrier === "layer") {
      const lastPass = passes.length - 1;
      yield { loadPart, computed: passes, lastPass, fetched: passes.slice(1), stored: passes.slice(0, -1) };
      return;
    }
    for (let i = 0; i < passes.length; i++) {
      const stored = passes.slice(Math.max(0, i - 1), i);
      yield { loadPart, computed: [passes[i]], lastPass: i, fetched: passes.slice(i + 1, i + 2), stored };
    }
  }

  private beginSlot(slot: Slot): void {
    const activations = sum(slot.computed, (pass) => pass.bufferEntries);
    const psums = sum(slot.computed, psumsOf);
    const psumReads = sum(slot.computed, (pass) => pass.psumsRead);
    this.counters.passes += slot.computed.length;
    this.counters.bufferActivationReads += activations;
    this.counters.bufferPsumWrites += psums;
    this.counters.spadActivationWrites += sum(slot.computed, (pass) => pass.bufferEntries * this.filterBlocksOf(pass));
    const finals = sum(slot.computed, (pass) => (pass.isLastReduction ? psumsOf(pass) : 0));
    this.ports.begin({ activations, psums, finals, psumReads }, this.gate.sumRoom !== Infinity);
    this.transfer(slot.fetched, slot.stored);
    this.pes.begin(slot.lastPass);
    this.releaseWindow();
  }

  /** Starts the channel on the data of `fetched` and the final outputs of `stored`. */
  private transfer(fetched: readonly Pass[], stored: readonly Pass[]): void {
    const loadBits = this.countLoads(fetched);
    const storeBits = this.queueOutputs(stored);
    const isHeld = this.gate.outputRoom !== Infinity;
    const storedBits = this.dma.begin(loadBits, storeBits, isHeld ? 0 : Infinity);
    if (!isHeld) this.writeBack.advance(this.counters.cycles, storedBits);
  }

  private countLoads(fetched: readonly Pass[]): number {
    const activationBits = sum(fetched, (pass) => pass.activationLoadBits);
    const weightBits = sum(fetched, (pass) => pass.weightLoadBits);
    this.counters.dramActivationBits += activationBits;
    this.counters.dramWeightBits += weightBits;
    return activationBits + weightBits;
  }

  private queueOutputs(stored: readonly Pass[]): number {
    const storeBits = this.writeBack.begin(this.outputsOf(stored));
    this.counters.dramOutputBits += storeBits;
    return storeBits;
  }

  /** With overlapping layers the first load and the last store share the channel with this layer's own transfers. */
  private deferEnds(): void {
    const loadBits = this.countLoads(this.passes.slice(0, 1));
    this.lastStoreBits = this.queueOutputs(this.passes.slice(-1));
    this.dma.defer(loadBits + this.lastStoreBits);
  }

  /**
   * What of the hidden transfers found no room beside the layer's own takes cycles after all. The hidden outputs all wait
   * in front of the detectors.
   */
  private payNeighbours(): void {
    this.writeBack.begin(this.outputsOf(this.passes.slice(-1)));
    this.gate.outputsPassed(this.writeBack.advance(this.counters.cycles, this.lastStoreBits));
    while (this.dma.owesNeighbours) {
      this.arrayObserver?.cycleBegins(this);
      this.dma.step();
      this.gate.endCycle();
      this.counters.load += 1;
      this.counters.cycles += 1;
    }
  }

  /** The layer ends when the monitor has looked at its last output. */
  private drainMonitor(): void {
    while (this.gate.waiting > 0) {
      this.arrayObserver?.cycleBegins(this);
      this.gate.endCycle();
      this.counters.store += 1;
      this.counters.cycles += 1;
    }
  }

  /** The outputs of those of the passes whose sums are final, in the order in which they leave. */
  private outputsOf(passes: readonly Pass[]): OutputTile {
    const { nest, masks, outputWords } = this;
    const final = passes.filter((pass) => pass.isLastReduction);
    const bits = new Uint8Array(sum(final, psumsOf));
    const words = new Uint8Array(bits.length);
    let at = 0;
    for (const pass of final) {
      for (const row of outputRowsOf(pass, nest)) {
        const [first, end] = pass.pixels;
        for (let pixel = first; pixel < end; pixel++, at++) {
          bits[at] = getBit(masks.output, row * nest.pixels + pixel);
          words[at] = getBit(outputWords, row * nest.pixels + pixel);
        }
      }
    }
    return { bits, words };
  }

  private filterBlocksOf(pass: Pass): number {
    return Math.ceil(lengthOf(pass.filters) / this.mapping.filtersPerPe);
  }

  private collect(): Counters {
    const { counters, pes, writeBack, passes } = this;
    counters.firstLoadBits = passes[0].activationLoadBits + passes[0].weightLoadBits;
    counters.effectualMacs = pes.effectualMacs;
    counters.activationsWalked = pes.activationsWalked;
    counters.psumsDrained = pes.psumsDrained;
    counters.spadWeightWrites = pes.spadWeightWrites;
    counters.outputs = writeBack.outputs;
    counters.outputNonZeros = writeBack.outputNonZeros;
    return counters;
  }
}

function sum(passes: readonly Pass[], value: (pass: Pass) => number): number {
  return passes.reduce((total, pass) => total + value(pass), 0);
}

/** The output channels that a pass writes, over all images, image by image and group by group. */
function* outputRowsOf({ images, groups, filters }: Pass, nest: LoopNest): Generator<number> {
  for (let image = images[0]; image < images[1]; image++) {
    const first = image * nest.groups;
    for (let group = first + groups[0]; group < first + groups[1]; group++) {
      for (let filter = filters[0]; filter < filters[1]; filter++) yield group * nest.filters + filter;
    }
  }
}
