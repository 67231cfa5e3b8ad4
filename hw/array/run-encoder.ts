/**
 * Which elements of a tensor take a word off the chip, found as an encoder finds them, one element after the other: every
 * non-zero, and in a run of zeros longer than a word can count every zero at which the count is full, if a non-zero
 * follows in its row. `zero-runs.ts` gives the same from the set bits alone.
 */
import { elementCount } from "../../workloads/layers/layer.ts";
import { type BitMask, getBit, maskOf } from "../../workloads/masks/bit-mask.ts";

/**
 * @param mask non-zeros of a tensor whose last axis is a row.
 * @param zeroRunBits of the count of zeros before a word; `Infinity`: a word counts any number of them.
 * @returns 1 where a word is stored. A row begins with a count of its own; zeros at its end need no word.
 */
export function encodedWords(mask: BitMask, zeroRunBits: number): BitMask {
  const elements = elementCount(mask.shape);
  const rowLength = mask.shape[mask.shape.length - 1];
  const words = new Uint8Array(elements);
  let zeros = 0;
  let full: number[] = [];
  for (let at = 0; at < elements; at++) {
    if (at % rowLength === 0) {
      zeros = 0;
      full = [];
    }
    if (getBit(mask, at) === 0) {
      zeros += 1;
      if (zeros % 2 ** zeroRunBits === 0) full.push(at);
      continue;
    }
    for (const filler of full) words[filler] = 1;
    words[at] = 1;
    zeros = 0;
    full = [];
  }
  return maskOf(words, mask.shape);
}
