/** Requests of one run: drawn from arrivals, model mix, samples and priorities, or read from a trace. */

import { ConfigError } from "../input/errors.ts";
import { MersenneTwister } from "../random/mersenne-twister.ts";
import { type RandomStream, randomStream } from "../random/random.ts";
import type { Semantics } from "../semantics/faults.ts";
import type { LookupTable } from "../tables/lookup-table.ts";
import type { Profile } from "../tables/profile.ts";
import { type Arrivals, arrivalProcess } from "./arrivals.ts";
import { artifactSampleRows } from "./artifact-requests.ts";
import { canonicalOrder, drawWeighted } from "./mix.ts";
import { emptyRequestTable, priorityLevels, type RequestTable } from "./requests.ts";
import { hasWholeTicks, maxTicks, type TimeBase, tickName } from "./time.ts";
import { readTrace, type TraceContext, type TraceRows } from "./trace.ts";

export interface RequestSpec extends TimeBase {
  readonly arrivals: Arrivals;
  /** Number of requests; absent: every one of the trace. */
  readonly requests?: number;
  /** One per profile, in the order of the profiles. */
  readonly mix: readonly MixShare[];
  /** `shared-stream` draws everything from one Mersenne Twister, `seven-samples` only samples 0 to 6. */
  readonly semantics: Semantics;
}

export interface MixShare {
  /** Share of the requests, in proportion to the other weights; more than 0. */
  readonly weight: number;
  /** Deadline − arrival, as a multiple of the model's mean isolated latency. */
  readonly slo: number;
}

interface Streams {
  readonly gaps: RandomStream;
  readonly phases: RandomStream;
  readonly models: RandomStream;
  readonly priorities: RandomStream;
  readonly samples: RandomStream;
}

/**
 * The requests of `seed`, a whole number. Models are drawn from the profiles in canonical order, so the order of
 * `profiles` changes nothing but the indices. A run with more requests begins with the same ones.
 *
 * @param tables one per profile, in the profiles' order and the spec's time unit
 * @throws ConfigError if a trace cannot be read, is too short, or names what is not there.
 */
export function generateRequests(
  spec: RequestSpec,
  profiles: readonly Profile[],
  tables: readonly LookupTable[],
  seed: number,
): RequestTable {
  const streams = streamsOf(seed, spec.semantics);
  const order = canonicalOrder(profiles);
  const { trace, nextArrival } = arrivalsOf(spec, streams, { ...spec, profiles, order, seed });
  const weights = spec.mix.map(({ weight }) => weight);
  const sampleRows = profiles.map((profile) => drawableSamples(profile, spec.semantics));
  const slack = tables.map((table, k) => allowance(spec, table, spec.mix[k].slo));
  const count = spec.requests ?? trace?.count ?? 0;
  const table = emptyRequestTable(count);
  for (let request = 0; request < count; request++) {
    const arrival = countable(nextArrival(request), request, spec);
    const profile = drawWeighted(trace?.candidates?.[request] ?? order, weights, streams.models);
    const priority = priorityLevels[streams.priorities.below(priorityLevels.length)];
    const rows = sampleRows[profile];
    const sample = rows[streams.samples.below(rows.length)];
    table.arrival[request] = arrival;
    table.profile[request] = profile;
    table.priority[request] = trace?.priority?.[request] ?? priority;
    table.sample[request] = (trace && tracedRow(trace, request, profiles[profile])) ?? sample;
    table.deadline[request] = trace?.deadline?.[request] ?? arrival + slack[profile];
  }
  return table;
}

function streamsOf(seed: number, semantics: Semantics): Streams {
  if (semantics.has("shared-stream")) {
    const shared = new MersenneTwister(seed);
    return { gaps: shared, phases: shared, models: shared, priorities: shared, samples: shared };
  }
  return {
    gaps: randomStream(seed, "arrivals"),
    phases: randomStream(seed, "phases"),
    models: randomStream(seed, "models"),
    priorities: randomStream(seed, "priorities"),
    samples: randomStream(seed, "samples"),
  };
}

/** Arrival of each request in turn, and the trace they come from if they do. */
function arrivalsOf(spec: RequestSpec, streams: Streams, context: TraceContext) {
  const { arrivals } = spec;
  if (arrivals.kind === "trace") {
    const trace = longEnough(readTrace(arrivals, context), arrivals.file, spec.requests);
    return { trace, nextArrival: (request: number) => trace.arrival[request] };
  }
  const next = arrivalProcess(arrivals, streams);
  return { trace: undefined, nextArrival: () => inTicks(next(), spec) };
}

/** Beyond 2^53 ticks neighbouring times can no longer be told apart. */
function countable(arrival: number, request: number, base: TimeBase): number {
  if (arrival <= maxTicks) return arrival;
  const seconds = (arrival * base.secondsPerTick).toPrecision(3);
  throw new ConfigError(
    `arrivals: request ${request} would arrive at ${seconds} s, later than can be counted (2^53 times ${tickName(base)})`,
  );
}

/** Deadline − arrival of a network. */
function allowance(base: TimeBase, { modelIsolatedLatency }: LookupTable, slo: number): number {
  const ticks = modelIsolatedLatency * slo;
  if (!Number.isFinite(ticks)) {
    throw new ConfigError(`slo ${slo}: times ${modelIsolatedLatency} is too large a number for a deadline`);
  }
  return hasWholeTicks(base) ? Math.round(ticks) : ticks;
}

function longEnough(trace: TraceRows, file: string, requests = 0): TraceRows {
  if (trace.count >= requests) return trace;
  throw new ConfigError(`trace ${file}: has ${trace.count} requests, ${requests} are asked for`);
}

function drawableSamples(profile: Profile, semantics: Semantics): readonly number[] {
  return semantics.has("seven-samples") ? artifactSampleRows(profile) : [...profile.sampleIds.keys()];
}

/** Row of the sample that the trace names for `request`. */
function tracedRow(trace: TraceRows, request: number, { name, sampleIds }: Profile): number | undefined {
  const sample = trace.sample?.[request];
  if (sample === undefined) return undefined;
  const row = sampleIds.indexOf(sample);
  if (row >= 0) return row;
  throw new ConfigError(`trace ${trace.file}: request ${request}: profile ${name} has no sample ${sample}`);
}

/** A drawn time, rounded once. */
function inTicks(seconds: number, base: TimeBase): number {
  const ticks = seconds / base.secondsPerTick;
  return hasWholeTicks(base) ? Math.round(ticks) : ticks;
}
