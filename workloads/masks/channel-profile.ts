/** How busy each channel is, and how densities become whole numbers of non-zeros. */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { beta, uniform } from "../random/random-stream.ts";

/**
 * The rank of each channel by busyness, spread evenly over 0..1 (0.5/C … 1 − 0.5/C), in random order. It belongs to
 * the trained network: weights and activations of a layer share it, and all samples do.
 */
export function channelRanks(channels: number, stream: RandomGenerator): Float64Array {
  return ranksOf(Float64Array.from({ length: channels }, () => uniform(stream)));
}

/** Ranks in which one sample has its own share of the order. */
export function reorderedRanks(ranks: Float64Array, share: number, stream: RandomGenerator): Float64Array {
  if (share === 0) return ranks;
  return ranksOf(ranks.map((rank) => (1 - share) * rank + share * uniform(stream)));
}

function ranksOf(scores: Float64Array): Float64Array {
  const order = Uint32Array.from(scores, (_, channel) => channel).sort((a, b) => scores[a] - scores[b]);
  const ranks = new Float64Array(scores.length);
  for (const [place, channel] of order.entries()) ranks[channel] = (place + 0.5) / ranks.length;
  return ranks;
}

/** Below this, densities differ by less than a thousandth: they count as alike. */
const minDispersion = 1e-6;

/**
 * Densities of the channels: Beta variates with this mean and dispersion, the busiest channel getting the largest,
 * then drawn towards 0 or 1 until their mean is exact.
 */
export function channelDensities(
  ranks: Float64Array,
  mean: number,
  dispersion: number,
  stream: RandomGenerator,
): Float64Array {
  if (dispersion < minDispersion || mean === 0 || mean === 1) return ranks.map(() => mean);
  const shapes = 1 / dispersion - 1;
  const sorted = ranks.map(() => beta(stream, shapes * mean, shapes * (1 - mean))).sort();
  return withMean(
    ranks.map((rank) => sorted[Math.floor(rank * ranks.length)]),
    mean,
  );
}

/** Scales the densities, or what they lack to 1, so that their mean is `mean`. */
export function withMean(densities: Float64Array, mean: number): Float64Array {
  const present = densities.reduce((sum, density) => sum + density, 0) / densities.length;
  if (present > mean) return densities.map((density) => density * (mean / present));
  if (present === 1) return densities;
  const shrink = (1 - mean) / (1 - present);
  return densities.map((density) => Math.max(0, 1 - (1 - density) * shrink));
}

/**
 * Whole numbers of non-zeros for groups of `size` elements, in proportion to the densities, at most `size` each; their
 * sum is `total`, which must not exceed the number of elements.
 */
export function apportion(densities: Float64Array, size: number, total: number): Uint32Array {
  const sum = densities.reduce((partial, density) => partial + density, 0);
  const counts = new Uint32Array(densities.length);
  let wanted = 0;
  let given = 0;
  for (const [i, density] of densities.entries()) {
    wanted += density;
    counts[i] = Math.min(size, Math.round((wanted / sum) * total) - given);
    given += counts[i];
  }
  for (let i = 0; given < total; i++) {
    const extra = Math.min(size - counts[i], total - given);
    counts[i] += extra;
    given += extra;
  }
  return counts;
}
