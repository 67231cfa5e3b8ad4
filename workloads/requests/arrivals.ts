/** When requests arrive. All processes count in seconds from the start of the run. */
import type { RandomStream } from "../random/random.ts";

/** Independent exponential gaps (MLPerf's server scenario; paper, section 6.1). `rate` in requests per second. */
interface PoissonArrivals {
  readonly kind: "poisson";
  readonly rate: number;
}

/** One request every 1 / rate seconds, the first at 1 / rate. */
interface FixedArrivals {
  readonly kind: "fixed";
  readonly rate: number;
}

/**
 * Poisson arrivals at `rate` while on, none while off; durations of both exponential with the means given, in seconds.
 * Begins on. The long-run rate is rate · on / (on + off).
 */
interface BurstyArrivals {
  readonly kind: "bursty";
  readonly rate: number;
  readonly on: number;
  readonly off: number;
}

/**
 * Frame k at offset + k / fps, k from 0, give or take a jitter that is drawn evenly for each frame; a time before the
 * start of the run counts as its start.
 */
interface PeriodicArrivals {
  readonly kind: "periodic";
  /** Frames per second. */
  readonly fps: number;
  /** The largest shift of a frame, seconds; at most 1 / fps. */
  readonly jitter: number;
  /** Of the first frame, seconds. */
  readonly offset: number;
}

/** What the times of a trace count: `cycles` are those of the run's accelerator clock. */
export const traceUnits = ["s", "ms", "us", "ns", "cycles"] as const;
export type TraceUnit = (typeof traceUnits)[number];

/** Arrivals from a CSV file (`workloads/requests/trace.ts`, docs/traces.md). */
export interface TraceArrivals {
  readonly kind: "trace";
  readonly file: string;
  readonly unit: TraceUnit;
  /** What becomes time 0 of the run: the file's own 0, or its first arrival. */
  readonly origin: 0 | "first";
}

export type GeneratedArrivals = PoissonArrivals | FixedArrivals | BurstyArrivals | PeriodicArrivals;
export type Arrivals = GeneratedArrivals | TraceArrivals;

/** Requests per second in the long run. */
export function meanRate(arrivals: GeneratedArrivals): number {
  if (arrivals.kind === "periodic") return arrivals.fps;
  const { rate } = arrivals;
  return arrivals.kind === "bursty" ? (rate * arrivals.on) / (arrivals.on + arrivals.off) : rate;
}

/**
 * The same arrivals with a rate `factor` times as high. Bursts and pauses keep their durations, a jitter its size, but
 * for what would be more than a period.
 */
export function scaledArrivals(arrivals: GeneratedArrivals, factor: number): GeneratedArrivals {
  if (arrivals.kind !== "periodic") return { ...arrivals, rate: arrivals.rate * factor };
  const fps = arrivals.fps * factor;
  return { ...arrivals, fps, jitter: Math.min(arrivals.jitter, 1 / fps) };
}

/** The time between two frames, seconds; undefined for arrivals that have none. */
export function periodOf(arrivals: Arrivals): number | undefined {
  if (arrivals.kind === "periodic") return 1 / arrivals.fps;
  return arrivals.kind === "fixed" ? 1 / arrivals.rate : undefined;
}

/** Streams of an arrival process: `gaps` between requests or their jitter, `phases` of bursts. */
interface ArrivalStreams {
  readonly gaps: RandomStream;
  readonly phases: RandomStream;
}

/** A function that returns the next arrival, in seconds, never earlier than the one before. */
export function arrivalProcess(arrivals: GeneratedArrivals, { gaps, phases }: ArrivalStreams): () => number {
  switch (arrivals.kind) {
    case "poisson":
      return poisson(arrivals.rate, gaps);
    case "fixed":
      return fixedInterval(arrivals.rate);
    case "bursty":
      return bursty(arrivals, poisson(arrivals.rate, gaps), phases);
    case "periodic":
      return inOrder(periodic(arrivals, gaps));
  }
}

function periodic({ fps, jitter, offset }: PeriodicArrivals, gaps: RandomStream): () => number {
  let frame = 0;
  return () => {
    const at = offset + frame / fps + (2 * gaps.random() - 1) * jitter;
    frame += 1;
    return Math.max(0, at);
  };
}

/** Times of which only neighbours can be out of order, as are those of frames with a jitter of up to a period. */
function inOrder(next: () => number): () => number {
  let held = next();
  return () => {
    const following = next();
    const earlier = Math.min(held, following);
    held = Math.max(held, following);
    return earlier;
  };
}

function poisson(rate: number, gaps: RandomStream): () => number {
  let now = 0;
  return () => {
    now += gaps.exponential(rate);
    return now;
  };
}

function fixedInterval(rate: number): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count / rate;
  };
}

/** A Poisson process that runs on a clock which stands still while off. */
function bursty({ on, off }: BurstyArrivals, nextOnTime: () => number, phases: RandomStream): () => number {
  let offTime = 0;
  let phaseEnd = phases.exponential(1 / on);
  return () => {
    const onTime = nextOnTime();
    while (onTime > phaseEnd) {
      offTime += phases.exponential(1 / off);
      phaseEnd += phases.exponential(1 / on);
    }
    return onTime + offTime;
  };
}
