/** Stimuli for the monitor's netlist: what the write-back may offer in a cycle, without any order, and the port model. */

import { MonitorPort, type MonitorPortInputs, type MonitorPortOptions } from "../../hw/monitor/monitor-port.ts";
import { Dice } from "../hw/array/random-case.ts";
import { fieldsOf, type TwinPorts, type TwinStream } from "./twin.ts";

export interface MonitorConfiguration extends MonitorPortOptions {
  readonly wordBits: number;
  readonly offeredBits: number;
  /** What lies beyond the outputs that are offered is zero. */
  readonly zerosPromised?: boolean;
}

/** Small enough for every counter to fill and every path to be taken within a few cycles. */
export const smallMonitor: MonitorConfiguration = {
  lanes: 4,
  wordBits: 3,
  counterBits: 4,
  bufferOutputs: 3,
  channelGroups: 3,
  offeredBits: 5,
  statusBits: 6,
};

export function monitorParameters(configuration: MonitorConfiguration): Record<string, number> {
  return {
    LANES: configuration.lanes,
    WORD_BITS: configuration.wordBits,
    COUNTER_BITS: configuration.counterBits,
    BUFFER_WORDS: configuration.bufferOutputs,
    GROUPS: configuration.channelGroups,
    OFFERED_BITS: configuration.offeredBits,
    STATUS_BITS: configuration.statusBits,
    ZEROS_PROMISED: configuration.zerosPromised === true ? 1 : 0,
  };
}

const bitsFor = (largest: number) => Math.ceil(Math.log2(largest + 1));
const groupBits = ({ channelGroups }: MonitorConfiguration) => Math.max(1, Math.ceil(Math.log2(channelGroups)));

export function monitorPorts(configuration: MonitorConfiguration): TwinPorts {
  const { lanes, bufferOutputs, wordBits, counterBits, statusBits, offeredBits, channelGroups } = configuration;
  const words = lanes + bufferOutputs;
  return {
    inputs: [
      ...fieldsOf("begin_layer", 1),
      ...fieldsOf("offered", offeredBits),
      ...fieldsOf("words", words * wordBits, wordBits),
      ...fieldsOf("groups", words * groupBits(configuration), groupBits(configuration)),
    ],
    outputs: [
      ...fieldsOf("accepted", bitsFor(words)),
      ...fieldsOf("is_held", 1),
      ...fieldsOf("is_draining", 1),
      ...fieldsOf("non_zeros", channelGroups * counterBits, counterBits),
      ...fieldsOf("saturated", statusBits),
      ...fieldsOf("stall_cycles", statusBits),
    ],
  };
}

/** A stream of random cycles; layers of a few or of many cycles, words mostly zero or mostly not, as the seed has it. */
export class MonitorStream implements TwinStream {
  private readonly configuration: MonitorConfiguration;
  private readonly dice: Dice;
  private readonly model: MonitorPort;
  private readonly layerCycles: number;
  private readonly zeroRate: number;
  private readonly largestOffer: number;
  private isKnown = false;
  private inputs: MonitorPortInputs = { beginLayer: true, offered: 0, words: [], groups: [] };

  constructor(configuration: MonitorConfiguration, seed: number) {
    this.configuration = configuration;
    this.dice = new Dice(seed);
    this.model = new MonitorPort(configuration);
    this.layerCycles = this.dice.pick([4, 12, 40, 400]);
    this.zeroRate = this.dice.pick([0.02, 0.5, 0.9]);
    const words = configuration.lanes + configuration.bufferOutputs;
    this.largestOffer = this.dice.pick([configuration.lanes + 1, words, words + 2, 2 ** configuration.offeredBits - 1]);
  }

  drive(inputs: Float64Array): void {
    const { dice } = this;
    const words = this.configuration.lanes + this.configuration.bufferOutputs;
    const offered = Math.min(2 ** this.configuration.offeredBits - 1, dice.integer(0, this.largestOffer));
    const promised = this.configuration.zerosPromised === true ? offered : words;
    this.inputs = {
      beginLayer: !this.isKnown || dice.chance(1 / this.layerCycles),
      offered,
      words: Array.from({ length: words }, (_, i) => (i < promised ? this.word() : 0)),
      groups: Array.from({ length: words }, (_, i) =>
        i < promised ? dice.integer(0, 2 ** groupBits(this.configuration) - 1) : 0,
      ),
    };
    inputs[0] = this.inputs.beginLayer ? 1 : 0;
    inputs[1] = this.inputs.offered;
    inputs.set(this.inputs.words, 2);
    inputs.set(this.inputs.groups, 2 + words);
  }

  expect(outputs: Float64Array): void {
    if (!this.isKnown) {
      outputs.fill(-1);
      return;
    }
    const { model, inputs } = this;
    outputs.set([
      model.accepted(inputs),
      model.isHeld(inputs) ? 1 : 0,
      model.isDraining ? 1 : 0,
      ...model.nonZeros,
      model.saturated,
      model.stallCycles,
    ]);
  }

  clock(): void {
    this.model.clock(this.singleGroup());
    this.isKnown = true;
  }

  /** With one counter the group of an output means nothing. */
  private singleGroup(): MonitorPortInputs {
    if (this.configuration.channelGroups > 1) return this.inputs;
    return { ...this.inputs, groups: Array.from(this.inputs.groups, () => 0) };
  }

  /** Zero, one bit (so that each bit must be looked at), or anything. */
  private word(): number {
    const { dice } = this;
    const { wordBits } = this.configuration;
    if (dice.chance(this.zeroRate)) return 0;
    return dice.chance(0.5) ? 2 ** dice.integer(0, wordBits - 1) : dice.integer(0, 2 ** wordBits - 1);
  }
}
