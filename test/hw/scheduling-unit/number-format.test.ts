/** Do the number formats compute what exact arithmetic, rounded once, gives? */
import { describe, expect, it } from "vitest";
import {
  add,
  fromBits,
  IntegerConverter,
  isLess,
  multiply,
  type NumberFormat,
  numberFormat,
  subtract,
  toBits,
} from "../../../hw/scheduling-unit/number-format.ts";
import { ExactFloat, type FloatShape, type Operation } from "../../models/exact-float.ts";
import { Dice } from "../array/random-case.ts";

const operations = { add, subtract, multiply };
const names = ["add", "subtract", "multiply"] as const;

const shapes: Record<"fp16" | "fp32" | "fp64", FloatShape & { pairs: number }> = {
  fp16: { exponentBits: 5, fractionBits: 10, hasSubnormals: false, pairs: 1_000_000 },
  fp32: { exponentBits: 8, fractionBits: 23, hasSubnormals: false, pairs: 1_000_000 },
  fp64: { exponentBits: 11, fractionBits: 52, hasSubnormals: true, pairs: 20_000 },
};

function computed(format: NumberFormat, operation: Operation, a: bigint, b: bigint): bigint {
  return toBits(format, operations[operation](format, fromBits(format, a), fromBits(format, b)));
}

/** Zeros, subnormals, the ends of the normal range, one and its neighbours, infinities, NaNs; both signs. */
function specialPatterns({ exponentBits, fractionBits }: FloatShape): bigint[] {
  const fraction = (1n << BigInt(fractionBits)) - 1n;
  const top = (1n << BigInt(exponentBits)) - 1n;
  const bias = top >> 1n;
  const exponents = [0n, 1n, 2n, bias - BigInt(fractionBits), bias - 1n, bias, bias + 1n, top - 2n, top - 1n, top];
  const fractions = [0n, 1n, 2n, fraction >> 1n, (fraction >> 1n) + 1n, fraction - 1n, fraction];
  const positive = exponents
    .filter((exponent) => exponent >= 0n)
    .flatMap((exponent) => fractions.map((each) => (exponent << BigInt(fractionBits)) | each));
  return positive.flatMap((pattern) => [pattern, pattern | (1n << BigInt(fractionBits + exponentBits))]);
}

describe.each(["fp16", "fp32", "fp64"] as const)("%s", (name) => {
  const format = numberFormat(name);
  const shape = shapes[name];
  const exact = new ExactFloat(shape);

  function findMismatch(a: bigint, b: bigint, operation: Operation): string | undefined {
    const expected = exact.compute(operation, a, b);
    const actual = computed(format, operation, a, b);
    if (actual === expected) return undefined;
    return `${operation} ${a.toString(16)} ${b.toString(16)}: ${actual.toString(16)}, exactly ${expected.toString(16)}`;
  }

  it("is exact on every pair of special values", () => {
    const specials = specialPatterns(shape);
    const wrong = specials.flatMap((a) =>
      specials.flatMap((b) => names.map((operation) => findMismatch(a, b, operation)).filter((text) => text)),
    );
    expect(wrong.slice(0, 5)).toEqual([]);
    const wrongOrder = specials.filter((a) =>
      specials.some((b) => isLess(fromBits(format, a), fromBits(format, b)) !== exact.isLess(a, b)),
    );
    expect(wrongOrder).toEqual([]);
  });

  it(`is exact on ${shape.pairs} random pairs`, () => {
    const dice = new Dice(shape.fractionBits);
    const wrong: string[] = [];
    for (let pair = 0; pair < shape.pairs; pair++) {
      const a = randomPattern(dice, format.bits);
      const b = pair % 2 === 0 ? nearPattern(dice, a, shape) : randomPattern(dice, format.bits);
      const mismatch = findMismatch(a, b, names[pair % 3]);
      if (mismatch !== undefined) wrong.push(mismatch);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  }, 20_000);

  it("converts wide integers, saturating", () => {
    const dice = new Dice(7);
    for (let i = 0; i < 20_000; i++) {
      const shiftBits = dice.integer(0, 24);
      const magnitude = Math.floor(dice.unit() * 2 ** dice.integer(0, 52));
      const integer = dice.chance(0.5) ? -magnitude : magnitude;
      const actual = toBits(format, new IntegerConverter(format, shiftBits).convert(integer === 0 ? 0 : integer));
      expect(actual, `${integer} · 2^-${shiftBits}`).toBe(exact.fromInteger(BigInt(integer), shiftBits));
    }
  });
});

function randomPattern(dice: Dice, bits: number): bigint {
  const low = Math.floor(dice.unit() * 2 ** 32);
  if (bits === 16) return BigInt(low >>> 16);
  if (bits === 32) return BigInt(low);
  return (BigInt(Math.floor(dice.unit() * 2 ** 32)) << 32n) | BigInt(low);
}

/** Of an exponent close to a's, where cancellation and ties live; few fraction bits half of the time. */
function nearPattern(dice: Dice, a: bigint, { exponentBits, fractionBits }: FloatShape): bigint {
  const width = BigInt(fractionBits + exponentBits);
  const exponent = (a >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n);
  const near = exponent + BigInt(dice.integer(-fractionBits - 3, fractionBits + 3));
  const top = (1n << BigInt(exponentBits)) - 1n;
  const clamped = near < 0n ? 0n : near > top ? top : near;
  const fraction = BigInt(Math.floor(dice.unit() * 2 ** fractionBits));
  const kept = dice.chance(0.5) ? fraction : fraction & 3n;
  return (dice.chance(0.5) ? 1n << width : 0n) | (clamped << BigInt(fractionBits)) | kept;
}

describe("the integer converter", () => {
  it("counts what does not fit", () => {
    const converter = new IntegerConverter(numberFormat("fp16"), 4);
    expect([1, 65_519 * 16, 65_520 * 16, -(2 ** 40)].map((integer) => converter.convert(integer))).toEqual([
      1 / 16,
      65_504,
      65_504,
      -65_504,
    ]);
    expect(converter.saturations).toBe(2);
  });

  it("knows no other formats", () => {
    expect(() => numberFormat("fp61")).toThrow(/^number format: unknown name "fp61"/);
  });
});

/** Magnitude of a double rounded to `fractionBits` by whole numbers; below the smallest normal 0, above all an infinity. */
function roundedByIntegers(value: number, fractionBits: number, largestExponent: number): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0];
  const exponent = Number((bits >> 52n) & 0x7ffn) - 1023;
  const significand = (1n << 52n) | (bits & ((1n << 52n) - 1n));
  const dropped = BigInt(52 - fractionBits);
  const rest = significand & ((1n << dropped) - 1n);
  const half = 1n << (dropped - 1n);
  const kept = significand >> dropped;
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  const magnitude = Number(isUp ? kept + 1n : kept) * 2 ** (exponent - fractionBits);
  if (magnitude < 2 ** (1 - largestExponent)) return 0;
  return magnitude > (2 - 2 ** -fractionBits) * 2 ** largestExponent ? Infinity : magnitude;
}

describe("rounding a double", () => {
  const cases = [
    { name: "fp16", fractionBits: 10, largestExponent: 15 },
    { name: "fp32", fractionBits: 23, largestExponent: 127 },
  ];
  it.each(cases)("to $name is right at ties, beside them and beside powers of two", (each) => {
    const { round } = numberFormat(each.name);
    const dice = new Dice(11);
    const span = 2 * each.largestExponent + 12;
    const half = 2 ** (51 - each.fractionBits);
    for (let i = 0; i < 200_000; i++) {
      const unit = dice.integer(0, 2 ** each.fractionBits - 1) * 2 * half;
      const beside = dice.integer(-2, 2);
      const fractions = [
        unit + half + beside,
        unit + beside,
        2 ** 52 - 1 - dice.integer(0, 4095),
        dice.integer(0, 4095),
      ];
      const fraction = Math.max(0, Math.min(2 ** 52 - 1, dice.pick(fractions)));
      const magnitude = (1 + fraction * 2 ** -52) * 2 ** (dice.integer(0, span) - each.largestExponent - 6);
      const sign = dice.pick([1, -1]);
      const expected = sign * roundedByIntegers(magnitude, each.fractionBits, each.largestExponent);
      if (!Object.is(round(sign * magnitude), expected)) expect(round(sign * magnitude)).toBe(expected);
    }
  });
});
