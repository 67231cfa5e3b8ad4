/** The accelerator's track: which request's layers run, and what a switch to another request costs before them. */
import type { Workload } from "../../core/workload.ts";
import { type LayerRun, layerRange, spanOf } from "./layer-runs.ts";
import { type TraceClock, type TraceEvent, type Track, trackNamed } from "./trace-events.ts";

interface Drawing {
  readonly workload: Workload;
  readonly clock: TraceClock;
  /** A slice for every layer inside the run's. */
  readonly everyLayer: boolean;
}

/**
 * @param track is followed by further ones, on which goes what a clock that was set back lays over earlier runs
 *   (fault `clock-rolls-back`).
 */
export function* acceleratorEvents(track: Track, runs: readonly LayerRun[], drawing: Drawing): Iterable<TraceEvent> {
  const lanes = new Lanes();
  const placed = runs.map((run) => ({ run, lane: lanes.place(run.decidedAt, spanOf(run)[1]) }));
  for (let lane = 0; lane < lanes.count; lane++) {
    const name = lane === 0 ? "accelerator" : "accelerator, after the clock was set back";
    yield* trackNamed(laneOf(track, lane), name);
  }
  for (const { run, lane } of placed) yield* runEvents(laneOf(track, lane), run, drawing);
}

function laneOf({ pid, tid }: Track, lane: number): Track {
  return { pid, tid: tid + lane };
}

/** First fit: each span in the first lane that is free. */
class Lanes {
  private readonly freeFrom: number[] = [];

  get count(): number {
    return this.freeFrom.length;
  }

  place(begin: number, end: number): number {
    const free = this.freeFrom.findIndex((from) => from <= begin);
    const lane = free < 0 ? this.count : free;
    this.freeFrom[lane] = end;
    return lane;
  }
}

function* runEvents(track: Track, run: LayerRun, { workload, clock, everyLayer }: Drawing): Iterable<TraceEvent> {
  const { request, layers, decidedAt } = run;
  const { requests, profiles, secondsPerTick } = workload;
  const { model, pattern } = profiles[requests.profile[request]];
  const span = spanOf(run);
  if (decidedAt < span[0]) yield clock.slice(track, "switch", [decidedAt, span[0]], { to: request });
  const busy = layers.reduce((sum, { begin, end }) => sum + (end - begin), 0);
  const busyUs = Number((busy * secondsPerTick * 1e6).toFixed(3));
  yield clock.slice(track, `${model}/${pattern} #${request}`, span, { request, layers: layerRange(run), busyUs });
  if (!everyLayer) return;
  for (const { layer, begin, end, density } of layers) {
    yield clock.slice(track, `layer ${layer}`, [begin, end], { request, layer, density });
  }
}
