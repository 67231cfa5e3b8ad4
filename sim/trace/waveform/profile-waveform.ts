/** The waveform of a network on the stepped array: its layers one after the other, each from cycle 0 on its own masks. */
import type { Mapping } from "../../../hw/array/mapping.ts";
import { ArrayProbe, declareArray } from "../../../hw/waveform/array-probe.ts";
import { Shifted, setNamed } from "../../../hw/waveform/changes.ts";
import type { VcdHeader } from "../../../hw/waveform/vcd-header.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import type { ArrayAccelerator } from "../../profile/accelerator.ts";
import { observeLayer } from "../../profile/profile-layer.ts";
import { type ProfileTarget, targetLayers } from "../../profile/profile-target.ts";
import { task } from "../../threads/task.ts";
import { WaveformFile, type WaveformReport, waveformOptions, waveformReport } from "./waveform-file.ts";

/** Draw a target's layers, first sample. */
interface ProfileWaveformJob {
  readonly file: string;
  readonly limitBytes: number;
  readonly accelerator: ArrayAccelerator;
  readonly target: ProfileTarget;
  /** Of each layer. */
  readonly mappings: readonly Mapping[];
}

export const profileWaveformTask = task<ProfileWaveformJob, WaveformReport>("profile-waveform");

/** @throws ConfigError if the file cannot be written, or a layer not be run. */
export function profileWaveform({
  file: path,
  limitBytes,
  accelerator,
  target,
  mappings,
}: ProfileWaveformJob): WaveformReport {
  const { hardware } = accelerator;
  const secondsPerCycle = 1 / hardware.clockHz;
  const names = targetLayers(target).map(({ name }) => name);
  const file = new WaveformFile(path);
  const vcd = new VcdWriter(
    waveformOptions(secondsPerCycle, limitBytes),
    (header) => ({ ...declareLayers(header, names), array: declareArray(header, hardware) }),
    (text) => file.write(text),
  );
  const { busy, layer: layerSignal, array } = vcd.signals;
  let cycle = 0;
  for (const [layer, mapping] of mappings.entries()) {
    if (vcd.cutAtCycle !== undefined) break;
    vcd.at(cycle);
    vcd.set(busy, 1);
    setNamed(vcd, layerSignal, layer);
    const probe = new ArrayProbe(array, new Shifted(vcd, cycle));
    const observers = { observer: probe, arrayObserver: probe };
    cycle += observeLayer({ accelerator, target, layer, mapping }, 0, observers).cycles;
  }
  vcd.set(busy, 0);
  vcd.finish();
  file.close(vcd.declared);
  return waveformReport(vcd.bytes, vcd.cutAtCycle, secondsPerCycle);
}

function declareLayers(header: VcdHeader, names: readonly string[]) {
  return header.scope("accelerator", () => ({ busy: header.wire("busy", 1), layer: header.named("layer", names) }));
}
