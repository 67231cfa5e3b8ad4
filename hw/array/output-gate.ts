/**
 * What finished outputs have to pass, cycle by cycle: the partial-sum ports and the monitor's detectors, with the outputs
 * that wait in front of these. Ports: how many can pass in the coming cycle, how many did, the end of the cycle.
 */
import { type Hardware, outputsPerCycle } from "./description.ts";

export class OutputGate {
  /** Outputs in front of the detectors. */
  waiting = 0;
  private readonly lanes: number;
  private readonly bufferOutputs: number;
  private readonly isAtPorts: boolean;
  private readonly outputsPerCycle: number;

  constructor(hardware: Hardware) {
    const { monitor } = hardware;
    this.lanes = monitor?.lanes ?? Infinity;
    this.bufferOutputs = monitor?.bufferOutputs ?? 0;
    this.isAtPorts = monitor?.tap === "ports";
    this.outputsPerCycle = outputsPerCycle(hardware);
  }

  /** Final sums that the detectors let into the buffers in this cycle. */
  get sumRoom(): number {
    return this.isAtPorts ? this.detectorRoom : Infinity;
  }

  /** Outputs that can leave the array in this cycle. */
  get outputRoom(): number {
    return this.isAtPorts ? this.outputsPerCycle : Math.min(this.outputsPerCycle, this.detectorRoom);
  }

  /** Final sums have entered the buffers. */
  sumsPassed(sums: number): void {
    if (this.isAtPorts) this.queue(sums);
  }

  /** Outputs have left the array. */
  outputsPassed(outputs: number): void {
    if (!this.isAtPorts) this.queue(outputs);
  }

  endCycle(): void {
    this.waiting = Math.max(0, this.waiting - this.lanes);
  }

  private get detectorRoom(): number {
    return this.bufferOutputs - this.waiting + this.lanes;
  }

  private queue(outputs: number): void {
    if (this.lanes !== Infinity) this.waiting += outputs;
  }
}
