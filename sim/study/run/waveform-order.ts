/** What has to be known before a run is drawn. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { readTables } from "../../../workloads/scenarios/load-tables.ts";
import { loadAccelerator } from "../../profile/accelerator.ts";
import { networksToModel } from "../../profile/modelled-networks.ts";
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
export async function waveformOrder(
  prepared: PreparedRun,
  file: string,
  cache: string | undefined,
): Promise<RunWaveformOrder> {
  const array = await arraySource(prepared, cache);
  if (array !== undefined && prepared.setup.networks.timeUnit !== "cycles") {
    throw new ConfigError(
      `--vcd ${file}: an array is drawn in cycles of one clock, and a table of this scenario is not in cycles of ${array.accelerator.hardware.clockHz / 1e6} MHz`,
    );
  }
  return { file, limitBytes: waveformLimitBytes, ...(array === undefined ? {} : { array }) };
}

async function arraySource({ scenario }: PreparedRun, cache: string | undefined): Promise<ArraySource | undefined> {
  if (scenario.hardware === undefined || scenario.fidelity !== "stepped") return undefined;
  const accelerator = await loadAccelerator(scenario.hardware, scenario.fidelity);
  const networks = networksToModel(scenario, readTables(scenario));
  return accelerator.kind === "array" && networks.length > 0 ? { accelerator, networks, cache } : undefined;
}
