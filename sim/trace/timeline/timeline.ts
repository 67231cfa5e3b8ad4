/**
 * The timeline of one run as Chrome trace JSON: a track for the accelerator, one for the scheduling unit where it
 * dispatches, one per request, counters of queue length and measured density.
 */
import type { Schedule } from "../../core/schedule.ts";
import type { Workload } from "../../core/workload.ts";
import { acceleratorEvents } from "./accelerator-track.ts";
import { type LayerRun, layerRuns } from "./layer-runs.ts";
import { requestEvents } from "./request-track.ts";
import type { RunTiming } from "./timing.ts";
import { processNamed, TraceClock, type TraceEvent, traceLines, trackNamed } from "./trace-events.ts";
import { unitEvents } from "./unit-track.ts";

export interface RecordedRun {
  readonly scheduler: string;
  readonly seed: number;
  readonly workload: Workload;
  readonly schedule: Schedule;
  readonly timing: RunTiming;
}

/** The part of a run that is shown. */
interface ShownRun extends RecordedRun {
  /** Numbers of the requests that have arrived by its end, ascending. */
  readonly requests: readonly number[];
}

const machinePid = 1;
const requestsPid = 2;
const unitTrack = { pid: machinePid, tid: 1 };
/** Behind it as many more as a clock that goes back needs (fault `clock-rolls-back`). */
const acceleratorTrack = { pid: machinePid, tid: 2 };

/** How much of a long run its timeline shows. */
export interface TimelineCut {
  /** Requests that have arrived by then, of all. */
  readonly requests: number;
  readonly ofRequests: number;
  readonly atSeconds: number;
}

/** Where the timeline of a run ends; undefined if it shows all of it. */
export function timelineCut(run: RecordedRun): TimelineCut | undefined {
  const { workload, schedule, timing } = run;
  const shown = shownPart(run);
  if (shown.schedule.dispatchRequest.length === schedule.dispatchRequest.length) return undefined;
  const last = timing.beganAt[timing.beganAt.length - 1];
  return {
    requests: shown.requests.length,
    ofRequests: schedule.finishOrder.length,
    atSeconds: (last - workload.requests.arrival[0]) * workload.secondsPerTick,
  };
}

/** The beginning of a run: the turns whose layers all have their times, and the requests that have arrived by then. */
function shownPart(run: RecordedRun): ShownRun {
  const { workload, schedule, timing } = run;
  const { dispatchRequest, dispatchLayers } = schedule;
  const timed = timing.beganAt.length;
  let [turns, layers] = [0, 0];
  while (turns < dispatchRequest.length && layers + dispatchLayers[turns] <= timed) layers += dispatchLayers[turns++];
  const isWhole = turns === dispatchRequest.length;
  const end = isWhole ? Number.POSITIVE_INFINITY : timing.beganAt[timed - 1];
  // What was never released has no arrival, and none that is at most anything.
  const requests = Array.from(workload.requests.arrival.keys()).filter((k) => workload.requests.arrival[k] <= end);
  if (isWhole) return { ...run, requests };
  return { ...run, requests, schedule: { ...schedule, dispatchRequest: dispatchRequest.subarray(0, turns) } };
}

/**
 * The lines of the trace file. Times are in microseconds; `args` with `start`, `finish`, … have them in the run's unit.
 *
 * @param everyLayer a slice for every layer, inside those of consecutive layers of one request.
 */
export function timelineLines(run: RecordedRun, everyLayer: boolean): Iterable<string> {
  const { scheduler, seed, workload } = run;
  const { timeUnit, secondsPerTick } = workload;
  const cut = timelineCut(run);
  const shown = cut === undefined ? {} : { shownRequests: cut.requests, shownSeconds: cut.atSeconds };
  return traceLines(
    { scheduler, seed, timeUnit, secondsPerTick, ...shown },
    timelineEvents(shownPart(run), everyLayer),
  );
}

function* timelineEvents(run: ShownRun, everyLayer: boolean): Iterable<TraceEvent> {
  const { workload, schedule, timing } = run;
  const clock = new TraceClock(workload.secondsPerTick);
  const runs = layerRuns(workload, schedule, timing);
  yield* processNamed(machinePid, `${run.scheduler}, seed ${run.seed}`);
  if (timing.unit !== undefined) {
    yield* trackNamed(unitTrack, "scheduling unit");
    yield* unitEvents(unitTrack, timing.unit);
  }
  yield* acceleratorEvents(acceleratorTrack, runs, { workload, clock, everyLayer });
  yield* clock.counter(machinePid, "queue length", "requests", queueLengths(run));
  yield* clock.counter(machinePid, "measured density", "density", measuredDensities(runs));
  yield* processNamed(requestsPid, "requests");
  const own = byRequest(runs, workload.requests.count);
  for (const request of run.requests) {
    yield* requestEvents({ pid: requestsPid, tid: request + 1 }, request, own[request], { workload, schedule, clock });
  }
}

/** Requests that have arrived and are not finished, at each change. */
function queueLengths({ requests, workload, schedule }: ShownRun): [number, number][] {
  const changes = [
    ...requests.map((request) => [workload.requests.arrival[request], 1] as const),
    ...requests.map((request) => [schedule.finish[request], -1] as const),
  ].sort(([a], [b]) => a - b);
  let length = 0;
  return changes.map(([at, change]) => {
    length += change;
    return [at, length];
  });
}

/** Of every layer, at its end. */
function measuredDensities(runs: readonly LayerRun[]): [number, number][] {
  return runs
    .flatMap(({ layers }) => layers.map(({ end, density }): [number, number] => [end, Number(density.toPrecision(6))]))
    .sort(([a], [b]) => a - b);
}

function byRequest(runs: readonly LayerRun[], count: number): LayerRun[][] {
  const own: LayerRun[][] = Array.from({ length: count }, () => []);
  for (const run of runs) own[run.request].push(run);
  return own;
}
