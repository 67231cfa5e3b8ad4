/** How far predicted latency is from real latency, per network and predictor, over all its samples. */
import { densityRatio, type PredictorKind } from "../../sched/predictor.ts";
import { type LookupTable, tailSums } from "../../workloads/lookup-table.ts";
import type { Profile } from "../../workloads/profile.ts";
import type { Check } from "./check.ts";
import { accuracyRecording, readRecording } from "./recordings.ts";
import { defaultSequenceLength } from "./replay.ts";

const tolerance = 1e-9;
const kinds = { avg: "average-all", last_n: "last-n", last_one: "last-one" } as const;

export const checkAccuracy: Check = (job, tables, comparison) => {
  for (const [model, recorded] of Object.entries(readRecording(job, accuracyRecording))) {
    const csv = tables.find([`${model}.csv`]);
    if (csv === undefined) return { skipped: true, reason: `its table ${model}.csv is not in the folder` };
    const networks = tables.networks([model], csv, defaultSequenceLength);
    for (const [name, kind] of Object.entries(kinds)) {
      const expected = recorded[name as keyof typeof kinds];
      const replayed = accuracyOf(networks.profiles[0], networks.tables[0], kind);
      const at = (what: string) => () => `${model}: ${name}: ${what}`;
      comparison.exact(expected.count, replayed.count, at("count"));
      comparison.near(expected.mse, replayed.mse, tolerance, at("mse in s²"));
      comparison.near(expected.rmse, replayed.rmse, tolerance, at("rmse in s"));
      comparison.near(expected.mean_relative_error, replayed.meanRelativeError, tolerance, at("mean_relative_error"));
      // A mean of errors of either sign is near zero: its own digits are rounding, its scale is the errors'.
      comparison.within(expected.mean_error, replayed.meanError, tolerance * expected.rmse, at("mean_error in s"));
    }
  }
  return undefined;
};

interface Accuracy {
  readonly count: number;
  readonly meanError: number;
  readonly meanRelativeError: number;
  readonly mse: number;
  readonly rmse: number;
}

/** Errors of (ratio after i layers) × average remaining time against real remaining time, i = 1 .. layers − 1. */
function accuracyOf(profile: Profile, table: LookupTable, kind: PredictorKind): Accuracy {
  const { layerCount, latency, inputDensity, sampleIds } = profile;
  const parameters = { kind, lastN: 3, divideByWindow: true, divideEmpty: true, divideRatio: true };
  const averageTail = tailSums(table.averageLatency);
  const total = { count: 0, error: 0, relative: 0, squared: 0 };
  for (let sample = 0; sample < sampleIds.length; sample++) {
    const row = sample * layerCount;
    const realTail = tailSums(latency.subarray(row, row + layerCount));
    for (let seen = 1; seen < layerCount; seen++) {
      const ratio = densityRatio(inputDensity, row, table.averageDensity, seen, parameters);
      const error = ratio * averageTail[seen] - realTail[seen];
      total.count += 1;
      total.error += error;
      total.relative += error / realTail[seen];
      total.squared += error * error;
    }
  }
  const { count, error, relative, squared } = total;
  const mse = squared / count;
  return { count, meanError: error / count, meanRelativeError: relative / count, mse, rmse: Math.sqrt(mse) };
}
