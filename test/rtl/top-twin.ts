/**
 * Monitor and scheduling unit together beside their models, with the handshake at a layer's end: the port model of the
 * monitor, the stepped unit, and an end that waits until no output is offered and none is buffered.
 */

import type { MonitorDescription } from "../../hw/monitor/monitor.ts";
import { MonitorPort, type MonitorPortInputs } from "../../hw/monitor/monitor-port.ts";
import { type SchedulingUnit, tagBits } from "../../hw/scheduling-unit/description.ts";
import { SteppedSchedulingUnit, states } from "../../hw/scheduling-unit/stepped.ts";
import { dataBits, nonZeroBits } from "../../hw/synthesis/scheduling-unit.ts";
import { Dice } from "../hw/array/random-case.ts";
import { fieldsOf, type TwinPorts, type TwinStream } from "./twin.ts";
import { rangeCountBits } from "./unit-coverage.ts";
import { type PinInputs, UnitStimulus } from "./unit-stimulus.ts";
import { afterReset, modelInputs, wordsOf } from "./unit-twin.ts";

export const offeredBits = 16;
export const statusBits = 32;

export function topPorts(unit: SchedulingUnit, { lanes, bufferOutputs, wordBits }: MonitorDescription): TwinPorts {
  const words = lanes + bufferOutputs;
  return {
    inputs: [
      ...fieldsOf("reset", 1),
      ...fieldsOf("offered", offeredBits),
      ...fieldsOf("words", words * wordBits, wordBits),
      ...fieldsOf("is_accelerator_ready", 1),
      ...fieldsOf("is_layer_done", 1),
      ...fieldsOf("is_last_layer", 1),
      ...fieldsOf("command", 4),
      ...fieldsOf("data", dataBits(unit)),
      ...fieldsOf("clock_ticks", unit.timeBits),
    ],
    outputs: [
      ...fieldsOf("accepted", Math.ceil(Math.log2(words + 1))),
      ...fieldsOf("is_held", 1),
      ...fieldsOf("is_end_pending", 1),
      ...fieldsOf("is_port_ready", 1),
      ...fieldsOf("is_dispatch", 1),
      ...fieldsOf("dispatch_tag", tagBits),
      ...fieldsOf("state", 3),
      ...fieldsOf("request_count", Math.ceil(Math.log2(unit.fifoDepth + 1))),
      ...fieldsOf("count_saturations", rangeCountBits),
      ...fieldsOf("non_zeros", nonZeroBits),
      ...fieldsOf("saturated", statusBits),
      ...fieldsOf("stall_cycles", statusBits),
    ],
  };
}

export class TopStream implements TwinStream {
  /** Ends that waited for outputs, and dispatches. */
  waits = 0;
  dispatches = 0;
  private readonly unit: SchedulingUnit;
  private readonly monitor: MonitorDescription;
  private readonly dice: Dice;
  private readonly stimulus: UnitStimulus;
  private model: SteppedSchedulingUnit;
  private port: MonitorPort;
  /** Outputs that wait at the write-back. */
  private waiting = 0;
  private heldEnd: { readonly isLast: boolean } | undefined;
  private isKnown = false;
  private pins: PinInputs | undefined;
  private writeBack: MonitorPortInputs = { beginLayer: true, offered: 0, words: [], groups: [] };

  constructor(unit: SchedulingUnit, monitor: MonitorDescription, seed: number) {
    this.unit = unit;
    this.monitor = monitor;
    this.dice = new Dice(seed);
    this.stimulus = new UnitStimulus(unit, this.dice, { mayReset: seed % 4 === 3, fillsFirst: false });
    this.model = new SteppedSchedulingUnit(unit);
    this.port = new MonitorPort({ ...monitor, statusBits });
  }

  drive(inputs: Float64Array): void {
    const { dice, monitor } = this;
    const pins = this.stimulus.next(this.model);
    this.pins = pins;
    const words = monitor.lanes + monitor.bufferOutputs;
    if (dice.chance(0.15)) this.waiting += dice.integer(0, 3 * words);
    const word = () => (dice.chance(0.4) ? 0 : 2 ** dice.integer(0, monitor.wordBits - 1));
    this.writeBack = {
      beginLayer: pins.isReset || this.model.isDispatch,
      offered: this.waiting,
      words: Array.from({ length: words }, word),
      groups: new Array<number>(words).fill(0),
    };
    inputs.set([
      Number(pins.isReset),
      this.waiting,
      ...Array.from(this.writeBack.words),
      Number(pins.isAcceleratorReady),
      Number(pins.isLayerDone),
      Number(pins.isLastLayer),
      pins.command,
      ...wordsOf(pins.data, dataBits(this.unit)),
      ...wordsOf(pins.clockTicks, this.unit.timeBits),
    ]);
  }

  expect(outputs: Float64Array): void {
    if (!this.isKnown) {
      outputs.fill(-1);
      return;
    }
    const { model, port, writeBack } = this;
    const isSettled = model.state !== "scoring" && model.state !== "coefficient";
    outputs.set([
      port.accepted(writeBack),
      Number(port.isHeld(writeBack)),
      Number(this.end !== undefined && !this.isThrough),
      Number(model.isPortReady),
      Number(model.isDispatch),
      model.dispatchTag,
      states.indexOf(model.state),
      model.requests.count,
      isSettled ? model.rangeCounts.countSaturations % 2 ** rangeCountBits : -1,
      port.nonZeros[0],
      port.saturated,
      port.stallCycles,
    ]);
  }

  clock(): void {
    const { pins, port, writeBack, end } = this;
    if (pins === undefined) throw new Error("not driven");
    const isEnded = end !== undefined && this.isThrough;
    if (pins.isReset) {
      this.model = afterReset(this.unit, this.model);
      this.heldEnd = undefined;
    } else {
      const given = { isLayerDone: isEnded, isLastLayer: end?.isLast ?? false, nonZeros: port.nonZeros[0] };
      this.model.tick(modelInputs(this.unit, { ...pins, ...given }));
      if (end !== undefined && !isEnded && this.heldEnd === undefined) this.waits += 1;
      this.heldEnd = isEnded ? undefined : end;
      if (this.model.isDispatch) this.dispatches += 1;
    }
    this.waiting -= port.accepted(writeBack);
    port.clock(writeBack);
    this.isKnown = true;
  }

  /** The end of a layer that the unit does not know of yet. */
  private get end(): { readonly isLast: boolean } | undefined {
    return this.pins?.isLayerDone ? { isLast: this.pins.isLastLayer } : this.heldEnd;
  }

  private get isThrough(): boolean {
    return !this.port.isDraining && this.writeBack.offered === 0;
  }
}
