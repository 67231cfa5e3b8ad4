/**
 * The scheduling loop: which request's layer runs when.
 *
 * Event to event at layer granularity, the only preemption point (paper, section 4.2): admit what has arrived, let the
 * policy pick, run one layer, feed the monitor's density to the predictor, retire what is done.
 *
 * Not modelled here: several accelerators, batching, overlap of the layers of two requests.
 */
import type { Policy } from "../sched/policy.ts";
import { densityRatio, type PredictorParameters } from "../sched/predictor.ts";
import { ReadyQueue } from "../sched/ready-queue.ts";
import type { Semantics } from "../workloads/faults.ts";
import { tailSums } from "../workloads/lookup-table.ts";
import { monitoredDensity } from "../workloads/profile.ts";
import { GrowingColumn, type Schedule } from "./schedule.ts";
import type { Workload } from "./workload.ts";

export interface EngineOptions {
  readonly semantics: Semantics;
  readonly predictor: PredictorParameters;
  /** α of each profile: how strongly density turns into latency on this hardware. */
  readonly alpha: ArrayLike<number>;
  /** Added to the clock whenever an unfinished request is put aside for another; in the workload's time unit. */
  readonly preemptionCost: number;
  /** Called after every pick, before the layer runs: for traces, not for models. */
  readonly observe?: (now: number, request: number, ready: ReadyQueue) => void;
}

/** Simulates `workload` under `policy` until every request is finished. */
export function simulate(workload: Workload, policy: Policy, options: EngineOptions): Schedule {
  return new Simulation(workload, policy, options).run();
}

class Simulation {
  private readonly workload: Workload;
  private readonly policy: Policy;
  private readonly options: EngineOptions;
  private readonly estimates: LatencyEstimates;
  private readonly densities: readonly Float64Array[];
  private readonly ready: ReadyQueue;

  private now = 0;
  private nextArrival = 0;
  private running = -1;
  private decisionCount = 0;
  private longestQueue = 0;
  private finishedCount = 0;

  private readonly start: Float64Array;
  private readonly finish: Float64Array;
  private readonly preemptions: Int32Array;
  private readonly finishOrder: Int32Array;
  private readonly dispatchRequest = new GrowingColumn();
  private readonly dispatchLayers = new GrowingColumn();
  private readonly clockRollbacks: [number, number, number][] = [];

  constructor(workload: Workload, policy: Policy, options: EngineOptions) {
    const { requests } = workload;
    this.workload = workload;
    this.policy = policy;
    this.options = options;
    this.estimates = new LatencyEstimates(workload, policy.estimates);
    this.densities = workload.profiles.map(monitoredDensity);
    this.ready = new ReadyQueue(requests, workload.secondsPerTick);
    this.start = new Float64Array(requests.count);
    this.finish = new Float64Array(requests.count);
    this.preemptions = new Int32Array(requests.count);
    this.finishOrder = new Int32Array(requests.count);
  }

  run(): Schedule {
    const { count } = this.workload.requests;
    while (this.finishedCount < count) {
      this.admitArrivals();
      const position = this.policy.pick(this.ready, this.now);
      this.runLayer(this.ready.order[position], position);
    }
    return {
      start: this.start,
      finish: this.finish,
      preemptions: this.preemptions,
      finishOrder: this.finishOrder,
      dispatchRequest: this.dispatchRequest.toArray(),
      dispatchLayers: this.dispatchLayers.toArray(),
      decisionCount: this.decisionCount,
      longestQueue: this.longestQueue,
      clockRollbacks: this.clockRollbacks,
    };
  }

  /** Moves the requests that have arrived into the queue; an idle accelerator first waits for the next one. */
  private admitArrivals(): void {
    const { count, arrival } = this.workload.requests;
    const { semantics } = this.options;
    if (this.nextArrival === count) return;
    if (this.ready.count === 0) {
      this.waitForArrival(arrival[this.nextArrival]);
      this.admit(this.nextArrival);
      if (semantics.has("one-newcomer")) return;
    }
    const strictly = semantics.has("strict-admission");
    while (this.nextArrival < count) {
      const at = arrival[this.nextArrival];
      if (at > this.now || (strictly && at === this.now)) return;
      this.admit(this.nextArrival);
    }
  }

  private waitForArrival(at: number): void {
    if (at < this.now) {
      if (!this.options.semantics.has("clock-rolls-back")) return;
      this.clockRollbacks.push([this.nextArrival, this.now, at]);
    }
    this.now = at;
  }

  private admit(request: number): void {
    this.nextArrival += 1;
    const { ready } = this;
    ready.layersTotal[request] = this.estimates.layerCount(request);
    const isolated = this.estimates.remaining(request)[0];
    ready.isolatedSeconds[request] = isolated;
    ready.perIsolatedSecond[request] = 1 / isolated;
    if (this.policy.monitored) ready.coefficient[request] = this.options.alpha[this.workload.requests.profile[request]];
    this.estimates.update(ready, request);
    ready.admit(request);
    if (ready.count > this.longestQueue) this.longestQueue = ready.count;
  }

  private runLayer(request: number, position: number): void {
    const { ready } = this;
    this.options.observe?.(this.now, request, ready);
    this.decisionCount += 1;
    this.switchTo(request);
    const layer = ready.layersDone[request];
    if (layer === 0) this.start[request] = this.now;
    this.now += this.estimates.trueLatency(request, layer);
    ready.lastRun[request] = this.now;
    ready.layersDone[request] = layer + 1;
    if (layer + 1 === ready.layersTotal[request]) this.complete(request, position);
    else {
      this.monitor(request, layer);
      this.estimates.update(ready, request);
    }
  }

  /** Keeps the dispatch record and charges for putting an unfinished request aside. */
  private switchTo(request: number): void {
    const { running } = this;
    if (request === running) {
      this.dispatchLayers.addToLast(1);
      return;
    }
    this.dispatchRequest.push(request);
    this.dispatchLayers.push(1);
    this.running = request;
    if (running >= 0 && this.ready.layersDone[running] < this.ready.layersTotal[running]) {
      this.preemptions[running] += 1;
      this.now += this.options.preemptionCost;
    }
  }

  /** The layer's density passes the monitor; a monitored policy's coefficient follows it. */
  private monitor(request: number, layer: number): void {
    const { ready, options, workload } = this;
    const { profile: profileOf, sample } = workload.requests;
    const profile = profileOf[request];
    const densities = this.densities[profile];
    const average = workload.tables[profile].averageDensity;
    const row = sample[request] * ready.layersTotal[request];
    ready.measuredDensity[request] = densities[row + layer];
    ready.averageDensity[request] = average[layer];
    if (!this.policy.monitored) return;
    const ratio = densityRatio(densities, row, average, layer + 1, options.predictor);
    ready.coefficient[request] = options.alpha[profile] * ratio;
  }

  private complete(request: number, position: number): void {
    this.finish[request] = this.now;
    this.finishOrder[this.finishedCount] = request;
    this.finishedCount += 1;
    this.ready.retire(position);
  }
}

/** Remaining times in seconds for every point of every network: what a policy believes, and what is true. */
class LatencyEstimates {
  private readonly workload: Workload;
  private readonly kind: Policy["estimates"];
  /** Per profile: estimated seconds of layers l.., for each l; and of layer l alone. */
  private readonly tails: readonly Float64Array[];
  private readonly layers: readonly Float64Array[];
  /** The same of one sample each, made when first needed; only for an oracle. */
  private readonly trueTails: (Float64Array | undefined)[][];

  constructor(workload: Workload, kind: Policy["estimates"]) {
    const { secondsPerTick, tables, profiles } = workload;
    this.workload = workload;
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

  /** Sets the estimates of a request from the layers it has run and its coefficient. */
  update(ready: ReadyQueue, request: number): void {
    const layer = ready.layersDone[request];
    const remaining = this.remaining(request)[layer];
    ready.remainingSeconds[request] = remaining;
    ready.scaledRemainingSeconds[request] = ready.coefficient[request] * remaining;
    ready.nextLayerSeconds[request] =
      this.kind === "true"
        ? this.trueLatency(request, layer) * this.workload.secondsPerTick
        : this.layers[this.workload.requests.profile[request]][layer];
  }
}

function scaled(values: Float64Array, factor: number): Float64Array {
  return values.map((value) => value * factor);
}
