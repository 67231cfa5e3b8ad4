/** How the densities of a network vary from sample to sample: what a predictor has to go on. */
import { monitoredDensity, type Profile } from "../../../workloads/tables/profile.ts";

export interface DensitySpread {
  /** Mean over the layers of standard deviation / mean of the monitored density; layers empty in all samples are left out. */
  readonly relativeDeviation: number;
  /** Mean correlation of the densities of two layers, −1..1; null unless two layers vary. Without it γ extrapolates noise. */
  readonly layerCorrelation: number | null;
}

/** Deviations below this are rounding. */
const minDeviation = 1e-9;

export function densitySpread(profile: Profile): DensitySpread {
  const { layerCount } = profile;
  const densities = monitoredDensity(profile);
  const columns = Array.from({ length: layerCount }, (_, layer) =>
    columnOf(densities.filter((_, index) => index % layerCount === layer)),
  );
  const filled = columns.filter(({ mean }) => mean > 0);
  const varying = columns.filter(({ deviation }) => deviation > minDeviation);
  return {
    relativeDeviation: filled.reduce((sum, { mean, deviation }) => sum + deviation / mean, 0) / filled.length,
    layerCorrelation: meanCorrelation(varying),
  };
}

interface Column {
  readonly mean: number;
  /** Over the samples, √(mean of squares). */
  readonly deviation: number;
  readonly deviations: Float64Array;
}

function columnOf(values: Float64Array): Column {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviations = values.map((value) => value - mean);
  const squares = deviations.reduce((sum, value) => sum + value * value, 0);
  return { mean, deviation: Math.sqrt(squares / values.length), deviations };
}

/** Over all pairs: of n standardised columns the variance of the sum is n + 2 · (sum of the correlations). */
function meanCorrelation(columns: readonly Column[]): number | null {
  const n = columns.length;
  if (n < 2) return null;
  const samples = columns[0].deviations.length;
  const sums = Array.from({ length: samples }, (_, sample) =>
    columns.reduce((sum, { deviations, deviation }) => sum + deviations[sample] / deviation, 0),
  );
  const variance = sums.reduce((total, sum) => total + sum * sum, 0) / samples;
  return (variance - n) / (n * (n - 1));
}
