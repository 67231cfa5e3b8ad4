/**
 * The bounds by their definitions, slowly: work fits if no interval between an arrival and a deadline has more of it than
 * its length; schedules are stepped from event to event over plain lists.
 */

interface Requests {
  readonly arrival: ArrayLike<number>;
  readonly deadline: ArrayLike<number>;
  readonly isolated: ArrayLike<number>;
}

export function naiveBounds(requests: Requests) {
  const { arrival, isolated } = requests;
  const all = Array.from(arrival, (_, request) => request);
  const shortest = all.toSorted((a, b) => isolated[a] - isolated[b] || a - b);
  const work = all.map(() => 0);
  for (const request of shortest) work[request] = Math.min(isolated[request], room(requests, work, request));
  const onTime = all.reduce((sum, request) => sum + work[request] / isolated[request], 0);
  const pieces = serve(requests, all, (request) => isolated[request]);
  const meanTime = (request: number) => {
    const own = pieces.filter((piece) => piece.request === request);
    return own.reduce((sum, { from, to }) => sum + ((to - from) * (from + to)) / 2, 0) / isolated[request];
  };
  const lower = mean(all.map((r) => (meanTime(r) + isolated[r] / 2 - arrival[r]) / isolated[r]));
  const optimistic = serve(requests, all, (request, left) => left * isolated[request]);
  const finish = (request: number) => Math.max(...optimistic.filter((p) => p.request === request).map(({ to }) => to));
  return {
    violationRate: { lower: Math.max(0, Math.ceil(all.length - onTime - 1e-6)) / all.length },
    antt: { lower, feasible: mean(all.map((r) => (finish(r) - arrival[r]) / isolated[r])) },
  };
}

/** The shortest gap that any interval around the request's own leaves. */
function room({ arrival, deadline }: Requests, work: readonly number[], request: number): number {
  const starts = Array.from(arrival).filter((start) => start <= arrival[request]);
  const ends = Array.from(deadline).filter((end) => end >= deadline[request]);
  let least = Number.POSITIVE_INFINITY;
  for (const start of starts) {
    for (const end of ends) {
      const inside = work.reduce((sum, own, k) => (arrival[k] >= start && deadline[k] <= end ? sum + own : sum), 0);
      least = Math.min(least, end - start - inside);
    }
  }
  return Math.max(0, least);
}

/** Finish times of `members` under preemptive earliest deadline first; NaN for the others. */
export function earliestDeadlineFirst(requests: Requests, members: readonly number[]): number[] {
  const finish: number[] = Array.from(requests.arrival, () => Number.NaN);
  for (const { request, to } of serve(requests, members, (own) => requests.deadline[own])) finish[request] = to;
  return finish;
}

interface Piece {
  readonly request: number;
  readonly from: number;
  readonly to: number;
}

/** Serves the member of smallest index at every moment, until the next arrival or its end. */
function serve(
  { arrival, isolated }: Requests,
  members: readonly number[],
  index: (request: number, left: number) => number,
): Piece[] {
  const left = Array.from(isolated);
  let waiting = [...members];
  let now = 0;
  const pieces: Piece[] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter((request) => arrival[request] <= now);
    const arrivals = waiting.map((request) => arrival[request]).filter((time) => time > now);
    const nextArrival = Math.min(...arrivals);
    if (ready.length === 0) {
      now = nextArrival;
      continue;
    }
    const request = ready.reduce((best, each) => (index(each, left[each]) < index(best, left[best]) ? each : best));
    const to = Math.min(now + left[request], nextArrival);
    pieces.push({ request, from: now, to });
    const isDone = now + left[request] <= nextArrival;
    left[request] -= to - now;
    now = to;
    if (isDone) waiting = waiting.filter((each) => each !== request);
  }
  return pieces;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
