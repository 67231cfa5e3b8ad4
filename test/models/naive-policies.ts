/**
 * Every scheduling policy as one formula over request objects, written from the papers' rules and, for the faults, from
 * the description of what the public artifact does; nothing in common with `sched/`. Slow and easy to check by eye.
 */
import type { Semantics } from "../../workloads/semantics/faults.ts";
import { type Knowledge, type NaiveRequest, sum } from "./naive-request.ts";

export const naivePolicyNames = [
  "fcfs",
  "sjf",
  "sjf_sparse",
  "prema",
  "prema_sparse",
  "planaria",
  "sdrm3",
  "sdrm3_sparse",
  "edf",
  "llf",
  "dysta_static",
  "dysta_naive",
  "dysta",
  "dysta_oracle",
] as const;
export type NaivePolicyName = (typeof naivePolicyNames)[number];

export interface NaiveParameters {
  /** Weight of the slack in Dysta's static score. */
  readonly beta: number;
  /** Weight of slack and penalty in Dysta's dynamic score. */
  readonly eta: number;
  /** How strongly density turns into latency, per profile: the paper's α. */
  readonly alphaOf: (profileIndex: number) => number;
  /** SDRM3's weight of fairness. */
  readonly fairnessWeight: number;
  readonly predictor: "last-one" | "last-n" | "average-all";
  /** N of last-n. */
  readonly lastN: number;
  readonly clampSlack: boolean;
}

export const paperParameters: NaiveParameters = {
  beta: 0.01,
  eta: 0.01,
  alphaOf: () => 1,
  fairnessWeight: 1,
  predictor: "last-one",
  lastN: 3,
  clampSlack: false,
};

/** Chooses one of the ready requests, which come in order of admission. */
export type Choose = (ready: readonly NaiveRequest[], now: number) => NaiveRequest;

export function naivePolicy(name: NaivePolicyName, parameters: NaiveParameters, faults: Semantics): Choose {
  const measured: Coefficient = {
    alpha: (request) => parameters.alphaOf(request.profileIndex),
    gamma: (request) => gamma(request.densityRatios, parameters, faults),
  };
  const one: Coefficient = { alpha: () => 1, gamma: () => 1 };
  switch (name) {
    case "fcfs":
      return (ready) => least(ready, (request) => request.arrival);
    case "edf":
      return (ready) => least(ready, (request) => request.deadline);
    case "sjf":
      return (ready) => least(ready, (request) => request.remainingSeconds("model"));
    case "sjf_sparse":
      return (ready) => least(ready, (request) => timeLeft(request, "pattern", measured));
    case "llf":
      return (ready, now) =>
        least(ready, (request) => request.secondsToDeadline(now) - request.remainingSeconds("pattern"));
    case "prema":
      return prema("model", one, faults);
    case "prema_sparse":
      return prema("pattern", measured, faults);
    case "planaria":
      return planaria(faults);
    case "sdrm3":
      return sdrm3("model", one, parameters.fairnessWeight, faults);
    case "sdrm3_sparse":
      return sdrm3("pattern", measured, parameters.fairnessWeight, faults);
    case "dysta_static":
      return (ready) => least(ready, (request) => staticScore(request, parameters.beta));
    case "dysta_naive":
      return dysta("model", one, parameters, faults);
    case "dysta":
      return dysta("pattern", measured, parameters, faults);
    case "dysta_oracle":
      return dysta("true", one, parameters, faults);
  }
}

export function isMonitored(name: NaivePolicyName): boolean {
  return name === "dysta" || name.endsWith("_sparse");
}

interface Coefficient {
  alpha(request: NaiveRequest): number;
  gamma(request: NaiveRequest): number;
}

const product = ({ alpha, gamma }: Coefficient, request: NaiveRequest) => alpha(request) * gamma(request);

/** γ · (α · average of the layers left): α is part of the table. */
function timeLeft(request: NaiveRequest, knowledge: Knowledge, { alpha, gamma }: Coefficient): number {
  return gamma(request) * (alpha(request) * request.remainingSeconds(knowledge));
}

function gamma(ratios: readonly number[], { predictor, lastN }: NaiveParameters, faults: Semantics): number {
  if (ratios.length === 0) return 1;
  const averagesAll = predictor === "average-all" || (predictor === "last-one" && faults.has("average-all"));
  if (averagesAll) return sum(ratios) / ratios.length;
  if (predictor === "last-one") return ratios[ratios.length - 1];
  const latest = ratios.slice(-lastN);
  return sum(latest) / (faults.has("window-division") ? lastN : latest.length);
}

function dysta(knowledge: Knowledge, c: Coefficient, parameters: NaiveParameters, faults: Semantics): Choose {
  const clamps = parameters.clampSlack || faults.has("clamped-slack");
  return (ready, now) =>
    least(ready, (request) => {
      const remaining = timeLeft(request, knowledge, c);
      const slack = request.secondsToDeadline(now) - remaining;
      const waited = request.waitedSeconds(now);
      const isolated = request.isolatedSeconds(knowledge);
      const penalty = faults.has("divided-penalty")
        ? waited / isolated / ready.length
        : waited * (1 / isolated) * (1 / ready.length);
      return remaining + parameters.eta * ((clamps ? Math.max(0, slack) : slack) + penalty);
    });
}

function staticScore(request: NaiveRequest, beta: number): number {
  const latency = request.isolatedSeconds("pattern");
  return latency + beta * (request.allowedSeconds - latency);
}

function prema(knowledge: Knowledge, c: Coefficient, faults: Semantics): Choose {
  const recounts = faults.has("prema-recount");
  let previousDecision = Number.NaN;
  return (ready, now) => {
    let highest = 0;
    for (const request of ready) {
      const since = request.seen && !recounts ? Math.max(previousDecision, request.lastRun) : request.lastRun;
      const slowdown = request.secondsBetween(since, now) / (product(c, request) * request.isolatedSeconds(knowledge));
      if (!request.seen) request.tokens = request.priority;
      if (request.seen || !recounts) request.tokens += request.priority * slowdown;
      const counts = request.seen || !faults.has("prema-newcomers");
      if (counts && request.tokens > highest) highest = request.tokens;
      request.seen = true;
    }
    previousDecision = now;
    const threshold = [9, 3].find((level) => highest >= level) ?? 1;
    const candidates = ready.filter((request) => request.tokens >= threshold);
    const newest = ready[ready.length - 1];
    return least(candidates, (request) =>
      faults.has("prema-shared-ratio")
        ? product(c, newest) * request.remainingSeconds(knowledge)
        : timeLeft(request, knowledge, c),
    );
  };
}

function planaria(faults: Semantics): Choose {
  if (faults.has("planaria-late-last")) {
    return (ready, now) => artifactLargest(ready, (request) => request.priority / request.secondsToDeadline(now));
  }
  return (ready, now) => {
    const late = ready.filter((request) => request.deadline <= now);
    if (late.length === 0) return largest(ready, (request) => request.priority / request.secondsToDeadline(now));
    const highestPriority = Math.max(...late.map((request) => request.priority));
    const urgent = late.filter((request) => request.priority === highestPriority);
    return least(urgent, (request) => request.deadline);
  };
}

function sdrm3(knowledge: Knowledge, c: Coefficient, fairnessWeight: number, faults: Semantics): Choose {
  const lateLast = faults.has("sdrm3-late-last");
  const score = (request: NaiveRequest, now: number) => {
    const isLate = request.deadline <= now;
    const need = timeLeft(request, knowledge, c) / request.secondsToDeadline(now);
    const urgency = isLate && !lateLast ? 1 : Math.min(1, need);
    const fairness = request.waitedSeconds(now) / (product(c, request) * request.nextLayerSeconds(knowledge));
    return urgency + fairnessWeight * fairness;
  };
  const pick = lateLast ? artifactLargest : largest;
  return (ready, now) => pick(ready, (request) => score(request, now));
}

/** The request of least score; of equals the earliest admitted. */
function least(ready: readonly NaiveRequest[], score: (request: NaiveRequest) => number): NaiveRequest {
  return ready.reduce((best, request) => (score(request) < score(best) ? request : best));
}

/** The request of largest score; of equals the earliest admitted. */
function largest(ready: readonly NaiveRequest[], score: (request: NaiveRequest) => number): NaiveRequest {
  return least(ready, (request) => -score(request));
}

/**
 * The artifact's search for the largest score: it starts from −1 and takes anything while the best so far is negative,
 * so that of several late requests the last admitted wins; of equals the earlier arrival stays.
 */
function artifactLargest(ready: readonly NaiveRequest[], score: (request: NaiveRequest) => number): NaiveRequest {
  let best = ready[0];
  let bestScore = -1;
  for (const request of ready) {
    const own = score(request);
    const isCandidate = bestScore < 0 || bestScore <= own;
    const yieldsToEarlier = own === bestScore && best.arrival < request.arrival;
    if (!isCandidate || yieldsToEarlier) continue;
    best = request;
    bestScore = own;
  }
  return best;
}
