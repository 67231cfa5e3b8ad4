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
