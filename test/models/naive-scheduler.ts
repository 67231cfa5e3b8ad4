/**
 * A second, independent simulation of one accelerator and its scheduler: an object per request, one layer per turn,
 * every list searched from the start. It shares only types with the simulator that it checks.
 */
import type { Workload } from "../../sim/core/workload.ts";
import type { Semantics } from "../../workloads/semantics/faults.ts";
import { isMonitored, type NaiveParameters, type NaivePolicyName, naivePolicy } from "./naive-policies.ts";
import { NaiveRequest } from "./naive-request.ts";

export interface NaiveRun {
  readonly policy: NaivePolicyName;
  readonly parameters: NaiveParameters;
  readonly faults: Semantics;
  /** What putting an unfinished request aside costs, in the workload's time unit. */
  readonly preemptionCost: number;
}

/** One executed layer. Times in the workload's time unit. */
export interface LayerExecution {
  readonly request: number;
  readonly layer: number;
  readonly start: number;
  readonly end: number;
  /** Requests that could have been chosen, in order of admission. */
  readonly ready: readonly number[];
}

export interface NaiveSchedule {
  readonly executions: readonly LayerExecution[];
  readonly start: readonly number[];
  readonly finish: readonly number[];
  readonly preemptions: readonly number[];
  /** Of every request that arrived or was released. */
  readonly arrival: ReadonlyMap<number, number>;
  /** Left without having begun, at these times. */
  readonly dropped: ReadonlyMap<number, number>;
  readonly finishOrder: readonly number[];
  /** [request, clock before, clock after] */
  readonly clockRollbacks: readonly (readonly [number, number, number])[];
}

export function scheduleNaively(workload: Workload, { policy, parameters, faults, preemptionCost }: NaiveRun) {
  const choose = naivePolicy(policy, parameters, faults);
  const { requests } = workload;
  const waiting = [...requests.arrival.keys()]
    .filter((id) => (requests.released?.parent[id] ?? -1) < 0)
    .map((id) => new NaiveRequest(workload, id));
  const arrival = new Map(waiting.map((request) => [request.id, request.arrival]));
  const dropped = new Map<number, number>();
  let ready: NaiveRequest[] = [];
  let running: NaiveRequest | undefined;
  let clock = 0;
  const executions: LayerExecution[] = [];
  const finishOrder: number[] = [];
  const clockRollbacks: [number, number, number][] = [];

  function admitNext(): void {
    ready.push(...waiting.splice(0, 1));
  }

  function admitArrived(): void {
    const hasArrived = ({ arrival }: NaiveRequest) =>
      faults.has("strict-admission") ? arrival < clock : arrival <= clock;
    while (waiting.length > 0 && hasArrived(waiting[0])) admitNext();
  }

  function wakeUp(): void {
    const next = waiting[0];
    if (next.arrival < clock && faults.has("clock-rolls-back")) clockRollbacks.push([next.id, clock, next.arrival]);
    clock = faults.has("clock-rolls-back") ? next.arrival : Math.max(clock, next.arrival);
    admitNext();
    if (!faults.has("one-newcomer")) admitArrived();
  }

  /** Measured × 1/average; 1 for a layer that is empty in every sample, of which nothing can be said. */
  function densityRatio(request: NaiveRequest, layer: number): number {
    const average = request.table.averageDensity[layer];
    if (average === 0 && !faults.has("empty-layers")) return 1;
    const measured = request.measuredDensity(layer);
    return faults.has("divided-ratio") ? measured / average : measured * (1 / average);
  }

  function outputRatio(request: NaiveRequest, layer: number): number {
    const { own, average } = request.outputDensity(layer);
    return average === 0 ? 1 : own * (1 / average);
  }

  function runLayer(request: NaiveRequest): void {
    if (running !== undefined && running !== request && !running.finished) clock += preemptionCost;
    const layer = request.layersDone;
    const start = clock;
    clock += request.trueLatencies[layer];
    executions.push({ request: request.id, layer, start, end: clock, ready: ready.map(({ id }) => id) });
    request.lastRun = clock;
    if (isMonitored(policy)) {
      request.densityRatios.push(densityRatio(request, layer));
      request.outputRatios.push(outputRatio(request, layer));
    }
    request.layersDone += 1;
    running = request;
  }

  /** Whoever waits for the end of `parent` waits from now on for its own time. */
  function releaseAfter(parent: NaiveRequest): void {
    const { released } = requests;
    if (released === undefined) return;
    for (const id of [...released.parent.keys()].filter((each) => released.parent[each] === parent.id)) {
      const child = new NaiveRequest(workload, id, clock + released.delay[id]);
      arrival.set(id, child.arrival);
      const later = waiting.findIndex((other) => other.arrival > child.arrival);
      waiting.splice(later < 0 ? waiting.length : later, 0, child);
    }
  }

  function dropLost(): void {
    for (const request of ready.filter((each) => each.isLost(clock)).reverse()) {
      dropped.set(request.id, clock);
      finishOrder.push(request.id);
    }
    ready = ready.filter((request) => !dropped.has(request.id));
  }

  while (waiting.length > 0 || ready.length > 0) {
    if (ready.length === 0) wakeUp();
    else admitArrived();
    dropLost();
    if (ready.length === 0) continue;
    const chosen = choose(ready, clock);
    runLayer(chosen);
    if (chosen.finished) {
      finishOrder.push(chosen.id);
      ready = ready.filter((request) => request !== chosen);
      releaseAfter(chosen);
    }
  }
  return {
    ...perRequest(executions, workload.requests.count),
    executions,
    arrival,
    dropped,
    finishOrder,
    clockRollbacks,
  } satisfies NaiveSchedule;
}

function perRequest(executions: readonly LayerExecution[], count: number) {
  const start: number[] = new Array(count).fill(Number.NaN);
  const finish: number[] = new Array(count).fill(Number.NaN);
  const preemptions: number[] = new Array(count).fill(0);
  executions.forEach((execution, turn) => {
    const { request } = execution;
    finish[request] = execution.end;
    if (execution.layer === 0) start[request] = execution.start;
    else if (executions[turn - 1].request !== request) preemptions[request] += 1;
  });
  return { start, finish, preemptions };
}
