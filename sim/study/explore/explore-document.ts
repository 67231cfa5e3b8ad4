/** The result of `dysta explore` as the JSON document of the command-line contract, and as rows. */

import { answerOf } from "./answer.ts";
import type { BaseArray, Exploration, SchedulersOnAnswer } from "./explore.ts";
import type { JudgedPoint } from "./judged-point.ts";

/** `dysta explore --json`, and `explore.json` of a result folder. Holds no times of day and no durations. */
export function exploreDocument(exploration: Exploration) {
  const { scenario, scheduler, requestCount, seeds, deadlines, objectives, sources, points, knee } = exploration;
  const { target, limits, beyondLimits, foundCount, frontNeighbours } = exploration;
  const base: BaseArray = exploration.base;
  const { name, arrivals, slo, samples, fidelity, dispatch, preemption } = scenario;
  return {
    name,
    scheduler,
    arrivals,
    requests: requestCount,
    seeds,
    samples,
    fidelity,
    dispatch,
    preemption,
    base,
    conditions: exploration.conditions,
    deadlines: { of: deadlines, slo },
    objectives: objectives.map((objective) => objective.name),
    target,
    limits,
    /** Arrays that were chosen and are beyond the limits: not run. */
    beyondLimits,
    /** How many of the points, the last ones, are sizes tried between those chosen. */
    foundCount,
    energySource: sources.energy,
    areaSource: sources.area,
    points,
    front: points.filter(({ onFront }) => onFront),
    knee,
    frontNeighbours,
    onAnswer: exploration.onAnswer satisfies SchedulersOnAnswer | null,
    answer: answerOf(exploration),
  };
}

export type ExploreDocument = ReturnType<typeof exploreDocument>;

const csvColumns = [
  "shape",
  "pes",
  "macsPerPe",
  "macsPerCycle",
  "sramBytes",
  "area",
  "cycles",
  "utilisation",
  "energyPj",
  "edp",
  "load",
  "violationRate",
  "violationRateCi95",
  "violationRateLow",
  "violationRateHigh",
  "antt",
  "anttCi95",
  "anttLow",
  "anttHigh",
  "latencyMs",
  "p95Ms",
  "onTimeRate",
  "dropRate",
  "reachesTarget",
  "targetVerdict",
  "withinLimits",
  "capacity",
] as const satisfies (keyof JudgedPoint)[];

/** Of the requests' turnaround, beside `p95Ms`. */
const turnarounds = ["mean", "p50", "p99", "max"] as const;

/** Header and rows of `explore.csv`; what is not known is empty. */
export function exploreRows({ points, knee }: Exploration): { header: string[]; rows: (string | number)[][] } {
  const keys = Object.keys(points[0].keys ?? {});
  const text = (value: number | string | boolean | null | undefined) =>
    typeof value === "boolean" ? String(value) : (value ?? "");
  return {
    header: [...keys, ...csvColumns, ...turnarounds.map((name) => `${name}Ms`), "onFront", "isKnee"],
    rows: points.map((point) => [
      ...keys.map((key) => text(point.keys?.[key])),
      ...csvColumns.map((column) => text(point[column])),
      ...turnarounds.map((name) => text(point.turnaroundMs[name])),
      String(point.onFront),
      String(point === knee),
    ]),
  };
}
