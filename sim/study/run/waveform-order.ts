/** What has to be known before a run is drawn. */
import { ConfigError } from "../../../workloads/input/errors.ts";
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
  return { file, limitBytes: waveformLimitBytes, ...(array === undefined ? {} : { array }) };
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
