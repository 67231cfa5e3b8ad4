/**
 * Bounds on what any schedule of one accelerator can reach, for requests whose arrivals, deadlines and isolated times
 * are all known beforehand.
 *
 * Lower bounds hold for every schedule of one machine, whatever it knows: idle time, costs of switching and whole
 * layers only restrict it further. The feasible sides are reached by a schedule that knows the future and preempts
 * *within* layers, so a scheduler that preempts at layer boundaries need not reach them. The optimum lies between the
 * two. The bounds of ANTT and of violations are separate: no schedule need reach both (docs/schedulers.md).
 */
import { ReadyHeap } from "./ready-heap.ts";

/** Requests in order of arrival; times in any one unit, isolated times more than 0. */
interface BoundedRequests {
  readonly arrival: ArrayLike<number>;
  readonly deadline: ArrayLike<number>;
  /** Time that the very input needs alone. */
  readonly isolated: ArrayLike<number>;
}

/** What no schedule is below, and what a schedule with full knowledge reaches. */
export interface Bound {
  readonly lower: number;
  readonly feasible: number;
}

export interface Bounds {
  /** Share of requests that finish after their deadline, 0..1. */
  readonly violationRate: Bound;
  /** Average normalised turnaround time. */
  readonly antt: Bound;
}

/** Both bounds. Time grows with the square of the number of requests at worst. */
export function boundsOf(requests: BoundedRequests): Bounds {
  const count = requests.arrival.length;
  const order = shortestFirst(requests);
  const onTime = new OnTimeSet(requests);
  let lostShare = 0;
  for (const request of order) {
    const { isolated } = requests;
    const possible = onTime.room(request);
    const share = possible >= isolated[request] * (1 - tolerance) ? 1 : Math.max(0, possible / isolated[request]);
    if (share > 0) onTime.accept(request, share * isolated[request]);
    lostShare += 1 - share;
  }
  return {
    violationRate: {
      lower: Math.max(0, Math.ceil(lostShare - count * tolerance)) / count,
      feasible: (count - feasibleOnTime(requests, order).length) / count,
    },
    antt: { lower: lowerAntt(requests), feasible: feasibleAntt(requests) },
  };
}

/** Relative rounding error that counts as none. */
const tolerance = 1e-9;

/**
 * Requests that can all be on time together: shortest first, each that fits beside those accepted. Served by earliest
 * deadline first, with preemption at any moment, all of them are on time.
 */
export function feasibleOnTime(requests: BoundedRequests, order = shortestFirst(requests)): number[] {
  const onTime = new OnTimeSet(requests);
  const accepted: number[] = [];
  for (const request of order) {
    const { isolated } = requests;
    if (onTime.room(request) < isolated[request]) continue;
    onTime.accept(request, isolated[request]);
    accepted.push(request);
  }
  return accepted;
}

function shortestFirst({ isolated }: BoundedRequests): number[] {
  return Array.from(isolated, (_, request) => request).sort((a, b) => isolated[a] - isolated[b] || a - b);
}

/**
 * Work that has been accepted and fits between arrivals and deadlines.
 *
 * What of a request fits beside it: the request's work less the largest lateness of an earliest-deadline-first schedule
 * of both (0 if nothing is late). In that schedule only the busy period around the request changes.
 */
class OnTimeSet {
  private readonly requests: BoundedRequests;
  /** Accepted requests in order of arrival, and their work. */
  private readonly members: Int32Array;
  private count = 0;
  private readonly work: Float64Array;
  /** Place of each request in the order of deadlines: an integer to compare. */
  private readonly byDeadline: Int32Array;
  private readonly heap: ReadyHeap;
  private readonly left: Float64Array;

  constructor(requests: BoundedRequests) {
    const { length } = requests.arrival;
    this.requests = requests;
    this.members = new Int32Array(length + 1);
    this.work = new Float64Array(length);
    this.left = new Float64Array(length);
    this.byDeadline = new Int32Array(length);
    const { deadline } = requests;
    const sorted = Array.from(this.byDeadline, (_, k) => k).sort((a, b) => deadline[a] - deadline[b] || a - b);
    for (const [place, request] of sorted.entries()) this.byDeadline[request] = place;
    this.heap = new ReadyHeap(this.byDeadline);
  }

  accept(request: number, work: number): void {
    const at = this.placeOf(request);
    this.members.copyWithin(at + 1, at, this.count);
    this.members[at] = request;
    this.work[request] = work;
    this.count += 1;
  }

  /** How much of a request's work can be done in time beside what is accepted. */
  room(request: number): number {
    const { arrival, deadline, isolated } = this.requests;
    const whole = Math.min(isolated[request], deadline[request] - arrival[request]);
    if (whole <= 0) return 0;
    this.accept(request, whole);
    const lateness = this.maxLateness(request);
    this.remove(request);
    return whole - Math.max(0, lateness);
  }

  private remove(request: number): void {
    const at = this.placeOf(request);
    this.members.copyWithin(at, at + 1, this.count);
    this.count -= 1;
  }

  /** Position in `members` of a request, or where it would stand. Numbers of requests are in order of arrival. */
  private placeOf(request: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.members[middle] < request) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Largest lateness of the earliest-deadline-first schedule of the busy period that has `request` in it. */
  private maxLateness(request: number): number {
    const { members, count, work, left, heap, byDeadline } = this;
    const { arrival, deadline } = this.requests;
    const own = this.placeOf(request);
    let next = this.busyPeriodStart(own);
    let now = arrival[members[next]];
    let most = Number.NEGATIVE_INFINITY;
    heap.clear();
    while (true) {
      while (next < count && arrival[members[next]] <= now) {
        left[members[next]] = work[members[next]];
        heap.push(members[next]);
        next += 1;
      }
      if (heap.isEmpty) {
        // Busy periods after that of the request are as they were without it.
        if (next > own) return most;
        now = arrival[members[next]];
        continue;
      }
      const first = heap.first;
      const until = next < count ? arrival[members[next]] : Number.POSITIVE_INFINITY;
      if (now + left[first] > until) {
        left[first] -= until - now;
        now = until;
        continue;
      }
      now += left[first];
      heap.pop();
      // What is due before the request is not delayed by it.
      if (byDeadline[first] >= byDeadline[request] && now - deadline[first] > most) most = now - deadline[first];
    }
  }

  /** Position in `members` of the first request of the busy period that has the one at `own` in it. */
  private busyPeriodStart(own: number): number {
    const { members, work } = this;
    const { arrival } = this.requests;
    let start = 0;
    let end = Number.NEGATIVE_INFINITY;
    for (let at = 0; at <= own; at++) {
      const request = members[at];
      if (arrival[request] >= end) {
        start = at;
        end = arrival[request];
      }
      end += work[request];
    }
    return start;
  }
}

/**
 * A request's busy mean time, the mean of the instants at which it is processed, is at most its finish less half its
 * isolated time. The sum of busy mean times weighted by 1 / isolated² is smallest under preemptive shortest *total*
 * time first (Goemans: busy mean times form a supermodular base polyhedron, over which the greedy order is optimal).
 */
function lowerAntt(requests: BoundedRequests): number {
  const { arrival, isolated } = requests;
  const count = arrival.length;
  const momentum = new Float64Array(count);
  const key = Float64Array.from(isolated);
  servePreemptively(
    requests,
    key,
    () => {},
    (request, from, to) => {
      momentum[request] += (to - from) * ((from + to) / 2 - arrival[request]);
    },
  );
  let sum = 0;
  for (let request = 0; request < count; request++) {
    sum += momentum[request] / isolated[request] ** 2 + 0.5;
  }
  return sum / count;
}

/** Smallest remaining × total time first, preempting at any moment, with exact times: an online policy. */
function feasibleAntt(requests: BoundedRequests): number {
  const { arrival, isolated } = requests;
  const finish = new Float64Array(arrival.length);
  const key = Float64Array.from(isolated, (own) => own * own);
  const update = (request: number, left: number) => {
    key[request] = left * isolated[request];
  };
  servePreemptively(requests, key, update, (request, _, to) => {
    finish[request] = to;
  });
  let sum = 0;
  for (let request = 0; request < finish.length; request++) {
    sum += (finish[request] - arrival[request]) / isolated[request];
  }
  return sum / finish.length;
}

/**
 * Serves the request of smallest key at every moment.
 *
 * @param key of each request; `update` may make that of a request smaller while it runs.
 * @param served is told of every uninterrupted piece of processing.
 */
function servePreemptively(
  { arrival, isolated }: BoundedRequests,
  key: Float64Array,
  update: (request: number, left: number) => void,
  served: (request: number, from: number, to: number) => void,
): void {
  const left = Float64Array.from(isolated);
  const heap = new ReadyHeap(key);
  let next = 0;
  let now = 0;
  while (next < arrival.length || !heap.isEmpty) {
    if (heap.isEmpty) now = Math.max(now, arrival[next]);
    while (next < arrival.length && arrival[next] <= now) heap.push(next++);
    const first = heap.first;
    const until = next < arrival.length ? arrival[next] : Number.POSITIVE_INFINITY;
    if (now + left[first] <= until) {
      served(first, now, now + left[first]);
      now += left[first];
      heap.pop();
    } else {
      served(first, now, until);
      left[first] -= until - now;
      now = until;
      update(first, left[first]);
    }
  }
}
