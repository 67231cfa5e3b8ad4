/** The Mersenne Twister seeded and read as CPython's `random` does; recordings of the public artifact come from it. */
import { mersenneFromState } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

const stateLength = 624;
const wordRange = 2 ** 32;

/** One stream of CPython's generator. */
export class MersenneTwister {
  private readonly generator: RandomGenerator;

  /**
   * @param seed a whole number; as in CPython its sign does not matter.
   */
  constructor(seed: number) {
    this.generator = mersenneFromState([0, ...stateFromKey(wordsOf(Math.abs(seed)))]);
    // The library regenerates each word right after handing it out, so one round turns a seed state into a first state.
    for (let word = 0; word < stateLength; word++) this.generator.next();
  }

  /** The next 32 bits, as an unsigned integer. */
  word(): number {
    return this.generator.next() >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  random(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Uniform whole number in 0 .. count − 1; `count` from 1 to 2³¹. Takes one word or more, without bias. */
  below(count: number): number {
    const shift = Math.clz32(count);
    let value = this.word() >>> shift;
    while (value >= count) value = this.word() >>> shift;
    return value;
  }

  /** Exponentially distributed with mean 1 / rate. */
  exponential(rate: number): number {
    return -Math.log(1 - this.random()) / rate;
  }
}

/** The seed's 32-bit words, least significant first. */
function wordsOf(seed: number): number[] {
  return seed < wordRange ? [seed] : [seed % wordRange, Math.floor(seed / wordRange)];
}

/** `init_by_array` of Matsumoto and Nishimura's reference implementation (2002). */
function stateFromKey(key: readonly number[]): Int32Array {
  const state = stateFromNumber(19650218);
  let at = 1;
  const wrap = () => {
    if (at < stateLength) return;
    state[0] = state[stateLength - 1];
    at = 1;
  };
  for (let step = 0; step < stateLength; step++) {
    const from = step % key.length;
    state[at] = (state[at] ^ Math.imul(scrambled(state[at - 1]), 1664525)) + key[from] + from;
    at += 1;
    wrap();
  }
  for (let step = 1; step < stateLength; step++) {
    state[at] = (state[at] ^ Math.imul(scrambled(state[at - 1]), 1566083941)) - at;
    at += 1;
    wrap();
  }
  state[0] = 0x80000000;
  return state;
}

function stateFromNumber(seed: number): Int32Array {
  const state = new Int32Array(stateLength);
  state[0] = seed;
  for (let at = 1; at < stateLength; at++) state[at] = Math.imul(scrambled(state[at - 1]), 1812433253) + at;
  return state;
}

function scrambled(word: number): number {
  return word ^ (word >>> 30);
}
