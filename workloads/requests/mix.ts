/** Which network a request is for: weights over the profiles of a run. */

import type { RandomStream } from "../random/random.ts";
import type { Profile } from "../tables/profile.ts";

/**
 * Indices of the profiles sorted by model, then pattern, then name (by code units): the order in which they are drawn
 * from, whatever the order of files in a folder.
 */
export function canonicalOrder(profiles: readonly Pick<Profile, "model" | "pattern" | "name">[]): number[] {
  const key = ({ model, pattern, name }: (typeof profiles)[number]) => [model, pattern, name];
  return [...profiles.keys()].sort((a, b) => {
    const [keysA, keysB] = [key(profiles[a]), key(profiles[b])];
    const first = keysA.findIndex((text, k) => text !== keysB[k]);
    if (first < 0) return a - b;
    return keysA[first] < keysB[first] ? -1 : 1;
  });
}

/**
 * Draws one of `candidates` (indices of profiles) in proportion to `weights` (one per profile). Equal weights are drawn
 * as one whole number, as the artifact does.
 */
export function drawWeighted(candidates: readonly number[], weights: readonly number[], stream: RandomStream): number {
  const firstWeight = weights[candidates[0]];
  if (candidates.every((profile) => weights[profile] === firstWeight))
    return candidates[stream.below(candidates.length)];
  const total = candidates.reduce((sum, profile) => sum + weights[profile], 0);
  let left = stream.random() * total;
  for (const profile of candidates) {
    left -= weights[profile];
    if (left < 0) return profile;
  }
  return candidates[candidates.length - 1];
}
