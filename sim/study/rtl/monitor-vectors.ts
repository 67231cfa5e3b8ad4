/** Vectors of the monitor alone: the layers of a run, one after the other, at its port. */
import type { MonitorDescription } from "../../../hw/monitor/monitor.ts";
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
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
import { countPins } from "./unit-pins.ts";
import { outputsOf, type RunRecorder } from "./unit-vectors.ts";
import { anyValue, VectorWriter } from "./vectors.ts";
import { WriteBack } from "./write-back.ts";

export class MonitorRecorder implements RunRecorder {
  readonly writer: VectorWriter;
  private readonly unit: SchedulingUnit;
  private readonly monitor: MonitorDescription;
  private readonly workload: Workload;
  private readonly model: ReturnType<typeof monitorPort>;
  private readonly writeBack: WriteBack;

  /** @param limit cycles that are recorded at most. */
  constructor(unit: SchedulingUnit, monitor: MonitorDescription, workload: Workload, limit: number) {
    this.unit = unit;
    this.monitor = monitor;
    this.workload = workload;
    this.model = monitorPort(monitor);
    this.writeBack = new WriteBack(monitor);
    const groupBits = Math.max(1, Math.ceil(Math.log2(monitor.channelGroups)));
    this.writer = new VectorWriter(
      [
        { name: "begin_layer", width: 1 },
        ...writeBackPorts(monitor),
        { name: "groups", width: (monitor.lanes + monitor.bufferOutputs) * groupBits },
      ],
      [...acceptancePorts(monitor), { name: "is_draining", width: 1 }, ...counterPorts(monitor)],
      limit,
    );
  }

  driver(tables: Tables, host: Host): UnitDriver {
    return new SteppedDriver(this.unit, tables, host);
  }

  layerRan(layer: DispatchedLayer): void {
    if (this.writer.isFull) return;
    countPins(layer.end.nonZeros);
    this.writeBack.beginLayer(outputsOf(this.workload, layer), layer.end.nonZeros);
    this.row(true);
    while (!(this.writeBack.isDone && !this.model.isDraining) && !this.writer.isFull) this.row(false);
    this.row(false);
  }

  private row(beginLayer: boolean): void {
    const { monitor, model, writeBack } = this;
    const isFirst = this.writer.rows.length === 0;
    const cycle = writeBack.offer(beginLayer);
    const groupBits = Math.max(1, Math.ceil(Math.log2(monitor.channelGroups)));
    let groups = 0n;
    for (let i = cycle.groups.length - 1; i >= 0; i--) groups = (groups << BigInt(groupBits)) | BigInt(cycle.groups[i]);
    const outputs = [...acceptancePins(model, cycle), BigInt(model.isDraining), ...counterPins(monitor, model)];
    this.writer.row(
      [BigInt(beginLayer), ...writeBackPins(monitor, cycle), groups],
      isFirst ? outputs.map(() => anyValue) : outputs,
    );
    writeBack.taken(model, cycle);
  }
}
