/**
 * The scheduling unit as the dispatcher of a run: what the host sends, what the accelerator and the monitor tell it, when its
 * layers begin. Beside it the same policy in software looks at the same queue, for the scoreboard.
 */

import type { RangeCounts } from "../../hw/scheduling-unit/compute-unit.ts";
import type { UnitPolicy } from "../../hw/scheduling-unit/description.ts";
import type { Dispatched, Host, HostRequest, LayerEnd, UnitDriver } from "../../hw/scheduling-unit/unit-driver.ts";
import type { Policy } from "../../sched/policy.ts";
import type { ReadyQueue } from "../../sched/ready-queue.ts";
import { staticDecision } from "../../sched/static.ts";
import { hasWholeTicks, shownTime } from "../../workloads/requests/time.ts";
import { observedOutputs } from "../../workloads/tables/observed-outputs.ts";
import { monitoredDensity } from "../../workloads/tables/profile.ts";
import type { Admissions, Dispatcher, EngineState } from "./dispatcher.ts";
import { Scoreboard, type ScoreboardReport } from "./scoreboard.ts";
import type { Workload } from "./workload.ts";

export interface UnitReport extends ScoreboardReport {
  readonly rangeCounts: RangeCounts;
  /** From a request's arrival to its first word: the port was shut, or the unit full. Mean and most over the requests. */
  readonly hostWaitMeanS: number;
  readonly hostWaitMaxS: number;
}

/** A layer that the accelerator has run. */
export interface DispatchedLayer {
  readonly request: number;
  readonly layer: number;
  readonly beginTicks: number;
  readonly end: LayerEnd;
}

/** A policy whose score of one request can be asked for. */
export interface ScoredPolicy extends Policy {
  score(ready: ReadyQueue, position: number, now: number): number;
}

interface HardwareOptions {
  readonly policy: UnitPolicy;
  readonly beta: number;
  /** Of the unit's clock. */
  readonly secondsPerTick: number;
  readonly countShiftBits: number;
}

export class HardwareDispatcher implements Dispatcher {
  readonly policy: ScoredPolicy;
  private readonly workload: Workload;
  private readonly unit: UnitDriver;
  private readonly options: HardwareOptions;
  private readonly densities: readonly Float64Array[];
  private readonly isolatedSeconds: Float64Array;
  /** The unit's clock in the run's time, without what the quotient rounds off. */
  private readonly timePerTick: number;
  /** What a table's density is counted out of, where it does not know the number of outputs. */
  private readonly nominalOutputs: number;
  private readonly scoreboard = new Scoreboard();
  /** Of the requests that the unit admitted on the way to its latest decision. */
  private since: number[] = [];
  private dispatched: Dispatched | undefined;
  private last: DispatchedLayer | undefined;
  private pending: { readonly request: number; readonly words: HostRequest } | undefined;
  private state: EngineState | undefined;
  private hostWaitSumS = 0;
  private hostWaitMaxS = 0;

  /**
   * @param policy in software, the same as the unit's.
   * @param unitOf makes the unit, given its host.
   */
  constructor(workload: Workload, policy: ScoredPolicy, unitOf: (host: Host) => UnitDriver, options: HardwareOptions) {
    this.workload = workload;
    this.policy = policy;
    this.options = options;
    this.densities = workload.profiles.map((profile, index) =>
      options.policy === "dysta" ? monitoredDensity(profile) : observedOutputs(profile, workload.tables[index]).density,
    );
    this.isolatedSeconds = isolatedSeconds(workload);
    this.nominalOutputs = 2 ** options.countShiftBits;
    this.timePerTick = Number((options.secondsPerTick / workload.secondsPerTick).toPrecision(15));
    this.unit = unitOf({
      request: (tag) => this.hostRequest(tag),
      admitted: (tag, sinceTicks) => this.admitted(tag, sinceTicks),
    });
  }

  /** The layer that ran last, as the unit will learn of it; undefined before the first. */
  get lastLayer(): DispatchedLayer | undefined {
    return this.last;
  }

  admissions(state: EngineState): Admissions {
    this.since = [];
    this.state = state;
    this.dispatched = this.unit.next(this.last?.end);
    const { since } = this;
    return { count: since.length, since, startsAt: Math.max(state.now, this.timeOf(this.dispatched.startTicks)) };
  }

  dispatch(ready: ReadyQueue): number {
    const { dispatched } = this;
    if (dispatched === undefined) throw new Error("the unit has not been asked");
    const { tag, position } = dispatched;
    const request = this.engine.arrivals.order[tag];
    if (ready.order[position] !== request || ready.count !== dispatched.queueLength) {
      throw new Error(`the unit dispatched request ${request} at position ${position}, where the queue has another`);
    }
    this.compare(ready, position, this.timeOf(dispatched.decidedForTicks));
    this.scoreboard.cost(dispatched);
    return position;
  }

  layerEnded(request: number, layer: number, beganAt: number, endedAt: number): void {
    const { profile: profileOf } = this.workload.requests;
    this.last = {
      request,
      layer,
      beginTicks: Math.max(this.dispatched?.startTicks ?? 0, Math.round(beganAt / this.timePerTick)),
      end: {
        atTicks: this.ticksOf(endedAt),
        nonZeros: this.nonZeros(request, layer),
        isLastLayer: layer + 1 === this.workload.profiles[profileOf[request]].layerCount,
      },
    };
  }

  report(): UnitReport {
    return {
      ...this.scoreboard.report(),
      rangeCounts: this.unit.rangeCounts,
      hostWaitMeanS: this.hostWaitSumS / this.engine.arrivals.taken,
      hostWaitMaxS: this.hostWaitMaxS,
    };
  }

  private compare(ready: ReadyQueue, position: number, at: number): void {
    const software = this.policy.pick(ready, at);
    if (software === position) {
      this.scoreboard.agree();
      return;
    }
    const [mine, theirs] = [ready.order[position], ready.order[software]];
    const regretS = this.policy.score(ready, position, at) - this.policy.score(ready, software, at);
    this.scoreboard.differ(
      { at: shownTime(this.workload)(at), queue: ready.count, hardware: mine, software: theirs },
      regretS,
    );
  }

  private get engine(): EngineState {
    if (this.state === undefined) throw new Error("the unit has not been asked");
    return this.state;
  }

  /** Tags are places in the order of arrival. */
  private hostRequest(tag: number): HostRequest | undefined {
    const { arrivals } = this.engine;
    const request = tag < arrivals.taken ? arrivals.order[tag] : arrivals.next;
    if (request < 0) return undefined;
    if (this.pending?.request !== request) this.pending = { request, words: this.madeRequest(tag, request) };
    return this.pending.words;
  }

  /** What the static level sends. */
  private madeRequest(tag: number, request: number): HostRequest {
    const { secondsPerTick } = this.workload;
    const { requests } = this.engine;
    const words = staticDecision(request, requests, this.isolatedSeconds, { secondsPerTick, beta: this.options.beta });
    return {
      tag,
      row: words.tableIndex,
      arrivalTicks: this.ticksOf(requests.arrival[request]),
      deadlineTicks: this.ticksOf(words.deadline),
      initialScore: this.options.policy === "dysta" ? words.initialScore : this.isolatedSeconds[words.tableIndex],
    };
  }

  private admitted(tag: number, sinceTicks: number): void {
    const { arrivals, requests } = this.engine;
    arrivals.take();
    const arrivedTicks = this.ticksOf(requests.arrival[arrivals.order[tag]]);
    const waitS = (sinceTicks - arrivedTicks) * this.options.secondsPerTick;
    this.hostWaitSumS += waitS;
    this.hostWaitMaxS = Math.max(this.hostWaitMaxS, waitS);
    this.since.push(this.timeOf(sinceTicks));
  }

  /** What the monitor's counter says. */
  private nonZeros(request: number, layer: number): number {
    const { profile: profileOf, sample } = this.workload.requests;
    const index = profileOf[request];
    const { layerCount, outputs } = this.workload.profiles[index];
    const density = this.densities[index][sample[request] * layerCount + layer];
    if (outputs === undefined) return density * this.nominalOutputs;
    return Math.round(density * outputs[layer]);
  }

  /** The first clock edge at or after a time of the run. */
  private ticksOf(time: number): number {
    return this.timePerTick === 1 ? time : Math.ceil(time / this.timePerTick);
  }

  /** The time of a clock edge; where a cycle is no whole number of the run's ticks, the tick before it. */
  private timeOf(ticks: number): number {
    const time = ticks * this.timePerTick;
    return hasWholeTicks(this.workload) && this.timePerTick > 1 ? Math.floor(time) : time;
  }
}

function isolatedSeconds({ tables, secondsPerTick }: Workload): Float64Array {
  return Float64Array.from(tables, ({ averageLatency }) => {
    const ticks = averageLatency.reduce((sum, layer) => sum + layer, 0);
    return ticks * secondsPerTick;
  });
}
