/** Remaining times of requests, in seconds: what a policy believes, and what is true. */

import { elasticCoefficient } from "../../sched/elasticity.ts";
import type { Policy } from "../../sched/policy.ts";
import type { ReadyQueue } from "../../sched/ready-queue.ts";
import { tailSums } from "../../workloads/tables/lookup-table.ts";
import type { Workload } from "./workload.ts";

/** Remaining times for every point of every network. */
export class LatencyEstimates {
  private readonly workload: Workload;
  private readonly kind: Policy["estimates"];
  /** α of each profile; 1 for a policy that is not monitored. */
  private readonly alpha: ArrayLike<number>;
  /** ε of each profile, for the elastic predictor; undefined for the paper's. */
  private readonly elasticity: ArrayLike<number> | undefined;
  /** Per profile: estimated seconds of layers l.., for each l; and of layer l alone. */
  private readonly tails: readonly Float64Array[];
  private readonly layers: readonly Float64Array[];
  /** The same of one sample each, made when first needed; only for an oracle. */
  private readonly trueTails: (Float64Array | undefined)[][];

  /**
   * @param alpha of each profile: how strongly density turns into latency on this hardware.
   * @param elasticity of each profile, if the elastic predictor scales the estimates.
   */
  constructor(
    workload: Workload,
    { estimates: kind, monitored }: Policy,
    alpha: ArrayLike<number>,
    elasticity?: ArrayLike<number>,
  ) {
    const { secondsPerTick, tables, profiles } = workload;
    this.workload = workload;
    this.alpha = monitored ? alpha : profiles.map(() => 1);
    this.elasticity = monitored ? elasticity : undefined;
    this.kind = kind;
    const averages = tables.map((table) => (kind === "model" ? table.modelAverageLatency : table.averageLatency));
    this.tails = averages.map((row) => scaled(tailSums(row), secondsPerTick));
    this.layers = averages.map((row) => scaled(row, secondsPerTick));
    this.trueTails = profiles.map(() => []);
  }

  layerCount(request: number): number {
    return this.workload.profiles[this.workload.requests.profile[request]].layerCount;
  }

  /** Real time of one layer, in the workload's time unit. */
  trueLatency(request: number, layer: number): number {
    const { requests, profiles } = this.workload;
    const profile = profiles[requests.profile[request]];
    return profile.latency[requests.sample[request] * profile.layerCount + layer];
  }

  /** Estimated seconds of the layers from l on, for l = 0 .. layer count. */
  remaining(request: number): Float64Array {
    const { requests, profiles, secondsPerTick } = this.workload;
    const index = requests.profile[request];
    if (this.kind !== "true") return this.tails[index];
    const sample = requests.sample[request];
    const cached = this.trueTails[index][sample];
    if (cached !== undefined) return cached;
    const { latency, layerCount } = profiles[index];
    const row = latency.subarray(sample * layerCount, (sample + 1) * layerCount);
    const tails = scaled(tailSums(row), secondsPerTick);
    this.trueTails[index][sample] = tails;
    return tails;
  }

  /** Sets the estimates of the request at a position from the layers it has run and its density ratio. */
  update(ready: ReadyQueue, position: number): void {
    const request = ready.order[position];
    const profile = this.workload.requests.profile[request];
    const layer = ready.layersDone[position];
    const remaining = this.remaining(request)[layer];
    const ratio = ready.densityRatio[position];
    ready.remainingSeconds[position] = remaining;
    if (this.elasticity !== undefined) {
      const coefficient = elasticCoefficient(this.elasticity[profile], ratio);
      ready.coefficient[position] = coefficient;
      ready.scaledRemainingSeconds[position] = coefficient * remaining;
    } else {
      // γ · (α · E), in this order: the hardware's latency table holds α · E.
      const alpha = this.alpha[profile];
      ready.coefficient[position] = alpha * ratio;
      ready.scaledRemainingSeconds[position] = ratio * (alpha * remaining);
    }
    ready.nextLayerSeconds[position] =
      this.kind === "true"
        ? this.trueLatency(request, layer) * this.workload.secondsPerTick
        : this.layers[profile][layer];
  }
}

function scaled(values: Float64Array, factor: number): Float64Array {
  return values.map((value) => value * factor);
}
