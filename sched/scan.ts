import type { ReadyQueue } from "./ready-queue.ts";

/** Position of the ready request with the smallest score; ties go to the earliest admitted. */
export function firstSmallest(ready: ReadyQueue, score: (request: number) => number): number {
  const { order, count } = ready;
  let best = 0;
  let bestScore = score(order[0]);
  for (let position = 1; position < count; position++) {
    const candidate = score(order[position]);
    if (candidate < bestScore) {
      best = position;
      bestScore = candidate;
    }
  }
  return best;
}

/** Position of the ready request with the largest score; ties go to the earliest admitted. */
export function firstLargest(ready: ReadyQueue, score: (request: number) => number): number {
  return firstSmallest(ready, (request) => -score(request));
}

/**
 * The artifact's scan for the largest score (its Planaria and SDRM3): starts from −1 and lets any score replace a
 * negative one, so that among late requests only, the last one wins.
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
