/**
 * Quantiles of Student's t distribution, for confidence intervals over seeds. Degrees of freedom are whole numbers here,
 * so the distribution function is a finite sum (Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.3 and
 * 26.7.4); the quantile is where the sum has the wanted value, found by halving an interval.
 */

/** The sums are of half as many terms as there are degrees of freedom, so a quantile is computed once. */
const known = new Map<number, number>();

/**
 * The factor of a two-sided 95 % confidence interval: t with P(|T| ≤ t) = 0.95.
 *
 * @param degreesOfFreedom a whole number, 1 or more
 */
export function tFactor95(degreesOfFreedom: number): number {
  const factor = known.get(degreesOfFreedom) ?? centralQuantile(0.95, degreesOfFreedom);
  known.set(degreesOfFreedom, factor);
  return factor;
}

/** t with P(|T| ≤ t) = `probability`, which is between 0 and 1. */
export function centralQuantile(probability: number, degreesOfFreedom: number): number {
  let [low, high] = [0, Math.PI / 2];
  for (;;) {
    const middle = (low + high) / 2;
    // The interval has no number of double precision left inside.
    if (middle <= low || middle >= high) return Math.sqrt(degreesOfFreedom) * Math.tan(middle);
    if (centralProbability(middle, degreesOfFreedom) < probability) low = middle;
    else high = middle;
  }
}

/** P(|T| ≤ t) with t = √ν tan θ. */
function centralProbability(theta: number, degreesOfFreedom: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = degreesOfFreedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = isOdd && degreesOfFreedom === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k < degreesOfFreedom - 2; k += 2) {
    term *= (cosine * cosine * k) / (k + 1);
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}
