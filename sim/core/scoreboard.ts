/**
 * Hardware against software, decision by decision: the same requests, clocks and densities, the unit's number format
 * against doubles. What a different pick costs at once is told by the software's scores; what it costs in the end, by
 * comparing whole runs.
 */
import type { Dispatched } from "../../hw/scheduling-unit/unit-driver.ts";

export interface Divergence {
  /** Number of the decision, from 0. */
  readonly decision: number;
  /** In the run's time unit. */
  readonly at: number;
  readonly queue: number;
  /** Requests picked. */
  readonly hardware: number;
  readonly software: number;
}

/** Decisions with this many requests to choose from. */
export interface QueueCost {
  readonly queue: number;
  readonly decisions: number;
  /** Sums over the decisions. */
  readonly busyCycles: number;
  readonly exposedCycles: number;
}

/** Sums are over one run. */
export interface ScoreboardReport {
  readonly decisions: number;
  /** Decisions with two requests or more. */
  readonly contested: number;
  readonly equal: number;
  /** How much larger the software's score of the unit's pick is than that of its own, seconds. */
  readonly regretSumS: number;
  readonly regretMaxS: number;
  readonly firstDivergence: Divergence | undefined;
  readonly byQueue: readonly QueueCost[];
}

export class Scoreboard {
  private decisions = 0;
  private contested = 0;
  private equal = 0;
  private regretSumS = 0;
  private regretMaxS = 0;
  private firstDivergence: Divergence | undefined;
  /** By queue length. */
  private readonly byQueue: { decisions: number; busyCycles: number; exposedCycles: number }[] = [];

  /** Adds what a decision cost. */
  cost({ queueLength, busyCycles, exposedCycles }: Dispatched): void {
    const { byQueue } = this;
    while (byQueue.length <= queueLength) byQueue.push({ decisions: 0, busyCycles: 0, exposedCycles: 0 });
    const sums = byQueue[queueLength];
    sums.decisions += 1;
    sums.busyCycles += busyCycles;
    sums.exposedCycles += exposedCycles;
    if (queueLength > 1) this.contested += 1;
  }

  agree(): void {
    this.decisions += 1;
    this.equal += 1;
  }

  /** @param regretS not negative. */
  differ(divergence: Omit<Divergence, "decision">, regretS: number): void {
    this.firstDivergence ??= { decision: this.decisions, ...divergence };
    this.decisions += 1;
    this.regretSumS += regretS;
    if (regretS > this.regretMaxS) this.regretMaxS = regretS;
  }

  report(): ScoreboardReport {
    const { decisions, contested, equal, regretSumS, regretMaxS, firstDivergence } = this;
    const byQueue = this.byQueue.map((sums, queue) => ({ queue, ...sums })).filter((each) => each.decisions > 0);
    return { decisions, contested, equal, regretSumS, regretMaxS, firstDivergence, byQueue };
  }
}
