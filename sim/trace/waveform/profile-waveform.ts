/** The waveform of a network on a stepped array: its layers one after the other, each from cycle 0 on its own masks. */
import type { Mapping } from "../../../hw/array/mapping.ts";
import { ArrayProbe, declareArray } from "../../../hw/waveform/array-probe.ts";
import { AttentionProbe, declareAttentionArray } from "../../../hw/waveform/attention-probe.ts";
import { type Changes, Shifted, setNamed } from "../../../hw/waveform/changes.ts";
import type { VcdHeader } from "../../../hw/waveform/vcd-header.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import type { ArrayAccelerator, AttentionAccelerator } from "../../profile/accelerator.ts";
import { observeAttentionLayer } from "../../profile/attention-run.ts";
import { DrawnLayer } from "../../profile/drawn-layer.ts";
import { observeLayer } from "../../profile/profile-layer.ts";
import { type ProfileTarget, targetLayers } from "../../profile/profile-target.ts";
import { task } from "../../threads/task.ts";
import { WaveformFile, type WaveformReport, waveformOptions, waveformReport } from "./waveform-file.ts";

type SteppedAccelerator = ArrayAccelerator | AttentionAccelerator;

/** Draw a target's layers, first sample. */
interface ProfileWaveformJob {
  readonly file: string;
  readonly limitBytes: number;
  readonly accelerator: SteppedAccelerator;
  readonly target: ProfileTarget;
  /** Of each layer, on a PE array. */
  readonly mappings: readonly Mapping[];
}

export const profileWaveformTask = task<ProfileWaveformJob, WaveformReport>("profile-waveform");

/** @throws ConfigError if the file cannot be written, or a layer not be run. */
export function profileWaveform(job: ProfileWaveformJob): WaveformReport {
  const { file: path, limitBytes, accelerator, target } = job;
  const secondsPerCycle = 1 / accelerator.hardware.clockHz;
  const names = targetLayers(target).map(({ name }) => name);
  const file = new WaveformFile(path);
  const vcd = new VcdWriter(
    waveformOptions(secondsPerCycle, limitBytes),
    (header) => ({ ...declareLayers(header, names), drawLayer: layerDrawing(header, job) }),
    (text) => file.write(text),
  );
  const { busy, layer: layerSignal, drawLayer } = vcd.signals;
  let cycle = 0;
  for (const layer of names.keys()) {
    if (vcd.cutAtCycle !== undefined) break;
    vcd.at(cycle);
    vcd.set(busy, 1);
    setNamed(vcd, layerSignal, layer);
    cycle += drawLayer(layer, new Shifted(vcd, cycle));
  }
  vcd.set(busy, 0);
  vcd.finish();
  file.close(vcd.declared);
  return waveformReport(vcd.bytes, vcd.cutAtCycle, secondsPerCycle);
}

function declareLayers(header: VcdHeader, names: readonly string[]) {
  return header.scope("accelerator", () => ({ busy: header.wire("busy", 1), layer: header.named("layer", names) }));
}

/** Declares the accelerator's signals. @returns what draws a layer, cycles from its beginning, and says how many it took */
function layerDrawing(header: VcdHeader, { accelerator, target, mappings }: ProfileWaveformJob) {
  if (accelerator.kind === "attention") {
    const { hardware } = accelerator;
    const signals = declareAttentionArray(header, hardware);
    return (layer: number, changes: Changes) => {
      const probe = new AttentionProbe(signals, changes);
      return observeAttentionLayer(new DrawnLayer(target, layer), hardware, 0, probe);
    };
  }
  const signals = declareArray(header, accelerator.hardware);
  return (layer: number, changes: Changes) => {
    const probe = new ArrayProbe(signals, changes);
    const job = { accelerator, target, layer, mapping: mappings[layer] };
    return observeLayer(job, 0, { observer: probe, arrayObserver: probe }).cycles;
  };
}
