/**
 * The waveform of a run whose layers the stepped unit dispatches: the unit, what the accelerator runs, and in `stepped`
 * runs what the array does, on one axis of time.
 */
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import type { Tables } from "../../../hw/scheduling-unit/tables.ts";
import type { Host, LayerEnd, UnitDriver } from "../../../hw/scheduling-unit/unit-driver.ts";
import { type ArraySignals, declareArray } from "../../../hw/waveform/array-probe.ts";
import { declareUnit, UnitProbe, type UnitSignals } from "../../../hw/waveform/unit-probe.ts";
import type { VcdHeader } from "../../../hw/waveform/vcd-header.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import { type Dispatcher, watched } from "../../core/dispatcher.ts";
import type { DispatchedLayer, HardwareDispatcher } from "../../core/hardware-dispatcher.ts";
import type { Workload } from "../../core/workload.ts";
import { type AcceleratorSignals, AcceleratorTrack, declareAccelerator } from "./accelerator-track.ts";
import { type ArraySource, LayerRecorder } from "./layer-recorder.ts";
import { WaveformFile, type WaveformReport, waveformOptions, waveformReport } from "./waveform-file.ts";

/** A waveform that is asked for. */
export interface RunWaveformOrder {
  readonly file: string;
  readonly limitBytes: number;
  /** Names of the layers of the networks that have some, by name of the profile. */
  readonly layerNames: Readonly<Record<string, readonly string[]>>;
  /** With it, the array's signals; the workload is then in cycles of the array's clock. */
  readonly array?: ArraySource;
}

interface Signals {
  readonly unit: UnitSignals;
  readonly accelerator: AcceleratorSignals;
  readonly array: ArraySignals | undefined;
}

/** No change of the array is written in fewer bytes. */
const minBytesPerChange = 6;

export class RunWaveform {
  private readonly workload: Workload;
  private readonly unit: SchedulingUnit;
  private readonly limitBytes: number;
  private readonly file: WaveformFile;
  private readonly vcd: VcdWriter<Signals>;
  private readonly probe: UnitProbe;
  private readonly track: AcceleratorTrack;
  private readonly recorder: LayerRecorder | undefined;
  private loop: SteppedDriver | undefined;
  private lastEnd: LayerEnd | undefined;

  /** @throws ConfigError if the file cannot be written. */
  constructor({ file, limitBytes, layerNames, array }: RunWaveformOrder, unit: SchedulingUnit, workload: Workload) {
    const networks = workload.profiles.map(({ name, model, pattern, layerCount }) => ({
      name: `${model}/${pattern}`,
      layers: layerNames[name] ?? Array.from({ length: layerCount }, (_, layer) => `layer ${layer}`),
    }));
    this.workload = workload;
    this.unit = unit;
    this.limitBytes = limitBytes;
    this.file = new WaveformFile(file);
    const declare = (header: VcdHeader): Signals => ({
      unit: declareUnit(
        header,
        unit,
        networks.map(({ name }) => name),
      ),
      accelerator: declareAccelerator(header, networks),
      array: array && declareArray(header, array.accelerator.hardware),
    });
    this.vcd = new VcdWriter(waveformOptions(unit.secondsPerTick, limitBytes), declare, (text) =>
      this.file.write(text),
    );
    const { signals } = this.vcd;
    this.track = new AcceleratorTrack(signals.accelerator, this.vcd);
    this.probe = new UnitProbe(signals.unit, unit, this.track);
    this.recorder = array && signals.array && new LayerRecorder(array, signals.array);
  }

  /** The unit that this draws. @throws ConfigError for one that cannot work. */
  steppedDriver(tables: Tables, host: Host): UnitDriver {
    this.probe.showTables(tables);
    this.loop = new SteppedDriver(this.unit, tables, host, (unit, inputs) => {
      if (!this.isFull) this.probe.observe(unit, inputs);
    });
    return this.loop;
  }

  /** The same dispatcher, whose layers are drawn as they end: before the unit steps on. */
  watchDispatcher(dispatcher: HardwareDispatcher): Dispatcher {
    return watched(dispatcher, {
      onLayerEnd: () => {
        if (dispatcher.lastLayer !== undefined) this.layerRan(dispatcher.lastLayer);
      },
    });
  }

  private layerRan({ request, layer, beginTicks, end }: DispatchedLayer): void {
    this.lastEnd = end;
    if (this.isFull) return;
    const { requests, profiles } = this.workload;
    const network = requests.profile[request];
    this.track.run({
      request,
      network,
      layer,
      beginCycle: beginTicks,
      endCycle: end.atTicks,
      recording: this.recorder?.layer(profiles[network], requests.sample[request], layer, this.changesThatFit),
    });
  }

  /** The run is over: shows how the last request leaves, and closes the file. */
  finish(): WaveformReport {
    const { vcd, probe, unit, loop, lastEnd } = this;
    if (lastEnd !== undefined) loop?.finish(lastEnd);
    if (!this.isFull) probe.passOver();
    vcd.finish();
    this.file.close(vcd.declared);
    return waveformReport(vcd.bytes, vcd.cutAtCycle, unit.secondsPerTick);
  }

  private get isFull(): boolean {
    return this.vcd.cutAtCycle !== undefined;
  }

  private get changesThatFit(): number {
    return Math.ceil((this.limitBytes - this.vcd.bytes) / minBytesPerChange) + this.vcd.signalCount;
  }
}
