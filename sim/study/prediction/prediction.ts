/**
 * How far predicted latencies are from real ones, for any predictor of the form T̂ = γ · T̄ (paper, section 5.1): γ
 * compares what was measured in this sample with its average, T̄ is the table average. After each layer but the last of
 * each sample two things are predicted: all that remains, and the next layer. Pure: profiles in, errors out.
 */
import { densityRatioOf, type RunPredictor } from "../../../sched/artifact/predictor.ts";
import { tailSums } from "../../../workloads/tables/lookup-table.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";

/**
 * Whether averages contain the sample that is predicted. `in-sample`: they do, as the tables of a run are made;
 * `leave-one-out`: they do not, as when an input arrives that nobody has profiled.
 */
export type Averaging = "leave-one-out" | "in-sample";

export type PredictionTarget = "remaining" | "next";

export interface Predictor {
  /** What is measured after each layer, row-major [samples, layers], in any unit; undefined: nothing, γ is 1. */
  readonly measured: Float64Array | undefined;
  /** Over which layers γ is taken. */
  readonly window: RunPredictor;
}

type Latencies = Pick<Profile, "sampleIds" | "layerCount" | "latency">;

/** One entry after each layer but the last of each sample; times in the unit of the profile. */
interface Predictions {
  readonly gamma: Float64Array;
  /** Of the tables, T̄. */
  readonly average: Float64Array;
  readonly real: Float64Array;
}

/** Every prediction that is made while each sample runs once. */
export function predictionsOf(
  { sampleIds, layerCount, latency }: Latencies,
  { measured, window }: Predictor,
  target: PredictionTarget,
  averaging: Averaging,
): Predictions {
  const densityRatio = densityRatioOf(window);
  const perSample = layerCount - 1;
  const [gamma, average, real] = [0, 1, 2].map(() => new Float64Array(sampleIds.length * perSample));
  for (const sample of sampleIds.keys()) {
    const row = sample * layerCount;
    const averageAhead = ahead(averagesFor(latency, layerCount, sample, averaging), target);
    const realAhead = ahead(latency.subarray(row, row + layerCount), target);
    const expected = measured && averagesFor(measured, layerCount, sample, averaging);
    for (let seen = 1; seen < layerCount; seen++) {
      const at = sample * perSample + seen - 1;
      gamma[at] = measured && expected ? densityRatio(measured, row, expected, seen) : 1;
      average[at] = averageAhead[seen];
      real[at] = realAhead[seen];
    }
  }
  return { gamma, average, real };
}

function ahead(layers: Float64Array, target: PredictionTarget): Float64Array {
  return target === "next" ? layers : tailSums(layers);
}

/** The average row of [samples, layers] that predictions for one sample are made with. */
function averagesFor(values: Float64Array, layerCount: number, sample: number, averaging: Averaging): Float64Array {
  const means = new Float64Array(layerCount);
  let rows = 0;
  for (let row = 0; row < values.length / layerCount; row++) {
    if (row === sample && averaging === "leave-one-out") continue;
    rows += 1;
    for (let layer = 0; layer < layerCount; layer++) means[layer] += values[row * layerCount + layer];
  }
  return means.map((sum) => sum / rows);
}

/** Errors are predicted − real, in the unit of the predictions; relative ones are divided by the real value. */
export interface PredictionErrors {
  readonly count: number;
  readonly rmse: number;
  readonly meanError: number;
  /** These two leave out what takes no time at all. */
  readonly meanRelativeError: number;
  readonly meanAbsoluteRelativeError: number;
}

export function errorsOf({ gamma, average, real }: Predictions): PredictionErrors {
  const sums = { squared: 0, error: 0, relative: 0, absoluteRelative: 0, timed: 0 };
  for (let i = 0; i < real.length; i++) {
    const error = gamma[i] * average[i] - real[i];
    sums.squared += error * error;
    sums.error += error;
    if (real[i] === 0) continue;
    sums.relative += error / real[i];
    sums.absoluteRelative += Math.abs(error) / real[i];
    sums.timed += 1;
  }
  return {
    count: real.length,
    rmse: Math.sqrt(sums.squared / real.length),
    meanError: sums.error / real.length,
    meanRelativeError: sums.relative / sums.timed,
    meanAbsoluteRelativeError: sums.absoluteRelative / sums.timed,
  };
}

/** One number fitted to all predictions in hindsight by least squares, and the RMSE that is left with it. */
export interface Fit {
  readonly value: number;
  readonly rmse: number;
}

/**
 * The best ε of T̂ = (1 + ε(γ − 1)) · T̄: how much of a change of γ arrives in the latency. 1: all of it, as the
 * predictor assumes; 0: the measurement is better ignored. Undefined where γ is always 1.
 */
export function bestElasticity(predictions: Predictions): Fit | undefined {
  const { gamma, average, real } = predictions;
  const change = gamma.map((ratio, i) => (ratio - 1) * average[i]);
  const value = leastSquares(
    change,
    real.map((time, i) => time - average[i]),
  );
  if (Number.isNaN(value)) return undefined;
  const damped = gamma.map((ratio) => 1 + value * (ratio - 1));
  return { value, rmse: errorsOf({ ...predictions, gamma: damped }).rmse };
}

/** The best α of T̂ = α · γ · T̄, as the paper and a scenario's `dysta.alpha` have it: it scales γ = 1 as well. */
export function bestFactor(predictions: Predictions): Fit {
  const { gamma, average, real } = predictions;
  const value = leastSquares(
    gamma.map((ratio, i) => ratio * average[i]),
    real,
  );
  return { value, rmse: errorsOf({ ...predictions, gamma: gamma.map((ratio) => value * ratio) }).rmse };
}

/** The k with the least Σ (k·x − y)²; NaN where all x are 0. */
function leastSquares(x: Float64Array, y: Float64Array): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    products += x[i] * y[i];
    squares += x[i] * x[i];
  }
  return products / squares;
}
