/**
 * A layer's outputs at the monitor's port: as many as the layer had, as many of them not zero as the run counted. The
 * write-back offers up to `burst` outputs in a cycle, and holds what is not taken.
 */
import type { MonitorDescription } from "../../../hw/monitor/monitor.ts";
import type { MonitorPort, MonitorPortInputs } from "../../../hw/monitor/monitor-port.ts";
import { isNonZero } from "./unit-vectors.ts";

export class WriteBack {
  private readonly monitor: MonitorDescription;
  private outputs = 0;
  private nonZeros = 0;
  private next = 0;

  constructor(monitor: MonitorDescription) {
    this.monitor = monitor;
  }

  beginLayer(outputs: number, nonZeros: number): void {
    this.outputs = outputs;
    this.nonZeros = nonZeros;
    this.next = 0;
  }

  get isDone(): boolean {
    return this.next === this.outputs;
  }

  /** Inputs of a cycle in which the write-back offers what it can. @param beginLayer the monitor is cleared. */
  offer(beginLayer: boolean): MonitorPortInputs {
    const { lanes, bufferOutputs, channelGroups } = this.monitor;
    const ports = lanes + bufferOutputs;
    const offered = beginLayer ? 0 : Math.min(this.outputs - this.next, ports + (this.next % 3));
    const index = (i: number) => this.next + i;
    return {
      beginLayer,
      offered,
      words: Array.from({ length: ports }, (_, i) => (i < offered ? this.word(index(i)) : 0)),
      groups: Array.from({ length: ports }, (_, i) =>
        Math.min(channelGroups - 1, Math.floor((index(i) * channelGroups) / Math.max(1, this.outputs))),
      ),
    };
  }

  /** The cycle has passed. */
  taken(model: MonitorPort, inputs: MonitorPortInputs): void {
    this.next += model.accepted(inputs);
    model.clock(inputs);
  }

  private word(index: number): number {
    if (!isNonZero(index, this.outputs, this.nonZeros)) return 0;
    return 1 + ((index * 37) % (2 ** this.monitor.wordBits - 1));
  }
}
