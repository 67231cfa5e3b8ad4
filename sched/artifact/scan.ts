import type { ReadyQueue } from "../ready-queue.ts";

/**
 * The artifact's search for the largest score (its Planaria and SDRM3). It starts from −1 and lets any score replace a
 * negative one, so that among late requests only, the last one wins; of equal scores the earlier arrival stays.
 *
 * @param score of the request at a position.
 */
export function artifactLargest({ count, arrival }: ReadyQueue, score: (position: number) => number): number {
  let best = 0;
  let bestScore = -1;
  for (let position = 0; position < count; position++) {
    const candidate = score(position);
    if (bestScore >= 0 && bestScore > candidate) continue;
    if (bestScore === candidate && arrival[best] < arrival[position]) continue;
    best = position;
    bestScore = candidate;
  }
  return best;
}
