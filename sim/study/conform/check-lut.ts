/** Look-up tables and the first seven samples they rest on, to the last bit. */

import { ConfigError } from "../../../workloads/input/errors.ts";
import { artifactSampleCount } from "../../../workloads/requests/artifact-requests.ts";
import type { ArtifactProfile } from "../../../workloads/tables/artifact-csv.ts";
import type { LookupTable } from "../../../workloads/tables/lookup-table.ts";
import type { Check } from "./check.ts";
import type { Comparison } from "./comparison.ts";
import { lutRecording, type RecordedTable, readRecording } from "./recordings.ts";

export const checkLut: Check = (job, tables, comparison) => {
  const { models, csv, seq_len, lut } = readRecording(job, lutRecording);
  const networks = tables.networks(models, csv, seq_len);
  for (const [index, model] of models.entries()) {
    if (!Object.hasOwn(lut, model)) throw new ConfigError(`lut has no entry for model ${model}`);
    compareTable(comparison, lut[model], networks.profiles[index], networks.tables[index]);
    compareSamples(comparison, lut[model], networks.profiles[index]);
  }
  return undefined;
};

function compareTable(comparison: Comparison, recorded: RecordedTable, profile: ArtifactProfile, table: LookupTable) {
  const at = (what: string) => () => `${profile.name}: ${what}`;
  comparison.exact(recorded.num_samples, profile.sampleIds.length, at("number of samples"));
  comparison.exact(recorded.num_layers, table.layerCount, at("number of layers"));
  comparison.exact(recorded.target_lat_per_pattern, table.isolatedLatency, at("target_lat_per_pattern in s"));
  comparison.exact(recorded.target_lat_per_model, table.modelIsolatedLatency, at("target_lat_per_model in s"));
  const rows = {
    avg_lat_per_pattern: table.averageLatency,
    avg_lat_per_model: table.modelAverageLatency,
    avg_sparsity: profile.meanSparsity,
  };
  for (const [name, values] of Object.entries(rows)) {
    comparison.exactList(recorded[name as keyof typeof rows], values, `${profile.name}: length of ${name}`, (layer) => {
      return `${profile.name}: layer ${layer}: ${name}`;
    });
  }
}

function compareSamples(comparison: Comparison, { samples_0_to_6 }: RecordedTable, profile: ArtifactProfile): void {
  const { name, sampleIds, layerCount } = profile;
  const stored = Math.min(artifactSampleCount, sampleIds.length);
  comparison.exact(samples_0_to_6.length, stored, () => `${name}: number of stored samples`);
  for (const [sample, { lat, sparsity }] of samples_0_to_6.slice(0, stored).entries()) {
    const row = sampleIds.indexOf(sample);
    if (row < 0) throw new ConfigError(`model ${name} has no sample ${sample}`);
    const layers = (values: Float64Array) => values.subarray(row * layerCount, (row + 1) * layerCount);
    const place = `${name}: sample ${sample}`;
    comparison.exactList(lat, layers(profile.latency), `${place}: number of latencies`, (layer) => {
      return `${place}: layer ${layer}: latency in s`;
    });
    comparison.exactList(sparsity, layers(profile.sparsity), `${place}: number of sparsities`, (layer) => {
      return `${place}: layer ${layer}: sparsity`;
    });
  }
}
