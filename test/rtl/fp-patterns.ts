/** Patterns of floating-point numbers, chosen so that rounding, cancellation, flushing and overflow occur often. */
import type { Dice } from "../hw/array/random-case.ts";
import type { FloatShape } from "../models/exact-float.ts";

/** Zeros, subnormals, the ends of the normal range, one and its neighbours, infinities, NaNs; both signs. */
export function specialPatterns({ exponentBits, fractionBits }: FloatShape): number[] {
  const fraction = 2 ** fractionBits - 1;
  const top = 2 ** exponentBits - 1;
  const bias = (top - 1) / 2;
  const exponents = [0, 1, 2, bias - fractionBits, bias - 1, bias, bias + 1, top - 2, top - 1, top];
  const fractions = [0, 1, 2, (fraction - 1) / 2, (fraction + 1) / 2, fraction - 1, fraction];
  const positive = exponents.flatMap((exponent) => fractions.map((each) => exponent * 2 ** fractionBits + each));
  return positive.flatMap((pattern) => [pattern, pattern + 2 ** (fractionBits + exponentBits)]);
}

export function anyPattern(dice: Dice, { exponentBits, fractionBits }: FloatShape): number {
  return Math.floor(dice.unit() * 2 ** (1 + exponentBits + fractionBits));
}

/** A pair whose sum cancels or rounds, or whose product is near the ends of the range as often as not. */
export function pairNear(dice: Dice, shape: FloatShape, operation: "add" | "multiply"): [number, number] {
  if (dice.chance(0.1)) return [anyPattern(dice, shape), anyPattern(dice, shape)];
  const { exponentBits, fractionBits } = shape;
  const top = 2 ** exponentBits - 1;
  const bias = (top - 1) / 2;
  const first = dice.chance(0.3) ? dice.integer(0, 4) : dice.integer(0, top);
  const near = {
    add: first + dice.integer(-fractionBits - 3, fractionBits + 3) * dice.integer(0, 1) + dice.integer(-1, 1),
    multiply: dice.pick([bias + 1, bias + top - 1, dice.integer(0, 2 * top)]) - first + dice.integer(-2, 2),
  }[operation];
  const second = Math.max(0, Math.min(top, near));
  const put = (exponent: number) =>
    (dice.integer(0, 1) * 2 ** exponentBits + exponent) * 2 ** fractionBits + fractionOf(dice, fractionBits);
  return [put(first), put(second)];
}

/** Random, of few ones, or of few zeros. */
function fractionOf(dice: Dice, fractionBits: number): number {
  const most = 2 ** fractionBits - 1;
  const some = Math.floor(dice.unit() * 2 ** dice.integer(0, fractionBits));
  const kind = dice.integer(0, 3);
  if (kind === 0) return some;
  if (kind === 1) return most - some;
  if (kind === 2) return 2 ** dice.integer(0, fractionBits - 1);
  return Math.floor(dice.unit() * 2 ** fractionBits);
}

/** Near a tie, near a power of two, near the ends of the range, or anything; small ones in turn. */
export function randomInteger(
  dice: Dice,
  index: number,
  integerBits: number,
  shiftBits: number,
  { fractionBits, exponentBits }: FloatShape,
): number {
  const limit = 2 ** integerBits;
  if (index < 2000) return (index % Math.min(limit, 1000)) * (index % 2 === 0 ? 1 : -1);
  const bits = dice.integer(0, integerBits);
  const significand = 2 ** fractionBits + fractionOf(dice, fractionBits);
  const tie = (2 * significand + 1) * 2 ** Math.max(0, bits - fractionBits - 2);
  const lowest = 2 ** (shiftBits + 2 - 2 ** (exponentBits - 1));
  const highest = 2 ** (shiftBits + 2 ** (exponentBits - 1));
  const base = dice.pick([
    2 ** bits,
    tie,
    lowest,
    highest,
    highest * (1 - 2 ** (-fractionBits - 2)),
    dice.unit() * limit,
  ]);
  const integer = Math.floor(base) + dice.integer(-2, 2);
  const inside = Math.abs(integer) < limit ? integer : limit - 1;
  return dice.chance(0.5) ? -inside : inside;
}
