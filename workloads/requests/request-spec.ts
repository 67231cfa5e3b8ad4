/** What the requests of a run are drawn from. */
import type { Semantics } from "../semantics/faults.ts";
import type { Arrivals } from "./arrivals.ts";
import { hasWholeTicks, type TimeBase } from "./time.ts";

export interface RequestSpec extends TimeBase {
  /** Of the networks that have no arrivals of their own and are not released by another; absent: there are none. */
  readonly arrivals?: Arrivals;
  /** Number of requests that arrive by themselves; absent: every one of the traces. */
  readonly requests?: number;
  /** One per profile, in the order of the profiles. */
  readonly mix: readonly MixShare[];
  /** Networks with arrivals of their own; absent: none. */
  readonly own?: readonly OwnArrivals[];
  /** Networks that the end of another releases, a parent before those it releases; absent: none. */
  readonly cascades?: readonly Cascade[];
  /** `shared-stream` draws everything from one Mersenne Twister, `seven-samples` only samples 0 to 6. */
  readonly semantics: Semantics;
}

export interface MixShare {
  /** Share of the requests among those with the same arrivals, in proportion to the other weights; more than 0. */
  readonly weight: number;
  /** Deadline − arrival, as a multiple of the model's mean isolated latency. */
  readonly slo: number;
  /** Instead of `slo`: seconds, or `chain` for the deadline of the request that began the chain. */
  readonly deadline?: number | "chain";
  /** Requests are dropped if they have not begun by their deadline. */
  readonly dropsWhenLate?: boolean;
}

/** One entry of the mix: its name, from which its random streams follow, and its profiles (indices, canonical order). */
interface Entry {
  readonly name: string;
  readonly members: readonly number[];
}

export interface OwnArrivals extends Entry {
  readonly arrivals: Arrivals;
}

export interface Cascade extends Entry {
  /** Profiles (indices) whose end releases a request, with this probability. */
  readonly parents: readonly number[];
  readonly probability: number;
  /** From the parent's end to the release, seconds. */
  readonly delay: number;
}

/** Seconds in the time of a run, rounded once. */
export function inTicks(seconds: number, base: TimeBase): number {
  const ticks = seconds / base.secondsPerTick;
  return hasWholeTicks(base) ? Math.round(ticks) : ticks;
}
