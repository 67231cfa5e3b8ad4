/** Small made-up networks for tests of the workload. */
import { buildLookupTables } from "../../workloads/tables/lookup-table.ts";
import { type Profile, sharedDoublesOf, sharedIntegersOf, type TimeUnit } from "../../workloads/tables/profile.ts";

export interface NetworkOptions {
  readonly model: string;
  readonly pattern?: string;
  readonly samples?: number;
  readonly timeUnit?: TimeUnit;
  readonly layerLatency?: number;
}

/** Two layers of the same latency for every sample; 10 samples, 5 s a layer unless said otherwise. */
export function network({
  model,
  pattern = "dense",
  samples = 10,
  timeUnit = "seconds",
  layerLatency = 5,
}: NetworkOptions): Profile {
  const layers = 2;
  return {
    name: `${model}_${pattern}`,
    model,
    pattern,
    timeUnit,
    clockHz: 200e6,
    source: "made up",
    sampleIds: sharedIntegersOf(Array.from({ length: samples }, (_, sample) => sample)),
    layerCount: layers,
    latency: sharedDoublesOf(new Array(samples * layers).fill(layerLatency)),
    inputDensity: sharedDoublesOf(new Array(samples * layers).fill(0.5)),
    extra: {},
  };
}

/** Networks with their look-up tables. */
export function networks(...options: NetworkOptions[]) {
  const profiles = options.map(network);
  return { profiles, tables: buildLookupTables(profiles) };
}
