/** The public artifact's request generator: one stream for everything, seven inputs per network. */
import { ConfigError } from "../input/errors.ts";
import type { MersenneTwister } from "../random/mersenne-twister.ts";
import type { LookupTable } from "../tables/lookup-table.ts";
import type { Profile } from "../tables/profile.ts";
import { emptyRequestTable, priorityLevels, type RequestTable } from "./requests.ts";

/** It draws sample numbers 0..6, however many the tables hold. */
export const artifactSampleCount = 7;

interface ArtifactDraw {
  /** Requests per second. */
  readonly rate: number;
  readonly count: number;
  /** The model index is drawn from these, in this order. */
  readonly profiles: readonly Profile[];
}

/** A request table without deadlines: what the artifact draws, before it multiplies any service-level objective. */
type UndatedRequests = Omit<RequestTable, "deadline">;

/**
 * Draws a table from `generator`, which goes on from where it is: a sweep over rates seeds it once and draws one table
 * after another. Per request: gap, model, priority, sample. Arrivals are in seconds.
 *
 * @throws ConfigError if a profile lacks one of the samples 0..6.
 */
export function drawArtifactRequests(generator: MersenneTwister, draw: ArtifactDraw): UndatedRequests {
  const { rate, count, profiles } = draw;
  const rowOfSample = profiles.map(artifactSampleRows);
  const { arrival, profile, priority, sample } = emptyRequestTable(count);
  let now = 0;
  for (let request = 0; request < count; request++) {
    now += generator.exponential(rate);
    arrival[request] = now;
    profile[request] = generator.below(profiles.length);
    priority[request] = priorityLevels[generator.below(priorityLevels.length)];
    sample[request] = rowOfSample[profile[request]][generator.below(artifactSampleCount)];
  }
  return { count, arrival, profile, sample, priority };
}

/** Adds deadlines: arrival + model's mean isolated latency × `sloMultiplier`, in seconds. */
export function withDeadlines(
  requests: UndatedRequests,
  tables: readonly LookupTable[],
  sloMultiplier: number,
): RequestTable {
  const targets = tables.map((table) => table.modelIsolatedLatency * sloMultiplier);
  const deadline = requests.arrival.map((at, request) => at + targets[requests.profile[request]]);
  return { ...requests, deadline };
}

/** Row of sample k of the profile, for k = 0..6. */
export function artifactSampleRows({ name, sampleIds }: Profile): number[] {
  return Array.from({ length: artifactSampleCount }, (_, sample) => {
    const row = sampleIds.indexOf(sample);
    if (row >= 0) return row;
    throw new ConfigError(
      `profile ${name}: the artifact's generator draws samples 0 to 6, sample ${sample} is missing`,
    );
  });
}
