/** The monitor of a run: the one in the array's path, or what one could cost at most where there is none. */
import type { OutputMonitor } from "../../../hw/array/description.ts";
import { layerMonitor, maxMonitorCycles } from "../../../hw/monitor/monitor.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { Accelerator } from "../../profile/accelerator.ts";

export interface MonitorCost {
  /** Outputs looked at per cycle. */
  readonly lanes: number;
  /** An inference, mean over the networks: cycles for which write-back would be held and detectors drain, at most. */
  readonly maxCycles: number;
  /** Of all cycles of these networks, 0..1. */
  readonly maxShare: number;
}

/** A monitor whose cycles are in the layers'. */
export interface MonitorInPath {
  readonly lanes: number | "unlimited";
  readonly bufferOutputs: number;
  readonly tap: OutputMonitor["tap"];
}

/** Undefined where the run's hardware is no array, or one without a monitor. */
export function monitorInPath(accelerator: Accelerator | undefined): MonitorInPath | undefined {
  if (accelerator?.kind !== "array" || accelerator.hardware.monitor === null) return undefined;
  const { lanes, bufferOutputs, tap } = accelerator.hardware.monitor;
  return { lanes: lanes === Infinity ? "unlimited" : lanes, bufferOutputs, tap };
}

/** Of the networks whose numbers of outputs are known and whose times are cycles; undefined if there are none. */
export function monitorCost(profiles: readonly Profile[]): MonitorCost | undefined {
  let maxCycles = 0;
  let cycles = 0;
  let networks = 0;
  for (const { outputs, latency, sampleIds, timeUnit } of profiles) {
    if (outputs === undefined || timeUnit !== "cycles") continue;
    networks += 1;
    cycles += latency.reduce((sum, layer) => sum + layer, 0) / sampleIds.length;
    for (const count of outputs) maxCycles += maxMonitorCycles(layerMonitor, count);
  }
  if (networks === 0) return undefined;
  return { lanes: layerMonitor.lanes, maxCycles: maxCycles / networks, maxShare: maxCycles / cycles };
}
