/** What the accelerator runs, on the same waveform as the unit: layers are played as its time goes by. */
import { type Changes, type NamedSignal, Shifted, type Signal, setNamed } from "../../../hw/waveform/changes.ts";
import type { Recording } from "../../../hw/waveform/recording.ts";
import type { VcdHeader } from "../../../hw/waveform/vcd-header.ts";

export interface AcceleratorSignals {
  readonly busy: Signal;
  readonly request: Signal;
  readonly network: NamedSignal;
  readonly layer: Signal;
  readonly layerName: Signal;
  /** By network: where its layers begin among the names. */
  readonly firstLayer: readonly number[];
}

/** A network that can run, and the names of its layers. */
interface DrawnNetwork {
  readonly name: string;
  readonly layers: readonly string[];
}

/** Declares the scope `accelerator`. */
export function declareAccelerator(header: VcdHeader, networks: readonly DrawnNetwork[]): AcceleratorSignals {
  const firstLayer: number[] = [];
  let count = 0;
  for (const { layers } of networks) {
    firstLayer.push(count);
    count += layers.length;
  }
  return header.scope("accelerator", () => ({
    busy: header.wire("busy", 1),
    request: header.wire("request", 32),
    network: header.named(
      "network",
      networks.map(({ name }) => name),
    ),
    layer: header.wire("layer", 16),
    layerName: header.ascii(
      "layer_text",
      networks.flatMap(({ layers }) => layers),
    ),
    firstLayer,
  }));
}

/** A layer on the accelerator. */
interface RunningLayer {
  readonly request: number;
  /** Index of the network, and of the layer in it. */
  readonly network: number;
  readonly layer: number;
  readonly beginCycle: number;
  /** The first cycle after it. */
  readonly endCycle: number;
  /** What the array does, where that is known. */
  readonly recording: Recording | undefined;
}

export class AcceleratorTrack implements Changes {
  private readonly signals: AcceleratorSignals;
  private readonly changes: Changes;
  private layer: RunningLayer | undefined;
  private isBegun = false;

  constructor(signals: AcceleratorSignals, changes: Changes) {
    this.signals = signals;
    this.changes = changes;
  }

  /** The next layer; it does not begin before the end of the last one, nor before the cycle the waveform is at. */
  run(layer: RunningLayer): void {
    this.layer = layer;
    this.isBegun = false;
  }

  /** Plays what the accelerator does up to this cycle. */
  at(cycle: number): void {
    this.playUntil(cycle);
    this.changes.at(cycle);
  }

  set(signal: Signal, value: number | bigint): void {
    this.changes.set(signal, value);
  }

  private playUntil(cycle: number): void {
    const { layer, changes, signals } = this;
    if (layer === undefined || layer.beginCycle > cycle) return;
    if (!this.isBegun) this.begin(layer);
    layer.recording?.play(new Shifted(changes, layer.beginCycle), cycle - layer.beginCycle);
    if (layer.endCycle > cycle) return;
    changes.at(layer.endCycle);
    changes.set(signals.busy, 0);
    this.layer = undefined;
  }

  private begin({ beginCycle, request, network, layer }: RunningLayer): void {
    const { changes, signals } = this;
    changes.at(beginCycle);
    changes.set(signals.busy, 1);
    changes.set(signals.request, request);
    setNamed(changes, signals.network, network);
    changes.set(signals.layer, layer);
    changes.set(signals.layerName, signals.firstLayer[network] + layer);
    this.isBegun = true;
  }
}
