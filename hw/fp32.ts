/** Rounding to FP32: 1 sign, 8 exponent and 23 fraction bits, no subnormals. */

const smallestNormal = 2 ** -126;

/** The FP32 value nearest to `value`, ties to even; too large an infinity, below 2^−126 after rounding a zero. */
export function roundToSingle(value: number): number {
  if (value >= smallestNormal || value <= -smallestNormal) return Math.fround(value);
  // Scaled up, a number just below the smallest normal keeps all 24 bits in the rounding.
  const rounded = Math.fround(value * 2 ** 64) * 2 ** -64;
  return rounded < smallestNormal && rounded > -smallestNormal ? rounded * 0 : rounded;
}
