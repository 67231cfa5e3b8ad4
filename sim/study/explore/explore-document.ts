/** The result of `dysta explore` as the JSON document of the command-line contract, and as rows. */

import { answerOf } from "./answer.ts";
import type { ArrayPoint } from "./array-point.ts";
import type { BaseArray, Exploration } from "./explore.ts";

/** `dysta explore --json`, and `explore.json` of a result folder. Holds no times of day and no durations. */
export function exploreDocument(exploration: Exploration) {
  const { scenario, scheduler, requestCount, seeds, deadlines, objectives, sources, points, knee } = exploration;
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
    energySource: sources.energy,
    areaSource: sources.area,
    points,
    front: points.filter(({ onFront }) => onFront),
    knee,
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
] as const satisfies (keyof ArrayPoint)[];

/** Header and rows of `explore.csv`; what is not known is empty. */
export function exploreRows({ points, knee }: Exploration): { header: string[]; rows: (string | number)[][] } {
  return {
    header: [...csvColumns, "onFront", "isKnee"],
    rows: points.map((point) => [
      ...csvColumns.map((column) => point[column] ?? ""),
      String(point.onFront),
      String(point === knee),
    ]),
  };
}
