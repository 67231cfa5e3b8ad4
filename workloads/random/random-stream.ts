/** Independent random streams named by what they are for, so that no draw depends on the order of other draws. */
import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** Values of one 32-bit draw. */
export const wordRange = 2 ** 32;

/**
 * The stream of `key`, e.g. `(seed, "resnet50", "conv1", "weights")`. Two keys that differ anywhere give unrelated
 * streams; the same key gives the same stream on every machine.
 */
export function streamOf(...key: readonly (string | number)[]): RandomGenerator {
  return generatorNamed(JSON.stringify(key));
}

/** xoroshiro128+ whose state is the first 128 bits of the name's SHA-256. */
export function generatorNamed(name: string): RandomGenerator {
  const digest = createHash("sha256").update(name).digest();
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}

/** A draw from 0 (included) to 1 (excluded), with 32 bits. */
export function uniform(stream: RandomGenerator): number {
  return (stream.next() >>> 0) / wordRange;
}

/** A draw with mean 0 and standard deviation 1 from the even distribution over ±√3. */
export function standardUniform(stream: RandomGenerator): number {
  return standardised(uniform(stream));
}

/** Scales a value that is even over 0..1 to mean 0 and standard deviation 1. */
export function standardised(value: number): number {
  return (value - 0.5) * Math.sqrt(12);
}

/** A draw from the normal distribution with mean 0 and standard deviation 1 (Box and Muller). */
export function normal(stream: RandomGenerator): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(stream)));
  return radius * Math.cos(2 * Math.PI * uniform(stream));
}

/** A draw from the Beta distribution with both shapes positive. */
export function beta(stream: RandomGenerator, alpha: number, betaShape: number): number {
  const x = gamma(stream, alpha);
  const y = gamma(stream, betaShape);
  return x / (x + y);
}

/** A draw from the Gamma distribution (Marsaglia and Tsang 2000; shapes below 1 by their boost). */
function gamma(stream: RandomGenerator, shape: number): number {
  if (shape < 1) return gamma(stream, shape + 1) * uniformAboveZero(stream) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(stream);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(uniformAboveZero(stream)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function uniformAboveZero(stream: RandomGenerator): number {
  return 1 - uniform(stream);
}
