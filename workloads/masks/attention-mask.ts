/**
 * Masks of kept attention scores, drawn from a parametric model of softmax rows.
 *
 * Each score is the sum of a local part (nearer keys score higher, over `band` tokens), a global part (a few keys that
 * every query looks at), a part of the query's own and noise; a head mixes local and global parts in a proportion of its
 * own. In every head the highest scores are kept, as many as its density asks for: the model is calibrated by density, not
 * by a threshold on probabilities. Where a threshold θ is declared, no row keeps more than ⌈1/θ⌉ − 1 scores, because the
 * probabilities of a row sum to 1.
 *
 * Densities are shares of the scores that are not masked beforehand (under a causal mask: of the lower triangle).
 */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { ConfigError } from "../input/errors.ts";
import { type AttentionDescription, allowedKeys, allowedScores, keptShape } from "../layers/attention.ts";
import { normal, streamOf, uniform } from "../random/random-stream.ts";
import { type BitMask, emptyMask } from "./bit-mask.ts";

/** How kept scores are spread. All are assumptions but where a preset says otherwise. */
export interface AttentionStatistics {
  /** Standard deviation of the logarithm of a head's density about its layer's. */
  readonly headSpread: number;
  /** Tokens over which the local part of a score falls. */
  readonly band: number;
  /** Keys that every query looks at. */
  readonly globalTokens: number;
  /** Weight of the noise, 0..1; the rest is structure. */
  readonly noise: number;
  /** Weight of the query's own part, 0..1: how much rows of a head differ in their number of kept scores. */
  readonly rowSpread: number;
}

/** Assumed: nothing measured tells heads or places apart. */
export const assumedStatistics: AttentionStatistics = {
  headSpread: 0.35,
  band: 16,
  globalTokens: 3,
  noise: 0.45,
  rowSpread: 0.15,
};

interface AttentionMaskRequest {
  readonly attention: AttentionDescription;
  /** Share of the allowed scores that are kept, over all heads, 0..1. */
  readonly density: number;
  readonly statistics: AttentionStatistics;
  /** Threshold on probabilities, if one is declared. */
  readonly threshold?: number | undefined;
  /** What the same heads have in common in all samples. */
  readonly layerKey: readonly (string | number)[];
  readonly sample: number;
}

/** The most scores that a row of a softmax can keep above a threshold. */
export function maxKept(threshold: number): number {
  return Math.ceil(1 / threshold) - 1;
}

/**
 * The mask of one attention and sample, [heads, queries, keys].
 *
 * @throws ConfigError where the declared threshold cannot give the density.
 */
export function attentionMask(request: AttentionMaskRequest): BitMask {
  const { attention, statistics, layerKey, sample, threshold } = request;
  const mask = emptyMask(keptShape(attention));
  const rowLimit = threshold === undefined ? attention.keys : maxKept(threshold);
  requireReachable(request, rowLimit);
  const scores = new HeadScores(attention, statistics);
  for (const [head, ones] of headCounts(request, rowLimit).entries()) {
    const character = streamOf(...layerKey, "head", head);
    const stream = streamOf(...layerKey, "head", head, "sample", sample);
    scores.draw(character, stream);
    scores.keepHighest(mask.words, head, ones, rowLimit);
  }
  return mask;
}

function requireReachable({ attention, density, threshold }: AttentionMaskRequest, rowLimit: number): void {
  const most = reachable(attention, rowLimit) / allowedScores(attention);
  if (threshold === undefined || density <= most) return;
  throw new ConfigError(
    `attention masks: threshold ${threshold} keeps at most ${maxKept(threshold)} scores a row, a density of at most ${most.toFixed(4)} at ${attention.keys} tokens, not ${density}`,
  );
}

/** Scores of one head that can be kept when no row keeps more than the limit. */
function reachable(attention: AttentionDescription, rowLimit: number): number {
  let most = 0;
  for (let query = 0; query < attention.queries; query++) most += Math.min(rowLimit, allowedKeys(attention, query));
  return most;
}

/** Kept scores of each head; together the nearest whole number to the layer's density. */
function headCounts({ attention, density, statistics, layerKey }: AttentionMaskRequest, rowLimit: number): number[] {
  const { heads } = attention;
  const most = reachable(attention, rowLimit);
  const wanted = Math.min(Math.round(density * heads * allowedScores(attention)), heads * most);
  const weights = Array.from({ length: heads }, (_, head) =>
    Math.exp(statistics.headSpread * normal(streamOf(...layerKey, "head density", head))),
  );
  const counts = weights.map(() => 0);
  const open = new Set(weights.keys());
  let left = wanted;
  // Heads that would keep more than there is are full; the others share what is left.
  while (open.size > 0) {
    const sum = [...open].reduce((total, head) => total + weights[head], 0);
    const full = [...open].filter((head) => (left * weights[head]) / sum >= most);
    if (full.length === 0) {
      let given = 0;
      let shared = 0;
      for (const head of open) {
        shared += (left * weights[head]) / sum;
        counts[head] = Math.round(shared) - given;
        given += counts[head];
      }
      return counts;
    }
    for (const head of full) {
      counts[head] = Math.min(most, left);
      left -= counts[head];
      open.delete(head);
    }
  }
  return counts;
}

/** Scores have this many levels. */
const levels = 4096;

class HeadScores {
  private readonly attention: AttentionDescription;
  private readonly statistics: AttentionStatistics;
  private readonly scores: Uint16Array;
  private readonly withScore = new Uint32Array(levels);

  constructor(attention: AttentionDescription, statistics: AttentionStatistics) {
    this.attention = attention;
    this.statistics = statistics;
    this.scores = new Uint16Array(attention.queries * attention.keys);
  }

  /** @param character what the head has in every sample: how local it is, and which keys are global. */
  draw(character: RandomGenerator, stream: RandomGenerator): void {
    const { queries, keys } = this.attention;
    const { noise, rowSpread } = this.statistics;
    const locality = uniform(character);
    const structure = 1 - noise - rowSpread;
    const near = this.localParts(structure * locality);
    const toAll = this.globalParts(character, structure * (1 - locality));
    const { scores, withScore } = this;
    const noiseScale = (noise * (levels - 1)) / 2 ** 16;
    const seed = stream.next();
    withScore.fill(0);
    for (let query = 0; query < queries; query++) {
      const own = rowSpread * (levels - 1) * uniform(stream);
      const position = query + keys - queries;
      const allowed = allowedKeys(this.attention, query);
      for (let key = 0, at = query * keys; key < allowed; key++, at++) {
        const distance = position > key ? position - key : key - position;
        const score = (near[distance] + toAll[key] + own + noiseBits(seed, at) * noiseScale) | 0;
        scores[at] = score;
        withScore[score]++;
      }
    }
  }

  private localParts(weight: number): Float64Array {
    const { queries, keys } = this.attention;
    const { band } = this.statistics;
    const scale = weight * (levels - 1);
    return Float64Array.from({ length: queries + keys }, (_, distance) => scale * Math.exp(-distance / band));
  }

  /** The first key is always global, as the class or separator token is. */
  private globalParts(character: RandomGenerator, weight: number): Float64Array {
    const { keys } = this.attention;
    const parts = new Float64Array(keys);
    for (let token = 0; token < this.statistics.globalTokens; token++) {
      const key = token === 0 ? 0 : Math.floor(uniform(character) * keys);
      parts[key] = weight * (levels - 1);
    }
    return parts;
  }

  /** Sets the bits of the `ones` highest scores, at most `rowLimit` in a row; of equal scores the first ones. */
  keepHighest(words: Uint32Array, head: number, ones: number, rowLimit: number): void {
    const { queries, keys } = this.attention;
    const start = head * queries * keys;
    if (ones === 0) return;
    if (rowLimit >= keys) this.keepAboveLevel(words, start, ones);
    else this.keepOneByOne(words, start, ones, rowLimit);
  }

  /** Every score above some level is kept, and the first ones at that level. */
  private keepAboveLevel(words: Uint32Array, start: number, ones: number): void {
    const { scores, withScore, attention } = this;
    let level = levels - 1;
    let atLevel = ones;
    while (atLevel > withScore[level]) atLevel -= withScore[level--];
    for (let query = 0; query < attention.queries; query++) {
      const end = query * attention.keys + allowedKeys(attention, query);
      for (let at = query * attention.keys; at < end; at++) {
        if (scores[at] < level || (scores[at] === level && --atLevel < 0)) continue;
        setOne(words, start + at);
      }
    }
  }

  private keepOneByOne(words: Uint32Array, start: number, ones: number, rowLimit: number): void {
    const { queries, keys } = this.attention;
    const taken = new Uint32Array(queries);
    let left = ones;
    for (const at of this.byScore()) {
      if (left === 0) return;
      const query = Math.floor(at / keys);
      if (taken[query] === rowLimit) continue;
      taken[query] += 1;
      left -= 1;
      setOne(words, start + at);
    }
  }

  /** Places of the allowed scores, the highest first; of equal scores the first ones first. */
  private byScore(): Uint32Array {
    const { attention, scores } = this;
    const starts = new Uint32Array(levels);
    for (let level = levels - 1, sum = 0; level >= 0; level--) {
      starts[level] = sum;
      sum += this.withScore[level];
    }
    const places = new Uint32Array(allowedScores(attention));
    for (let query = 0; query < attention.queries; query++) {
      const end = query * attention.keys + allowedKeys(attention, query);
      for (let at = query * attention.keys; at < end; at++) places[starts[scores[at]]++] = at;
    }
    return places;
  }
}

/** 16 bits for one place of a head: a hash, which takes a tenth of the time of a draw from the stream. */
function noiseBits(seed: number, at: number): number {
  let x = (seed + Math.imul(at, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 16;
}

function setOne(words: Uint32Array, bit: number): void {
  words[bit >>> 5] |= 1 << (bit & 31);
}
