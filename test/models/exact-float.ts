/** Binary floating point in exact integer arithmetic: what the formats of `hw/scheduling-unit/number-format.ts` must give, bit by bit. */

export interface FloatShape {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly hasSubnormals: boolean;
}

/** (−1)^sign · significand · 2^exponent. */
interface Finite {
  readonly kind: "finite";
  readonly sign: bigint;
  readonly significand: bigint;
  readonly exponent: number;
}
type Exact = Finite | { readonly kind: "infinite"; readonly sign: bigint } | { readonly kind: "nan" };

export type Operation = "add" | "subtract" | "multiply";

export class ExactFloat {
  private readonly shape: FloatShape;
  private readonly bias: number;
  private readonly topExponent: number;
  private readonly hidden: bigint;

  constructor(shape: FloatShape) {
    this.shape = shape;
    this.bias = 2 ** (shape.exponentBits - 1) - 1;
    this.topExponent = 2 ** shape.exponentBits - 1;
    this.hidden = 1n << BigInt(shape.fractionBits);
  }

  /** The pattern of a ∘ b for the patterns a and b. */
  compute(operation: Operation, a: bigint, b: bigint): bigint {
    const x = this.decode(a);
    const y = this.decode(b);
    if (operation === "multiply") return this.encode(this.product(x, y));
    return this.encode(this.sum(x, operation === "subtract" ? negated(y) : y));
  }

  isLess(a: bigint, b: bigint): boolean {
    const x = this.decode(a);
    const y = this.decode(b);
    if (x.kind === "nan" || y.kind === "nan") return false;
    if (x.kind === "infinite") return x.sign === 1n && !(y.kind === "infinite" && y.sign === 1n);
    if (y.kind === "infinite") return y.sign === 0n;
    const [left, right] = aligned(x, y);
    return left < right;
  }

  /** The pattern of integer · 2^−shiftBits, the largest finite one where that is too large. */
  fromInteger(integer: bigint, shiftBits: number): bigint {
    const sign = integer < 0n ? 1n : 0n;
    const pattern = this.encode({
      kind: "finite",
      sign,
      significand: integer < 0n ? -integer : integer,
      exponent: -shiftBits,
    });
    const isInfinite = this.decode(pattern).kind === "infinite";
    return isInfinite ? pattern - 1n : pattern;
  }

  private decode(pattern: bigint): Exact {
    const { fractionBits, exponentBits, hasSubnormals } = this.shape;
    const sign = pattern >> BigInt(fractionBits + exponentBits);
    const fraction = pattern & (this.hidden - 1n);
    const exponent = Number((pattern >> BigInt(fractionBits)) & BigInt(this.topExponent));
    if (exponent === this.topExponent) return fraction === 0n ? { kind: "infinite", sign } : { kind: "nan" };
    const lowest = 1 - this.bias - fractionBits;
    if (exponent === 0) {
      return { kind: "finite", sign, significand: hasSubnormals ? fraction : 0n, exponent: lowest };
    }
    return { kind: "finite", sign, significand: fraction | this.hidden, exponent: lowest + exponent - 1 };
  }

  private encode(value: Exact): bigint {
    const { fractionBits, exponentBits, hasSubnormals } = this.shape;
    const infinity = BigInt(this.topExponent) << BigInt(fractionBits);
    if (value.kind === "nan") return infinity | (this.hidden >> 1n);
    const signBit = value.sign << BigInt(fractionBits + exponentBits);
    if (value.kind === "infinite") return signBit | infinity;
    if (value.significand === 0n) return signBit;
    const lowest = 1 - this.bias - fractionBits;
    let exponent = value.exponent + bitLength(value.significand) - (fractionBits + 1);
    if (hasSubnormals && exponent < lowest) exponent = lowest;
    let significand = shiftedRounding(value.significand, exponent - value.exponent);
    if (significand === this.hidden << 1n) {
      significand >>= 1n;
      exponent += 1;
    }
    if (significand < this.hidden) return signBit | significand;
    const field = exponent - lowest + 1;
    if (field >= this.topExponent) return signBit | infinity;
    if (field < 1) return signBit;
    return signBit | (BigInt(field) << BigInt(fractionBits)) | (significand - this.hidden);
  }

  private product(x: Exact, y: Exact): Exact {
    if (x.kind === "nan" || y.kind === "nan") return { kind: "nan" };
    const sign = x.sign ^ y.sign;
    if (x.kind === "finite" && y.kind === "finite") {
      return { kind: "finite", sign, significand: x.significand * y.significand, exponent: x.exponent + y.exponent };
    }
    return isZero(x) || isZero(y) ? { kind: "nan" } : { kind: "infinite", sign };
  }

  private sum(x: Exact, y: Exact): Exact {
    if (x.kind === "nan" || y.kind === "nan") return { kind: "nan" };
    if (x.kind === "infinite") return y.kind === "infinite" && x.sign !== y.sign ? { kind: "nan" } : x;
    if (y.kind === "infinite") return y;
    const [left, right, exponent] = aligned(x, y);
    const total = left + right;
    if (total !== 0n) {
      return { kind: "finite", sign: total < 0n ? 1n : 0n, significand: total < 0n ? -total : total, exponent };
    }
    return { kind: "finite", sign: isZero(x) && isZero(y) ? x.sign & y.sign : 0n, significand: 0n, exponent };
  }
}

function isZero(value: Exact): boolean {
  return value.kind === "finite" && value.significand === 0n;
}

function negated(value: Exact): Exact {
  return value.kind === "nan" ? value : { ...value, sign: value.sign ^ 1n };
}

/** Both as signed integers in units of the smaller exponent. */
function aligned(x: Finite, y: Finite): [bigint, bigint, number] {
  const exponent = Math.min(x.exponent, y.exponent);
  const at = ({ sign, significand, exponent: own }: Finite) =>
    (sign === 1n ? -significand : significand) << BigInt(own - exponent);
  return [at(x), at(y), exponent];
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0], 16)) + 28;
}

/** value · 2^−bits to the nearest integer, ties to even. */
function shiftedRounding(value: bigint, bits: number): bigint {
  if (bits <= 0) return value << BigInt(-bits);
  const shift = BigInt(bits);
  const kept = value >> shift;
  const twiceRest = (value - (kept << shift)) * 2n;
  const one = 1n << shift;
  const isUp = twiceRest > one || (twiceRest === one && (kept & 1n) === 1n);
  return isUp ? kept + 1n : kept;
}
