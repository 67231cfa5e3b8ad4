/** Points beside each other: the front, its knee, and whether neighbours on it are told apart by the seeds. */
import { estimate } from "../run/summary.ts";
import type { ArrayPoint } from "./array-point.ts";
import { kneeOf, paretoFront } from "./front.ts";
import type { JudgedPoint } from "./judged-point.ts";
import type { Objective } from "./objectives.ts";

export interface ExploredPoint extends JudgedPoint {
  readonly onFront: boolean;
}

/** Two arrays of the front, the second next to the first in the first objective; differences seed by seed. */
export interface FrontNeighbours {
  readonly shapes: readonly [string, string];
  /** Of the second from the first, with half of its 95 % interval; null with one seed. */
  readonly violationRate: number;
  readonly violationRateCi95: number | null;
  readonly antt: number;
  readonly anttCi95: number | null;
  /** Whether one of the two intervals leaves out 0. */
  readonly toldApart: boolean;
}

interface ComparedPoints {
  readonly points: readonly ExploredPoint[];
  readonly knee: ExploredPoint | null;
  readonly frontNeighbours: readonly FrontNeighbours[];
}

/** The points with those on the front marked; arrays beyond the limits are not on it. */
export function comparedPoints(objectives: readonly Objective[], points: readonly JudgedPoint[]): ComparedPoints {
  const able = points.filter(({ withinLimits }) => withinLimits);
  const costs = able.map((point) => objectives.map((objective) => costOf(point, objective)));
  const front = paretoFront(costs);
  const onFront = new Set(front.map((k) => able[k]));
  const explored = points.map((point) => ({ ...point, onFront: onFront.has(point) }));
  const ofFront = front.map((k) => explored[points.indexOf(able[k])]);
  const [first, second] = objectives;
  const knee =
    objectives.length === 2
      ? kneeOf(
          front.map((k) => costs[k]),
          [first.scale, second.scale],
        )
      : undefined;
  return {
    points: explored,
    knee: knee === undefined ? null : ofFront[knee],
    frontNeighbours: neighboursOf(ofFront.toSorted((a, b) => costOf(a, first) - costOf(b, first))),
  };
}

function costOf(point: ArrayPoint, { name, figureOf, best }: Objective): number {
  const value = figureOf(point);
  if (value === null) throw new Error(`${name} is not known`);
  return best === "most" ? -value : value;
}

function neighboursOf(front: readonly ExploredPoint[]): FrontNeighbours[] {
  return front.slice(1).map((point, k) => {
    const before = front[k];
    const difference = (figure: "violationRate" | "antt") =>
      estimate(point.perSeed.map((own, seed) => own[figure] - before.perSeed[seed][figure]));
    const [violationRate, antt] = [difference("violationRate"), difference("antt")];
    return {
      shapes: [before.shape, point.shape],
      violationRate: violationRate.mean,
      violationRateCi95: violationRate.ci95,
      antt: antt.mean,
      anttCi95: antt.ci95,
      toldApart: [violationRate, antt].some(({ mean, ci95 }) => ci95 !== null && Math.abs(mean) > ci95),
    };
  });
}
