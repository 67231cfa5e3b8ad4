/**
 * 95 % intervals of means whose values have a range: shares between 0 and 1, slowdowns of 1 or more.
 *
 * Student's t on the plain mean may leave the range, and is too short for rare events: a few seeds have nearly all of
 * them. Here t is taken on the logit of the mean (of a share) or on the logarithm of its distance from the least value,
 * with the standard error carried over by the slope (delta method), so that both ends stay inside. The degrees of freedom
 * are those of the variance itself: with kurtosis in the sample the variance is less certain than n − 1 says, ν = 2n / (G₂ +
 * 2n / (n − 1)), G₂ the sample's excess kurtosis, not below a quarter of n − 1 nor above n − 1. Slowdowns near saturation
 * have a long tail upwards, of which twenty seeds often hold too little: there the upper end is not below the one of Hall's
 * transformation of t (P. Hall, J. R. Statist. Soc. B 54, 1992), which undoes the sample's skewness. How often such
 * intervals hold the true mean is measured by `npm run coverage` (docs/schedulers.md).
 */
import { tFactor95 } from "./student-t.ts";

/** What the values of a mean can be. */
export interface ValueRange {
  readonly least: number;
  /** Absent: no bound above. */
  readonly most?: number;
  /** Of a share: all the things that were counted for it, e.g. the requests of all seeds. */
  readonly trials?: number;
}

/** The ends of an interval. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

/**
 * Late requests come in clusters: one burst makes several late. Where no request of any seed was late, nothing is known of
 * the clusters, so this many requests count as one trial (at points with few violations a seed that had any had 1.2 to 6.5).
 */
const cluster = 8;

/** The interval of the mean of two values or more, all of them in the range. */
export function boundedInterval(values: readonly number[], range: ValueRange): Ends {
  const { least, most } = range;
  const { mean, error, factor, upperFactor } = studentised(values);
  const reach = factor * error;
  if (most === undefined) {
    const over = mean - least;
    if (over <= 0) return { low: least, high: least };
    const stretch = Math.exp(reach / over);
    return { low: least + over / stretch, high: Math.max(least + over * stretch, mean + upperFactor * error) };
  }
  const width = most - least;
  const share = (mean - least) / width;
  const unseen = width * unseenShare(range.trials ?? values.length);
  if (share <= 0) return { low: least, high: least + unseen };
  if (share >= 1) return { low: most - unseen, high: most };
  const logit = Math.log(share / (1 - share));
  const step = reach / width / (share * (1 - share));
  return { low: least + width * logistic(logit - step), high: least + width * logistic(logit + step) };
}

/** The largest share of which none in `trials` is still as likely as 2.5 % (Clopper and Pearson), by clusters. */
function unseenShare(trials: number): number {
  return 1 - 0.025 ** (1 / Math.max(1, trials / cluster));
}

function studentised(values: readonly number[]) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const thirds = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
  const fourths = values.reduce((sum, value) => sum + (value - mean) ** 4, 0);
  const error = Math.sqrt(squares / (n - 1) / n);
  if (error === 0) return { mean, error, factor: 0, upperFactor: 0 };
  return {
    mean,
    error,
    factor: tFactor95(varianceFreedom(n, squares / n, fourths / n)),
    upperFactor: hallFactor(n, thirds / n / (squares / n) ** 1.5),
  };
}

/** Standard errors from the mean to the upper end, by Hall's cubic transformation of Student's t. */
function hallFactor(n: number, skewness: number): number {
  const t = tFactor95(n - 1);
  const bend = skewness / (3 * Math.sqrt(n));
  // Of less than this the difference is rounding.
  if (!(Math.abs(bend) > 1e-9)) return t;
  const shifted = -t - skewness / (6 * Math.sqrt(n));
  return (1 - Math.cbrt(1 + 3 * bend * shifted)) / bend;
}

/** Degrees of freedom of a variance that is estimated from n values of these central moments. */
function varianceFreedom(n: number, second: number, fourth: number): number {
  const all = n - 1;
  // Below some 1e-162 squares of squares are 0.
  if (n < 4 || second ** 2 === 0) return all;
  const excess = fourth / second ** 2 - 3;
  const unbiased = (all / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6);
  const own = (2 * n) / (Math.max(0, unbiased) + (2 * n) / all);
  const floor = Math.min(all, Math.max(3, Math.round(all / 4)));
  return Math.min(all, Math.max(floor, Math.round(own)));
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
