/** Hardware against software over the seeds of a run: how often they pick alike, what it costs that they do not. */
import type { UnitReport } from "../../core/hardware-dispatcher.ts";
import type { Divergence, QueueCost } from "../../core/scoreboard.ts";
import type { Comparison, Run } from "./run.ts";
import { type Estimate, estimate } from "./summary.ts";

export interface Agreement {
  /** Decisions of all seeds; those with a choice among two or more. */
  readonly picks: number;
  readonly contestedPicks: number;
  readonly equalShare: number;
  readonly contestedEqualShare: number;
  readonly firstDivergence: (Divergence & { readonly seed: number }) | null;
  /** Software's score of the unit's pick − of its own, seconds: mean over all decisions, and the most. */
  readonly regretMeanS: number;
  readonly regretMaxS: number;
  /** In hardware − in software, on the same requests. */
  readonly anttChange: Estimate;
  readonly violationChange: Estimate;
}

export interface UnitCost {
  /** Mean cycles of a decision by the number of requests it is among. */
  readonly perDecision: readonly { queue: number; decisions: number; cycles: number; exposedCycles: number }[];
  readonly decisions: number;
  /** Means over all decisions. */
  readonly cycles: number;
  readonly exposedCycles: number;
  readonly hostWaitMeanS: number;
  readonly hostWaitMaxS: number;
  readonly timeSaturations: number;
  readonly countSaturations: number;
  readonly nonFiniteScores: number;
}

/** Undefined unless `dysta` was dispatched in hardware and finished on the same seeds both ways. */
export function agreementOf({ runs, softwareBaseline }: Comparison): Agreement | undefined {
  const hardware = unitRuns(runs);
  if (hardware.length === 0 || hardware.length !== softwareBaseline.length) return undefined;
  if (hardware.some(({ run }, k) => run.seed !== softwareBaseline[k].seed)) return undefined;
  const total = (value: (report: UnitReport) => number) => hardware.reduce((sum, { unit }) => sum + value(unit), 0);
  const picks = total(({ decisions }) => decisions);
  const different = total(({ decisions, equal }) => decisions - equal);
  const contestedPicks = total(({ contested }) => contested);
  const change = (metric: "antt" | "violationRate") =>
    estimate(
      hardware.map(
        ({ run }, k) => run.result.metrics.overall[metric] - softwareBaseline[k].result.metrics.overall[metric],
      ),
    );
  return {
    picks,
    contestedPicks,
    equalShare: 1 - different / picks,
    contestedEqualShare: contestedPicks === 0 ? 1 : 1 - different / contestedPicks,
    firstDivergence: firstDivergence(hardware),
    regretMeanS: total(({ regretSumS }) => regretSumS) / picks,
    regretMaxS: Math.max(...hardware.map(({ unit }) => unit.regretMaxS)),
    anttChange: change("antt"),
    violationChange: change("violationRate"),
  };
}

/** Undefined unless `dysta` was dispatched in hardware. */
export function unitCostOf({ runs }: Comparison): UnitCost | undefined {
  const hardware = unitRuns(runs);
  if (hardware.length === 0) return undefined;
  const byQueue = mergedQueues(hardware.map(({ unit }) => unit.byQueue));
  const total = (value: (report: UnitReport) => number) => hardware.reduce((sum, { unit }) => sum + value(unit), 0);
  const decisions = total((unit) => unit.decisions);
  const overall = (key: "busyCycles" | "exposedCycles") =>
    byQueue.reduce((sum, each) => sum + each[key], 0) / decisions;
  return {
    perDecision: byQueue.map((each) => ({
      queue: each.queue,
      decisions: each.decisions,
      cycles: each.busyCycles / each.decisions,
      exposedCycles: each.exposedCycles / each.decisions,
    })),
    decisions,
    cycles: overall("busyCycles"),
    exposedCycles: overall("exposedCycles"),
    hostWaitMeanS: total(({ hostWaitMeanS }) => hostWaitMeanS) / hardware.length,
    hostWaitMaxS: Math.max(...hardware.map(({ unit }) => unit.hostWaitMaxS)),
    timeSaturations: total(({ rangeCounts }) => rangeCounts.timeSaturations),
    countSaturations: total(({ rangeCounts }) => rangeCounts.countSaturations),
    nonFiniteScores: total(({ rangeCounts }) => rangeCounts.nonFiniteScores),
  };
}

interface UnitRun {
  readonly run: Run;
  readonly unit: UnitReport;
}

function unitRuns(runs: readonly Run[]): UnitRun[] {
  return runs.flatMap((run) => (run.result.unit === undefined ? [] : [{ run, unit: run.result.unit }]));
}

function firstDivergence(hardware: readonly UnitRun[]): Agreement["firstDivergence"] {
  for (const { run, unit } of hardware) {
    if (unit.firstDivergence !== undefined) return { seed: run.seed, ...unit.firstDivergence };
  }
  return null;
}

function mergedQueues(reports: readonly (readonly QueueCost[])[]): QueueCost[] {
  const merged = new Map<number, QueueCost>();
  for (const each of reports.flat()) {
    const { decisions, busyCycles, exposedCycles } = merged.get(each.queue) ?? {
      decisions: 0,
      busyCycles: 0,
      exposedCycles: 0,
    };
    merged.set(each.queue, {
      queue: each.queue,
      decisions: decisions + each.decisions,
      busyCycles: busyCycles + each.busyCycles,
      exposedCycles: exposedCycles + each.exposedCycles,
    });
  }
  return [...merged.values()].sort((a, b) => a.queue - b.queue);
}
