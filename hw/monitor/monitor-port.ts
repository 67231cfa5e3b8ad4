/**
 * The monitor at its port, cycle by cycle: what hw/rtl/monitor.sv does with the words of one cycle. Plain on purpose;
 * hw/monitor/monitor.ts is the same seen from the write-back stream.
 */

export interface MonitorPortOptions {
  readonly lanes: number;
  readonly bufferOutputs: number;
  readonly channelGroups: number;
  readonly counterBits: number;
  /** Bits of the counters of missed outputs and of stalls. */
  readonly statusBits: number;
}

export interface MonitorPortInputs {
  readonly beginLayer: boolean;
  /** Outputs that wait at the write-back. */
  readonly offered: number;
  /** The first `lanes` + `bufferOutputs` of them; what lies beyond `offered` means nothing. */
  readonly words: ArrayLike<number>;
  readonly groups: ArrayLike<number>;
}

export class MonitorPort {
  readonly nonZeros: number[];
  saturated = 0;
  stallCycles = 0;
  private readonly options: MonitorPortOptions;
  private buffer: { readonly word: number; readonly group: number }[] = [];

  constructor(options: MonitorPortOptions) {
    this.options = options;
    this.nonZeros = new Array<number>(options.channelGroups).fill(0);
  }

  /** Outputs taken in a cycle with these inputs. */
  accepted({ beginLayer, offered }: MonitorPortInputs): number {
    const { lanes, bufferOutputs } = this.options;
    return beginLayer ? 0 : Math.min(offered, lanes + bufferOutputs - this.buffer.length);
  }

  isHeld(inputs: MonitorPortInputs): boolean {
    return !inputs.beginLayer && inputs.offered > this.accepted(inputs);
  }

  get isDraining(): boolean {
    return this.buffer.length > 0;
  }

  clock(inputs: MonitorPortInputs): void {
    if (inputs.beginLayer) {
      this.clear();
      return;
    }
    if (this.isHeld(inputs)) this.stallCycles = Math.min(this.stallCycles + 1, 2 ** this.options.statusBits - 1);
    const accepted = this.accepted(inputs);
    for (let i = 0; i < accepted; i++) this.buffer.push({ word: inputs.words[i], group: inputs.groups[i] });
    for (const { word, group } of this.buffer.splice(0, this.options.lanes)) {
      if (word !== 0 && group < this.options.channelGroups) this.count(group);
    }
  }

  private count(group: number): void {
    const { counterBits, statusBits } = this.options;
    if (this.nonZeros[group] < 2 ** counterBits - 1) this.nonZeros[group] += 1;
    else this.saturated = Math.min(this.saturated + 1, 2 ** statusBits - 1);
  }

  private clear(): void {
    this.nonZeros.fill(0);
    this.saturated = 0;
    this.stallCycles = 0;
    this.buffer = [];
  }
}
