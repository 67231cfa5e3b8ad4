/** Places an exact number of non-zeros among elements. */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { uniform, wordRange } from "../random/random-stream.ts";

/** Sets the bits `start` … `start + size` − 1. */
export function placeAll(words: Uint32Array, start: number, size: number): void {
  for (let i = start; i < start + size; i++) words[i >>> 5] |= 1 << (i & 31);
}

/** Sets exactly `ones` of the `size` bits from `start` on, every choice being as likely (selection sampling). */
export function placeEvenly(
  words: Uint32Array,
  start: number,
  size: number,
  ones: number,
  stream: RandomGenerator,
): void {
  if (ones === size) {
    placeAll(words, start, size);
    return;
  }
  let left = ones * wordRange;
  for (let i = start, end = start + size; left > 0; i++) {
    if ((stream.next() >>> 0) * (end - i) < left) {
      words[i >>> 5] |= 1 << (i & 31);
      left -= wordRange;
    }
  }
}

/** Elements that are chosen among with unequal odds. */
export interface WeightedElements {
  /** Relative odds of each element, positive. */
  readonly odds: Float64Array;
  /** Sum of the odds of this element and those after it. */
  readonly oddsFromHere: Float64Array;
}

export function weightedElements(odds: Float64Array): WeightedElements {
  const oddsFromHere = new Float64Array(odds.length);
  let sum = 0;
  for (let i = odds.length - 1; i >= 0; i--) {
    sum += odds[i];
    oddsFromHere[i] = sum;
  }
  return { odds, oddsFromHere };
}

/**
 * Chooses exactly `ones` of the elements, each about in proportion to its odds, and calls `choose` with their index in
 * rising order. An element whose share exceeds 1 is chosen for certain, and so are the last ones when all are needed.
 */
export function chooseWeighted(
  { odds, oddsFromHere }: WeightedElements,
  ones: number,
  stream: RandomGenerator,
  choose: (index: number) => void,
): void {
  let left = ones;
  for (let i = 0; left > 0; i++) {
    if (left < odds.length - i && uniform(stream) * oddsFromHere[i] >= odds[i] * left) continue;
    choose(i);
    left--;
  }
}
