/** The files of a `dysta run` result folder (docs: the command-line contract). Times are in the run's time unit. */
import { shownTime } from "../../../workloads/requests/time.ts";
import { scenarioYaml } from "../../../workloads/scenarios/scenario.ts";
import { isViolated, normalisedTurnarounds } from "../../core/metrics.ts";
import { asReleased, type Schedule } from "../../core/schedule.ts";
import type { Workload } from "../../core/workload.ts";
import type { ResultsFolder } from "../../results/folder.ts";
import { type TimelineCut, timelineCut, timelineLines } from "../../trace/timeline/timeline.ts";
import type { Comparison, PreparedRun, Run } from "./run.ts";
import { runDocument } from "./run-document.ts";
import { runPredictions } from "./run-predictions.ts";
import type { RunSetup } from "./run-setup.ts";
import { workloadOf } from "./simulate-job.ts";

export interface FolderOptions {
  /** Whether the timeline shows each layer by itself. */
  readonly everyLayer: boolean;
  /** Of how many seeds, from the first on, dispatch.csv has the turns; undefined: as many as `maxTurns` allows. */
  readonly dispatchSeeds: number | undefined;
}

/** What of the run the folder does not have. */
interface FolderCuts {
  /** Where the timeline ends, if it does not show the whole run. */
  readonly timeline: TimelineCut | undefined;
  /** The seeds whose turns are kept, if they are not those of all seeds. */
  readonly dispatchSeeds: readonly number[] | undefined;
}

/** Without being asked dispatch.csv holds so many turns at most (some 13 MB), but those of the first seed in any case. */
const maxTurns = 300_000;

/**
 * Writes everything but `provenance.json`, what matters most first. The runs must have kept their schedules; of one that kept its timing, a
 * timeline is drawn.
 *
 * @returns what of the run the folder does not have.
 */
export function writeRunFolder(
  folder: ResultsFolder,
  prepared: PreparedRun,
  comparison: Comparison,
  { everyLayer, dispatchSeeds }: FolderOptions,
): FolderCuts {
  const workloads = new Map(prepared.seeds.map((seed) => [seed, workloadOf(prepared.setup, seed)]));
  const releases = prepared.setup.requests.cascades !== undefined;
  const kept = new Set(keptSeeds(prepared, comparison, dispatchSeeds));
  folder.writeText("config.yaml", scenarioYaml(prepared.scenario, folder.path));
  folder.writeJson("summary.json", runDocument(prepared, comparison));
  folder.writeCsv(
    "results.csv",
    [
      ...["scheduler", "seed", "request", "start", "finish", "preemptions", "normalised_turnaround", "violated"],
      ...["dropped", "turnaround_ms", ...(releases ? ["arrival", "deadline"] : [])],
    ],
    eachSchedule(comparison, workloads, resultRows),
  );
  folder.writeCsv(
    "requests.csv",
    [
      "request",
      "model",
      "pattern",
      "sample",
      "priority",
      "arrival",
      "deadline",
      "seed",
      ...(releases ? ["after"] : []),
    ],
    requestRows(workloads),
  );
  folder.writeCsv(
    "dispatch.csv",
    [
      "scheduler",
      "seed",
      "order",
      "request",
      "layers",
      "start",
      "end",
      ...(prepared.setup.arrays > 1 ? ["array"] : []),
    ],
    eachSchedule({ runs: comparison.runs.filter(({ seed }) => kept.has(seed)) }, workloads, dispatchRows),
  );
  folder.writeCsv(
    "prediction.csv",
    ["model", "pattern", "sample", "layer", "average", "predicted", "real"],
    predictionRows(prepared.setup),
  );
  if (prepared.profile !== undefined) folder.writeJson("profile.json", prepared.profile);
  return {
    timeline: writeTimeline(folder, comparison, workloads, everyLayer),
    dispatchSeeds: kept.size < prepared.seeds.length ? [...kept] : undefined,
  };
}

/** The first seeds: as many as are wanted, or as have few enough turns. */
function keptSeeds({ seeds }: PreparedRun, { runs }: Comparison, wanted: number | undefined): readonly number[] {
  if (wanted !== undefined) return seeds.slice(0, wanted);
  let turns = 0;
  const over = seeds.findIndex((seed, k) => {
    const own = runs.filter((run) => run.seed === seed);
    turns += own.reduce((sum, { result }) => sum + (result.schedule?.dispatchRequest.length ?? 0), 0);
    return k > 0 && turns > maxTurns;
  });
  return over < 0 ? seeds : seeds.slice(0, over);
}

function writeTimeline(
  folder: ResultsFolder,
  { runs }: Comparison,
  workloads: ReadonlyMap<number, Workload>,
  everyLayer: boolean,
): TimelineCut | undefined {
  for (const { scheduler, seed, result } of runs) {
    const { schedule, timing } = result;
    const workload = workloads.get(seed);
    if (timing === undefined || schedule === undefined || workload === undefined) continue;
    const run = { scheduler, seed, workload: asReleased(workload, schedule), schedule, timing };
    folder.writeText("timeline.json", timelineLines(run, everyLayer));
    return timelineCut(run);
  }
  return undefined;
}

type Row = readonly (string | number)[];

function* requestRows(workloads: ReadonlyMap<number, Workload>): Iterable<Row> {
  for (const [seed, workload] of workloads) {
    const { requests, profiles } = workload;
    const shown = shownTime(workload);
    for (let request = 0; request < requests.count; request++) {
      const { model, pattern, sampleIds } = profiles[requests.profile[request]];
      yield [
        request,
        model,
        pattern,
        sampleIds[requests.sample[request]],
        requests.priority[request],
        // When a released request comes, and when it is due, the scheduler decides: results.csv has it.
        knownTime(shown(requests.arrival[request])),
        knownTime(shown(requests.deadline[request])),
        seed,
        ...(requests.released === undefined ? [] : [releasedBy(requests.released.parent[request])]),
      ];
    }
  }
}

function knownTime(time: number): number | string {
  return Number.isNaN(time) ? "" : time;
}

function releasedBy(parent: number): number | string {
  return parent < 0 ? "" : parent;
}

function* predictionRows(setup: RunSetup): Iterable<Row> {
  const shown = shownTime(setup.networks);
  for (const { model, pattern, sample, layer, average, predicted, real } of runPredictions(setup)) {
    yield [model, pattern, sample, layer, shown(average), shown(predicted), shown(real)];
  }
}

function* eachSchedule(
  { runs }: Pick<Comparison, "runs">,
  workloads: ReadonlyMap<number, Workload>,
  rowsOf: (run: Run, schedule: Schedule, workload: Workload) => Iterable<Row>,
): Iterable<Row> {
  for (const run of runs) {
    const { schedule } = run.result;
    const workload = workloads.get(run.seed);
    if (schedule === undefined || workload === undefined) throw new Error(`run of seed ${run.seed} has no schedule`);
    yield* rowsOf(run, schedule, workload);
  }
}

/** A row for every request but those that were never released. */
function* resultRows({ scheduler, seed }: Run, schedule: Schedule, drawn: Workload): Iterable<Row> {
  const workload = asReleased(drawn, schedule);
  const { arrival, deadline } = workload.requests;
  const turnarounds = normalisedTurnarounds(workload, schedule);
  const shown = shownTime(workload);
  const msPerTick = 1e3 * workload.secondsPerTick;
  for (let request = 0; request < turnarounds.length; request++) {
    if (Number.isNaN(arrival[request])) continue;
    yield [
      scheduler,
      seed,
      request,
      shown(schedule.start[request]),
      shown(schedule.finish[request]),
      schedule.preemptions[request],
      turnarounds[request],
      isViolated(workload, schedule, request) ? 1 : 0,
      schedule.dropped?.has(request) ? 1 : 0,
      (schedule.finish[request] - arrival[request]) * msPerTick,
      ...(schedule.released === undefined ? [] : [shown(arrival[request]), shown(deadline[request])]),
    ];
  }
}

function* dispatchRows({ scheduler, seed }: Run, schedule: Schedule, workload: Workload): Iterable<Row> {
  const shown = shownTime(workload);
  const { dispatchRequest, dispatchLayers, dispatchStart, dispatchEnd, dispatchArray } = schedule;
  for (let order = 0; order < dispatchRequest.length; order++) {
    yield [
      scheduler,
      seed,
      order,
      dispatchRequest[order],
      dispatchLayers[order],
      shown(dispatchStart[order]),
      shown(dispatchEnd[order]),
      ...(dispatchArray === undefined ? [] : [dispatchArray[order]]),
    ];
  }
}
