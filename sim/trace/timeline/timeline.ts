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

const machinePid = 1;
const requestsPid = 2;
const unitTrack = { pid: machinePid, tid: 1 };
/** Behind it as many more as a clock that goes back needs (fault `clock-rolls-back`). */
const acceleratorTrack = { pid: machinePid, tid: 2 };

/**
 * The lines of the trace file. Times are in microseconds; `args` with `start`, `finish`, … have them in the run's unit.
 *
 * @param everyLayer a slice for every layer, inside those of consecutive layers of one request.
 */
export function timelineLines(run: RecordedRun, everyLayer: boolean): Iterable<string> {
  const { scheduler, seed, workload } = run;
  const { timeUnit, secondsPerTick } = workload;
  return traceLines({ scheduler, seed, timeUnit, secondsPerTick }, timelineEvents(run, everyLayer));
}

function* timelineEvents(run: RecordedRun, everyLayer: boolean): Iterable<TraceEvent> {
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
  for (const [request, own] of byRequest(runs, workload.requests.count).entries()) {
    yield* requestEvents({ pid: requestsPid, tid: request + 1 }, request, own, { workload, schedule, clock });
  }
}

/** Requests that have arrived and are not finished, at each change. */
function queueLengths({ workload, schedule }: RecordedRun): [number, number][] {
  const changes = [
    ...Array.from(workload.requests.arrival, (at) => [at, 1] as const),
    ...Array.from(schedule.finish, (at) => [at, -1] as const),
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
