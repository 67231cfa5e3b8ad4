/**
 * What a scheduler knows about a profile before it runs: averages over its samples (the artifact's look-up table, and
 * the latency, sparsity and isolated-latency tables of the paper's section 5.2).
 *
 * Every sum runs left to right from 0 unless it says otherwise, so that the recorded tables come out to the last bit.
 */
import { monitoredDensity, type Profile } from "./profile.ts";
import { pairwiseMean } from "./statistics.ts";

export interface LookupTable {
  readonly layerCount: number;
  /** Average latency of each layer over the samples of this (model, pattern), in the profile's time unit. */
  readonly averageLatency: Float64Array;
  /** The same averaged over every pattern of the model, weighted by samples: what a pattern-blind scheduler knows. */
  readonly modelAverageLatency: Float64Array;
  /** Average monitored density of each layer, 0..1. */
  readonly averageDensity: Float64Array;
  /** Mean over the samples of the latency of the whole network when nothing else runs. */
  readonly isolatedLatency: number;
  /** The same over every pattern of the model; deadlines are multiples of it. */
  readonly modelIsolatedLatency: number;
}

/**
 * The look-up tables of `profiles`, in their order.
 *
 * The model averages run over the profiles with the same `model` and the same number of layers (variants of another
 * depth are another network: their layers do not correspond). `ungrouped` leaves each profile on its own, as the
 * artifact does for a run whose first table is an attention table.
 */
export function buildLookupTables(profiles: readonly Profile[], { ungrouped = false } = {}): LookupTable[] {
  const own = profiles.map((profile) => ({
    latency: layerMeans(profile, profile.latency),
    density: averageDensity(profile),
    isolated: isolatedMean(profile),
  }));
  return profiles.map((profile, index) => {
    const { latency, density, isolated } = own[index];
    const pattern = {
      layerCount: profile.layerCount,
      averageLatency: latency,
      averageDensity: density,
      isolatedLatency: isolated,
    };
    if (ungrouped) return { ...pattern, modelAverageLatency: latency, modelIsolatedLatency: isolated };
    const group = profiles.flatMap((other, otherIndex) => (isSameNetwork(profile, other) ? [otherIndex] : []));
    const samples = group.map((member) => profiles[member].sampleIds.length);
    const overGroup = (value: (member: number) => number) => weightedMean(group.map(value), samples);
    return {
      ...pattern,
      modelAverageLatency: latency.map((_, layer) => overGroup((member) => own[member].latency[layer])),
      modelIsolatedLatency: overGroup((member) => own[member].isolated),
    };
  });
}

function isSameNetwork(a: Profile, b: Profile): boolean {
  return a.model === b.model && a.layerCount === b.layerCount;
}

function averageDensity(profile: Profile): Float64Array {
  const { meanSparsity } = profile;
  return meanSparsity === undefined
    ? layerMeans(profile, monitoredDensity(profile))
    : Float64Array.from(meanSparsity, (sparsity) => 1 - sparsity);
}

/** The sum of each tail of a row: `out[l]` = left-to-right sum of `row[l..]`, `out[row.length]` = 0. */
export function tailSums(row: Float64Array): Float64Array {
  const out = new Float64Array(row.length + 1);
  for (let first = 0; first < row.length; first++) {
    let sum = 0;
    for (let layer = first; layer < row.length; layer++) sum += row[layer];
    out[first] = sum;
  }
  return out;
}

function layerMeans(profile: Profile, values: Float64Array): Float64Array {
  const samples = profile.sampleIds.length;
  const means = new Float64Array(profile.layerCount);
  for (let layer = 0; layer < profile.layerCount; layer++) {
    let sum = 0;
    for (let sample = 0; sample < samples; sample++) sum += values[sample * profile.layerCount + layer];
    means[layer] = sum / samples;
  }
  return means;
}

function isolatedMean(profile: Profile): number {
  const { layerCount, latency } = profile;
  const totals = Float64Array.from(profile.sampleIds, (_, sample) => {
    let sum = 0;
    for (let layer = 0; layer < layerCount; layer++) sum += latency[sample * layerCount + layer];
    return sum;
  });
  return pairwiseMean(totals);
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}
