/**
 * Seeded random streams. Each purpose (arrivals, models, samples, …) draws from its own stream, derived from the seed and
 * the stream's name, so that changing how one purpose draws leaves the others as they were.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { generatorNamed } from "./random-stream.ts";

/** A source of random numbers; `MersenneTwister` is another. */
export interface RandomStream {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  random(): number;
  /** Uniform whole number in 0 .. count − 1. */
  below(count: number): number;
  /** Exponentially distributed with mean 1 / rate. */
  exponential(rate: number): number;
}

/**
 * The stream called `name` of `seed` (any whole number): xoroshiro128+, its state the first 128 bits of the SHA-256 of
 * both.
 *
 * Every call draws exactly one 53-bit number, whatever its argument: the k-th call sees the same number when a count or
 * a rate changes. `below` is therefore not exactly uniform; its probabilities differ by less than 2⁻⁵³.
 */
export function randomStream(seed: number, name: string): RandomStream {
  const generator = generatorNamed(`${seed}/${name}`);
  const random = () => uniformFloat64(generator);
  return {
    random,
    below: (count) => Math.floor(random() * count),
    exponential: (rate) => -Math.log(1 - random()) / rate,
  };
}
