/** The density of each layer as it passes the monitor, and γ, which a monitored policy's estimates follow. */
import { type DensityRatio, densityRatioOf, type RunPredictor } from "../../sched/artifact/predictor.ts";
import type { Policy } from "../../sched/policy.ts";
import type { ReadyQueue } from "../../sched/ready-queue.ts";
import { observedOutputs } from "../../workloads/tables/observed-outputs.ts";
import { monitoredDensity } from "../../workloads/tables/profile.ts";
import type { Workload } from "./workload.ts";

/** γ of the elastic predictor is the mean over all layers that have run. */
export const elasticWindow: RunPredictor = { kind: "average-all", lastN: 1, faults: [], isElastic: true };

export class DensityMonitor {
  /** Whether estimates follow γ by the elastic predictor instead of the paper's α·γ. */
  readonly isElastic: boolean;
  private readonly workload: Workload;
  private readonly isMonitored: boolean;
  private readonly ratioOf: DensityRatio;
  /** Of each profile: observed densities, row-major [samples, layers], and their averages. */
  private readonly densities: readonly Float64Array[];
  private readonly averages: readonly Float64Array[];

  constructor(workload: Workload, policy: Policy, predictor: RunPredictor) {
    this.workload = workload;
    this.isMonitored = policy.monitored;
    this.isElastic = policy.predictor === "elastic" || predictor.isElastic === true;
    if (this.isElastic) {
      const observed = workload.profiles.map((profile, index) => observedOutputs(profile, workload.tables[index]));
      this.densities = observed.map(({ density }) => density);
      this.averages = observed.map(({ average }) => average);
      this.ratioOf = densityRatioOf(elasticWindow);
    } else {
      this.densities = workload.profiles.map(monitoredDensity);
      this.averages = workload.tables.map(({ averageDensity }) => averageDensity);
      this.ratioOf = densityRatioOf(predictor);
    }
  }

  /** The density of `layer`, which the request at `position` has just run, passes the monitor. */
  layerDone(ready: ReadyQueue, position: number, layer: number): void {
    const { profile: profileOf, sample } = this.workload.requests;
    const request = ready.order[position];
    const profile = profileOf[request];
    const density = this.densities[profile];
    const average = this.averages[profile];
    const row = sample[request] * ready.layersTotal[position];
    ready.measuredDensity[position] = density[row + layer];
    ready.averageDensity[position] = average[layer];
    if (!this.isMonitored) return;
    ready.densityRatio[position] = this.ratioOf(density, row, average, layer + 1);
  }
}
