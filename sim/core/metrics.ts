/**
 * How good a schedule was (paper, section 6.1, and Eyerman & Eeckhout, IEEE Micro 2008).
 *
 * A request that was dropped counts as violated and as no progress; it has no turnaround.
 *
 * Turnaround of a request = finish − arrival; normalised: / time of the same input alone on the accelerator.
 */
import { pairwiseMean, quantile } from "../../workloads/tables/statistics.ts";
import type { Schedule } from "./schedule.ts";
import type { Workload } from "./workload.ts";

/** The metrics in the order they are shown. */
export const metricNames = [
  "violationRate",
  "antt",
  "p50",
  "p95",
  "p99",
  "max",
  "throughputPerS",
  "stp",
  "preemptions",
  "jain",
  "onTimeRate",
  "dropRate",
  "meanMs",
  "p50Ms",
  "p95Ms",
  "p99Ms",
  "maxMs",
] as const;
export type MetricName = (typeof metricNames)[number];

export interface Metrics extends Readonly<Record<MetricName, number>> {
  /** How many requests the figures are of. */
  readonly requests: number;
  /** Share of requests that finish after their deadline or not at all, and of those that do not. */
  readonly violationRate: number;
  readonly onTimeRate: number;
  /** Share of requests that were dropped unserved. */
  readonly dropRate: number;
  /** Turnaround in milliseconds: mean, quantiles (method R-7) and maximum. */
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Average normalised turnaround time; 1 = nobody ever waited. */
  readonly antt: number;
  /** Quantiles of normalised turnaround (method R-7) and its maximum. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Requests per second between the first arrival and the last finish (the artifact's and Fig. 15's "STP"). */
  readonly throughputPerS: number;
  /** Eyerman & Eeckhout's system throughput: the sum over requests of isolated time / turnaround. */
  readonly stp: number;
  /** How often an unfinished request was put aside. */
  readonly preemptions: number;
  /** Jain's fairness index of isolated time / turnaround: 1 = all are slowed down alike, 1/n = one gets everything. */
  readonly jain: number;
}

/** Isolated time of each request: the left-to-right sum of its layers' real latencies, in the run's time unit. */
export function isolatedTimes({ requests, profiles }: Pick<Workload, "requests" | "profiles">): Float64Array {
  return Float64Array.from(requests.arrival, (_, request) => {
    const { latency, layerCount } = profiles[requests.profile[request]];
    const row = requests.sample[request] * layerCount;
    let sum = 0;
    for (let layer = 0; layer < layerCount; layer++) sum += latency[row + layer];
    return sum;
  });
}

/** Normalised turnaround of each request. */
export function normalisedTurnarounds(workload: Workload, { finish }: Schedule): Float64Array {
  const { arrival } = workload.requests;
  return isolatedTimes(workload).map((isolated, request) => (finish[request] - arrival[request]) / isolated);
}

/** Whether each request finished after its deadline (strictly). */
export function isViolated(workload: Workload, schedule: Schedule, request: number): boolean {
  return schedule.finish[request] > workload.requests.deadline[request] || schedule.dropped?.has(request) === true;
}

export interface RunMetrics {
  readonly overall: Metrics;
  /** Keyed by `model/pattern`, for those with at least one request, in the order of the profiles. */
  readonly perModel: Readonly<Record<string, Metrics>>;
}

/** Metrics of all requests together and of each (model, pattern). Means run in order of finishing. */
export function computeMetrics(workload: Workload, schedule: Schedule): RunMetrics {
  const turnarounds = normalisedTurnarounds(workload, schedule);
  const span = spanSeconds(workload, schedule);
  const measure = (members: Int32Array) => metricsOf(members, { workload, schedule, turnarounds, span });
  const perModel: Record<string, Metrics> = {};
  for (const [index, { model, pattern }] of workload.profiles.entries()) {
    const members = schedule.finishOrder.filter((request) => workload.requests.profile[request] === index);
    if (members.length > 0) perModel[`${model}/${pattern}`] = measure(members);
  }
  return { overall: measure(schedule.finishOrder), perModel };
}

interface Measured {
  readonly workload: Workload;
  readonly schedule: Schedule;
  readonly turnarounds: Float64Array;
  readonly span: number;
}

function metricsOf(members: Int32Array, { workload, schedule, turnarounds, span }: Measured): Metrics {
  const served = schedule.dropped === undefined ? members : members.filter((each) => !schedule.dropped?.has(each));
  const slowdowns = Float64Array.from(served, (request) => turnarounds[request]);
  const sorted = slowdowns.toSorted();
  const { arrival } = workload.requests;
  const msPerTick = 1e3 * workload.secondsPerTick;
  const milliseconds = Float64Array.from(
    served,
    (request) => (schedule.finish[request] - arrival[request]) * msPerTick,
  );
  const sortedMs = milliseconds.toSorted();
  let violated = 0;
  let preemptions = 0;
  let progress = 0;
  let progressSquared = 0;
  for (const request of members) {
    if (isViolated(workload, schedule, request)) violated += 1;
  }
  for (const request of served) {
    preemptions += schedule.preemptions[request];
    const share = 1 / turnarounds[request];
    progress += share;
    progressSquared += share * share;
  }
  return {
    requests: members.length,
    violationRate: violated / members.length,
    onTimeRate: (members.length - violated) / members.length,
    dropRate: (members.length - served.length) / members.length,
    meanMs: pairwiseMean(milliseconds),
    p50Ms: quantile(sortedMs, 0.5),
    p95Ms: quantile(sortedMs, 0.95),
    p99Ms: quantile(sortedMs, 0.99),
    maxMs: largest(sortedMs),
    antt: pairwiseMean(slowdowns),
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: largest(sorted),
    throughputPerS: served.length / span,
    stp: progress,
    preemptions,
    jain: (progress * progress) / (members.length * progressSquared),
  };
}

/** NaN without values, like the other figures of requests that were all dropped. */
function largest(sorted: Float64Array): number {
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length - 1];
}

function spanSeconds({ requests, secondsPerTick }: Workload, { finish }: Schedule): number {
  let last = finish[0];
  for (const time of finish) if (time > last) last = time;
  return (last - requests.arrival[0]) * secondsPerTick;
}
