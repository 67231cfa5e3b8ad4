import type { Workload } from "../../sim/core/workload.ts";
import { buildLookupTables } from "../../workloads/tables/lookup-table.ts";
import type { Profile, TimeUnit } from "../../workloads/tables/profile.ts";

export interface Network {
  readonly model: string;
  readonly pattern?: string;
  /** Latencies, one row per sample. */
  readonly layers: readonly (readonly number[])[];
  /** Monitored densities, one row per sample; default 0.5 everywhere. */
  readonly densities?: readonly (readonly number[])[];
}

export interface HandMadeRequest {
  readonly arrival: number;
  readonly network?: number;
  readonly sample?: number;
  readonly deadline?: number;
  readonly priority?: number;
}

/** A workload written out by hand; times in seconds, or in cycles at 1 kHz. */
export function handMadeWorkload({
  networks,
  requests,
  timeUnit = "seconds",
}: {
  readonly networks: readonly Network[];
  readonly requests: readonly HandMadeRequest[];
  readonly timeUnit?: TimeUnit;
}): Workload {
  const profiles = networks.map((network) => profileOf(network, timeUnit));
  return {
    timeUnit,
    secondsPerTick: timeUnit === "seconds" ? 1 : 1e-3,
    profiles,
    tables: buildLookupTables(profiles),
    requests: {
      count: requests.length,
      arrival: Float64Array.from(requests, ({ arrival }) => arrival),
      profile: Int32Array.from(requests, ({ network = 0 }) => network),
      sample: Int32Array.from(requests, ({ sample = 0 }) => sample),
      priority: Int32Array.from(requests, ({ priority = 1 }) => priority),
      deadline: Float64Array.from(requests, ({ arrival, deadline = arrival + 100 }) => deadline),
    },
  };
}

function profileOf({ model, pattern = "x", layers, densities }: Network, timeUnit: TimeUnit): Profile {
  return {
    name: `${model}_${pattern}`,
    model,
    pattern,
    timeUnit,
    clockHz: 1000,
    source: "by hand",
    sampleIds: Int32Array.from(layers.keys()),
    layerCount: layers[0].length,
    latency: Float64Array.from(layers.flat()),
    inputDensity: Float64Array.from((densities ?? layers.map((row) => row.map(() => 0.5))).flat()),
    extra: {},
  };
}
