/** What a monitor costs at the write-back of an attention array, by its number of lanes. */
import { slotCount } from "../../../hw/attention/description.ts";
import { monitorCycles } from "../../../hw/attention/monitor-lanes.ts";
import { operationOf } from "../../../hw/attention/run-layer.ts";
import { layerMonitor } from "../../../hw/monitor/monitor.ts";
import { readTables } from "../../../workloads/scenarios/load-tables.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { AttentionAccelerator } from "../../profile/accelerator.ts";
import { placementsOf } from "../../profile/modelled-networks.ts";
import { type ProfileTarget, targetLayer, targetLayers } from "../../profile/profile-target.ts";

export interface AttentionMonitor {
  readonly hardware: string;
  /** The layer that was stepped: the first prediction of the first network, first sample. */
  readonly network: string;
  readonly layer: string;
  /** Of that layer without a monitor. */
  readonly cycles: number;
  readonly lanes: readonly LaneCost[];
}

interface LaneCost {
  readonly lanes: number;
  /** For which the write-back would be held, and in which detectors drain after it. */
  readonly stallCycles: number;
  readonly drainCycles: number;
  /** Both, of the layer's cycles. */
  readonly share: number;
}

/** Undefined where no network of the scenario runs on an attention array. */
export async function attentionMonitor(scenario: Scenario): Promise<AttentionMonitor | undefined> {
  for (const { accelerator, networks } of await placementsOf(scenario, readTables(scenario))) {
    if (accelerator.kind !== "attention") continue;
    for (const { model, target } of networks) {
      const index = targetLayers(target).findIndex(({ kind }) => kind === "attention-prediction");
      if (index >= 0) return monitorOf(model, target, index, accelerator);
    }
  }
  return undefined;
}

function monitorOf(
  network: string,
  target: ProfileTarget,
  index: number,
  { hardware }: AttentionAccelerator,
): AttentionMonitor {
  const { layerOf, kept } = targetLayer(target, index);
  const layer = layerOf(0);
  const operation = operationOf(layer, kept?.(0), hardware);
  const most = slotCount(hardware);
  const counts = [most / 16, most / 8, most / 4, most / 2, most].filter(Number.isInteger);
  let cycles = 0;
  const lanes = counts.map((lanes): LaneCost => {
    const cost = monitorCycles(operation, hardware, { ...layerMonitor, lanes, wordBits: 1 });
    cycles = cost.cycles;
    const { stallCycles, drainCycles } = cost;
    return { lanes, stallCycles, drainCycles, share: (stallCycles + drainCycles) / cost.cycles };
  });
  return { hardware: hardware.name, network, layer: layer.name, cycles, lanes };
}
