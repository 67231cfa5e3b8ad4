/**
 * Which elements of a tensor are non-zero: one bit per element, row-major (C order), 32 to a word, lowest bit first.
 * The unused bits of the last word are 0.
 */
import { elementCount } from "../layers/layer.ts";

export interface BitMask {
  readonly shape: readonly number[];
  /** Bit i of the mask is `words[i >>> 5] >>> (i & 31) & 1`. */
  readonly words: Uint32Array;
}

/** The masks of one layer and one input sample. */
export interface LayerMasks {
  /** [C, H, W] */
  readonly input: BitMask;
  /** [M, C/groups, R, S] */
  readonly weight: BitMask;
  /** [M, E, F]: what is written back, after the activation function. */
  readonly output: BitMask;
}

/** The masks of one layer of an attention. */
export interface AttentionLayerMasks extends LayerMasks {
  /** [heads, queries, keys], 1 = the score is kept. */
  readonly kept: BitMask;
}

/** A mask of zeros. */
export function emptyMask(shape: readonly number[]): BitMask {
  return { shape, words: new Uint32Array(wordCount(elementCount(shape))) };
}

/** A mask without a zero. */
export function denseMask(shape: readonly number[]): BitMask {
  const bits = elementCount(shape);
  const words = new Uint32Array(wordCount(bits)).fill(0xffffffff);
  if ((bits & 31) !== 0) words[words.length - 1] = 2 ** (bits & 31) - 1;
  return { shape, words };
}

/**
 * The mask of a tensor given as one value per element, row-major; whatever is not equal to 0 sets its bit, NaN
 * included. `values` has as many elements as `shape` says.
 */
export function maskOf(values: ArrayLike<number | bigint>, shape: readonly number[]): BitMask {
  const mask = emptyMask(shape);
  const { words } = mask;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== 0 && value !== 0n) words[i >>> 5] |= 1 << (i & 31);
  }
  return mask;
}

/** Masks of the same shape [A, …] one after the other: [N·A, …]. */
export function joinedMasks(masks: readonly BitMask[]): BitMask {
  const [first, ...rest] = masks[0].shape;
  const joined = emptyMask([masks.length * first, ...rest]);
  const size = elementCount(masks[0].shape);
  for (const [k, { words }] of masks.entries()) {
    const shift = (k * size) & 31;
    for (let i = 0, at = (k * size) >>> 5; i < words.length; i++, at++) {
      joined.words[at] |= words[i] << shift;
      if (shift > 0 && at + 1 < joined.words.length) joined.words[at + 1] |= words[i] >>> (32 - shift);
    }
  }
  return joined;
}

/** One byte per element, row-major: 1 where the mask is set. */
export function toBytes(mask: BitMask): Uint8Array {
  const bytes = new Uint8Array(elementCount(mask.shape));
  for (let i = 0; i < bytes.length; i++) bytes[i] = (mask.words[i >>> 5] >>> (i & 31)) & 1;
  return bytes;
}

/** The bit of the element with this row-major index. */
export function getBit(mask: BitMask, index: number): 0 | 1 {
  return ((mask.words[index >>> 5] >>> (index & 31)) & 1) as 0 | 1;
}

/** Sets (or clears) the bit of the element with this row-major index. */
export function setBit(mask: BitMask, index: number, bit: 0 | 1 = 1): void {
  if (bit === 1) mask.words[index >>> 5] |= 1 << (index & 31);
  else mask.words[index >>> 5] &= ~(1 << (index & 31));
}

/** Number of ones. */
export function popcount(mask: BitMask): number {
  let ones = 0;
  for (const word of mask.words) ones += popcount32(word);
  return ones;
}

/** Number of ones among the elements with row-major index `start` … `end` − 1. */
export function popcountRange(mask: BitMask, start: number, end: number): number {
  if (end <= start) return 0;
  const { words } = mask;
  const first = start >>> 5;
  const last = (end - 1) >>> 5;
  const headMask = 0xffffffff << (start & 31);
  const tailMask = 0xffffffff >>> (31 - ((end - 1) & 31));
  if (first === last) return popcount32(words[first] & headMask & tailMask);
  let ones = popcount32(words[first] & headMask) + popcount32(words[last] & tailMask);
  for (let i = first + 1; i < last; i++) ones += popcount32(words[i]);
  return ones;
}

/** Ones / all elements. */
export function density(mask: BitMask): number {
  return popcount(mask) / elementCount(mask.shape);
}

/** Ones of each slice along the first axis, e.g. the non-zeros of each channel of a [C, H, W] mask. */
export function onesPerSlice(mask: BitMask): Uint32Array {
  const slices = new Uint32Array(mask.shape[0]);
  const sliceSize = elementCount(mask.shape) / slices.length;
  for (let i = 0; i < slices.length; i++) slices[i] = popcountRange(mask, i * sliceSize, (i + 1) * sliceSize);
  return slices;
}

/** Number of ones in a 32-bit word. */
export function popcount32(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function wordCount(bits: number): number {
  return Math.ceil(bits / 32);
}
