/**
 * The scheduling loop: which request's layer runs when.
 *
 * The loop goes from event to event at layer granularity, which is the only preemption point (paper, section 4.2). The
 * dispatcher says who is admitted and who is picked; the engine moves the clock, admits, and runs one layer.
 *
 * Not modelled here: several accelerators, batching, overlap of the layers of two requests.
 */
import { type DensityRatio, densityRatioOf, type RunPredictor } from "../../sched/artifact/predictor.ts";
import { ReadyQueue } from "../../sched/ready-queue.ts";
import type { RequestTable } from "../../workloads/requests/requests.ts";
import { monitoredDensity } from "../../workloads/tables/profile.ts";
import type { Dispatcher, EngineState } from "./dispatcher.ts";
import { LatencyEstimates } from "./latency-estimates.ts";
import { GrowingColumn, type Schedule } from "./schedule.ts";
import type { SwitchCosts } from "./switch-costs.ts";
import type { Workload } from "./workload.ts";

export interface EngineOptions {
  readonly predictor: RunPredictor;
  /** α of each profile: how strongly density turns into latency on this hardware. */
  readonly alpha: ArrayLike<number>;
  /** Added to the clock whenever an unfinished request is preempted; in the workload's time unit. */
  readonly preemptionCost: number;
  /** Charges every preemption for the data it moves. Absent: it moves none. One object serves one run. */
  readonly switches?: SwitchCosts;
}

/** Simulates `workload` under `dispatcher` until every request is finished. */
export function simulate(workload: Workload, dispatcher: Dispatcher, options: EngineOptions): Schedule {
  return new Simulation(workload, dispatcher, options).run();
}

class Simulation implements EngineState {
  now = 0;
  admitted = 0;
  readonly requests: RequestTable;
  readonly ready: ReadyQueue;

  private readonly workload: Workload;
  private readonly dispatcher: Dispatcher;
  private readonly options: EngineOptions;
  private readonly estimates: LatencyEstimates;
  private readonly ratioOf: DensityRatio;
  private readonly densities: readonly Float64Array[];

  private running = -1;
  private decisionCount = 0;
  private longestQueue = 0;
  private finishedCount = 0;

  private readonly start: Float64Array;
  private readonly finish: Float64Array;
  private readonly preemptions: Int32Array;
  private readonly finishOrder: Int32Array;
  private readonly dispatchRequest = new GrowingColumn((length) => new Int32Array(length));
  private readonly dispatchLayers = new GrowingColumn((length) => new Int32Array(length));
  private readonly dispatchStart = new GrowingColumn((length) => new Float64Array(length));
  private readonly dispatchEnd = new GrowingColumn((length) => new Float64Array(length));
  private readonly clockRollbacks: [number, number, number][] = [];

  constructor(workload: Workload, dispatcher: Dispatcher, options: EngineOptions) {
    const { requests } = workload;
    this.workload = workload;
    this.requests = requests;
    this.dispatcher = dispatcher;
    this.options = options;
    this.estimates = new LatencyEstimates(workload, dispatcher.policy, options.alpha);
    this.ratioOf = densityRatioOf(options.predictor);
    this.densities = workload.profiles.map(monitoredDensity);
    this.ready = new ReadyQueue(requests, workload.secondsPerTick);
    this.start = new Float64Array(requests.count);
    this.finish = new Float64Array(requests.count);
    this.preemptions = new Int32Array(requests.count);
    this.finishOrder = new Int32Array(requests.count);
  }

  run(): Schedule {
    const { count } = this.requests;
    while (this.finishedCount < count) {
      this.runLayer(this.decide());
    }
    return {
      start: this.start,
      finish: this.finish,
      preemptions: this.preemptions,
      finishOrder: this.finishOrder,
      dispatchRequest: this.dispatchRequest.toArray(),
      dispatchLayers: this.dispatchLayers.toArray(),
      dispatchStart: this.dispatchStart.toArray(),
      dispatchEnd: this.dispatchEnd.toArray(),
      decisionCount: this.decisionCount,
      longestQueue: this.longestQueue,
      clockRollbacks: this.clockRollbacks,
    };
  }

  /** Asks the dispatcher and applies its answer. @returns the position of the request whose next layer runs. */
  private decide(): number {
    const { since, startsAt } = this.dispatcher.admissions(this);
    if (startsAt < this.now) this.clockRollbacks.push([this.admitted, this.now, startsAt]);
    this.now = startsAt;
    for (let k = 0; k < since.length; k++) this.admit(since[k]);
    this.decisionCount += 1;
    return this.dispatcher.dispatch(this.ready, startsAt);
  }

  private admit(since: number): void {
    const { ready, admitted: request } = this;
    this.admitted += 1;
    ready.layersTotal[request] = this.estimates.layerCount(request);
    const isolated = this.estimates.remaining(request)[0];
    ready.isolatedSeconds[request] = isolated;
    ready.perIsolatedSecond[request] = 1 / isolated;
    ready.lastRun[request] = since;
    this.estimates.update(ready, request);
    ready.admit(request);
    if (ready.count > this.longestQueue) this.longestQueue = ready.count;
  }

  private runLayer(position: number): void {
    const request = this.ready.order[position];
    const layer = this.ready.layersDone[request];
    this.chargeSwitch(request, layer);
    this.execute(request, layer);
    if (layer + 1 === this.ready.layersTotal[request]) this.retire(request, position);
    else this.monitor(request, layer);
  }

  /** Keeps the dispatch record, and charges for the preemption of an unfinished request. */
  private chargeSwitch(request: number, layer: number): void {
    if (request === this.running) this.dispatchLayers.last += 1;
    else this.switchTo(request);
    const { switches } = this.options;
    if (switches !== undefined) this.now += switches.layerBegins(request, layer);
  }

  private switchTo(request: number): void {
    const { running } = this;
    this.running = request;
    if (running >= 0 && this.ready.layersDone[running] < this.ready.layersTotal[running]) {
      this.preemptions[running] += 1;
      this.now += this.options.preemptionCost;
      this.options.switches?.putAside(running, this.ready.layersDone[running]);
    }
    this.dispatchRequest.push(request);
    this.dispatchLayers.push(1);
    this.dispatchStart.push(this.now);
    this.dispatchEnd.push(this.now);
  }

  private execute(request: number, layer: number): void {
    const beganAt = this.now;
    if (layer === 0) this.start[request] = beganAt;
    this.now += this.estimates.trueLatency(request, layer);
    this.dispatchEnd.last = this.now;
    this.ready.lastRun[request] = this.now;
    this.ready.layersDone[request] = layer + 1;
    this.dispatcher.layerEnded?.(request, layer, beganAt, this.now);
  }

  /** The layer's density passes the monitor; a monitored policy's estimates follow it. */
  private monitor(request: number, layer: number): void {
    const { ready, workload } = this;
    const { profile: profileOf, sample } = workload.requests;
    const profile = profileOf[request];
    const densities = this.densities[profile];
    const average = workload.tables[profile].averageDensity;
    const row = sample[request] * ready.layersTotal[request];
    ready.measuredDensity[request] = densities[row + layer];
    ready.averageDensity[request] = average[layer];
    if (this.dispatcher.policy.monitored) {
      ready.densityRatio[request] = this.ratioOf(densities, row, average, layer + 1);
    }
    this.estimates.update(ready, request);
  }

  private retire(request: number, position: number): void {
    this.finish[request] = this.now;
    this.finishOrder[this.finishedCount] = request;
    this.finishedCount += 1;
    this.ready.retire(position);
  }
}
