/** The requests that arrive by themselves: those of each kind of arrivals in order, and all of them merged. */
import { ConfigError } from "../input/errors.ts";
import type { Profile } from "../tables/profile.ts";
import { arrivalProcess } from "./arrivals.ts";
import { type DrawContext, type Drawn, drawerOf, streamsOf } from "./draws.ts";
import { inTicks, type OwnArrivals, type RequestSpec } from "./request-spec.ts";
import { maxTicks, type TimeBase, tickName } from "./time.ts";
import { readTrace, type TraceRows } from "./trace.ts";

interface Arriving extends Drawn {
  readonly arrival: number;
  /** That a trace says. */
  readonly deadline?: number;
}

/** A part of the requests: those that share arrivals, in order. */
interface Source {
  /** Of a trace. */
  readonly count?: number;
  /** The request after the last; undefined beyond the end of a trace. */
  next(): Arriving | undefined;
}

/** The shared arrivals first, if there are any, then the networks with their own. */
export function sourcesOf(context: DrawContext): Source[] {
  const { arrivals, own = [], cascades = [] } = context.spec;
  const taken = new Set([...own, ...cascades].flatMap(({ members }) => members));
  const members = context.order.filter((index) => !taken.has(index));
  return [
    ...(arrivals === undefined ? [] : [sourceOf(context, { name: "", members, arrivals })]),
    ...own.map((entry) => sourceOf(context, entry)),
  ];
}

function sourceOf(context: DrawContext, { name, members, arrivals }: OwnArrivals): Source {
  const { spec, profiles, seed } = context;
  const streams = streamsOf(seed, spec.semantics, name);
  const draw = drawerOf(context, members, streams);
  if (arrivals.kind !== "trace") {
    const next = arrivalProcess(arrivals, streams);
    return { next: () => ({ arrival: inTicks(next(), spec), ...draw(members) }) };
  }
  const trace = readTrace(arrivals, { ...spec, profiles, order: members, seed });
  let row = -1;
  return {
    count: trace.count,
    next: () => {
      row += 1;
      return row < trace.count
        ? tracedRequest(trace, row, profiles, draw(trace.candidates?.[row] ?? members))
        : undefined;
    },
  };
}

/** What a trace says in place of what was drawn. */
function tracedRequest(trace: TraceRows, row: number, profiles: readonly Profile[], drawn: Drawn): Arriving {
  const deadline = trace.deadline?.[row];
  return {
    arrival: trace.arrival[row],
    profile: drawn.profile,
    priority: trace.priority?.[row] ?? drawn.priority,
    sample: tracedRow(trace, row, profiles[drawn.profile]) ?? drawn.sample,
    ...(deadline === undefined ? {} : { deadline }),
  };
}

/** How many requests arrive by themselves. @throws ConfigError if traces are all there is and have too few. */
export function requestCount({ arrivals, own = [], requests }: RequestSpec, sources: readonly Source[]): number {
  const counts = sources.map(({ count }) => count ?? Number.POSITIVE_INFINITY);
  const most = counts.reduce((sum, count) => sum + count, 0);
  if (requests === undefined) return Number.isFinite(most) ? most : 0;
  if (requests <= most) return requests;
  const files = [...(arrivals === undefined ? [] : [{ arrivals }]), ...own].flatMap(({ arrivals: each }) =>
    each.kind === "trace" ? [each.file] : [],
  );
  const several = files.length === 1 ? `trace ${files[0]}: has` : `traces ${files.join(", ")}: have`;
  throw new ConfigError(`${several} ${most} requests, ${requests} are asked for`);
}

/** The first `count` requests of all sources together; of equal times that of the earlier source comes first. */
export function* mergedRequests(sources: readonly Source[], count: number, base: TimeBase): Iterable<Arriving> {
  const heads = sources.map((source) => source.next());
  for (let request = 0; request < count; request++) {
    let first = 0;
    for (let k = 1; k < heads.length; k++) if (isBefore(heads[k], heads[first])) first = k;
    const drawn = heads[first];
    if (drawn === undefined) throw new Error("there are as many requests as were counted");
    requireCountable(drawn.arrival, request, base);
    if (request + 1 < count) heads[first] = sources[first].next();
    yield drawn;
  }
}

function isBefore(a: Arriving | undefined, b: Arriving | undefined): boolean {
  return a !== undefined && (b === undefined || a.arrival < b.arrival);
}

/** Beyond 2^53 ticks neighbouring times can no longer be told apart. */
function requireCountable(arrival: number, request: number, base: TimeBase): void {
  if (arrival <= maxTicks) return;
  const seconds = (arrival * base.secondsPerTick).toPrecision(3);
  throw new ConfigError(
    `arrivals: request ${request} would arrive at ${seconds} s, later than can be counted (2^53 times ${tickName(base)})`,
  );
}

/** Row of the sample that the trace names for `request`. */
function tracedRow(trace: TraceRows, request: number, { name, sampleIds }: Profile): number | undefined {
  const sample = trace.sample?.[request];
  if (sample === undefined) return undefined;
  const row = sampleIds.indexOf(sample);
  if (row >= 0) return row;
  throw new ConfigError(`trace ${trace.file}: request ${request}: profile ${name} has no sample ${sample}`);
}
