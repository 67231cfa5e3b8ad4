/**
 * The predictor with the right slope: T̂ = E · (1 + ε·(γ − 1)).
 *
 * The paper's predictor scales the average remaining latency E by α·γ, so that 10 % more density means 10 % more time.
 * Only part of a layer's time follows density; ε, the elasticity, says how much of it: 0 none, 1 all. It is fitted per
 * (model, pattern) on the samples of the profile: least squares through the origin of remaining / E − 1 on γ − 1,
 * weighted by E², over every layer boundary of every sample.
 *
 * A fit on few samples is uncertain (three samples gave −7.7), so it is shrunk towards 0 by its own uncertainty, which
 * a jackknife over the samples tells: ε · max(0, 1 − (standard error / ε)²), and clipped to 0 … 1.5.
 */
import type { DensityRatio } from "./artifact/predictor.ts";

/** What of a profile is needed to fit its elasticity; rows are samples. */
interface ProfileSamples {
  readonly sampleCount: number;
  readonly layerCount: number;
  /** Latencies and observed densities of each layer, row-major [samples, layers]; latencies in any unit. */
  readonly latency: ArrayLike<number>;
  readonly density: ArrayLike<number>;
  /** Averages over the samples, one per layer. */
  readonly averageLatency: ArrayLike<number>;
  readonly averageDensity: ArrayLike<number>;
}

/** An elasticity and what it was fitted on. */
export interface Elasticity {
  /** ε, 0 … 1.5. */
  readonly value: number;
  /** Before shrinking and clipping; NaN where nothing varies. */
  readonly fitted: number;
  readonly samples: number;
}

const maxElasticity = 1.5;

/** 1 + ε·(γ − 1), but at least 1/16: with ε above 1 a very sparse input would be predicted to take less than no time. */
export function elasticCoefficient(elasticity: number, ratio: number): number {
  return Math.max(1 / 16, 1 + elasticity * (ratio - 1));
}

/**
 * The elasticity of one (model, pattern). With one sample nothing can be told: 0.
 *
 * @param target what is predicted: all that remains, or the next layer alone.
 */
export function fitElasticity(profile: ProfileSamples, ratio: DensityRatio, target: "remaining" | "next"): Elasticity {
  const { sampleCount } = profile;
  const sums = Array.from({ length: sampleCount }, (_, sample) => momentsOf(profile, sample, ratio, target));
  const xy = sums.reduce((sum, each) => sum + each.xy, 0);
  const xx = sums.reduce((sum, each) => sum + each.xx, 0);
  const fitted = xy / xx;
  if (sampleCount < 2 || !(fitted > 0)) return { value: 0, fitted, samples: sampleCount };
  const without = sums.map((each) => (xx > each.xx ? (xy - each.xy) / (xx - each.xx) : 0));
  const mean = without.reduce((sum, each) => sum + each, 0) / sampleCount;
  const squares = without.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const errorSquared = ((sampleCount - 1) / sampleCount) * squares;
  const shrunk = fitted * Math.max(0, 1 - errorSquared / fitted ** 2);
  return { value: Math.min(maxElasticity, Math.max(0, shrunk)), fitted, samples: sampleCount };
}

/** Σ E²·x·y and Σ E²·x² of one sample, x = γ − 1, y = real / E − 1, over its layer boundaries. */
function momentsOf(profile: ProfileSamples, sample: number, ratio: DensityRatio, target: "remaining" | "next") {
  const { layerCount, latency, density, averageLatency, averageDensity } = profile;
  const row = sample * layerCount;
  let xy = 0;
  let xx = 0;
  let real = 0;
  let expected = 0;
  for (let seen = layerCount - 1; seen > 0; seen--) {
    real = target === "next" ? latency[row + seen] : real + latency[row + seen];
    expected = target === "next" ? averageLatency[seen] : expected + averageLatency[seen];
    const x = ratio(density, row, averageDensity, seen) - 1;
    xy += expected * x * (real - expected);
    xx += expected * expected * x * x;
  }
  return { xy, xx };
}
