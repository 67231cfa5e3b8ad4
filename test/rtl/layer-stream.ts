/** The write-back of a layer at the monitor's port: what is held comes again, and the layer waits meanwhile. */

import { loopNest } from "../../hw/array/loop-nest.ts";
import { passList } from "../../hw/array/pass-list.ts";
import { runLayer } from "../../hw/array/run-layer.ts";
import { channelRuns } from "../../hw/monitor/monitor.ts";
import { MonitorPort, type MonitorPortInputs } from "../../hw/monitor/monitor-port.ts";
import { outputShape } from "../../workloads/layers/layer.ts";
import { Dice, type RandomCase } from "../hw/array/random-case.ts";
import type { MonitorConfiguration } from "./monitor-twin.ts";
import type { TwinStream } from "./twin.ts";

interface Output {
  readonly isZero: boolean;
  readonly group: number;
}

/** Outputs by the cycle in which the array delivers them. */
function writeBackOf({ layer, masks, mapping, hardware }: RandomCase, channelGroups: number): Map<number, Output[]> {
  const nest = loopNest(layer, hardware);
  const perGroup = Math.ceil(outputShape(layer)[0] / channelGroups);
  const channels = channelRuns(nest, passList(nest, masks, mapping, hardware)).flatMap(({ channel, outputs }) =>
    new Array<number>(outputs).fill(channel),
  );
  const delivered = new Map<number, Output[]>();
  let next = 0;
  const written = (atCycle: number, bits: Uint8Array, first: number, end: number) => {
    const outputs = Array.from(bits.subarray(first, end), (bit) => ({
      isZero: bit === 0,
      group: Math.floor(channels[next++] / perGroup),
    }));
    delivered.set(atCycle, [...(delivered.get(atCycle) ?? []), ...outputs]);
  };
  runLayer(layer, masks, hardware, mapping, { fidelity: "stepped", observer: { written } });
  return delivered;
}

export class LayerStream implements TwinStream {
  readonly model: MonitorPort;
  /** Cycles from the last output taken to the last one counted, that of the taking included. */
  drainCycles = 0;
  private readonly configuration: MonitorConfiguration;
  private readonly dice: Dice;
  private readonly delivered: Map<number, Output[]>;
  private readonly endCycle: number;
  private waiting: Output[] = [];
  private inputs: MonitorPortInputs = { beginLayer: true, offered: 0, words: [], groups: [] };
  /** Cycles of the array, which does not run while it is held; −1: the layer has not begun. */
  private arrayCycle = -1;

  constructor(configuration: MonitorConfiguration, layer: RandomCase, seed: number) {
    this.configuration = configuration;
    this.dice = new Dice(seed);
    this.model = new MonitorPort(configuration);
    this.delivered = writeBackOf(layer, configuration.channelGroups);
    this.endCycle = Math.max(0, ...this.delivered.keys()) + 1;
  }

  get isDone(): boolean {
    return this.arrayCycle >= this.endCycle && !this.model.isDraining;
  }

  drive(inputs: Float64Array): void {
    const { dice, waiting } = this;
    const { lanes, bufferOutputs, wordBits } = this.configuration;
    const words = lanes + bufferOutputs;
    if (waiting.length === 0) waiting.push(...(this.delivered.get(this.arrayCycle) ?? []));
    const word = (i: number) => (i >= waiting.length || waiting[i].isZero ? 0 : dice.integer(1, 2 ** wordBits - 1));
    this.inputs = {
      beginLayer: this.arrayCycle < 0,
      offered: waiting.length,
      words: Array.from({ length: words }, (_, i) => word(i)),
      groups: Array.from({ length: words }, (_, i) => waiting[i]?.group ?? 0),
    };
    inputs.set([this.inputs.beginLayer ? 1 : 0, waiting.length]);
    inputs.set(this.inputs.words, 2);
    inputs.set(this.inputs.groups, 2 + words);
  }

  expect(outputs: Float64Array): void {
    outputs.fill(-1);
  }

  clock(): void {
    const accepted = this.model.accepted(this.inputs);
    if (accepted > 0) this.drainCycles = 1;
    else if (this.model.isDraining) this.drainCycles += 1;
    this.waiting.splice(0, accepted);
    this.model.clock(this.inputs);
    if (this.waiting.length === 0) this.arrayCycle += 1;
  }
}
