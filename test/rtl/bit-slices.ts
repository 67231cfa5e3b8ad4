/** Values of 32 streams as numbers (one per stream) or as slices (one Int32 per bit, stream s in bit s). */

export const streamCount = 32;

/** Turns 32 numbers into 32 slices, or back, in place from `at` on. */
export function transpose(words: Int32Array, at = 0): void {
  let mask = 0x0000ffff;
  for (let half = 16; half !== 0; half >>= 1, mask ^= mask << half) {
    for (let k = 0; k < 32; k = (k + half + 1) & ~half) {
      const low = at + k;
      const high = low + half;
      const swapped = ((words[low] >>> half) ^ words[high]) & mask;
      words[low] ^= swapped << half;
      words[high] ^= swapped;
    }
  }
}
