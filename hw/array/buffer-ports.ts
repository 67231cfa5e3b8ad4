/**
 * The ports of the global buffers: compressed activations into the array and partial sums out of it, each spread evenly
 * over the banks of all clusters. They stream while the PEs work; a pass is over when both are done.
 *
 * Not modelled: bank conflicts, uneven use of the clusters' banks.
 */
import { clusterCount, type Hardware } from "./description.ts";

export class BufferPorts {
  /** Of the slot: words that have still to pass. */
  activationsLeft = 0;
  psumsLeft = 0;
  private readonly activationsPerCycle: number;
  private readonly psumsPerCycle: number;

  constructor(hardware: Hardware) {
    this.activationsPerCycle = hardware.ports.activationsPerCycle * clusterCount(hardware);
    this.psumsPerCycle = hardware.ports.psumsPerCycle * clusterCount(hardware);
  }

  get isBusy(): boolean {
    return this.activationsLeft > 0 || this.psumsLeft > 0;
  }

  begin(activations: number, psums: number): void {
    this.activationsLeft = this.activationsPerCycle === Infinity ? 0 : activations;
    this.psumsLeft = this.psumsPerCycle === Infinity ? 0 : psums;
  }

  step(): void {
    this.activationsLeft -= Math.min(this.activationsLeft, this.activationsPerCycle);
    this.psumsLeft -= Math.min(this.psumsLeft, this.psumsPerCycle);
  }
}
