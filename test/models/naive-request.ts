/**
 * One request as the naive scheduler sees it: an object that answers every question from the profile's rows and the
 * look-up table, adding up from the start each time it is asked. Nothing is remembered that could be worked out.
 */
import type { Workload } from "../../sim/core/workload.ts";

/** What latencies an estimate is made of: averages of the (model, pattern), of the model, or this sample's own. */
export type Knowledge = "pattern" | "model" | "true";

export class NaiveRequest {
  readonly id: number;
  readonly arrival: number;
  readonly deadline: number;
  readonly priority: number;
  readonly layerCount: number;
  /** End of the latest layer; the arrival before the first. In the workload's time unit, like all times here. */
  lastRun: number;
  layersDone = 0;
  /** Measured density ÷ average density of every layer so far. */
  densityRatios: number[] = [];
  /** Density of the output ÷ its average, of every layer so far. */
  outputRatios: number[] = [];
  /** PREMA's tokens so far. */
  tokens = 0;
  /** Whether PREMA has looked at this request before, and when it last did. */
  seen = false;
  seenAt = Number.NaN;

  private readonly workload: Workload;

  /** @param releasedAt when another request released it; undefined if it arrives by itself. */
  constructor(workload: Workload, id: number, releasedAt?: number) {
    const { requests } = workload;
    this.workload = workload;
    this.id = id;
    this.arrival = releasedAt ?? requests.arrival[id];
    const isDated = !Number.isNaN(requests.deadline[id]);
    this.deadline = isDated ? requests.deadline[id] : this.arrival + (requests.released?.allowance[id] ?? Number.NaN);
    this.priority = requests.priority[id];
    this.lastRun = this.arrival;
    this.layerCount = this.profile.layerCount;
  }

  get profileIndex(): number {
    return this.workload.requests.profile[this.id];
  }

  get profile() {
    return this.workload.profiles[this.profileIndex];
  }

  get table() {
    return this.workload.tables[this.profileIndex];
  }

  /** Whether it may not begin any more. */
  isLost(now: number): boolean {
    return this.workload.requests.dropsWhenLate?.[this.id] === 1 && this.layersDone === 0 && now > this.deadline;
  }

  get finished(): boolean {
    return this.layersDone === this.layerCount;
  }

  /** True latency of each layer on this request's sample. */
  get trueLatencies(): number[] {
    return this.ownRow(this.profile.latency);
  }

  /** Density that the monitor reports for a layer: the output's where recorded, else the input's. */
  measuredDensity(layer: number): number {
    const { inputDensity, outputDensity, outputs } = this.profile;
    const recorded = this.ownRow(outputDensity ?? inputDensity)[layer];
    if (outputDensity === undefined || outputs === undefined) return recorded;
    const nonZeros = Math.round(recorded * outputs[layer]);
    return nonZeros * (1 / outputs[layer]);
  }

  /** Density of a layer's output and its average; where only inputs are recorded, of the input of the next layer. */
  outputDensity(layer: number): { own: number; average: number } {
    const recorded = this.profile.outputDensity !== undefined;
    const index = recorded ? layer : Math.min(layer + 1, this.layerCount - 1);
    return { own: this.measuredDensity(index), average: this.table.averageDensity[index] };
  }

  latencies(knowledge: Knowledge): number[] {
    if (knowledge === "true") return this.trueLatencies;
    return [...(knowledge === "pattern" ? this.table.averageLatency : this.table.modelAverageLatency)];
  }

  /** Seconds still needed, nothing else running: the layers not yet run, added left to right. */
  remainingSeconds(knowledge: Knowledge): number {
    return this.seconds(sum(this.latencies(knowledge).slice(this.layersDone)));
  }

  /** Seconds of the whole network when nothing else runs. */
  isolatedSeconds(knowledge: Knowledge): number {
    return this.seconds(sum(this.latencies(knowledge)));
  }

  nextLayerSeconds(knowledge: Knowledge): number {
    return this.seconds(this.latencies(knowledge)[this.layersDone]);
  }

  waitedSeconds(now: number): number {
    return this.secondsBetween(this.lastRun, now);
  }

  secondsBetween(from: number, to: number): number {
    return this.seconds(to - from);
  }

  secondsToDeadline(now: number): number {
    return this.seconds(this.deadline - now);
  }

  /** Seconds between arrival and deadline. */
  get allowedSeconds(): number {
    return this.seconds(this.deadline - this.arrival);
  }

  private seconds(ticks: number): number {
    return ticks * this.workload.secondsPerTick;
  }

  private ownRow(values: Float64Array): number[] {
    const first = this.workload.requests.sample[this.id] * this.layerCount;
    return [...values.slice(first, first + this.layerCount)];
  }
}

/** Left to right, from 0. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
