import { priorityLevels } from "../workloads/requests/requests.ts";
import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/**
 * How waiting turns into tokens. PREMA's paper says that a waiting request earns tokens in proportion to its slowdown
 * at every decision; no source was found that says since when the wait counts. Both readings have a name of their own.
 *
 * - `recounted`: the whole time since the request last ran, at every decision again; nothing at the decision that sees
 *   it first. The public artifact of Dysta does so.
 * - `once`: the time since the last decision, so that each moment of waiting counts once.
 */
export type WaitingReading = "recounted" | "once";

interface PremaOptions {
  readonly name: string;
  /** Knows the pattern's averages and scales them by the measured density. */
  readonly sparse: boolean;
  readonly waiting: WaitingReading;
}

/**
 * PREMA (HPCA'20) as the paper's section 6.1 uses it: waiting requests earn tokens in proportion to their priority and
 * slowdown; among those with enough tokens the smallest estimated remaining time wins.
 *
 * A request starts with its priority as token. At every decision it earns priority × (waiting time / isolated time);
 * running earns nothing; tokens are kept until the request is done. Threshold: the largest priority level that the
 * largest token reaches.
 */
export class Prema implements Policy {
  readonly name: string;
  readonly estimates: "pattern" | "model";
  readonly monitored: boolean;
  private readonly tokens: TokenLedger;

  constructor({ name, sparse, waiting }: PremaOptions) {
    this.name = name;
    this.estimates = sparse ? "pattern" : "model";
    this.monitored = sparse;
    this.tokens = new TokenLedger(waiting);
  }

  pick(ready: ReadyQueue, now: number): number {
    const { order, count, scaledRemainingSeconds } = ready;
    const { tokens } = this;
    const threshold = tokenThreshold(tokens.update(ready, now));
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      if (tokens.of(order[position]) < threshold) continue;
      if (best >= 0 && !(scaledRemainingSeconds[position] < least)) continue;
      best = position;
      least = scaledRemainingSeconds[position];
    }
    return best;
  }
}

/** The tokens of every request, by its number. */
export class TokenLedger {
  private readonly waiting: WaitingReading;
  private readonly ignoresNewcomers: boolean;
  private tokens = new Float64Array(1024);
  /** Until when each request's waiting has been counted. */
  private countedUntil = new Float64Array(1024);

  /** @param ignoresNewcomers a request seen for the first time does not raise the largest token (a fault). */
  constructor(waiting: WaitingReading, ignoresNewcomers = false) {
    this.waiting = waiting;
    this.ignoresNewcomers = ignoresNewcomers;
  }

  of(request: number): number {
    return this.tokens[request];
  }

  /** Lets every ready request earn what it waited for. @returns the largest token. */
  update(ready: ReadyQueue, now: number): number {
    const { order, count, priority } = ready;
    this.reserve(ready.largestRequest);
    const { tokens, countedUntil, ignoresNewcomers } = this;
    const recounts = this.waiting === "recounted";
    let largest = 0;
    for (let position = 0; position < count; position++) {
      const request = order[position];
      const isNew = tokens[request] === 0;
      if (isNew) tokens[request] = priority[position];
      if (!isNew || !recounts) {
        const since = recounts ? 0 : countedUntil[request];
        tokens[request] += priority[position] * slowdown(ready, position, since, now);
      }
      countedUntil[request] = now;
      if (tokens[request] > largest && !(isNew && ignoresNewcomers)) largest = tokens[request];
    }
    return largest;
  }

  /** Makes room for requests up to `last`. */
  private reserve(last: number): void {
    if (last < this.tokens.length) return;
    const length = Math.max(last + 1, this.tokens.length * 2);
    this.tokens = grown(this.tokens, length);
    this.countedUntil = grown(this.countedUntil, length);
  }
}

/** Time that a request waited since its last layer, but not before `since`, relative to its estimated isolated time. */
function slowdown(ready: ReadyQueue, position: number, since: number, now: number): number {
  const from = Math.max(ready.lastRun[position], since);
  const waitedSeconds = (now - from) * ready.secondsPerTick;
  return waitedSeconds === 0 ? 0 : waitedSeconds / (ready.coefficient[position] * ready.isolatedSeconds[position]);
}

/** The largest priority level that `token` reaches, or the lowest level. */
export function tokenThreshold(token: number): number {
  const [low, middle, high] = priorityLevels;
  return token >= high ? high : token >= middle ? middle : low;
}

function grown(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}
