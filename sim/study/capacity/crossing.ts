/**
 * How sure a capacity is. The curve of the share on time over the rate is the mean of the curves of the seeds, known at the
 * rates that were tried and straight between them (over the logarithm of the rate). Leaving out one seed after the other
 * moves the place where it crosses the target; the jackknife (Efron and Tibshirani, An Introduction to the Bootstrap,
 * 1993, ch. 11) makes a value of each seed from that, whose mean and interval are those of the capacity. On the same seeds
 * the values of two schedulers can be subtracted.
 */

/** A tried rate with the share on time of each seed. */
export interface SeedShares {
  readonly rate: number;
  readonly shares: readonly number[];
}

/**
 * One value per seed (pseudo-values), whose mean estimates the capacity.
 *
 * @param tried two rates or more, all with the same seeds, two or more
 */
export function capacityOfSeeds(tried: readonly SeedShares[], target: number): number[] {
  const seeds = tried[0].shares.length;
  const curve = tried
    .toSorted((a, b) => a.rate - b.rate)
    .map(({ rate, shares }) => ({ rate, shares, sum: sumOf(shares) }));
  const whole = crossing(
    curve.map(({ rate, sum }) => ({ rate, share: sum / seeds })),
    target,
  );
  return Array.from({ length: seeds }, (_, seed) => {
    const without = curve.map(({ rate, shares, sum }) => ({ rate, share: (sum - shares[seed]) / (seeds - 1) }));
    return seeds * whole - (seeds - 1) * crossing(without, target);
  });
}

/** Where a curve, by ascending rate, falls below the target for good; an end of it where it does not. */
function crossing(curve: readonly { readonly rate: number; readonly share: number }[], target: number): number {
  const last = curve.findLastIndex(({ share }) => share >= target);
  if (last < 0) return curve[0].rate;
  const above = curve[last];
  const below = curve[last + 1];
  if (below === undefined) return above.rate;
  const part = (above.share - target) / (above.share - below.share);
  return above.rate * (below.rate / above.rate) ** part;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
