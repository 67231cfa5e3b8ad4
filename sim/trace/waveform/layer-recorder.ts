/** What the array does in each (network, sample, layer), stepped once and kept for as often as the layer runs. */
import type { Mapping } from "../../../hw/array/mapping.ts";
import { ArrayProbe, type ArraySignals } from "../../../hw/waveform/array-probe.ts";
import { Recording } from "../../../hw/waveform/recording.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { ArrayAccelerator } from "../../profile/accelerator.ts";
import type { NetworkToProfile } from "../../profile/profile.ts";
import { observeLayer } from "../../profile/profile-layer.ts";

/** Where layers come from that the array runs. */
export interface ArraySource {
  readonly accelerator: ArrayAccelerator;
  readonly networks: readonly NetworkToProfile[];
  /** Folder of kept mappings, if any. */
  readonly cache?: string | undefined;
}

export class LayerRecorder {
  private readonly source: ArraySource;
  private readonly signals: ArraySignals;
  private readonly recordings = new Map<string, Recording>();
  private readonly mappings = new Map<string, Mapping>();

  constructor(source: ArraySource, signals: ArraySignals) {
    this.source = source;
    this.signals = signals;
  }

  /**
   * The recording, to be played from its beginning; undefined for a network that comes from a table.
   *
   * @param sample row of the profile.
   * @param maxChanges that are recorded, if it is new.
   */
  layer(profile: Profile, sample: number, layer: number, maxChanges: number): Recording | undefined {
    const { accelerator, networks, cache } = this.source;
    const network = networks.find(({ model, pattern }) => model === profile.model && pattern === profile.pattern);
    if (network === undefined) return undefined;
    const layerKey = `${profile.name} ${layer}`;
    const key = `${layerKey} ${sample}`;
    const kept = this.recordings.get(key);
    kept?.rewind();
    if (kept !== undefined) return kept;
    const recording = new Recording(maxChanges);
    const probe = new ArrayProbe(this.signals, recording);
    const job = { accelerator, target: network.target, layer, mapping: this.mappings.get(layerKey), cache };
    const { cycles, mapping } = observeLayer(job, sample, { observer: probe, arrayObserver: probe });
    const expected = profile.latency[sample * profile.layerCount + layer];
    if (cycles !== expected) throw new Error(`${key} takes ${cycles} cycles, in its profile ${expected}`);
    this.mappings.set(layerKey, mapping);
    this.recordings.set(key, recording);
    return recording;
  }
}
