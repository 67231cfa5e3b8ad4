/**
 * Puts the passes of a counted layer one after the other: each slot takes the longest of computing, moving data and
 * letting outputs leave; the first load and the last store stand alone.
 */
import type { Counters } from "./counters.ts";
import { cycleParts } from "./counters.ts";
import { clusterCount, dramBitsPerCycle, type Hardware } from "./description.ts";
import type { LayerSums } from "./layer-sums.ts";
import { type LeavingOutputs, OutputPath } from "./output-path.ts";
import { OutputStream } from "./output-stream.ts";
import type { PassRange } from "./pass-ranges.ts";

interface PassLoad {
  readonly pass: PassRange;
  /** Cycles until the last PE is done (0 under the `layer` barrier, where the layer's sum is given at the end). */
  readonly peCycles: number;
  /** Words through the buffer ports. */
  readonly bufferEntries: number;
  readonly psums: number;
  readonly psumsRead: number;
  /** What must arrive before the pass, and what leaves after it. */
  readonly activationBits: number;
  readonly weightBits: number;
  readonly outputs: number;
  readonly storeBits: number;
}

/** What the array itself does between two barriers. */
interface ArrayWork {
  readonly peCycles: number;
  readonly bufferEntries: number;
  readonly psums: number;
  readonly psumsRead: number;
  /** Final sums among those written. */
  readonly finals: number;
}

const noWork: ArrayWork = { peCycles: 0, bufferEntries: 0, psums: 0, psumsRead: 0, finals: 0 };

export class Timeline {
  private readonly hardware: Hardware;
  private readonly sums: Pick<LayerSums, "nest" | "outputWords">;
  private readonly counters: Counters;
  private readonly passes: PassLoad[] = [];
  private readonly outputPath: OutputPath;
  private slotCycles = 0;
  private slotBits = 0;
  private readonly bitsPerCycle: number;

  constructor(sums: Pick<LayerSums, "nest" | "outputWords">, hardware: Hardware, counters: Counters) {
    this.sums = sums;
    this.hardware = hardware;
    this.counters = counters;
    this.outputPath = new OutputPath(hardware);
    this.bitsPerCycle = dramBitsPerCycle(hardware);
  }

  addPass(pass: PassLoad): void {
    const { counters } = this;
    counters.passes += 1;
    counters.dramActivationBits += pass.activationBits;
    counters.dramWeightBits += pass.weightBits;
    counters.dramOutputBits += pass.storeBits;
    this.passes.push(pass);
  }

  /** @param peCycles of the last PE, under the `layer` barrier: all passes are one slot. */
  finish(peCycles: number): void {
    const { counters, passes, outputPath } = this;
    const { barrier, layerOverlap } = this.hardware.mechanisms;
    const last = passes[passes.length - 1];
    counters.firstLoadBits = loadBits(passes[0]);
    if (!layerOverlap) counters.prologue += this.loadCycles(counters.firstLoadBits);
    if (barrier === "layer") this.slot({ ...together(passes), peCycles }, passes.slice(1), passes.slice(0, -1));
    else this.slotPerPass();
    if (layerOverlap) {
      const cycles = this.withoutRoom(counters.firstLoadBits + last.storeBits);
      counters.load += cycles;
      outputPath.hideLast(last.outputs, cycles);
    } else {
      this.slot(noWork, [], [last]);
    }
    counters.store += outputPath.drainCycles;
    counters.cycles = cycleParts.reduce((sum, part) => sum + counters[part], 0);
  }

  private slotPerPass(): void {
    const { passes } = this;
    for (let i = 0; i < passes.length; i++) {
      const { peCycles, bufferEntries, psums, psumsRead, outputs } = passes[i];
      const work = { peCycles, bufferEntries, psums, psumsRead, finals: outputs };
      this.slot(work, passes.slice(i + 1, i + 2), passes.slice(Math.max(0, i - 1), i));
    }
  }

  private slot(work: ArrayWork, fetched: readonly PassLoad[], stored: readonly PassLoad[]): void {
    const { counters } = this;
    const arrayCycles = this.arrayCycles(work);
    const bits = sum(fetched, loadBits);
    const outputs = this.leaving(stored);
    const loaded = Math.max(arrayCycles, this.loadCycles(bits));
    const latency = bits > 0 ? this.hardware.dram.latencyCycles : 0;
    const done = this.outputPath.closeSlot(loaded, { latency, bits }, outputs, work.finals);
    counters.port += arrayCycles - work.peCycles;
    counters.load += loaded - arrayCycles;
    counters.store += done - loaded;
    this.slotCycles += done;
    this.slotBits += bits + outputs.bits;
  }

  /** PEs, then whatever the ports still have to pass. */
  private arrayCycles({ peCycles, bufferEntries, psums, psumsRead, finals }: ArrayWork): number {
    const { activationsPerCycle, psumReadsPerCycle } = this.hardware.ports;
    const clusters = clusterCount(this.hardware);
    const activationCycles = Math.ceil(bufferEntries / (activationsPerCycle * clusters));
    const readCycles = Math.ceil(psumsRead / (psumReadsPerCycle * clusters));
    return Math.max(peCycles, activationCycles, readCycles, this.outputPath.sumCycles(psums, finals));
  }

  private leaving(stored: readonly PassLoad[]): LeavingOutputs {
    const { nest, outputWords } = this.sums;
    const final = stored.filter(({ outputs }) => outputs > 0);
    return {
      count: sum(final, ({ outputs }) => outputs),
      bits: sum(final, ({ storeBits }) => storeBits),
      stream: () =>
        new OutputStream(
          outputWords,
          nest,
          final.map(({ pass }) => pass),
        ),
    };
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

function together(passes: readonly PassLoad[]): Omit<ArrayWork, "peCycles"> {
  return {
    bufferEntries: sum(passes, ({ bufferEntries }) => bufferEntries),
    psums: sum(passes, ({ psums }) => psums),
    psumsRead: sum(passes, ({ psumsRead }) => psumsRead),
    finals: sum(passes, ({ outputs }) => outputs),
  };
}

function loadBits({ activationBits, weightBits }: PassLoad): number {
  return activationBits + weightBits;
}

function sum(passes: readonly PassLoad[], value: (pass: PassLoad) => number): number {
  let total = 0;
  for (const pass of passes) total += value(pass);
  return total;
}
