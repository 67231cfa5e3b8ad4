import type { ReadyQueue } from "../ready-queue.ts";

/**
 * The artifact's search for the largest score (its Planaria and SDRM3). It starts from −1 and lets any score replace a
 * negative one, so that among late requests only, the last one wins; of equal scores the earlier arrival stays.
 */
export function artifactLargest(ready: ReadyQueue, score: (request: number) => number): number {
  const { order, count, arrival } = ready;
  let best = 0;
  let bestScore = -1;
  for (let position = 0; position < count; position++) {
    const candidate = score(order[position]);
    if (bestScore >= 0 && bestScore > candidate) continue;
    if (bestScore === candidate && arrival[order[best]] < arrival[order[position]]) continue;
    best = position;
    bestScore = candidate;
  }
  return best;
}
