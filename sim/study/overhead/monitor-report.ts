/**
 * What a monitor in the path of the outputs costs in cycles: every network of a scenario on its array without one, with the
 * scenario's, and with other numbers of lanes. Mappings, masks and samples are the same.
 */
import type { Hardware, OutputMonitor } from "../../../hw/array/description.ts";
import { monitorFrom } from "../../../hw/presets/monitor.ts";
import { readTables } from "../../../workloads/scenarios/load-tables.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { ArrayAccelerator } from "../../profile/accelerator.ts";
import type { LayerProfile } from "../../profile/layer-sample.ts";
import { placementsOf } from "../../profile/modelled-networks.ts";
import { type NetworkProfile, profileOnEach } from "../../profile/profile.ts";
import type { PoolOptions } from "../../threads/pool.ts";

/** Numbers of lanes that are compared. */
export const comparedLanes = [8, 16, 32, 64, 128, 256, 512] as const;

/** Cycles of something with a monitor and without. */
interface MonitoredCycles {
  readonly cycles: number;
  readonly without: number;
  /** Their quotient; 1 where both are 0. */
  readonly slowdown: number;
}

interface MonitoredNetwork extends MonitoredCycles {
  readonly model: string;
  readonly pattern: string;
  /** The layer that loses the largest share. */
  readonly worstLayer: MonitoredCycles & { readonly name: string };
}

interface LaneCost extends MonitoredCycles {
  readonly lanes: number;
  /** The largest of the networks' slowdowns, and of the layers'. */
  readonly worstNetwork: number;
  readonly worstLayer: number;
}

export interface MonitorReport {
  readonly hardware: string;
  readonly monitor: Omit<OutputMonitor, "lanes"> & { readonly lanes: number | "unlimited" };
  /** Of one inference, mean over the samples. */
  readonly networks: readonly MonitoredNetwork[];
  /** All networks, one inference each. */
  readonly all: MonitoredCycles;
  /** The same with other numbers of lanes, at the same place and with as many outputs waiting. */
  readonly lanes: readonly LaneCost[];
}

/**
 * Undefined where no network of the scenario runs on an array with a monitor.
 *
 * @throws ConfigError for a network that cannot run on it.
 */
export async function monitorReport(
  scenario: Scenario,
  { cache, ...pool }: PoolOptions & { readonly cache?: string | undefined },
): Promise<MonitorReport | undefined> {
  for (const { accelerator, networks } of await placementsOf(scenario, readTables(scenario))) {
    if (accelerator.kind !== "array" || accelerator.hardware.monitor === null || networks.length === 0) continue;
    const { hardware } = accelerator;
    const [without, own, ...others] = await profileOnEach(networks, accelerators(accelerator), {
      ...{ samples: scenario.samples, cache },
      ...pool,
    });
    const { lanes, ...monitor } = accelerator.hardware.monitor;
    return {
      hardware: hardware.name,
      monitor: { ...monitor, lanes: lanes === Infinity ? "unlimited" : lanes },
      networks: own.map((network, k) => monitoredNetwork(network, without[k])),
      all: monitored(sum(own, networkCycles), sum(without, networkCycles)),
      lanes: comparedLanes.map((count, k) => laneCost(count, others[k], without)),
    };
  }
  return undefined;
}

/** Without a monitor, with its own, with each of the compared numbers of lanes. */
function accelerators({ hardware, ...rest }: ArrayAccelerator): ArrayAccelerator[] {
  const withMonitor = (monitor: Hardware["monitor"]): ArrayAccelerator => ({
    ...rest,
    hardware: { ...hardware, monitor },
  });
  return [
    withMonitor(null),
    withMonitor(hardware.monitor),
    ...comparedLanes.map((lanes) => withMonitor(monitorFrom(hardware.monitor, { lanes }, "monitor"))),
  ];
}

function laneCost(lanes: number, networks: readonly NetworkProfile[], without: readonly NetworkProfile[]): LaneCost {
  const each = networks.map((network, k) => monitoredNetwork(network, without[k]));
  return {
    lanes,
    ...monitored(sum(networks, networkCycles), sum(without, networkCycles)),
    worstNetwork: Math.max(...each.map(({ slowdown }) => slowdown)),
    worstLayer: Math.max(...each.map(({ worstLayer }) => worstLayer.slowdown)),
  };
}

function monitoredNetwork(network: NetworkProfile, without: NetworkProfile): MonitoredNetwork {
  const { model, pattern } = network.network;
  const layers = network.layers.map((layer, k) => ({
    name: layer.name,
    ...monitored(layerCycles(layer), layerCycles(without.layers[k])),
  }));
  return {
    ...{ model, pattern },
    ...monitored(networkCycles(network), networkCycles(without)),
    worstLayer: layers.reduce((worst, layer) => (layer.slowdown > worst.slowdown ? layer : worst)),
  };
}

function monitored(cycles: number, without: number): MonitoredCycles {
  return { cycles, without, slowdown: without === 0 ? (cycles === 0 ? 1 : Infinity) : cycles / without };
}

function networkCycles({ layers }: NetworkProfile): number {
  return sum(layers, layerCycles);
}

function layerCycles({ samples }: LayerProfile): number {
  return sum(samples, ({ cycles }) => cycles) / samples.length;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
