/**
 * Number formats of the scheduling unit's arithmetic: FP16 (the paper's choice, section 5.2), FP32, and FP64 for reference.
 *
 * A value is held as the double that equals it, so that an operation is the double's operation and one rounding. That
 * gives the correctly rounded result: sums and products of FP16 values are exact in a double, and those of FP32 values
 * may be rounded twice without harm (53 ≥ 2·24 + 2 bits). `toBits` and `fromBits` give the patterns that hardware holds.
 *
 * Rounding is to nearest, ties to even; too large becomes infinity; the one NaN is quiet and positive. FP16 and FP32
 * have no subnormals: a result that is below the smallest normal number after rounding to full precision becomes a zero
 * of its sign, and a subnormal pattern is read as zero. FP64 is the host's, with subnormals.
 */
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";

export const formatNames = ["fp16", "fp32", "fp64"] as const;
export type FormatName = (typeof formatNames)[number];

export interface NumberFormat {
  readonly name: FormatName;
  readonly bits: number;
  readonly fractionBits: number;
  readonly largest: number;
  /** A result of smaller magnitude is a zero. */
  readonly smallest: number;
  /** The least magnitude that becomes an infinity: half a unit in the last place beyond the largest. */
  readonly overflow: number;
  /** 2^(bits of a double's fraction that the format does not have). */
  readonly splitter: number;
  /** The nearest value of the format. */
  readonly round: (value: number) => number;
}

function makeFormat(name: FormatName, bits: number, fractionBits: number): NumberFormat {
  const exponentBits = bits - 1 - fractionBits;
  const largestExponent = 2 ** (exponentBits - 1) - 1;
  const isDouble = fractionBits === 52;
  const format: NumberFormat = {
    name,
    bits,
    fractionBits,
    largest: (2 - 2 ** -fractionBits) * 2 ** largestExponent,
    smallest: isDouble ? Number.MIN_VALUE : 2 ** (1 - largestExponent),
    overflow: isDouble ? Infinity : (2 - 2 ** -(fractionBits + 1)) * 2 ** largestExponent,
    splitter: 2 ** (52 - fractionBits),
    round: (value) => roundTo(format, value),
  };
  return format;
}

/**
 * `format.round(value)`, for loops in which it must be inlined.
 *
 * With c = value · splitter, exact, c − value is rounded by the double's arithmetic to a multiple of the format's last
 * place of `value`, and so is c − (c − value), which is near `value`: it is `value` rounded, ties to even. (Ties have a
 * zero last bit in the double, so the parities of both agree. Where c − value falls below a power of two the grid is
 * twice as fine, but there `value` is within 1/splitter of that power, and becomes it.)
 */
export function roundTo({ splitter, overflow, smallest }: NumberFormat, value: number): number {
  if (value >= overflow) return Infinity;
  if (value <= -overflow) return -Infinity;
  const c = value * splitter;
  const rounded = c - (c - value);
  return rounded < smallest && rounded > -smallest ? value * 0 : rounded;
}

const formats: Record<FormatName, NumberFormat> = {
  fp16: makeFormat("fp16", 16, 10),
  fp32: makeFormat("fp32", 32, 23),
  fp64: makeFormat("fp64", 64, 52),
};

const products: Record<FormatName, NumberFormat> = {
  fp16: makeFormat("fp16", 17, 10),
  fp32: makeFormat("fp32", 33, 23),
  fp64: formats.fp64,
};

/**
 * FP16 or FP32 with one more bit of exponent: the product of two finite numbers neither overflows nor vanishes in it, and
 * a multiplier gives it by leaving out the check of its range. FP64 stays as it is.
 */
export function productFormat(name: FormatName): NumberFormat {
  return products[name];
}

/** @throws ConfigError for a name that is none. */
export function numberFormat(name: string): NumberFormat {
  if (Object.hasOwn(formats, name)) return formats[name as FormatName];
  throw new ConfigError(`number format: unknown name "${name}"${didYouMean(name, formatNames)}`);
}

export function add({ round }: NumberFormat, a: number, b: number): number {
  return round(a + b);
}

export function subtract({ round }: NumberFormat, a: number, b: number): number {
  return round(a - b);
}

export function multiply({ round }: NumberFormat, a: number, b: number): number {
  return round(a * b);
}

/** Whether a < b; zeros of both signs are equal, NaN is neither less nor more than anything. */
export function isLess(a: number, b: number): boolean {
  return a < b;
}

/** Turns wide integers into values of a format, and counts those that do not fit. */
export class IntegerConverter {
  /** Integers beyond the largest value, which took its place. */
  saturations = 0;
  private readonly format: NumberFormat;
  private readonly scale: number;

  /** @param shiftBits the result is integer · 2^−shiftBits, rounded once. */
  constructor(format: NumberFormat, shiftBits: number) {
    this.format = format;
    this.scale = 2 ** -shiftBits;
  }

  /** @param integer signed, of magnitude below 2^53. */
  convert(integer: number): number {
    const value = this.format.round(integer * this.scale);
    if (Math.abs(value) <= this.format.largest) return value;
    this.saturations += 1;
    return value < 0 ? -this.format.largest : this.format.largest;
  }
}

const double = new Float64Array(1);
const doubleBits = new BigUint64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The bit pattern of a value of the format, a product format too. */
export function toBits({ bits, fractionBits }: NumberFormat, value: number): bigint {
  const exponentBits = bits - 1 - fractionBits;
  const infinity = ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
  if (Number.isNaN(value)) return infinity | (1n << BigInt(fractionBits - 1));
  double[0] = value;
  const sign = (doubleBits[0] >> 63n) << BigInt(bits - 1);
  const magnitude = doubleBits[0] & ((1n << 63n) - 1n);
  if (magnitude === 0n) return sign;
  if (value === Infinity || value === -Infinity) return sign | infinity;
  // Both formats have their fraction behind an exponent, whose bias differs.
  const lowerBias = 1023n - ((1n << BigInt(exponentBits - 1)) - 1n);
  return sign | ((magnitude >> BigInt(52 - fractionBits)) - (lowerBias << BigInt(fractionBits)));
}

/** The value of a bit pattern; subnormal FP16 and FP32 patterns are zero. */
export function fromBits({ name }: NumberFormat, bits: bigint): number {
  if (name === "fp64") {
    doubleBits[0] = bits;
    return double[0];
  }
  if (name === "fp32") {
    singleBits[0] = Number(bits);
    return formats.fp32.round(single[0]);
  }
  return halfFromBits(Number(bits));
}

function halfFromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 0;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
