/** What a monitored scheduler of a run predicts after each layer, and what then comes (paper, section 5.1). */
import { densityRatioOf } from "../../../sched/artifact/predictor.ts";
import { tailSums } from "../../../workloads/tables/lookup-table.ts";
import { monitoredDensity } from "../../../workloads/tables/profile.ts";
import type { RunSetup } from "./run-setup.ts";

/** Remaining latencies of one input of a network after one of its layers, in the run's time unit. */
interface RemainingPrediction {
  readonly model: string;
  readonly pattern: string;
  readonly sample: number;
  /** That has just ended, from 0. */
  readonly layer: number;
  /** Of the tables: T̄. */
  readonly average: number;
  /** α · γ · T̄ */
  readonly predicted: number;
  readonly real: number;
}

/** Samples of each network that are looked at: the first ones. */
const maxSamples = 100;

/** Every prediction while each of the first samples of each network runs once, but for those of its last layer. */
export function* runPredictions({ networks, predictor, alpha }: RunSetup): Iterable<RemainingPrediction> {
  const densityRatio = densityRatioOf(predictor);
  for (const [index, profile] of networks.profiles.entries()) {
    const { model, pattern, sampleIds, layerCount, latency } = profile;
    const { averageLatency, averageDensity } = networks.tables[index];
    const measured = monitoredDensity(profile);
    const averages = tailSums(averageLatency);
    for (const [row, sample] of sampleIds.subarray(0, maxSamples).entries()) {
      const offset = row * layerCount;
      const real = tailSums(latency.subarray(offset, offset + layerCount));
      for (let seen = 1; seen < layerCount; seen++) {
        const ratio = densityRatio(measured, offset, averageDensity, seen);
        const average = averages[seen];
        const predicted = alpha[index] * ratio * average;
        yield { model, pattern, sample, layer: seen - 1, average, predicted, real: real[seen] };
      }
    }
  }
}
