/** The highest rate at which a share still reaches a target, by steps and then by halves. */

/** What searches for a capacity begin and end with: the load that is tried first, and the tolerance. */
export const startLoad = 0.8;
export const rateTolerance = 0.01;

/** A rate that was tried. */
interface Tried {
  readonly rate: number;
  /** Of the requests on time, 0..1. */
  readonly share: number;
}

export interface HighestRate {
  /** `never`: not even at the lowest rate that is tried; `always`: even at the highest. */
  readonly reached: "found" | "never" | "always";
  /** The highest rate that reaches the target and has no tried rate below it that does not; undefined unless found. */
  readonly rate?: number;
  /** In the order in which they were tried. */
  readonly tried: readonly Tried[];
}

interface RateSearch {
  /** Tried first. */
  readonly start: number;
  readonly target: number;
  /** A rate too high by no more than this share of itself lies next to the result. */
  readonly tolerance: number;
}

/** The first step away from the start; later ones are its square, its cube, … */
const firstStep = 1.25;

/** How far from the start rates are tried. */
const farthest = 1000;

/** Digits of a rate, so that a rate as printed is the rate that was tried. */
const digits = 6;

/** Shares are sums of counts; what rounding leaves of them is no miss. */
const rounding = 1e-12;

/**
 * Where the share falls as the rate grows, the result is the highest rate within the tolerance; where it does not always,
 * it is one at which the target is reached while a rate just above it, by the tolerance, misses it.
 */
export async function highestRate(
  { start, target, tolerance }: RateSearch,
  shareAt: (rate: number) => Promise<number>,
): Promise<HighestRate> {
  const tried: Tried[] = [];
  const reaches = async (rate: number): Promise<boolean> => {
    const share = await shareAt(rate);
    tried.push({ rate, share });
    return reachesTarget(share, target);
  };
  let rate = rounded(start);
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  for (let step = firstStep; low === 0 || high === Number.POSITIVE_INFINITY; step *= firstStep) {
    if (rate > start * farthest) return { reached: "always", tried };
    if (rate < start / farthest) return { reached: "never", tried };
    if (await reaches(rate)) low = rate;
    else high = rate;
    rate = rounded(low === 0 ? high / step : low * step);
  }
  while (high / low > 1 + tolerance) {
    const middle = rounded(Math.sqrt(low * high));
    if (await reaches(middle)) low = middle;
    else high = middle;
  }
  return { reached: "found", rate: low, tried };
}

function reachesTarget(share: number, target: number): boolean {
  return share >= target - rounding;
}

function rounded(rate: number): number {
  return Number(rate.toPrecision(digits));
}
