/**
 * The rules of the Trace Event Format (JSON object form), for the phases M, X, i and C, and what Perfetto asks besides:
 * slices of a track nest or are disjoint, else they are dropped; times are whole nanoseconds, else they are rounded.
 * Written from the format's description, not from what writes our traces.
 */

export interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: Record<string, unknown>;
}

interface OpenSlice {
  readonly name: string;
  readonly endNs: number;
}

/** What of the format's rules a trace file breaks, one line each; empty for a good one. */
export function traceComplaints(text: string): string[] {
  const trace = JSON.parse(text);
  const complaints: string[] = [];
  if (!["ms", "ns"].includes(trace.displayTimeUnit)) complaints.push(`displayTimeUnit ${trace.displayTimeUnit}`);
  if (!Array.isArray(trace.traceEvents)) return [...complaints, "no traceEvents"];
  const checker = new Checker((where, what) => complaints.push(`event ${where}: ${what}`));
  trace.traceEvents.forEach((event: Record<string, unknown>, index: number) => {
    checker.check(event, index);
  });
  checker.checkNames();
  return complaints;
}

/** The events of a trace file. */
export function traceEvents(text: string): TraceEvent[] {
  return JSON.parse(text).traceEvents;
}

class Checker {
  private readonly complain: (where: number | string, what: string) => void;
  private readonly processNames = new Set<unknown>();
  private readonly threadNames = new Set<string>();
  private readonly usedProcesses = new Set<unknown>();
  private readonly usedThreads = new Set<string>();
  private readonly lastNs = new Map<string, number>();
  private readonly stacks = new Map<string, OpenSlice[]>();

  constructor(complain: (where: number | string, what: string) => void) {
    this.complain = complain;
  }

  check(event: Record<string, unknown>, index: number): void {
    const { ph, name, pid } = event;
    const complain = (what: string) => this.complain(index, what);
    if (typeof name !== "string" || name === "") complain("no name");
    if (!Number.isInteger(pid)) complain("pid is no integer");
    if (ph === "M") this.metadata(event, complain);
    else if (typeof ph !== "string" || !["X", "i", "C"].includes(ph)) complain(`phase ${ph}`);
    else if (!isNanoseconds(event.ts)) complain(`ts ${event.ts} is no time in whole nanoseconds`);
    else this.timed(event, Math.round((event.ts as number) * 1000), complain);
  }

  checkNames(): void {
    for (const pid of this.usedProcesses)
      if (!this.processNames.has(pid)) this.complain("of", `process ${pid} unnamed`);
    for (const track of this.usedThreads)
      if (!this.threadNames.has(track)) this.complain("of", `track ${track} unnamed`);
    for (const track of this.threadNames) if (!this.usedThreads.has(track)) this.complain("of", `track ${track} empty`);
  }

  private timed(event: Record<string, unknown>, ns: number, complain: (what: string) => void): void {
    const { ph, pid, tid, s: scope } = event;
    this.usedProcesses.add(pid);
    if (ph === "C") {
      this.counter(event, ns, complain);
      return;
    }
    const track = `${pid} ${tid}`;
    this.usedThreads.add(track);
    if (!Number.isInteger(tid)) complain("tid is no integer");
    this.inOrder(track, ns, complain);
    if (ph === "i" && !["g", "p", "t"].includes(scope as string)) complain(`instant of scope ${scope}`);
    if (ph === "X" && !isNanoseconds(event.dur)) complain(`dur ${event.dur} is no time in whole nanoseconds`);
    else if (ph === "X") this.slice(track, event, ns, complain);
  }

  private metadata({ name, pid, tid, args }: Record<string, unknown>, complain: (what: string) => void): void {
    const values = args as Record<string, unknown> | undefined;
    const isNamed = typeof values?.name === "string" && values.name !== "";
    const isPlaced = Number.isInteger(values?.sort_index);
    const track = `${pid} ${tid}`;
    if (name === "process_name") {
      if (!isNamed || this.processNames.has(pid)) complain("process_name");
      this.processNames.add(pid);
    } else if (name === "thread_name") {
      if (!isNamed || !Number.isInteger(tid) || this.threadNames.has(track)) complain("thread_name");
      this.threadNames.add(track);
    } else if (name === "process_sort_index" || name === "thread_sort_index") {
      if (!isPlaced) complain(`${name} without sort_index`);
    } else complain(`metadata ${name}`);
  }

  private counter(event: Record<string, unknown>, ns: number, complain: (what: string) => void): void {
    const values = Object.values((event.args ?? {}) as object);
    if (values.length === 0 || !values.every(Number.isFinite)) complain("a counter needs numbers");
    this.inOrder(`counter ${event.pid} ${event.name}`, ns, complain);
  }

  private inOrder(track: string, ns: number, complain: (what: string) => void): void {
    if (ns < (this.lastNs.get(track) ?? 0)) complain(`earlier than the event before it on ${track}`);
    this.lastNs.set(track, ns);
  }

  private slice(
    track: string,
    event: Record<string, unknown>,
    beginNs: number,
    complain: (what: string) => void,
  ): void {
    const endNs = beginNs + Math.round((event.dur as number) * 1000);
    const open = (this.stacks.get(track) ?? []).filter((slice) => slice.endNs > beginNs);
    const crossed = open.find((slice) => endNs > slice.endNs);
    if (crossed !== undefined) complain(`${event.name} overlaps ${crossed.name}`);
    this.stacks.set(track, [...open, { name: event.name as string, endNs }]);
  }
}

/** A time in microseconds, not negative, with at most three digits after the point. */
function isNanoseconds(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && Math.round(value * 1000) / 1000 === value;
}
