/** How far predicted latency is from real latency, per network and predictor, over all its samples. */
import { ratioFaults } from "../../../sched/artifact/predictor.ts";
import type { PredictorKind } from "../../../sched/predictor.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { errorsOf, type PredictionErrors, predictionsOf } from "../prediction/prediction.ts";
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
      const replayed = accuracyOf(networks.profiles[0], kind);
      const at = (what: string) => () => `${model}: ${name}: ${what}`;
      comparison.exact(expected.count, replayed.count, at("count"));
      comparison.near(expected.mse, replayed.rmse ** 2, tolerance, at("mse in s²"));
      comparison.near(expected.rmse, replayed.rmse, tolerance, at("rmse in s"));
      comparison.near(expected.mean_relative_error, replayed.meanRelativeError, tolerance, at("mean_relative_error"));
      // A mean of errors of either sign is near zero: its own digits are rounding, its scale is the errors'.
      comparison.within(expected.mean_error, replayed.meanError, tolerance * expected.rmse, at("mean_error in s"));
    }
  }
  return undefined;
};

/** Of the time that remains after i layers, i = 1 .. layers − 1, on tables that contain the sample. */
function accuracyOf(profile: Profile, kind: PredictorKind): PredictionErrors {
  const window = { kind, lastN: 3, faults: ratioFaults };
  const predictor = { measured: profile.inputDensity, window };
  return errorsOf(predictionsOf(profile, predictor, "remaining", "in-sample"));
}
