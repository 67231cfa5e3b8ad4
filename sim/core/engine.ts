/**
 * The scheduling loop: which request's layer runs when.
 *
 * Event to event at layer granularity, the only preemption point (paper, section 4.2): the dispatch admits what has
 * arrived and picks, one layer runs, its density passes the monitor, what is done retires.
 *
 * Not modelled here: several accelerators, batching, overlap of the layers of two requests.
 */
import type { RunPredictor } from "../../sched/artifact/predictor.ts";
import type { Policy } from "../../sched/policy.ts";
import { ReadyQueue } from "../../sched/ready-queue.ts";
import type { RequestTable } from "../../workloads/requests/requests.ts";
import { DensityMonitor } from "./density-monitor.ts";
import { LatencyEstimates } from "./latency-estimates.ts";
import { GrowingColumn, type Schedule } from "./schedule.ts";
import type { SwitchCosts } from "./switch-costs.ts";
import type { Workload } from "./workload.ts";

export interface EngineOptions {
  readonly predictor: RunPredictor;
  /** α of each profile: how strongly density turns into latency on this hardware. */
  readonly alpha: ArrayLike<number>;
  /** ε of each profile, for the elastic predictor. Absent: 0, no estimate follows the density. */
  readonly elasticity?: ArrayLike<number>;
  /** Added to the clock whenever an unfinished request is put aside for another; in the workload's time unit. */
  readonly preemptionCost: number;
  /** Charges every preemption for the data it moves. Absent: it moves none. Of one run, as it counts. */
  readonly switches?: SwitchCosts;
  /** Called after every pick, before the layer runs: for traces, not for models. */
  readonly observe?: (now: number, request: number, ready: ReadyQueue) => void;
  /** Called as each layer begins, after what the switch to its request cost: for traces, not for models. */
  readonly layerBegins?: (now: number) => void;
}

/** Who decides: a policy in software, or the scheduling unit in hardware. */
export interface Dispatch {
  /** The policy whose knowledge the ready queue holds. */
  readonly policy: Policy;
  /**
   * Called at every layer boundary while requests are left: admits, waits for an arrival if nothing is ready, picks.
   * It may move `loop.now` forward.
   *
   * @returns the position in `loop.ready.order` of the request whose next layer runs from `loop.now` on.
   */
  decide(loop: Loop): number;
  /** Told of every layer's end, before the request leaves the queue if it was its last. */
  layerDone?(loop: Loop, position: number, layer: number): void;
}

/** What a dispatch sees and moves. Times in the workload's unit. */
export interface Loop {
  now: number;
  readonly requests: RequestTable;
  readonly ready: ReadyQueue;
  /** Requests 0 … admitted − 1 have been admitted. */
  readonly admitted: number;
  /** Admits the next request. @param since from when it waits; default: its arrival. */
  admit(since?: number): void;
  /** Sets the clock back, which only the fault `clock-rolls-back` does. */
  rollBack(to: number): void;
}

/** Simulates `workload` under `dispatch` until every request is finished. */
export function simulate(workload: Workload, dispatch: Dispatch, options: EngineOptions): Schedule {
  return new Simulation(workload, dispatch, options).run();
}

class Simulation implements Loop {
  now = 0;
  admitted = 0;
  readonly requests: RequestTable;
  readonly ready: ReadyQueue;

  private readonly dispatch: Dispatch;
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
  private readonly dispatchRequest = new GrowingColumn((length) => new Int32Array(length));
  private readonly dispatchLayers = new GrowingColumn((length) => new Int32Array(length));
  private readonly dispatchStart = new GrowingColumn((length) => new Float64Array(length));
  private readonly dispatchEnd = new GrowingColumn((length) => new Float64Array(length));
  private readonly clockRollbacks: [number, number, number][] = [];

  constructor(workload: Workload, dispatch: Dispatch, options: EngineOptions) {
    const { requests } = workload;
    this.requests = requests;
    this.dispatch = dispatch;
    this.options = options;
    this.monitor = new DensityMonitor(workload, dispatch.policy, options.predictor);
    const elasticity = options.elasticity ?? workload.profiles.map(() => 0);
    this.estimates = this.monitor.isElastic
      ? new LatencyEstimates(workload, dispatch.policy, options.alpha, elasticity)
      : new LatencyEstimates(workload, dispatch.policy, options.alpha);
    this.ready = new ReadyQueue(requests, workload.secondsPerTick);
    this.start = new Float64Array(requests.count);
    this.finish = new Float64Array(requests.count);
    this.preemptions = new Int32Array(requests.count);
    this.finishOrder = new Int32Array(requests.count);
  }

  run(): Schedule {
    const { count } = this.requests;
    while (this.finishedCount < count) {
      const position = this.dispatch.decide(this);
      this.runLayer(this.ready.order[position], position);
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

  admit(since?: number): void {
    const { ready, admitted: request } = this;
    this.admitted += 1;
    const position = ready.admit(request);
    ready.layersTotal[position] = this.estimates.layerCount(request);
    const isolated = this.estimates.remaining(request)[0];
    ready.isolatedSeconds[position] = isolated;
    ready.perIsolatedSecond[position] = 1 / isolated;
    if (since !== undefined) ready.lastRun[position] = since;
    this.estimates.update(ready, position);
    if (ready.count > this.longestQueue) this.longestQueue = ready.count;
  }

  rollBack(to: number): void {
    this.clockRollbacks.push([this.admitted, this.now, to]);
    this.now = to;
  }

  private runLayer(request: number, position: number): void {
    const { ready } = this;
    this.options.observe?.(this.now, request, ready);
    this.decisionCount += 1;
    this.switchTo(request);
    this.options.layerBegins?.(this.now);
    const layer = ready.layersDone[position];
    const { switches } = this.options;
    if (switches !== undefined) this.now += switches.layerBegins(request, layer);
    if (layer === 0) this.start[request] = this.now;
    this.now += this.estimates.trueLatency(request, layer);
    this.dispatchEnd.last = this.now;
    ready.lastRun[position] = this.now;
    ready.layersDone[position] = layer + 1;
    this.dispatch.layerDone?.(this, position, layer);
    if (layer + 1 === ready.layersTotal[position]) {
      this.unfinishedLayers = 0;
      this.complete(request, position);
    } else {
      this.unfinishedLayers = layer + 1;
      this.monitor.layerDone(ready, position, layer);
      this.estimates.update(ready, position);
    }
  }

  /** Keeps the dispatch record and charges for putting an unfinished request aside. */
  private switchTo(request: number): void {
    const { running } = this;
    if (request === running) {
      this.dispatchLayers.last += 1;
      return;
    }
    this.running = request;
    if (this.unfinishedLayers > 0) {
      this.preemptions[running] += 1;
      this.now += this.options.preemptionCost;
      this.options.switches?.putAside(running, this.unfinishedLayers);
    }
    this.dispatchRequest.push(request);
    this.dispatchLayers.push(1);
    this.dispatchStart.push(this.now);
    this.dispatchEnd.push(this.now);
  }

  private complete(request: number, position: number): void {
    this.finish[request] = this.now;
    this.finishOrder[this.finishedCount] = request;
    this.finishedCount += 1;
    this.ready.retire(position);
  }
}
