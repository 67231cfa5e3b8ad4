/** Recorded scenarios of the public artifact as workloads, straight from its own look-up tables (test/reference). */
import { readFileSync } from "node:fs";
import type { Workload } from "../../sim/core/workload.ts";
import type { LookupTable } from "../../workloads/tables/lookup-table.ts";
import type { Profile } from "../../workloads/tables/profile.ts";

export interface RecordedResult {
  readonly finish: readonly number[];
  readonly finish_order: readonly number[];
  /** Run-length coded: `r` or `rxN`, separated by blanks. */
  readonly dispatch: string;
  readonly clock_rollbacks: readonly (readonly [number, number, number])[];
}

export interface RecordedScenario {
  readonly workload: Workload;
  /** SDRM3's weight of fairness, and the weight of slack and penalty in Dysta's score. */
  readonly params: { readonly alpha: number; readonly beta: number };
  readonly schedulers: Readonly<Record<string, RecordedResult>>;
}

interface RecordedTable {
  readonly num_layers: number;
  readonly avg_lat_per_pattern: readonly number[];
  readonly avg_lat_per_model: readonly number[];
  readonly avg_sparsity: readonly number[];
  readonly target_lat_per_pattern: number;
  readonly target_lat_per_model: number;
  readonly samples_0_to_6: readonly { readonly lat: readonly number[]; readonly sparsity: readonly number[] }[];
}

export function readRecordedScenario(name: string): RecordedScenario {
  const { lut, models, requests, params, schedulers } = readReference(`scenarios/${name}.json`);
  const recorded: RecordedTable[] = models.map((model: string) => readReference(lut).lut[model]);
  const column = (index: number): number[] => requests.map((row: readonly number[]) => row[index]);
  const arrival = Float64Array.from(column(0));
  const workload: Workload = {
    timeUnit: "seconds",
    secondsPerTick: 1,
    profiles: recorded.map((table, index) => profileOf(models[index], table)),
    tables: recorded.map(lookupTableOf),
    requests: {
      count: arrival.length,
      arrival,
      profile: Int32Array.from(column(1)),
      priority: Int32Array.from(column(2)),
      sample: Int32Array.from(column(3)),
      deadline: Float64Array.from(column(4), (allowed, request) => arrival[request] + allowed),
    },
  };
  return { workload, params, schedulers };
}

function readReference(path: string) {
  return JSON.parse(readFileSync(new URL(`../reference/${path}`, import.meta.url), "utf8"));
}

function profileOf(name: string, { num_layers, samples_0_to_6: samples }: RecordedTable): Profile {
  return {
    name,
    model: name,
    pattern: "",
    timeUnit: "seconds",
    clockHz: 200e6,
    source: "recorded",
    sampleIds: Int32Array.from(samples, (_, sample) => sample),
    layerCount: num_layers,
    latency: Float64Array.from(samples.flatMap(({ lat }) => lat)),
    inputDensity: Float64Array.from(samples.flatMap(({ sparsity }) => sparsity.map((share) => 1 - share))),
    extra: {},
  };
}

function lookupTableOf(table: RecordedTable): LookupTable {
  return {
    layerCount: table.num_layers,
    averageLatency: Float64Array.from(table.avg_lat_per_pattern),
    modelAverageLatency: Float64Array.from(table.avg_lat_per_model),
    averageDensity: Float64Array.from(table.avg_sparsity, (share) => 1 - share),
    isolatedLatency: table.target_lat_per_pattern,
    modelIsolatedLatency: table.target_lat_per_model,
  };
}
