/** One schedule, unpacked: what happened to each request, and how many were in the system when. Times in ticks. */
import type { PageRequests, PageRun } from "./data.ts";
import { unpacked } from "./unpack.ts";

interface Turn {
  readonly from: number;
  readonly to: number;
}

export interface RequestLife {
  readonly request: number;
  readonly network: number;
  readonly arrival: number;
  readonly deadline: number;
  readonly finish: number;
  readonly turns: readonly Turn[];
}

export interface Schedule {
  /** In order of arrival. */
  readonly lives: readonly RequestLife[];
  readonly end: number;
  /** Requests in the system from each of these times on. */
  readonly queue: readonly { readonly at: number; readonly count: number }[];
}

export function unpackedSchedule(requests: PageRequests, run: PageRun): Schedule {
  const deadlines = unpacked(requests.deadlines);
  const networks = unpacked(requests.networks);
  let clock = 0;
  const arrivals = unpacked(requests.arrivals).map((gap) => {
    clock += gap;
    return clock;
  });
  const turns = turnsOf(unpacked(run.turns), arrivals.length);
  const lives = arrivals.map((arrival, request) => {
    const own = turns[request];
    const finish = own.length === 0 ? arrival : own[own.length - 1].to;
    return { request, network: networks[request], arrival, deadline: arrival + deadlines[request], finish, turns: own };
  });
  const end = lives.reduce((latest, { finish }) => Math.max(latest, finish), 1);
  return { lives, end, queue: queueOf(lives) };
}

function turnsOf(numbers: readonly number[], requestCount: number): Turn[][] {
  const turns: Turn[][] = Array.from({ length: requestCount }, () => []);
  let request = 0;
  let clock = 0;
  for (let k = 0; k < numbers.length; k += 3) {
    request += numbers[k];
    const from = clock + numbers[k + 1];
    clock = from + numbers[k + 2];
    turns[request].push({ from, to: clock });
  }
  return turns;
}

function queueOf(lives: readonly RequestLife[]): { at: number; count: number }[] {
  const changes = lives.flatMap(({ arrival, finish }) => [
    { at: arrival, by: 1 },
    { at: finish, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at);
  let count = 0;
  return changes.map(({ at, by }) => {
    count += by;
    return { at, count };
  });
}

/** The requests that are in the system at some time between `from` and `to`. */
export function livesWithin({ lives }: Schedule, from: number, to: number): RequestLife[] {
  return lives.filter(({ arrival, finish }) => arrival < to && finish > from);
}

/** The first late request that finishes after `time`, or with `isBackwards` the last before it; undefined: there is none. */
export function lateBeyond({ lives }: Schedule, time: number, isBackwards: boolean): RequestLife | undefined {
  const sign = isBackwards ? -1 : 1;
  return lives
    .filter(({ finish, deadline }) => finish > deadline && sign * (finish - time) > 0)
    .reduce<RequestLife | undefined>(
      (nearest, life) => (nearest === undefined || sign * (life.finish - nearest.finish) < 0 ? life : nearest),
      undefined,
    );
}

/** The middle of the time in which the queue is longest. */
export function longestQueueAt({ queue }: Schedule): number {
  const longest = queue.reduce((a, b) => (b.count > a.count ? b : a));
  const next = queue[queue.indexOf(longest) + 1] ?? longest;
  return (longest.at + next.at) / 2;
}
