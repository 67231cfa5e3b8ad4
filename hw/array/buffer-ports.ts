/**
 * The ports of the global buffers: activations and unfinished sums into the array and partial sums out of it, each spread evenly
 * over the banks of all clusters. They stream while the PEs work; a pass is over when all are done.
 *
 * Not modelled: bank conflicts, uneven use of the clusters' banks.
 */
import { clusterCount, type Hardware } from "./description.ts";

/** Words that have to pass in a slot. */
interface PortWork {
  readonly activations: number;
  readonly psums: number;
  /** Sums among `psums` that are final. */
  readonly finals: number;
  readonly psumReads: number;
}

export class BufferPorts {
  /** Of the slot: words that have still to pass. */
  activationsLeft = 0;
  psumsLeft = 0;
  psumReadsLeft = 0;
  /** Final sums among them. */
  private finalsLeft = 0;
  private readonly activationsPerCycle: number;
  private readonly psumsPerCycle: number;
  private readonly psumReadsPerCycle: number;

  constructor(hardware: Hardware) {
    this.activationsPerCycle = hardware.ports.activationsPerCycle * clusterCount(hardware);
    this.psumsPerCycle = hardware.ports.psumsPerCycle * clusterCount(hardware);
    this.psumReadsPerCycle = hardware.ports.psumReadsPerCycle * clusterCount(hardware);
  }

  get isBusy(): boolean {
    return this.activationsLeft > 0 || this.psumsLeft > 0 || this.psumReadsLeft > 0;
  }

  /** @param isHeld whether something else than the ports may hold final sums. */
  begin({ activations, psums, finals, psumReads }: PortWork, isHeld: boolean): void {
    this.activationsLeft = this.activationsPerCycle === Infinity ? 0 : activations;
    this.psumReadsLeft = this.psumReadsPerCycle === Infinity ? 0 : psumReads;
    this.finalsLeft = isHeld ? finals : 0;
    this.psumsLeft = this.psumsPerCycle === Infinity ? this.finalsLeft : psums;
  }

  /** @param finalRoom final sums that may pass in this cycle. @returns how many did. */
  step(finalRoom: number): number {
    this.activationsLeft -= Math.min(this.activationsLeft, this.activationsPerCycle);
    this.psumReadsLeft -= Math.min(this.psumReadsLeft, this.psumReadsPerCycle);
    const finals = Math.min(this.finalsLeft, this.psumsPerCycle, finalRoom);
    const others = Math.min(this.psumsLeft - this.finalsLeft, this.psumsPerCycle - finals);
    this.finalsLeft -= finals;
    this.psumsLeft -= finals + others;
    return finals;
  }
}
