/** Requests of one run: drawn from arrivals, model mix, samples and priorities, or read from a trace. */

import { ConfigError } from "../input/errors.ts";
import type { LookupTable } from "../tables/lookup-table.ts";
import type { Profile } from "../tables/profile.ts";
import { canonicalOrder } from "./mix.ts";
import { withReleased } from "./releases.ts";
import { inTicks, type MixShare, type RequestSpec } from "./request-spec.ts";
import { emptyRequestTable, type RequestTable } from "./requests.ts";
import { mergedRequests, requestCount, sourcesOf } from "./sources.ts";
import { hasWholeTicks, type TimeBase } from "./time.ts";

/**
 * The requests of `seed`, a whole number. Models are drawn from the profiles in canonical order, so the order of
 * `profiles` changes nothing but the indices. A run with more requests begins with the same ones. Networks with arrivals
 * of their own, and released ones, draw from streams of their own: whatever changes in one, the k-th request of another
 * stays as it was.
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
  const context = { spec, profiles, order: canonicalOrder(profiles), seed };
  const sources = sourcesOf(context);
  const slack = tables.map((table, k) => allowance(spec, table, spec.mix[k]));
  const table = emptyRequestTable(requestCount(spec, sources));
  let request = 0;
  for (const { arrival, profile, sample, priority, deadline } of mergedRequests(sources, table.count, spec)) {
    table.arrival[request] = arrival;
    table.profile[request] = profile;
    table.sample[request] = sample;
    table.priority[request] = priority;
    table.deadline[request] = deadline ?? arrival + slack[profile];
    request += 1;
  }
  const all = spec.cascades === undefined ? table : withReleased(context, table, slack);
  if (!spec.mix.some(({ dropsWhenLate }) => dropsWhenLate)) return all;
  return { ...all, dropsWhenLate: Uint8Array.from(all.profile, (index) => (spec.mix[index].dropsWhenLate ? 1 : 0)) };
}

/** Deadline − arrival of a network; of one whose deadline is its chain's nothing that counts. */
function allowance(base: TimeBase, { modelIsolatedLatency }: LookupTable, { slo, deadline }: MixShare): number {
  if (typeof deadline === "number") return inTicks(deadline, base);
  const ticks = modelIsolatedLatency * slo;
  if (!Number.isFinite(ticks)) {
    throw new ConfigError(`slo ${slo}: times ${modelIsolatedLatency} is too large a number for a deadline`);
  }
  return hasWholeTicks(base) ? Math.round(ticks) : ticks;
}
