/**
 * The scheduling loop: which request's layer runs when.
 *
 * The loop goes from event to event at layer granularity, which is the only preemption point (paper, section 4.2). The
 * dispatcher says who is admitted and who is picked; the engine moves the clock, admits, and runs one layer.
 *
 * Several arrays have a loop of their own (`arrays-engine.ts`). Not modelled: batching, overlap of the layers of two
 * requests on one array.
 */
import type { RunPredictor } from "../../sched/artifact/predictor.ts";
import { ReadyQueue } from "../../sched/ready-queue.ts";
import type { RequestTable } from "../../workloads/requests/requests.ts";
import { ArrivalQueue } from "./arrival-queue.ts";
import { DensityMonitor } from "./density-monitor.ts";
import type { Dispatcher, EngineState } from "./dispatcher.ts";
import { LatencyEstimates } from "./latency-estimates.ts";
import { childrenOf, ownTimes, release } from "./releases.ts";
import { DynamicColumn, type Schedule } from "./schedule.ts";
import type { SwitchCosts } from "./switch-costs.ts";
import type { Workload } from "./workload.ts";

export interface EngineOptions {
  readonly predictor: RunPredictor;
  /** α of each profile: how strongly density turns into latency on this hardware. */
  readonly alpha: ArrayLike<number>;
  /** ε of each profile, for the elastic predictor. Absent: 0, no estimate follows the density. */
  readonly elasticity?: ArrayLike<number>;
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
  readonly requests: RequestTable;
  readonly arrivals: ArrivalQueue;
  readonly ready: ReadyQueue;

  private readonly dispatcher: Dispatcher;
  private readonly options: EngineOptions;
  private readonly estimates: LatencyEstimates;
  private readonly monitor: DensityMonitor;

  private running = -1;
  /** Layers that the running request has done; 0 if it is finished. */
  private unfinishedLayers = 0;
  private decisionCount = 0;
  private longestQueue = 0;
  private finishedCount = 0;

  private readonly start: Float64Array;
  private readonly finish: Float64Array;
  private readonly preemptions: Int32Array;
  private readonly finishOrder: Int32Array;
  private readonly dropped = new Set<number>();
  private readonly dispatchRequest = new DynamicColumn((length) => new Int32Array(length));
  private readonly dispatchLayers = new DynamicColumn((length) => new Int32Array(length));
  private readonly dispatchStart = new DynamicColumn((length) => new Float64Array(length));
  private readonly dispatchEnd = new DynamicColumn((length) => new Float64Array(length));
  private readonly clockRollbacks: [number, number, number][] = [];
  /** By request, those that its end releases; undefined where none is released. */
  private readonly children: readonly (readonly number[])[] | undefined;

  constructor(workload: Workload, dispatcher: Dispatcher, options: EngineOptions) {
    const requests = ownTimes(workload.requests);
    this.requests = requests;
    this.arrivals = new ArrivalQueue(requests);
    this.children = requests.released && childrenOf(requests.released);
    this.dispatcher = dispatcher;
    this.options = options;
    this.monitor = new DensityMonitor(workload, dispatcher.policy, options.predictor);
    const elasticity = options.elasticity ?? workload.profiles.map(() => 0);
    this.estimates = this.monitor.isElastic
      ? new LatencyEstimates(workload, dispatcher.policy, options.alpha, elasticity)
      : new LatencyEstimates(workload, dispatcher.policy, options.alpha);
    this.ready = new ReadyQueue(requests, workload.secondsPerTick);
    this.start = new Float64Array(requests.count);
    this.finish = new Float64Array(requests.count);
    this.preemptions = new Int32Array(requests.count);
    this.finishOrder = new Int32Array(requests.count);
  }

  run(): Schedule {
    const { requests, arrivals, ready } = this;
    while (ready.count > 0 || arrivals.next >= 0) {
      const position = this.decide();
      if (position >= 0) this.runLayer(position);
    }
    return {
      start: this.start,
      finish: this.finish,
      preemptions: this.preemptions,
      finishOrder: this.finishOrder.subarray(0, this.finishedCount),
      ...(this.children === undefined ? {} : { released: { arrival: requests.arrival, deadline: requests.deadline } }),
      ...(this.dropped.size === 0 ? {} : { dropped: this.dropped }),
      dispatchRequest: this.dispatchRequest.toArray(),
      dispatchLayers: this.dispatchLayers.toArray(),
      dispatchStart: this.dispatchStart.toArray(),
      dispatchEnd: this.dispatchEnd.toArray(),
      decisionCount: this.decisionCount,
      longestQueue: this.longestQueue,
      clockRollbacks: this.clockRollbacks,
    };
  }

  /** Asks the dispatcher and applies its answer. @returns the position of the request that runs; -1 if none is left. */
  private decide(): number {
    const { arrivals } = this;
    const admitted = arrivals.taken;
    const { count, since, startsAt } = this.dispatcher.admissions(this);
    if (startsAt < this.now) this.clockRollbacks.push([admitted, this.now, startsAt]);
    this.now = startsAt;
    for (let k = 0; k < count; k++) this.admit(arrivals.order[admitted + k], since[k]);
    if (this.requests.dropsWhenLate !== undefined) this.dropUnserved(this.latePositions(this.requests.dropsWhenLate));
    if (this.dispatcher.drop !== undefined) this.dropUnserved(this.dispatcher.drop(this.ready, startsAt));
    if (this.ready.count === 0) return -1;
    this.decisionCount += 1;
    return this.dispatcher.dispatch(this.ready, startsAt);
  }

  private admit(request: number, since: number): void {
    const { ready } = this;
    const position = ready.admit(request);
    ready.layersTotal[position] = this.estimates.layerCount(request);
    const isolated = this.estimates.remaining(request)[0];
    ready.isolatedSeconds[position] = isolated;
    ready.reciprocalIsolatedSeconds[position] = 1 / isolated;
    ready.lastRun[position] = since;
    this.estimates.update(ready, position);
    if (ready.count > this.longestQueue) this.longestQueue = ready.count;
  }

  private runLayer(position: number): void {
    const request = this.ready.order[position];
    const layer = this.ready.layersDone[position];
    this.chargeSwitch(request, layer);
    this.execute(request, position, layer);
    const isLast = layer + 1 === this.ready.layersTotal[position];
    this.unfinishedLayers = isLast ? 0 : layer + 1;
    if (isLast) this.retire(request, position);
    else this.observe(position, layer);
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
    if (this.unfinishedLayers > 0) {
      this.preemptions[running] += 1;
      this.now += this.options.preemptionCost;
      this.options.switches?.preempt(running, this.unfinishedLayers);
    }
    this.dispatchRequest.push(request);
    this.dispatchLayers.push(1);
    this.dispatchStart.push(this.now);
    this.dispatchEnd.push(this.now);
  }

  private execute(request: number, position: number, layer: number): void {
    const beganAt = this.now;
    if (layer === 0) this.start[request] = beganAt;
    this.now += this.estimates.trueLatency(request, layer);
    this.dispatchEnd.last = this.now;
    this.ready.lastRun[position] = this.now;
    this.ready.layersDone[position] = layer + 1;
    this.dispatcher.layerEnded?.(request, layer, beganAt, this.now);
  }

  /** The layer's density passes the monitor; a monitored policy's estimates follow it. */
  private observe(position: number, layer: number): void {
    this.monitor.layerDone(this.ready, position, layer);
    this.estimates.update(this.ready, position);
  }

  /** Positions of requests that may not begin after their deadline and have not begun before, ascending. */
  private latePositions(dropsWhenLate: Uint8Array): number[] {
    const { count, order, layersDone, deadline } = this.ready;
    const late: number[] = [];
    for (let position = 0; position < count; position++) {
      const mayBegin = layersDone[position] > 0 || deadline[position] >= this.now;
      if (!mayBegin && dropsWhenLate[order[position]] === 1) late.push(position);
    }
    return late;
  }

  /** @param positions ascending. */
  private dropUnserved(positions: readonly number[]): void {
    for (let k = positions.length - 1; k >= 0; k--) {
      const request = this.ready.order[positions[k]];
      this.start[request] = this.now;
      this.finish[request] = this.now;
      this.dropped.add(request);
      this.finishOrder[this.finishedCount] = request;
      this.finishedCount += 1;
      this.ready.retire(positions[k]);
    }
  }

  private retire(request: number, position: number): void {
    this.dispatcher.requestFinished?.(this.ready, position, this.now);
    this.finish[request] = this.now;
    this.finishOrder[this.finishedCount] = request;
    this.finishedCount += 1;
    this.ready.retire(position);
    if (this.children !== undefined) this.releaseAll(this.children[request]);
  }

  /** Requests whose parent has ended now. */
  private releaseAll(children: readonly number[]): void {
    for (const child of children) {
      release(this.requests, child, this.now);
      this.arrivals.release(child);
    }
  }
}
