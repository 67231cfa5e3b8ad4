/**
 * A second, independent simulation of several arrays: an object per request and per array, every list searched from the start
 * at every moment at which anything happens. It shares only types with the simulator that it checks.
 */
import type { Workload } from "../../sim/core/workload.ts";
import { corrected } from "../../workloads/semantics/faults.ts";
import { isMonitored, type NaivePolicyName, naivePolicy, paperParameters } from "./naive-policies.ts";
import { NaiveRequest } from "./naive-request.ts";

interface Machine {
  running: NaiveRequest | undefined;
  /** Ran here before, and is not finished. */
  setAside: NaiveRequest | undefined;
  until: number;
}

export interface NaiveExecution {
  readonly array: number;
  readonly request: number;
  readonly layer: number;
  readonly start: number;
  readonly end: number;
}

/** @param preemptionCost in the workload's time unit. */
export function scheduleOnArrays(workload: Workload, policy: NaivePolicyName, arrays: number, preemptionCost: number) {
  const choose = naivePolicy(policy, paperParameters, corrected);
  const { requests } = workload;
  const waiting = [...requests.arrival.keys()]
    .filter((id) => (requests.released?.parent[id] ?? -1) < 0)
    .map((id) => new NaiveRequest(workload, id));
  const machines: Machine[] = Array.from({ length: arrays }, () => ({
    running: undefined,
    setAside: undefined,
    until: 0,
  }));
  const home = new Map<NaiveRequest, Machine>();
  let ready: NaiveRequest[] = [];
  const executions: NaiveExecution[] = [];
  const finished = new Map<number, number>();
  const dropped = new Map<number, number>();
  const preemptions = new Map<number, number>();

  function endLayer(machine: Machine, request: NaiveRequest, now: number): void {
    const layer = request.layersDone;
    if (isMonitored(policy)) {
      const average = request.table.averageDensity[layer];
      request.densityRatios.push(average === 0 ? 1 : request.measuredDensity(layer) * (1 / average));
      const output = request.outputDensity(layer);
      request.outputRatios.push(output.average === 0 ? 1 : output.own * (1 / output.average));
    }
    request.layersDone += 1;
    request.lastRun = now;
    machine.running = undefined;
    machine.setAside = request.finished ? undefined : request;
    if (!request.finished) return;
    finished.set(request.id, now);
    ready = ready.filter((other) => other !== request);
    for (const [id, parent] of (requests.released?.parent ?? []).entries()) {
      if (parent !== request.id) continue;
      const child = new NaiveRequest(workload, id, now + (requests.released?.delay[id] ?? 0));
      const later = waiting.findIndex((other) => other.arrival > child.arrival);
      waiting.splice(later < 0 ? waiting.length : later, 0, child);
    }
  }

  function beginLayer(machine: Machine, request: NaiveRequest, now: number): void {
    let start = now;
    if (machine.setAside !== undefined && machine.setAside !== request) {
      preemptions.set(machine.setAside.id, (preemptions.get(machine.setAside.id) ?? 0) + 1);
      start += preemptionCost;
    }
    home.set(request, machine);
    machine.running = request;
    machine.until = start + request.trueLatencies[request.layersDone];
    const array = machines.indexOf(machine);
    executions.push({ array, request: request.id, layer: request.layersDone, start, end: machine.until });
  }

  for (;;) {
    const ends = machines.filter(({ running }) => running !== undefined).map(({ until }) => until);
    const isOneFree = ends.length < arrays;
    const moments = [...ends, ...(isOneFree ? waiting.slice(0, 1).map(({ arrival }) => arrival) : [])];
    if (moments.length === 0) break;
    const now = Math.min(...moments);
    for (const machine of machines) {
      if (machine.running !== undefined && machine.until === now) endLayer(machine, machine.running, now);
    }
    while (waiting.length > 0 && waiting[0].arrival <= now) ready.push(...waiting.splice(0, 1));
    const load = (machine: Machine) => ready.filter((request) => home.get(request) === machine).length;
    const free = machines.filter(({ running }) => running === undefined);
    for (const machine of free
      .map((each) => ({ each, load: load(each) }))
      .sort((a, b) => a.load - b.load)
      .map(({ each }) => each)) {
      for (const request of ready) if (!home.has(request) && request.isLost(now)) dropped.set(request.id, now);
      ready = ready.filter(({ id }) => !dropped.has(id));
      const mine = ready.filter((request) => (home.get(request) ?? machine) === machine);
      if (mine.length > 0) beginLayer(machine, choose(mine, now), now);
    }
  }
  return { executions, finished, dropped, preemptions };
}
