/** The track of one request: from arrival to finish, and in it when it waits and when it runs. */
import { shownTime } from "../../../workloads/requests/time.ts";
import { isViolated } from "../../core/metrics.ts";
import type { Schedule } from "../../core/schedule.ts";
import type { Workload } from "../../core/workload.ts";
import { type LayerRun, layerRange, spanOf } from "./layer-runs.ts";
import { type EventArgs, type TraceClock, type TraceEvent, type Track, trackNamed } from "./trace-events.ts";

/** @param own the runs of the request's layers. */
export function* requestEvents(
  track: Track,
  request: number,
  own: readonly LayerRun[],
  { workload, schedule, clock }: { workload: Workload; schedule: Schedule; clock: TraceClock },
): Iterable<TraceEvent> {
  const { requests, profiles } = workload;
  const { model, pattern } = profiles[requests.profile[request]];
  const [arrival, finish] = [requests.arrival[request], schedule.finish[request]];
  const events = [
    clock.instant(track, "arrival", arrival),
    clock.slice(track, `${model}/${pattern}`, [arrival, finish], facts(workload, schedule, request)),
    ...partsOf(own, arrival).map(({ name, span, args }) => clock.slice(track, name, span, args)),
    clock.instant(track, "deadline", requests.deadline[request]),
  ];
  yield* trackNamed(track, `#${request} ${model}/${pattern}`);
  yield* events.sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0));
}

/** What requests.csv and results.csv say of it, in the run's time unit. */
function facts(workload: Workload, schedule: Schedule, request: number): EventArgs {
  const { requests, profiles } = workload;
  const shown = shownTime(workload);
  return {
    request,
    sample: profiles[requests.profile[request]].sampleIds[requests.sample[request]],
    arrival: shown(requests.arrival[request]),
    deadline: shown(requests.deadline[request]),
    start: shown(schedule.start[request]),
    finish: shown(schedule.finish[request]),
    preemptions: schedule.preemptions[request],
    violated: isViolated(workload, schedule, request),
  };
}

interface Part {
  readonly name: "waiting" | "running";
  readonly span: readonly [number, number];
  readonly args?: EventArgs;
}

function partsOf(own: readonly LayerRun[], arrival: number): Part[] {
  let since = arrival;
  return own.flatMap((run): Part[] => {
    const span = spanOf(run);
    const running: Part = { name: "running", span, args: { layers: layerRange(run) } };
    const waiting: Part = { name: "waiting", span: [since, span[0]] };
    since = span[1];
    return waiting.span[0] < waiting.span[1] ? [waiting, running] : [running];
  });
}
