/** One (seed, scheduler) run, whole: draw the requests, schedule them, measure. What a worker thread does. */
import type { PredictorParameters } from "../sched/predictor.ts";
import { createPolicy, type PolicyParameters, type SchedulerName } from "../sched/registry.ts";
import { loadUserScheduler, UserPolicy } from "../sched/user-policy.ts";
import { generateRequests, type RequestSpec } from "../workloads/generate.ts";
import { simulate } from "./engine.ts";
import { computeMetrics, type RunMetrics } from "./metrics.ts";
import type { Schedule } from "./schedule.ts";
import { SoftwareDispatch } from "./software-dispatch.ts";
import type { Workload } from "./workload.ts";

/** A built-in scheduler or the absolute path of a user's module, with the name it is shown under. */
export type SchedulerChoice =
  | { readonly kind: "builtin"; readonly name: SchedulerName }
  | { readonly kind: "module"; readonly name: string; readonly path: string };

/** What all runs of one comparison share. */
export interface RunSetup {
  /** Networks and tables of the workload; its requests follow from `requests` and the seed. */
  readonly networks: Omit<Workload, "requests">;
  readonly requests: RequestSpec;
  readonly policies: PolicyParameters;
  readonly predictor: PredictorParameters;
  /** α of each profile. */
  readonly alpha: readonly number[];
  /** In the workload's time unit. */
  readonly preemptionCost: number;
}

export interface SimulateJob {
  readonly kind: "simulate";
  readonly setup: RunSetup;
  readonly seed: number;
  readonly scheduler: SchedulerChoice;
  /** Whether the schedule itself is wanted, not only its metrics. */
  readonly keepSchedule: boolean;
}

export interface SimulateResult {
  readonly metrics: RunMetrics;
  readonly schedule?: Schedule;
}

export async function simulateJob({ setup, seed, scheduler, keepSchedule }: SimulateJob): Promise<SimulateResult> {
  const workload = workloadOf(setup, seed);
  const policy = await policyFor(scheduler, setup, workload);
  const schedule = simulate(workload, new SoftwareDispatch(policy, setup.policies.semantics), {
    predictor: setup.predictor,
    alpha: setup.alpha,
    preemptionCost: setup.preemptionCost,
  });
  const metrics = computeMetrics(workload, schedule);
  return keepSchedule ? { metrics, schedule } : { metrics };
}

/** The workload of one seed: the same requests for every scheduler. */
export function workloadOf({ networks, requests }: RunSetup, seed: number): Workload {
  return { ...networks, requests: generateRequests(requests, networks.profiles, networks.tables, seed) };
}

async function policyFor(scheduler: SchedulerChoice, setup: RunSetup, { requests, profiles }: Workload) {
  if (scheduler.kind === "builtin") return createPolicy(scheduler.name, setup.policies);
  const module = await loadUserScheduler(scheduler.path);
  return new UserPolicy(module, (request) => profiles[requests.profile[request]]);
}
