/**
 * The scheduling loop of several identical arrays: whenever one is free, the policy picks among the requests that can run on
 * it. A request that has begun stays on its array, which holds what it needs.
 *
 * An array that is free takes what the policy picks among the requests that have begun nowhere and those that began on it;
 * the policy sees no others. Of arrays that are free at once the one is served first on which the fewest requests have begun, of these
 * the one with the smallest number, once all layers that end at this time have ended and all requests that have arrived by it are
 * admitted. With one array this is the loop of `engine.ts`.
 *
 * Not modelled: requests that move to another array, and arrays that take the bandwidth that others leave.
 */
import type { Policy } from "../../sched/policy.ts";
import { ReadyQueue } from "../../sched/ready-queue.ts";
import type { RequestTable } from "../../workloads/requests/requests.ts";
import { ArrivalQueue } from "./arrival-queue.ts";
import { DensityMonitor } from "./density-monitor.ts";
import type { EngineOptions } from "./engine.ts";
import { LatencyEstimates } from "./latency-estimates.ts";
import { childrenOf, ownTimes, release } from "./releases.ts";
import type { Schedule } from "./schedule.ts";
import type { SwitchCosts } from "./switch-costs.ts";
import type { Workload } from "./workload.ts";

interface ArraysOptions extends Omit<EngineOptions, "switches"> {
  /** How many, 1 or more. */
  readonly arrays: number;
  /** Of each array, which has a buffer of its own; absent: switches move no data. */
  readonly switches?: readonly SwitchCosts[];
}

/** Consecutive layers of one request on one array. */
interface Turn {
  readonly request: number;
  readonly array: number;
  layers: number;
  readonly start: number;
  end: number;
}

interface OneArray {
  readonly number: number;
  /** The latest turn; undefined before the first. */
  turn: Turn | undefined;
  /** Layers that its request has done; 0 if it is finished. */
  unfinishedLayers: number;
  /** Requests that have begun here and are not finished. */
  begun: number;
  /** When the layer that runs ends; infinite while none does. */
  endsAt: number;
}

/** Simulates `workload` under `policy` until every request is finished. */
export function simulateArrays(workload: Workload, policy: Policy, options: ArraysOptions): Schedule {
  return new ArraysSimulation(workload, policy, options).run();
}

class ArraysSimulation {
  private readonly policy: Policy;
  private readonly options: ArraysOptions;
  private readonly requests: RequestTable;
  private readonly arrivals: ArrivalQueue;
  private readonly children: readonly (readonly number[])[] | undefined;
  private readonly estimates: LatencyEstimates;
  private readonly monitor: DensityMonitor;
  /** All admitted, unfinished requests, also those that are running. */
  private readonly all: ReadyQueue;
  /** Those among which a decision is, as the policy sees them. */
  private readonly seen: ReadyQueue;
  private readonly arrays: readonly OneArray[];
  /** The array on which a request began; −1 before. */
  private readonly arrayOf: Int32Array;

  private now = 0;
  private decisionCount = 0;
  private longestQueue = 0;
  private readonly start: Float64Array;
  private readonly finish: Float64Array;
  private readonly preemptions: Int32Array;
  private readonly finishOrder: number[] = [];
  private readonly dropped = new Set<number>();
  private readonly turns: Turn[] = [];

  constructor(workload: Workload, policy: Policy, options: ArraysOptions) {
    const requests = ownTimes(workload.requests);
    const { count } = requests;
    this.policy = policy;
    this.options = options;
    this.requests = requests;
    this.arrivals = new ArrivalQueue(requests);
    this.children = requests.released && childrenOf(requests.released);
    this.monitor = new DensityMonitor(workload, policy, options.predictor);
    const elasticity = options.elasticity ?? workload.profiles.map(() => 0);
    this.estimates = this.monitor.isElastic
      ? new LatencyEstimates(workload, policy, options.alpha, elasticity)
      : new LatencyEstimates(workload, policy, options.alpha);
    this.all = new ReadyQueue(requests, workload.secondsPerTick);
    this.seen = new ReadyQueue(requests, workload.secondsPerTick);
    this.arrays = Array.from({ length: options.arrays }, (_, number) => ({
      ...{ number, turn: undefined, unfinishedLayers: 0, begun: 0, endsAt: Number.POSITIVE_INFINITY },
    }));
    this.arrayOf = new Int32Array(count).fill(-1);
    this.start = new Float64Array(count);
    this.finish = new Float64Array(count);
    this.preemptions = new Int32Array(count);
  }

  run(): Schedule {
    for (let next = this.nextEvent(); next < Number.POSITIVE_INFINITY; next = this.nextEvent()) {
      this.now = Math.max(this.now, next);
      for (const array of this.arrays) if (array.endsAt <= this.now) this.layerEnds(array);
      while (this.arrivals.nextAt <= this.now) this.admitNext();
      for (const array of this.freeArrays()) this.decide(array);
    }
    const { turns, requests } = this;
    return {
      start: this.start,
      finish: this.finish,
      preemptions: this.preemptions,
      finishOrder: Int32Array.from(this.finishOrder),
      ...(this.children === undefined ? {} : { released: { arrival: requests.arrival, deadline: requests.deadline } }),
      ...(this.dropped.size === 0 ? {} : { dropped: this.dropped }),
      dispatchRequest: Int32Array.from(turns, ({ request }) => request),
      dispatchLayers: Int32Array.from(turns, ({ layers }) => layers),
      dispatchStart: Float64Array.from(turns, ({ start }) => start),
      dispatchEnd: Float64Array.from(turns, ({ end }) => end),
      dispatchArray: Int32Array.from(turns, ({ array }) => array),
      decisionCount: this.decisionCount,
      longestQueue: this.longestQueue,
      clockRollbacks: [],
    };
  }

  /** The next end of a layer, or while an array is free the next arrival; infinite when all is done. */
  private nextEvent(): number {
    const ends = this.arrays.map(({ endsAt }) => endsAt);
    const isOneFree = ends.some((at) => at === Number.POSITIVE_INFINITY);
    return Math.min(...ends, isOneFree ? this.arrivals.nextAt : Number.POSITIVE_INFINITY);
  }

  /** Those on which the fewest requests have begun first, so that a newcomer takes an empty one. */
  private freeArrays(): OneArray[] {
    const free = this.arrays.filter(({ endsAt }) => endsAt === Number.POSITIVE_INFINITY);
    return free.length < 2 ? free : free.sort((a, b) => a.begun - b.begun || a.number - b.number);
  }

  private admitNext(): void {
    const { all, arrivals, estimates } = this;
    const request = arrivals.next;
    arrivals.take();
    const position = all.admit(request);
    all.layersTotal[position] = estimates.layerCount(request);
    const isolated = estimates.remaining(request)[0];
    all.isolatedSeconds[position] = isolated;
    all.reciprocalIsolatedSeconds[position] = 1 / isolated;
    estimates.update(all, position);
  }

  /** Gives a free array its next layer, if there is one for it. */
  private decide(array: OneArray): void {
    const late = this.requests.dropsWhenLate;
    const candidates = this.candidates(array);
    if (candidates.length > this.longestQueue) this.longestQueue = candidates.length;
    if (late !== undefined) this.drop(candidates.filter((position) => this.isLost(position, late)));
    this.showCandidates(array);
    const unwanted = this.policy.drop?.(this.seen, this.now) ?? [];
    if (unwanted.length > 0) {
      const positions = this.candidates(array);
      this.drop(unwanted.map((position) => positions[position]));
      this.showCandidates(array);
    }
    if (this.seen.count === 0) return;
    this.decisionCount += 1;
    this.begin(array, this.seen.order[this.policy.pick(this.seen, this.now)]);
  }

  private showCandidates(array: OneArray): void {
    this.seen.select(this.all, this.candidates(array));
  }

  /** Positions in `all` of the requests that can run on an array that is free. */
  private candidates({ number }: OneArray): number[] {
    const positions: number[] = [];
    for (let position = 0; position < this.all.count; position++) {
      const own = this.arrayOf[this.all.order[position]];
      if (own < 0 || own === number) positions.push(position);
    }
    return positions;
  }

  private isLost(position: number, dropsWhenLate: Uint8Array): boolean {
    const request = this.all.order[position];
    return dropsWhenLate[request] === 1 && this.arrayOf[request] < 0 && this.all.deadline[position] < this.now;
  }

  /** @param positions in `all`, ascending. */
  private drop(positions: readonly number[]): void {
    for (const position of positions.toReversed()) {
      const request = this.all.order[position];
      this.start[request] = this.now;
      this.dropped.add(request);
      this.leave(request, position);
    }
  }

  private begin(array: OneArray, request: number): void {
    const position = this.positionOf(request);
    const layer = this.all.layersDone[position];
    let at = this.now;
    if (array.turn === undefined || array.turn.request !== request) at = this.switchTo(array, request);
    else array.turn.layers += 1;
    at += this.options.switches?.[array.number].layerBegins(request, layer) ?? 0;
    if (layer === 0) {
      this.start[request] = at;
      this.arrayOf[request] = array.number;
      array.begun += 1;
    }
    array.endsAt = at + this.estimates.trueLatency(request, layer);
  }

  /** @returns when the request's first layer can begin. */
  private switchTo(array: OneArray, request: number): number {
    let at = this.now;
    const { turn, unfinishedLayers } = array;
    if (turn !== undefined && unfinishedLayers > 0) {
      this.preemptions[turn.request] += 1;
      at += this.options.preemptionCost;
      this.options.switches?.[array.number].preempt(turn.request, unfinishedLayers);
    }
    array.turn = { request, array: array.number, layers: 1, start: at, end: at };
    this.turns.push(array.turn);
    return at;
  }

  private layerEnds(array: OneArray): void {
    const { turn } = array;
    if (turn === undefined) throw new Error("a layer ends on an array that has run none");
    const { all } = this;
    const position = this.positionOf(turn.request);
    const layer = all.layersDone[position];
    turn.end = this.now;
    array.endsAt = Number.POSITIVE_INFINITY;
    all.lastRun[position] = this.now;
    all.layersDone[position] = layer + 1;
    const isLast = layer + 1 === all.layersTotal[position];
    array.unfinishedLayers = isLast ? 0 : layer + 1;
    if (isLast) {
      array.begun -= 1;
      this.retire(turn.request, position);
    } else {
      this.monitor.layerDone(all, position, layer);
      this.estimates.update(all, position);
    }
  }

  private retire(request: number, position: number): void {
    this.seen.select(this.all, [position]);
    this.policy.finished?.(this.seen, 0, this.now);
    this.leave(request, position);
    for (const child of this.children?.[request] ?? []) {
      release(this.requests, child, this.now);
      this.arrivals.release(child);
    }
  }

  private leave(request: number, position: number): void {
    this.finish[request] = this.now;
    this.finishOrder.push(request);
    this.all.retire(position);
  }

  private positionOf(request: number): number {
    return this.all.order.subarray(0, this.all.count).indexOf(request);
  }
}
