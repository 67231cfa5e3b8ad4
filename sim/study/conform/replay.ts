/** One recorded run again, with all of the artifact's faults. */
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { createPolicy, isSchedulerName, type SchedulerName, schedulerNames } from "../../../sched/registry.ts";
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";
import type { RequestTable } from "../../../workloads/requests/requests.ts";
import { artifact } from "../../../workloads/semantics/faults.ts";
import { type DispatchObserver, watched } from "../../core/dispatcher.ts";
import { simulate } from "../../core/engine.ts";
import type { Schedule } from "../../core/schedule.ts";
import { SoftwareDispatcher } from "../../core/software-dispatcher.ts";
import type { Workload } from "../../core/workload.ts";
import type { RecordedNetworks } from "./recorded-tables.ts";

/** α weighs fairness in SDRM3, β slack and penalty in Dysta's score. */
export interface RecordedParameters {
  readonly alpha: number;
  readonly beta: number;
}

/** What the artifact takes when its command line says nothing. */
export const defaultParameters: RecordedParameters = { alpha: 1, beta: 0.01 };
export const defaultSequenceLength = 512;

/** A workload in seconds, as all recordings are. */
export function recordedWorkload(networks: RecordedNetworks, requests: RequestTable): Workload {
  return { timeUnit: "seconds", secondsPerTick: 1, ...networks, requests };
}

/**
 * Simulates `workload` under the artifact's version of `scheduler`.
 *
 * @throws ConfigError if there is no such scheduler
 */
export function replay(
  workload: Workload,
  scheduler: string,
  { alpha, beta }: RecordedParameters,
  observer: DispatchObserver = {},
): Schedule {
  const policy = createPolicy(knownScheduler(scheduler), {
    semantics: artifact,
    dysta: { beta, eta: beta, clampSlack: true },
    sdrm3: { alpha },
  });
  return simulate(workload, watched(new SoftwareDispatcher(policy, artifact), observer), {
    predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, artifact),
    alpha: new Float64Array(workload.profiles.length).fill(1),
    preemptionCost: 0,
  });
}

function knownScheduler(name: string): SchedulerName {
  if (isSchedulerName(name)) return name;
  throw new ConfigError(`unknown scheduler "${name}"${didYouMean(name, schedulerNames)}`);
}
