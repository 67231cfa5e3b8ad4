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
  "prema_recount",
  "prema_once",
  "planaria",
  "planaria_artifact",
  "sdrm3",
  "sdrm3_sparse",
  "edf",
  "llf",
  "dysta_static",
  "dysta_naive",
  "dysta_pattern",
  "dysta",
  "dysta_oracle",
  "swp",
  "swp_plus",
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
  /** The paper's, by the window of γ, or 1 + ε·(mean of the ratios of output densities − 1). */
  readonly predictor: "last-one" | "last-n" | "average-all" | "elastic";
  /** ε of each profile. */
  readonly elasticityOf: (profileIndex: number) => number;
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
  elasticityOf: () => 0.35,
  lastN: 3,
  clampSlack: true,
};

/** Chooses one of the ready requests, which come in order of admission. */
export type Choose = (ready: readonly NaiveRequest[], now: number) => NaiveRequest;

export function naivePolicy(name: NaivePolicyName, parameters: NaiveParameters, faults: Semantics): Choose {
  const elastic: Coefficient = {
    alpha: () => 1,
    gamma: (request) =>
      Math.max(0.0625, 1 + parameters.elasticityOf(request.profileIndex) * (meanOutputRatio(request) - 1)),
  };
  const paper: Coefficient = {
    alpha: (request) => parameters.alphaOf(request.profileIndex),
    gamma: (request) => gamma(request.densityRatios, parameters, faults),
  };
  const measured = parameters.predictor === "elastic" ? elastic : paper;
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
    case "prema_recount":
      return prema("model", one, faults);
    case "prema_once":
      return premaOnce(faults);
    case "prema_sparse":
      return prema("pattern", measured, faults);
    case "planaria":
      return faults.has("planaria-late-last") ? artifactPlanaria : planaria;
    case "planaria_artifact":
      return artifactPlanaria;
    case "sdrm3":
      return sdrm3("model", one, parameters.fairnessWeight, faults);
    case "sdrm3_sparse":
      return sdrm3("pattern", measured, parameters.fairnessWeight, faults);
    case "dysta_static":
      return (ready) => least(ready, (request) => staticScore(request, parameters.beta));
    case "dysta_naive":
      return dysta("model", one, parameters, faults);
    case "dysta_pattern":
      return dysta("pattern", one, parameters, faults);
    case "dysta":
      return dysta("pattern", measured, parameters, faults);
    case "dysta_oracle":
      return dysta("true", one, parameters, faults);
    case "swp":
      return swp(elastic, 1);
    case "swp_plus":
      return swp(elastic, 5 / 4);
  }
}

export function isMonitored(name: NaivePolicyName): boolean {
  return name === "dysta" || name.startsWith("swp") || name.endsWith("_sparse");
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

/** Mean over the layers that have run of output density ÷ its average; 1 before the first. */
function meanOutputRatio({ outputRatios }: NaiveRequest): number {
  return outputRatios.length === 0 ? 1 : sum(outputRatios) / outputRatios.length;
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
  return (ready, now) =>
    least(ready, (request) => {
      const remaining = timeLeft(request, knowledge, c);
      const slack = request.secondsToDeadline(now) - remaining;
      const waited = request.waitedSeconds(now);
      const isolated = request.isolatedSeconds(knowledge);
      const penalty = faults.has("divided-penalty")
        ? waited / isolated / ready.length
        : waited * (1 / isolated) * (1 / ready.length);
      return remaining + parameters.eta * ((parameters.clampSlack ? Math.max(0, slack) : slack) + penalty);
    });
}

function staticScore(request: NaiveRequest, beta: number): number {
  const latency = request.isolatedSeconds("pattern");
  return latency + beta * (request.allowedSeconds - latency);
}

/** Every decision adds the whole wait since the last layer again; the first one that sees a request adds nothing. */
function prema(knowledge: Knowledge, c: Coefficient, faults: Semantics): Choose {
  return (ready, now) => {
    let highest = 0;
    for (const request of ready) {
      const waited = request.waitedSeconds(now) / (product(c, request) * request.isolatedSeconds(knowledge));
      if (request.seen) request.tokens += request.priority * waited;
      else request.tokens = request.priority;
      const counts = request.seen || !faults.has("prema-newcomers");
      if (counts && request.tokens > highest) highest = request.tokens;
      request.seen = true;
    }
    return shortestWithTokens(ready, highest, knowledge, c, faults);
  };
}

/** Every decision adds the wait since the decision before it that the request was part of, or since the last layer if that is later. */
function premaOnce(faults: Semantics): Choose {
  const one: Coefficient = { alpha: () => 1, gamma: () => 1 };
  return (ready, now) => {
    let highest = 0;
    for (const request of ready) {
      const since = request.seen ? Math.max(request.seenAt, request.lastRun) : request.lastRun;
      if (!request.seen) request.tokens = request.priority;
      request.tokens += request.priority * (request.secondsBetween(since, now) / request.isolatedSeconds("model"));
      const counts = request.seen || !faults.has("prema-newcomers");
      if (counts && request.tokens > highest) highest = request.tokens;
      request.seen = true;
      request.seenAt = now;
    }
    return shortestWithTokens(ready, highest, "model", one, faults);
  };
}

function shortestWithTokens(
  ready: readonly NaiveRequest[],
  highest: number,
  knowledge: Knowledge,
  c: Coefficient,
  faults: Semantics,
): NaiveRequest {
  const threshold = [9, 3].find((level) => highest >= level) ?? 1;
  const candidates = ready.filter((request) => request.tokens >= threshold);
  const newest = ready[ready.length - 1];
  return least(candidates, (request) =>
    faults.has("prema-shared-ratio")
      ? product(c, newest) * request.remainingSeconds(knowledge)
      : timeLeft(request, knowledge, c),
  );
}

/** Planaria's own scheduler: what can still meet its deadline comes before what cannot. */
function planaria(ready: readonly NaiveRequest[], now: number): NaiveRequest {
  const feasible = ready.filter(
    (request) => request.deadline > now && request.remainingSeconds("model") <= request.secondsToDeadline(now),
  );
  if (feasible.length > 0) return largest(feasible, (request) => request.priority / request.secondsToDeadline(now));
  return largest(ready, (request) => request.priority / request.remainingSeconds("model"));
}

function artifactPlanaria(ready: readonly NaiveRequest[], now: number): NaiveRequest {
  return artifactLargest(ready, (request) => request.priority / request.secondsToDeadline(now));
}

/** T · W of docs/schedulers.md, case by case. */
function swp(c: Coefficient, lostFactor: number): Choose {
  return (ready, now) => {
    const bonus = ready.length < 8 ? 1 / 2 : ready.length < 32 ? 1 / 4 : 1 / 8;
    return least(ready, (request) => {
      const remaining = timeLeft(request, "pattern", c);
      const isolated = product(c, request) * request.isolatedSeconds("pattern");
      const slack = request.secondsToDeadline(now) - remaining;
      if (slack < 0) return remaining * (isolated * lostFactor);
      const urgency = isolated - slack / 8;
      return remaining * (urgency > 0 ? isolated - bonus * urgency : isolated);
    });
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
