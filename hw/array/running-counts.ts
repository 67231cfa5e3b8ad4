/** How many bits of a mask are set before any of its elements: a count per word of 32, and the word itself. */
import { type BitMask, popcount32 } from "../../workloads/masks/bit-mask.ts";

export class RunningCounts {
  private readonly words: Uint32Array;
  /** Ones in the words before each; one entry more than there are words. */
  private readonly beforeWord: Uint32Array;

  constructor({ words }: BitMask) {
    this.words = words;
    this.beforeWord = new Uint32Array(words.length + 1);
    for (let i = 0; i < words.length; i++) this.beforeWord[i + 1] = this.beforeWord[i] + popcount32(words[i]);
  }

  /** Ones among the elements with row-major index 0 … `end` − 1. */
  before(end: number): number {
    const word = end >>> 5;
    const bits = end & 31;
    return bits === 0 ? this.beforeWord[word] : this.beforeWord[word] + popcount32(this.words[word] << (32 - bits));
  }
}
