/**
 * Vectors of monitor and unit together: those of the unit, and between a dispatch and the layer's end the layer's outputs
 * at the monitor's port, so that the count which the unit takes is one that the monitor has made.
 */
import type { MonitorDescription } from "../../../hw/monitor/monitor.ts";
import type { MonitorPort } from "../../../hw/monitor/monitor-port.ts";
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { quietInputs, SteppedSchedulingUnit, states, type UnitInputs } from "../../../hw/scheduling-unit/stepped.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import type { Tables } from "../../../hw/scheduling-unit/tables.ts";
import type { Host, UnitDriver } from "../../../hw/scheduling-unit/unit-driver.ts";
import type { DispatchedLayer } from "../../core/hardware-dispatcher.ts";
import type { Workload } from "../../core/workload.ts";
import {
  acceptancePins,
  acceptancePorts,
  counterPins,
  counterPorts,
  monitorPort,
  writeBackPins,
  writeBackPorts,
} from "./monitor-pins.ts";
import { countPins, hostPins, hostPorts, unitOutputs, unitPins } from "./unit-pins.ts";
import { loadingWords, outputsOf, type RunRecorder } from "./unit-vectors.ts";
import { anyValue, VectorWriter } from "./vectors.ts";
import { WriteBack } from "./write-back.ts";

/** Where the dispatch pulse and the state lie among the unit's outputs. */
const dispatchPin = 1;
const statePin = 3;
const executeState = BigInt(states.indexOf("execute"));

export class TopRecorder implements RunRecorder {
  readonly writer: VectorWriter;
  private readonly unit: SchedulingUnit;
  private readonly monitor: MonitorDescription;
  private readonly workload: Workload;
  private readonly model: MonitorPort;
  private readonly writeBack: WriteBack;
  private before: readonly bigint[] = [];

  /** @param limit cycles that are recorded at most. */
  constructor(unit: SchedulingUnit, monitor: MonitorDescription, workload: Workload, limit: number) {
    this.unit = unit;
    this.monitor = monitor;
    this.workload = workload;
    this.model = monitorPort(monitor);
    this.writeBack = new WriteBack(monitor);
    this.writer = new VectorWriter(
      [...hostPorts(unit), ...writeBackPorts(monitor)],
      [
        ...unitOutputs(unit),
        { name: "is_end_pending", width: 1 },
        ...acceptancePorts(monitor),
        ...counterPorts(monitor),
      ],
      limit,
    );
  }

  driver(tables: Tables, host: Host): UnitDriver {
    const { unit } = this;
    this.before = unitPins(new SteppedSchedulingUnit(unit));
    this.row(quietInputs(0), { isReset: true });
    for (const word of loadingWords(unit, tables)) this.row({ ...quietInputs(0), ...word });
    return new SteppedDriver(unit, tables, host, (model, inputs) => {
      this.observe(inputs);
      this.before = unitPins(model);
    });
  }

  layerRan(layer: DispatchedLayer): void {
    countPins(layer.end.nonZeros);
    this.writeBack.beginLayer(outputsOf(this.workload, layer), layer.end.nonZeros);
  }

  /**
   * Before the cycle in which the unit learns of a layer's end, its outputs pass. Only an executing unit waits for them
   * unchanged: if it still renews scores, the layer was shorter than its outputs take, and the vectors end here.
   */
  private observe(inputs: UnitInputs): void {
    if (inputs.isLayerDone && !this.isThrough && this.before[statePin] !== executeState) this.writer.end();
    while (inputs.isLayerDone && !this.isThrough && !this.writer.isFull) {
      this.row(quietInputs(inputs.clockTicks));
      this.before = this.before.map((value, pin) => (pin === dispatchPin ? 0n : value));
    }
    this.row(inputs);
  }

  private get isThrough(): boolean {
    return this.writeBack.isDone && !this.model.isDraining && this.before[dispatchPin] === 0n;
  }

  private row(inputs: UnitInputs, { isReset = false } = {}): void {
    const { unit, monitor, model, writeBack } = this;
    if (this.writer.isFull) return;
    const beginLayer = isReset || this.before[dispatchPin] === 1n;
    const offer = writeBack.offer(beginLayer || inputs.isLayerDone);
    const cycle = { ...offer, beginLayer };
    const outputs = [...this.before, 0n, ...acceptancePins(model, cycle), ...counterPins(monitor, model)];
    this.writer.row(
      [...hostPins(unit, inputs, isReset), ...writeBackPins(monitor, cycle)],
      isReset ? outputs.map(() => anyValue) : outputs,
    );
    writeBack.taken(model, cycle);
  }
}
