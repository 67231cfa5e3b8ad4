/**
 * Puts the passes of a counted layer one after the other: each slot takes the longest of computing and moving data, the
 * first load and the last store stand alone.
 */
import type { Counters } from "./counters.ts";
import { cycleParts } from "./counters.ts";
import { clusterCount, dramBitsPerCycle, type Hardware } from "./description.ts";

interface PassLoad {
  /** Cycles until the last PE is done (0 under the `layer` barrier, where the layer's sum is given at the end). */
  readonly peCycles: number;
  /** Words through the buffer ports. */
  readonly bufferEntries: number;
  readonly psums: number;
  /** What must arrive before the pass, and what leaves after it. */
  readonly activationBits: number;
  readonly weightBits: number;
  readonly storeBits: number;
}

export class Timeline {
  private readonly hardware: Hardware;
  private readonly counters: Counters;
  private readonly arrayCycles: number[] = [];
  private readonly loadBits: number[] = [];
  private readonly storeBits: number[] = [];
  private bufferEntries = 0;
  private psums = 0;
  private slotCycles = 0;
  private slotBits = 0;
  private readonly bitsPerCycle: number;

  constructor(hardware: Hardware, counters: Counters) {
    this.hardware = hardware;
    this.counters = counters;
    this.bitsPerCycle = dramBitsPerCycle(hardware);
  }

  addPass(pass: PassLoad): void {
    const { counters } = this;
    counters.passes += 1;
    counters.dramActivationBits += pass.activationBits;
    counters.dramWeightBits += pass.weightBits;
    counters.dramOutputBits += pass.storeBits;
    this.loadBits.push(pass.activationBits + pass.weightBits);
    this.storeBits.push(pass.storeBits);
    this.bufferEntries += pass.bufferEntries;
    this.psums += pass.psums;
    if (this.hardware.mechanisms.barrier !== "layer") this.closeSlot(pass.peCycles);
  }

  /** Under the `layer` barrier: all passes are one slot, in which the last PE works for `peCycles`. */
  closeLayer(peCycles: number): void {
    const { loadBits, storeBits } = this;
    this.closeSlot(peCycles);
    const last = storeBits.length - 1;
    const laterLoads = loadBits.slice(1).reduce((sum, bits) => sum + bits, 0);
    const earlierStores = storeBits.slice(0, last).reduce((sum, bits) => sum + bits, 0);
    this.slot(this.arrayCycles[0], laterLoads, earlierStores);
  }

  finish(): void {
    const { counters, loadBits, storeBits, arrayCycles } = this;
    if (this.hardware.mechanisms.barrier !== "layer") {
      for (let i = 0; i < arrayCycles.length; i++) {
        this.slot(arrayCycles[i], i + 1 < loadBits.length ? loadBits[i + 1] : 0, i > 0 ? storeBits[i - 1] : 0);
      }
    }
    const lastStore = storeBits[storeBits.length - 1];
    counters.firstLoadBits = loadBits[0];
    if (this.hardware.mechanisms.layerOverlap) {
      counters.load += this.withoutRoom(loadBits[0] + lastStore);
    } else {
      counters.prologue += this.loadCycles(loadBits[0]);
      counters.store += Math.ceil(lastStore / this.bitsPerCycle);
    }
    counters.cycles = cycleParts.reduce((sum, part) => sum + counters[part], 0);
  }

  /** The array part of a slot: PEs, then whatever the ports still have to pass. */
  private closeSlot(peCycles: number): void {
    const { ports } = this.hardware;
    const clusters = clusterCount(this.hardware);
    const activationCycles = Math.ceil(this.bufferEntries / (ports.activationsPerCycle * clusters));
    const psumCycles = Math.ceil(this.psums / (ports.psumsPerCycle * clusters));
    const array = Math.max(peCycles, activationCycles, psumCycles);
    this.counters.port += array - peCycles;
    this.arrayCycles.push(array);
    this.bufferEntries = 0;
    this.psums = 0;
  }

  private slot(arrayCycles: number, loadBits: number, storeBits: number): void {
    const latency = loadBits > 0 ? this.hardware.dram.latencyCycles : 0;
    const loaded = Math.max(arrayCycles, this.loadCycles(loadBits));
    const done = Math.max(loaded, latency + Math.ceil((loadBits + storeBits) / this.bitsPerCycle));
    this.counters.load += loaded - arrayCycles;
    this.counters.store += done - loaded;
    this.slotCycles += done;
    this.slotBits += loadBits + storeBits;
  }

  private loadCycles(bits: number): number {
    return bits > 0 ? this.hardware.dram.latencyCycles + Math.ceil(bits / this.bitsPerCycle) : 0;
  }

  /** Cycles for hidden transfers beyond what the channel leaves free during the slots. */
  private withoutRoom(hiddenBits: number): number {
    if (this.bitsPerCycle === Infinity) return 0;
    const freeBits = this.slotCycles * this.bitsPerCycle - this.slotBits;
    return Math.ceil(Math.max(0, hiddenBits - freeBits) / this.bitsPerCycle);
  }
}
