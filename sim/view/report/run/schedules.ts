/** The schedules of a run, packed for the page that shows them. */

import type { RequestColumns, RunColumns, RunData, TurnColumns } from "../../../study/run/run-data.ts";
import type { PageRequests, PageSchedules } from "../../html/page/data.ts";
import { categoryColours, colourVariables } from "../../plots/look.ts";
import { packed } from "./packing.ts";

/** Requests that the first window is wide for, if they arrived evenly. */
const shownRequests = 24;

export interface EmbeddedSchedules {
  readonly page: PageSchedules;
  /** `scheduler, seed n` of those that did not fit. */
  readonly leftOut: readonly string[];
}

interface WithTurns extends RunColumns {
  readonly turns: TurnColumns;
}

/**
 * Undefined if the folder does not say when turns began and ended, or no schedule fits.
 *
 * @param maxCharacters that all schedules together may take.
 */
export function embeddedSchedules(data: RunData, maxCharacters = 5_000_000): EmbeddedSchedules | undefined {
  const runs = data.runs.filter((run): run is WithTurns => run.turns !== undefined);
  // The page has one list of arrivals for all schedulers of a seed, and one array.
  if (runs.length === 0 || runs.some(({ arrival, turns }) => arrival !== undefined || turns.array !== undefined)) {
    return undefined;
  }
  const { seeds } = data.summary;
  const ordered = seeds.flatMap((seed) => runs.filter((run) => run.seed === seed));
  const tickMs = roundTickMs(ordered, data.msPerTick);
  const toTicks = (time: number) => Math.round((time * data.msPerTick) / tickMs);
  const kept: PageSchedules["runs"][number][] = [];
  const leftOut: string[] = [];
  let room = maxCharacters;
  for (const { scheduler, seed, turns } of ordered) {
    const text = packed(turnNumbers(turns, firstArrival(data, seed), toTicks));
    room -= text.length;
    if (room >= 0) kept.push({ scheduler, seed, turns: text });
    else leftOut.push(`${scheduler}, seed ${seed}`);
  }
  if (kept.length === 0) return undefined;
  const networks = requestsOf(data, kept[0].seed).networks;
  const { arrival } = requestsOf(data, kept[0].seed);
  const gap = (toTicks(arrival[arrival.length - 1]) - toTicks(arrival[0])) / Math.max(1, arrival.length - 1);
  return {
    page: {
      tickMs,
      networks,
      colours: categoryColours.map(variableOf),
      seeds: seeds
        .filter((seed) => kept.some((run) => run.seed === seed))
        .map((seed) => pageRequests(data, seed, toTicks)),
      runs: kept,
      first: {
        run: Math.max(
          0,
          kept.findIndex(({ scheduler }) => scheduler === "dysta"),
        ),
        lengthTicks: Math.max(1, roundDown(gap * shownRequests)),
      },
    },
    leftOut,
  };
}

/** 1, 2 or 5 times a power of ten. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return power * (value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1);
}

/** A power of ten, and so short that an average turn takes more than 20. */
function roundTickMs(runs: readonly WithTurns[], msPerTick: number): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { turns } of runs) {
    const busy = turns.end.reduce((sum, end, k) => sum + (end - turns.start[k]), 0);
    shortest = Math.min(shortest, (busy / turns.end.length) * msPerTick);
  }
  return 10 ** Math.floor(Math.log10(shortest / 20));
}

function* turnNumbers({ request, start, end }: TurnColumns, origin: number, toTicks: (time: number) => number) {
  let before = 0;
  let clock = 0;
  for (let k = 0; k < request.length; k++) {
    const from = toTicks(start[k] - origin);
    const to = toTicks(end[k] - origin);
    yield request[k] - before;
    yield from - clock;
    yield to - from;
    before = request[k];
    clock = to;
  }
}

function pageRequests(data: RunData, seed: number, toTicks: (time: number) => number): PageRequests {
  const { arrival, deadline, network } = requestsOf(data, seed);
  const arrivals = arrival.map((time) => toTicks(time - arrival[0]));
  return {
    seed,
    arrivals: packed(arrivals.map((time, k) => (k === 0 ? time : time - arrivals[k - 1]))),
    deadlines: packed(arrivals.map((time, k) => toTicks(deadline[k] - arrival[0]) - time)),
    networks: packed(network),
  };
}

function firstArrival(data: RunData, seed: number): number {
  return requestsOf(data, seed).arrival[0];
}

function requestsOf({ requests }: RunData, seed: number): RequestColumns {
  const own = requests.get(seed);
  if (own === undefined) throw new Error(`seed ${seed} has results without requests`);
  return own;
}

function variableOf(colour: string): string {
  const known = colourVariables.find(({ light }) => light === colour);
  if (known === undefined) throw new Error(`colour ${colour} has no variable`);
  return `var(${known.variable})`;
}
