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
import { ConfigError, didYouMean } from "../workloads/errors.ts";
import { roundToHalf } from "./fp16.ts";
import { roundToSingle } from "./fp32.ts";

export const formatNames = ["fp16", "fp32", "fp64"] as const;
export type FormatName = (typeof formatNames)[number];

export interface NumberFormat {
  readonly name: FormatName;
  readonly bits: 16 | 32 | 64;
  readonly fractionBits: number;
  readonly largest: number;
  /** The nearest value of the format. */
  readonly round: (value: number) => number;
}

const formats: Record<FormatName, NumberFormat> = {
  fp16: { name: "fp16", bits: 16, fractionBits: 10, largest: 65_504, round: roundToHalf },
  fp32: { name: "fp32", bits: 32, fractionBits: 23, largest: (2 - 2 ** -23) * 2 ** 127, round: roundToSingle },
  fp64: { name: "fp64", bits: 64, fractionBits: 52, largest: Number.MAX_VALUE, round: (value) => value },
};

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

/** The bit pattern of a value of the format. */
export function toBits({ name }: NumberFormat, value: number): bigint {
  if (name === "fp64") {
    double[0] = Number.isNaN(value) ? Number.NaN : value;
    return doubleBits[0];
  }
  if (Number.isNaN(value)) return name === "fp16" ? 0x7e00n : 0x7fc00000n;
  single[0] = value;
  const bits = singleBits[0];
  if (name === "fp32") return BigInt(bits);
  const magnitude = bits & 0x7fffffff;
  const sign = (bits >>> 16) & 0x8000;
  if (magnitude === 0) return BigInt(sign);
  if (magnitude === 0x7f800000) return BigInt(sign | 0x7c00);
  return BigInt(sign | ((magnitude >>> 13) - ((127 - 15) << 10)));
}

/** The value of a bit pattern; subnormal FP16 and FP32 patterns are zero. */
export function fromBits({ name }: NumberFormat, bits: bigint): number {
  if (name === "fp64") {
    doubleBits[0] = bits;
    return double[0];
  }
  if (name === "fp32") {
    singleBits[0] = Number(bits);
    return roundToSingle(single[0]);
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
