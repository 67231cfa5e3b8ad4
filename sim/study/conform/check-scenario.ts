/** A recorded scenario: every scheduler's dispatch sequence, finish times and metrics, to the last bit. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { computeMetrics, isViolated } from "../../core/metrics.ts";
import type { Schedule } from "../../core/schedule.ts";
import type { Workload } from "../../core/workload.ts";
import type { Check } from "./check.ts";
import type { Comparison } from "./comparison.ts";
import { type RecordedSchedule, readRecording, type ScenarioRecording, scenarioRecording } from "./recordings.ts";
import { replay } from "./replay.ts";
import { scenarioWorkload } from "./scenario-workload.ts";

export const checkScenario: Check = (job, tables, comparison) => {
  const recording = readRecording(job, scenarioRecording);
  const workload = scenarioWorkload(job.file, recording, tables);
  const schedulers = Object.entries(recording.schedulers);
  if (schedulers.length === 0) throw new ConfigError(`${job.file}: schedulers is empty: nothing is recorded`);
  compareTargets(comparison, recording, workload);
  for (const [scheduler, recorded] of schedulers) {
    const schedule = replay(workload, scheduler, recording.params);
    compareDispatch(comparison, { scheduler, recorded, schedule });
    compareFinishes(comparison, { scheduler, recorded, schedule });
    compareMetrics(comparison, { scheduler, recorded, schedule, workload });
  }
  return undefined;
};

/** Target latency = the model's mean isolated latency × the SLO multiplier. */
function compareTargets(comparison: Comparison, recording: ScenarioRecording, { tables, requests }: Workload): void {
  const { slo_multiplier: multiplier } = recording;
  if (multiplier === undefined) return;
  for (const [request, [, , , , target]] of recording.requests.entries()) {
    const expected = tables[requests.profile[request]].modelIsolatedLatency * multiplier;
    comparison.near(target, expected, targetTolerance, () => `request ${request}: target latency in s`);
  }
}

/** The stored targets are used as they are; this notices a table or a multiplier that they were not made from. */
const targetTolerance = 1e-12;

interface Compared {
  readonly scheduler: string;
  readonly recorded: RecordedSchedule;
  readonly schedule: Schedule;
}

function compareFinishes(comparison: Comparison, { scheduler, recorded, schedule }: Compared): void {
  const { finish, finishOrder } = schedule;
  comparison.exactList(recorded.finish, finish, `${scheduler}: number of finish times`, (request) => {
    return `${scheduler}: request ${request}: finish time in s`;
  });
  comparison.exactList(recorded.finish_order, finishOrder, `${scheduler}: number of finished requests`, (rank) => {
    return `${scheduler}: request that finishes as number ${rank}`;
  });
  compareRollbacks(comparison, { scheduler, recorded, schedule });
}

const rollbackParts = ["request", "clock before in s", "clock after in s"];

function compareRollbacks(comparison: Comparison, { scheduler, recorded, schedule }: Compared): void {
  const place = `${scheduler}: number of clock roll-backs`;
  comparison.exact(recorded.clock_rollbacks.length, schedule.clockRollbacks.length, () => place);
  for (const [index, replayed] of schedule.clockRollbacks.slice(0, recorded.clock_rollbacks.length).entries()) {
    for (const [part, value] of recorded.clock_rollbacks[index].entries()) {
      comparison.exact(value, replayed[part], () => `${scheduler}: clock roll-back ${index}: ${rollbackParts[part]}`);
    }
  }
}

function compareMetrics(comparison: Comparison, compared: Compared & { readonly workload: Workload }): void {
  const { scheduler, recorded, schedule, workload } = compared;
  const { violationRate, throughputPerS, antt } = computeMetrics(workload, schedule).overall;
  comparison.exact(recorded.violation_rate, violationRate, () => `${scheduler}: violation rate`);
  comparison.exact(recorded.stp, throughputPerS, () => `${scheduler}: stp (requests per second)`);
  comparison.exact(recorded.antt, antt, () => `${scheduler}: antt`);
  const late = Array.from(schedule.finish.keys()).filter((request) => isViolated(workload, schedule, request));
  comparison.exactList(recorded.violated, late, `${scheduler}: number of violated requests`, (index) => {
    return `${scheduler}: violated request number ${index}`;
  });
}

/** Compares the sequence of executions, of which only the first that differs is worth telling. */
function compareDispatch(comparison: Comparison, { scheduler, recorded, schedule }: Compared): void {
  comparison.exact(recorded.n_dispatch, schedule.decisionCount, () => `${scheduler}: number of dispatches`);
  const sequence = decodeDispatch(scheduler, recorded.dispatch);
  const replayed = executions(schedule);
  comparison.exact(sequence.length, replayed.length, () => `${scheduler}: length of the dispatch sequence`);
  const at = sequence.findIndex((request, index) => request !== replayed[index]);
  if (at < 0) comparison.compared += sequence.length;
  else {
    const place = () => `${scheduler}: execution ${at}: request and layer`;
    comparison.exact(requestAndLayer(sequence, at), requestAndLayer(replayed, at), place);
  }
}

/** `3x2 5` → 3, 3, 5. */
function decodeDispatch(scheduler: string, text: string): number[] {
  return text.split(" ").flatMap((token) => {
    const match = /^(\d+)(?:x(\d+))?$/.exec(token);
    if (match === null) throw new ConfigError(`${scheduler}: dispatch must be tokens such as 7 or 7x3, has "${token}"`);
    const layers = Number(match[2] ?? 1);
    if (layers > maxLayers) throw new ConfigError(`${scheduler}: dispatch has ${layers} layers in a row: ${token}`);
    return new Array<number>(layers).fill(Number(match[1]));
  });
}

/** Of one request; far more than any network has. */
const maxLayers = 1_000_000;

function executions({ dispatchRequest, dispatchLayers }: Schedule): number[] {
  return Array.from(dispatchRequest).flatMap((request, run) => new Array<number>(dispatchLayers[run]).fill(request));
}

function requestAndLayer(sequence: readonly number[], at: number): string {
  const request = sequence[at];
  if (request === undefined) return "none";
  const layer = sequence.slice(0, at).filter((other) => other === request).length;
  return `request ${request} layer ${layer}`;
}
