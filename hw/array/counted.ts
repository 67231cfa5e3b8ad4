/**
 * One layer on the array, counted: the cycles and counters of `stepped`, exactly, without walking anything.
 *
 * What the PEs of a pass do is in `pass-work.ts`, what a pass moves in `pass-traffic.ts`; `pass-schedule.ts` puts the
 * passes one after the other.
 */
import { closeBarrier } from "./barrier.ts";
import { type Counters, zeroCounters } from "./counters.ts";
import { type Hardware, peCount } from "./description.ts";
import type { LayerSums } from "./layer-sums.ts";
import { type Mapping, spreadOf } from "./mapping.ts";
import { lengthOf, type PassRange, passRanges, psumsOf, psumsReadBy } from "./pass-ranges.ts";
import { Timeline } from "./pass-schedule.ts";
import { PassTraffic } from "./pass-traffic.ts";
import { PassWork } from "./pass-work.ts";

/** Counts a layer under a legal mapping. */
export function countLayer(sums: LayerSums, mapping: Mapping, hardware: Hardware): Counters {
  return new CountedLayer(sums, mapping, hardware).run();
}

class CountedLayer {
  private readonly counters: Counters = zeroCounters();
  private readonly sums: LayerSums;
  private readonly mapping: Mapping;
  private readonly hardware: Hardware;
  private readonly work: PassWork;
  private readonly traffic: PassTraffic;
  private readonly timeline: Timeline;

  constructor(sums: LayerSums, mapping: Mapping, hardware: Hardware) {
    this.sums = sums;
    this.mapping = mapping;
    this.hardware = hardware;
    this.work = new PassWork(sums, mapping, hardware, this.counters);
    this.traffic = new PassTraffic(sums, mapping, hardware);
    this.timeline = new Timeline(sums, hardware, this.counters);
  }

  run(): Counters {
    const { sums, mapping, hardware, counters, timeline } = this;
    for (const pass of passRanges(sums.nest, mapping, spreadOf(sums.nest, mapping, hardware))) this.addPass(pass);
    timeline.finish(hardware.mechanisms.barrier === "layer" ? this.closeBarrier() : 0);
    counters.effectualMacs = dot(sums.activations.nonZeros, sums.weights.nonZeros);
    counters.activationsWalked = sums.activations.walked * Math.ceil(sums.nest.filters / mapping.filtersPerPe);
    return counters;
  }

  private addPass(pass: PassRange): void {
    const { counters, traffic } = this;
    const { entries, loadedWords } = traffic.activations(pass);
    const psums = psumsOf(pass);
    const outputs = traffic.outputs(pass);
    counters.bufferActivationReads += entries;
    counters.bufferPsumWrites += psums;
    counters.spadActivationWrites += entries * Math.ceil(lengthOf(pass.filters) / this.mapping.filtersPerPe);
    counters.outputs += outputs.count;
    counters.outputNonZeros += outputs.nonZeros;
    this.timeline.addPass({
      pass,
      peCycles: this.addWork(pass),
      bufferEntries: entries,
      psums,
      psumsRead: psumsReadBy(pass),
      activationBits: traffic.activationBits(loadedWords),
      weightBits: traffic.weightBits(pass),
      outputs: outputs.count,
      storeBits: outputs.bits,
    });
  }

  /** @returns the cycles until the last PE of the pass is done; 0 under the `layer` barrier, where PEs do not wait. */
  private addWork(pass: PassRange): number {
    const windows = this.work.begin(pass);
    let cycles = 0;
    for (let window = 0; window < windows; window++) {
      this.work.addWindow(window);
      if (this.hardware.mechanisms.barrier !== "layer") cycles += this.closeBarrier();
    }
    return cycles;
  }

  private closeBarrier(): number {
    return closeBarrier(this.work.cycles, peCount(this.hardware), this.counters);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
