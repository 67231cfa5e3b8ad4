/** Sums whose order is part of the result, and the summaries made of them. */

/** Runs of at most this many values are added with eight interleaved accumulators, longer ones are halved. */
const pairwiseBlock = 128;

/**
 * Arithmetic mean with numpy's pairwise summation (numpy 1.24, contiguous doubles): fewer than 8 values left to right;
 * up to 128 with eight interleaved accumulators; more by halving. Its rounding error grows with log n instead of n,
 * and recorded means come out to the last bit. NaN for no values.
 */
export function pairwiseMean(values: Float64Array): number {
  return pairwiseSum(values, 0, values.length) / values.length;
}

function pairwiseSum(values: Float64Array, start: number, count: number): number {
  if (count < 8) {
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += values[i];
    return sum;
  }
  if (count > pairwiseBlock) {
    const half = Math.floor(count / 2);
    const left = half - (half % 8);
    return pairwiseSum(values, start, left) + pairwiseSum(values, start + left, count - left);
  }
  const r = values.slice(start, start + 8);
  const wholeEnd = start + count - (count % 8);
  for (let i = start + 8; i < wholeEnd; i += 8) {
    for (let lane = 0; lane < 8; lane++) r[lane] += values[i + lane];
  }
  let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (let i = wholeEnd; i < start + count; i++) sum += values[i];
  return sum;
}

/**
 * Quantile of values sorted in rising order: linear interpolation between order statistics (method R-7, the default of
 * R and numpy). NaN for no values.
 */
export function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
