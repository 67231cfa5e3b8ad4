/** 16 bit floats as numbers. */

/** 1 sign, 5 exponent and 10 mantissa bits as a number. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
}

const singleBits = new Uint32Array(1);
const single = new Float32Array(singleBits.buffer);

/** The upper half of a 32 bit float as a number. */
export function brainFloat(bits: number): number {
  singleBits[0] = bits << 16;
  return single[0];
}
