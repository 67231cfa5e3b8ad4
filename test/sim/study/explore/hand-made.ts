/** Explorations written by hand: figures of arrays that nobody has run. */

import type { ArrayPoint } from "../../../../sim/study/explore/array-point.ts";
import { comparedPoints } from "../../../../sim/study/explore/compared-points.ts";
import type { Exploration } from "../../../../sim/study/explore/explore.ts";
import { judgedPoint } from "../../../../sim/study/explore/judged-point.ts";
import { defaultObjectives, type Objective } from "../../../../sim/study/explore/objectives.ts";
import type { Conditions } from "../../../../sim/study/run/conditions.ts";
import type { Scenario } from "../../../../workloads/scenarios/scenario.ts";

interface Sketch {
  readonly shape: string;
  readonly antt: number;
  readonly violationRate: number;
  readonly cycles?: number;
  readonly area?: number;
  readonly macsPerPe?: number;
  /** ANTT of each seed; default: the mean, once. */
  readonly seeds?: readonly number[];
  readonly ci95?: number;
}

export function pointOf({ shape, antt, violationRate, cycles, area, macsPerPe = 2, seeds, ci95 }: Sketch): ArrayPoint {
  const pes = shape.split("x").reduce((product, size) => product * Number(size), 1);
  const own = cycles ?? 1e6 / pes;
  return {
    ...{ pes, shape, macsPerPe, macsPerCycle: pes * macsPerPe, sramBytes: pes * 1000 },
    ...(area === undefined ? {} : { area }),
    ...{ cycles: own, utilisation: 0.5, energyPj: 1000, edp: own * 1000, load: 10 / pes },
    ...{ violationRate, violationRateCi95: ci95 === undefined ? null : ci95 / 100, antt, anttCi95: ci95 ?? null },
    violationRateLow: ci95 === undefined ? null : Math.max(0, violationRate - ci95 / 100),
    violationRateHigh: ci95 === undefined ? null : violationRate + ci95 / 100,
    anttLow: ci95 === undefined ? null : Math.max(1, antt - ci95),
    anttHigh: ci95 === undefined ? null : antt + ci95,
    ...{ latencyMs: own / 200e3, p95Ms: own / 100e3, causes: null },
    ...{ onTimeRate: 1 - violationRate, dropRate: 0 },
    turnaroundMs: { mean: own / 200e3, p50: own / 200e3, p95: own / 100e3, p99: own / 100e3, max: own / 100e3 },
    bindingLayer: { model: "net", pattern: "dense", layer: "conv", share: 0.5, boundBy: null },
    perSeed: (seeds ?? [antt]).map((value, k) => ({ seed: k + 1, violationRate, antt: value })),
  };
}

const conditions: Conditions = {
  ...{ arrivals: { kind: "poisson", rate: 3 }, rates: {}, deadlines: "slo", slo: 10, sloOf: {} },
  ...{ preemption: "free", preemptionCost: 0, semantics: "corrected", faults: [], hardware: "eyeriss-v2" },
  ...{ clockHz: {}, time: "whole ticks", requests: 1000, seeds: [1], version: "0", code: "" },
};

/** Of these points: 1000 requests of a mix called "mix" at 3 requests/s. */
export function explorationOf(
  sketches: readonly Sketch[],
  {
    objectives,
    deadlines = "base",
    target = 1,
  }: { objectives?: readonly Objective[]; deadlines?: "base" | "own"; target?: number } = {},
): Exploration {
  const points = sketches.map((sketch) => judgedPoint(pointOf(sketch), target, {}));
  const chosen = objectives ?? defaultObjectives(points.some(({ area }) => area !== undefined));
  return {
    scenario: {
      name: "mix",
      arrivals: { kind: "poisson", rate: 3 },
      slo: 10,
      samples: 1,
      fidelity: "counted",
    } as Scenario,
    scheduler: "dysta",
    requestCount: 1000,
    seeds: sketches[0].seeds?.map((_, k) => k + 1) ?? [1],
    conditions,
    base: { name: "eyeriss-v2", shape: "8x2x3x4", macsPerPe: 2, clockHz: 200e6 },
    deadlines,
    objectives: chosen,
    ...{ target, limits: {}, beyondLimits: 0, foundCount: 0, onAnswer: null },
    sources: { energy: "by hand", area: null },
    ...comparedPoints(chosen, points),
  };
}
