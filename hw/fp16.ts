/** Rounding to FP16: 1 sign, 5 exponent and 10 fraction bits, no subnormals. */

const double = new Float64Array(1);
/** Low word first: every machine that Node runs on is little-endian. */
const words = new Uint32Array(double.buffer);

const smallestNormal = 2 ** -14;
/** Of the 20 fraction bits in a double's high word, 10 are dropped, and the low word. */
const droppedMask = 0x3ff;
const half = 0x200;
const lastKept = 0x400;

/** The FP16 value nearest to `value`, ties to even; beyond 65504 an infinity, below 2^−14 a zero. */
export function roundToHalf(value: number): number {
  double[0] = value;
  const high = words[1];
  const dropped = high & droppedMask;
  if (dropped === 0 && words[0] === 0) return inRange(value);
  if ((high & 0x7ff00000) === 0x7ff00000) return Number.NaN;
  const isUp = dropped > half || (dropped === half && (words[0] !== 0 || (high & lastKept) !== 0));
  words[0] = 0;
  words[1] = (isUp ? high + lastKept : high) & ~droppedMask;
  return inRange(double[0]);
}

function inRange(rounded: number): number {
  if (rounded > 65_504) return Infinity;
  if (rounded < -65_504) return -Infinity;
  if (rounded < smallestNormal && rounded > -smallestNormal) return rounded * 0;
  return rounded;
}
