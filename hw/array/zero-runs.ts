/**
 * The words that a compressed tensor takes off the chip. A word is a value with the number of zeros before it; a run of
 * zeros longer than the count can say takes words of value zero besides. A run begins anew with every row of a channel,
 * and the zeros at a row's end take none, as the addresses of the rows say where it ends.
 *
 * Not modelled: the addresses themselves; words of value zero inside the chip, in buffers and SPads; runs of weights, of
 * which a column, no longer than the filters of a PE, could take one.
 */
import { type BitMask, setBit } from "../../workloads/masks/bit-mask.ts";

/**
 * @param mask non-zeros of a tensor whose last axis is a row.
 * @param zeroRunBits of the count of zeros before a word; `Infinity`: a word counts any number of them.
 * @returns 1 where a word is stored; the mask itself where that is only at its non-zeros.
 */
export function storedWords(mask: BitMask, zeroRunBits: number): BitMask {
  const rowLength = mask.shape[mask.shape.length - 1];
  const period = 2 ** zeroRunBits;
  if (rowLength <= period) return mask;
  const stored: BitMask = { shape: mask.shape, words: mask.words.slice() };
  let rowEnd = rowLength;
  let last = -1;
  for (let index = 0; index < mask.words.length; index++) {
    for (let rest = mask.words[index]; rest !== 0; rest = (rest & (rest - 1)) >>> 0) {
      const at = index * 32 + 31 - Math.clz32(rest & -rest);
      if (at >= rowEnd) {
        rowEnd += Math.ceil((at + 1 - rowEnd) / rowLength) * rowLength;
        last = rowEnd - rowLength - 1;
      }
      for (let filler = last + period; filler < at; filler += period) setBit(stored, filler);
      last = at;
    }
  }
  return stored;
}
