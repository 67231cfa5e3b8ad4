/** What has to be known before a run is drawn. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { targetLayers } from "../../profile/profile-target.ts";
import type { ArraySource } from "../../trace/waveform/layer-recorder.ts";
import type { RunWaveformOrder } from "../../trace/waveform/run-waveform.ts";
import { waveformLimitBytes } from "../../trace/waveform/waveform-file.ts";
import type { PreparedRun } from "./run.ts";

/**
 * The waveform of a prepared run with dispatch in hardware; with the array's signals if its networks are stepped.
 *
 * @param cache folder of kept mappings, if any.
 * @throws ConfigError for stepped networks whose cycles are not those of the unit.
 */
export function waveformOrder(prepared: PreparedRun, file: string, cache: string | undefined): RunWaveformOrder {
  const array = arraySource(prepared, cache);
  if (array !== undefined && !hasOneClock(prepared, array.accelerator.hardware.clockHz)) {
    throw new ConfigError(
      `--vcd ${file}: an array is drawn in cycles of one clock, and a table of this scenario is not in cycles of ${array.accelerator.hardware.clockHz / 1e6} MHz`,
    );
  }
  const layerNames = layerNamesOf(prepared);
  return { file, limitBytes: waveformLimitBytes, layerNames, ...(array === undefined ? {} : { array }) };
}

/** Tables have no names of layers. */
function layerNamesOf({ modelled, setup }: PreparedRun): RunWaveformOrder["layerNames"] {
  const names = modelled.flatMap(({ model, pattern, target }) => {
    const profile = setup.networks.profiles.find((each) => each.model === model && each.pattern === pattern);
    return profile === undefined ? [] : [[profile.name, targetLayers(target).map(({ name }) => name)] as const];
  });
  return Object.fromEntries(names);
}

/** Whether the run and its scheduling unit count the cycles of this clock. */
function hasOneClock({ setup: { networks, unit } }: PreparedRun, clockHz: number): boolean {
  const cycle = 1 / clockHz;
  return networks.secondsPerTick === cycle && (unit === undefined || unit.unit.secondsPerTick === cycle);
}

function arraySource({ accelerator, modelled }: PreparedRun, cache: string | undefined): ArraySource | undefined {
  if (accelerator?.kind !== "array" || accelerator.fidelity !== "stepped" || modelled.length === 0) return undefined;
  return { accelerator, networks: modelled, cache };
}
