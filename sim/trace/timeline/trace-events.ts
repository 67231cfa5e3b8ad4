/**
 * The Trace Event Format, the part of it that a timeline uses: metadata, complete slices, instants and counters, one JSON
 * object each. Perfetto and chrome://tracing read it.
 *
 * Times are in microseconds, rounded to whole nanoseconds: Perfetto keeps no more, and drops a slice that overlaps another
 * of its track by the rest of a fraction.
 */

/** Values shown with an event. */
export type EventArgs = Readonly<Record<string, string | number | boolean>>;

/** A row of the viewer: thread `tid` of process `pid`. */
export interface Track {
  readonly pid: number;
  readonly tid: number;
}

export interface TraceEvent extends Partial<Track> {
  readonly ph: "M" | "X" | "i" | "C";
  readonly name: string;
  readonly pid: number;
  readonly ts?: number;
  readonly dur?: number;
  /** Scope of an instant: its thread. */
  readonly s?: "t";
  readonly args?: EventArgs;
}

/** The process's name, and its place among the processes. */
export function processNamed(pid: number, name: string): TraceEvent[] {
  return [
    { ph: "M", name: "process_name", pid, args: { name } },
    { ph: "M", name: "process_sort_index", pid, args: { sort_index: pid } },
  ];
}

/** The track's name, and its place in its process. */
export function trackNamed(track: Track, name: string): TraceEvent[] {
  return [
    { ph: "M", name: "thread_name", ...track, args: { name } },
    { ph: "M", name: "thread_sort_index", ...track, args: { sort_index: track.tid } },
  ];
}

/** Makes events from times in ticks. */
export class TraceClock {
  private readonly secondsPerTick: number;

  constructor(secondsPerTick: number) {
    this.secondsPerTick = secondsPerTick;
  }

  slice(track: Track, name: string, [begin, end]: readonly [number, number], args?: EventArgs): TraceEvent {
    const ts = this.nanoseconds(begin);
    return { ph: "X", name, ...track, ts: ts / 1000, dur: (this.nanoseconds(end) - ts) / 1000, ...(args && { args }) };
  }

  instant(track: Track, name: string, at: number): TraceEvent {
    return { ph: "i", name, ...track, ts: this.nanoseconds(at) / 1000, s: "t" };
  }

  /** @param points [time, value], in order of time; of several at one nanosecond the last counts. */
  *counter(pid: number, name: string, key: string, points: readonly (readonly [number, number])[]) {
    for (const [k, [at, value]] of points.entries()) {
      const ts = this.nanoseconds(at);
      if (k + 1 < points.length && this.nanoseconds(points[k + 1][0]) === ts) continue;
      yield { ph: "C", name, pid, ts: ts / 1000, args: { [key]: value } } satisfies TraceEvent;
    }
  }

  private nanoseconds(ticks: number): number {
    return Math.round(ticks * this.secondsPerTick * 1e9);
  }
}

/** A trace file, line by line. @param about what the trace shows. */
export function* traceLines(about: EventArgs, events: Iterable<TraceEvent>): Iterable<string> {
  yield `{"displayTimeUnit":"ns","otherData":${JSON.stringify(about)},"traceEvents":[\n`;
  let isFirst = true;
  for (const event of events) {
    yield `${isFirst ? "" : ",\n"}${JSON.stringify(event)}`;
    isFirst = false;
  }
  yield "\n]}\n";
}
