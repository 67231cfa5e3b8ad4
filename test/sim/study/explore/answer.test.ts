/** Does the answer say what the points say, honest cases included? Every array here is written by hand. */
import { describe, expect, it } from "vitest";
import { type CyclePart, cycleParts } from "../../../../hw/array/counters.ts";
import { answerOf } from "../../../../sim/study/explore/answer.ts";
import { comparedPoints } from "../../../../sim/study/explore/compared-points.ts";
import { judgedPoint } from "../../../../sim/study/explore/judged-point.ts";
import { defaultObjectives, parseObjectives } from "../../../../sim/study/explore/objectives.ts";
import { explorationOf, pointOf } from "./hand-made.ts";

const sentencesOf = (exploration: Parameters<typeof answerOf>[0]) => answerOf(exploration).split(/(?<=[.]) (?=[A-Z])/);
const conditions = (count: number) =>
  `Arrivals are the same for all arrays, deadlines too, as multiples of the latency alone on the base array (eyeriss-v2, 8x2x3x4); all ${count} arrays were run in full.`;

describe("the answer", () => {
  it("names the smallest array without violations, what more PEs bring, the knee, and what shape alone changes", () => {
    const exploration = explorationOf([
      { shape: "4x1x3x4", antt: 300, violationRate: 0.7 },
      { shape: "4x2x3x4", antt: 3, violationRate: 0.013, cycles: 1000 },
      { shape: "8x2x3x4", antt: 1.5, violationRate: 0, cycles: 510 },
      { shape: "4x4x3x4", antt: 1.6, violationRate: 0, cycles: 561 },
      { shape: "8x4x3x4", antt: 1.495, violationRate: 0, cycles: 300 },
    ]);
    expect(sentencesOf(exploration)).toEqual([
      "For mix at 3 requests/s with dysta the smallest of the 5 arrays tried without violations (1000 requests) is 8x2 clusters of 3x4 PEs (192 PEs), which is busy 5.2 % of the time; of the smaller ones 4x2 clusters of 3x4 PEs (96 PEs) comes nearest, with 1.3 % violated.",
      "More than 192 PEs change ANTT by less than 1 % (ANTT 1.5 on 8x2 clusters of 3x4 PEs (192 PEs)).",
      "The knee of the front of PEs against ANTT (4 of 5 arrays) is 4x2 clusters of 3x4 PEs (96 PEs).",
      "Among the shapes of 192 PEs, cycles are 10 % more on 4x4 clusters of 3x4 PEs than on 8x2 clusters of 3x4 PEs.",
      conditions(5),
    ]);
  });

  it("says so where none is without violations, and which comes nearest", () => {
    const exploration = explorationOf([
      { shape: "1x1x3x4", antt: 9, violationRate: 0.5, seeds: [8, 10], ci95: 2 },
      { shape: "2x1x3x4", antt: 5, violationRate: 0.02, seeds: [4, 6], ci95: 1 },
      { shape: "1x2x3x4", antt: 6, violationRate: 0.04, seeds: [5, 7], ci95: 1 },
    ]);
    expect(sentencesOf(exploration).slice(0, 2)).toEqual([
      "For mix at 3 requests/s with dysta no array of 12 to 24 PEs is without violations; 2x1 clusters of 3x4 PEs (24 PEs) has the fewest violations, 2 % of the requests (1–3).",
      "ANTT still falls by 44 % from 12 to 24 PEs, the most that were tried (ANTT 9 (7–11) to ANTT 5 (4–6)).",
    ]);
  });

  it("says so where even the smallest is without violations", () => {
    const exploration = explorationOf([
      { shape: "1x1x3x4", antt: 1.2, violationRate: 0 },
      { shape: "2x1x3x4", antt: 1.1, violationRate: 0 },
    ]);
    expect(sentencesOf(exploration)[0]).toBe(
      "For mix at 3 requests/s with dysta all of the arrays are without violations (1000 requests each), even the smallest that was tried, 1 cluster of 3x4 PEs (12 PEs).",
    );
    expect(sentencesOf(exploration)[2]).toBe("The front of PEs against ANTT has 2 arrays and no knee.");
  });

  it("says so where seeds differ more than arrays", () => {
    const exploration = explorationOf([
      { shape: "1x1x3x4", antt: 5, violationRate: 0.1, seeds: [1, 9], ci95: 40 },
      { shape: "2x1x3x4", antt: 4, violationRate: 0, seeds: [3, 5], ci95: 10 },
    ]);
    expect(sentencesOf(exploration)[1]).toBe(
      "ANTT still falls by 20 % from 12 to 24 PEs, the most that were tried (ANTT 5 (1–45) to ANTT 4 (1–14); less than the seeds differ).",
    );
  });

  it("goes by area where that is known", () => {
    const exploration = explorationOf([
      { shape: "2x1x3x4", antt: 2, violationRate: 0, area: 3 },
      { shape: "1x1x6x4", antt: 2.5, violationRate: 0, area: 2.5 },
      { shape: "1x1x3x4", antt: 9, violationRate: 0.25, area: 1 },
    ]);
    expect(sentencesOf(exploration)[0]).toContain(
      "is 1 cluster of 6x4 PEs (24 PEs, 2.5 mm²), which is busy 42 % of the time; of the smaller ones 1 cluster of 3x4 PEs (12 PEs, 1 mm²)",
    );
    expect(sentencesOf(exploration)[2]).toContain("the front of area, mm² against ANTT (3 of 3 arrays)");
  });

  it("names MACs where they differ", () => {
    const exploration = explorationOf([
      { shape: "1x1x3x4", antt: 2, violationRate: 0.1, macsPerPe: 1 },
      { shape: "1x1x3x4", antt: 1.5, violationRate: 0, macsPerPe: 2 },
    ]);
    expect(answerOf(exploration)).toContain("is 1 cluster of 3x4 PEs (12 PEs of 2 MACs)");
  });

  it("has no comparison to make for one array", () => {
    const exploration = explorationOf([{ shape: "8x2x3x4", antt: 2, violationRate: 0 }], { deadlines: "own" });
    expect(sentencesOf(exploration)).toEqual([
      "For mix at 3 requests/s with dysta 8x2 clusters of 3x4 PEs (192 PEs) is without violations (1000 requests).",
      "Arrivals are the same for all arrays, deadlines are multiples of the latency alone on each array; the array was run in full.",
    ]);
  });
});

describe("the answer to a target", () => {
  const sketches = [
    { shape: "4x2x3x4", antt: 3, violationRate: 0.008, seeds: [3, 3], ci95: 0.3 },
    { shape: "8x2x3x4", antt: 1.5, violationRate: 0, seeds: [1.5, 1.5], ci95: 0.01 },
    { shape: "8x2x2x4", antt: 1.7, violationRate: 0.001, seeds: [1.7, 1.7], ci95: 0.01 },
  ];

  it("is what reaches it, how sure that is, why, and what was tried", () => {
    const exploration = explorationOf(sketches, { target: 0.999 });
    const causes = Object.fromEntries(cycleParts.map((part) => [part, 0])) as Record<CyclePart, number>;
    const explained = {
      ...exploration,
      foundCount: 1,
      points: exploration.points.map((point) => ({ ...point, causes: { ...causes, compute: 0.7, drain: 0.3 } })),
    };
    expect(sentencesOf(explained).slice(0, 3)).toEqual([
      "For mix at 3 requests/s with dysta the smallest of the 3 arrays tried with 99.9 % of the requests on time (2 × 1000 requests; at 95 % no more than 0.11 % are late) is 8x2 clusters of 2x4 PEs (128 PEs), which is busy 7.8 % of the time; of the smaller ones 4x2 clusters of 3x4 PEs (96 PEs) comes nearest, with 0.8 % violated.",
      "There an inference takes 0.0391 ms alone, 95 % of the requests are done within 0.0781 ms, and its cycles go to compute 70 %, drain 30 %, imbalance 0 %; net conv takes most of them, 50 %.",
      "Between the sizes chosen were tried 8x2x2x4 (128 PEs: enough); nothing is said of sizes that were not.",
    ]);
  });

  it("is told from it by the ends of the interval", () => {
    const { points } = explorationOf(sketches, { target: 0.999 });
    expect(points.map(({ reachesTarget, targetVerdict }) => [reachesTarget, targetVerdict])).toEqual([
      [false, "misses"],
      [true, "reaches"],
      [true, "not told apart"],
    ]);
  });

  it("leaves out what is beyond the limits, which is not on the front either", () => {
    const limits = { pes: 150 };
    const points = sketches.map((sketch) => judgedPoint(pointOf(sketch), 0.999, limits));
    const objectives = defaultObjectives(false);
    const within = { ...explorationOf(sketches, { target: 0.999 }), limits, ...comparedPoints(objectives, points) };
    expect(within.points.map(({ onFront }) => onFront)).toEqual([true, false, true]);
    expect(sentencesOf(within)[0]).toContain("(1 of those chosen is beyond the limits)");
  });
});

describe("neighbours on the front", () => {
  it("are told apart where the seeds agree on the difference", () => {
    const { frontNeighbours } = explorationOf([
      { shape: "1x1x3x4", antt: 5, violationRate: 0.1, seeds: [4, 6], ci95: 1 },
      { shape: "2x1x3x4", antt: 4, violationRate: 0.1, seeds: [3.01, 5], ci95: 1 },
      { shape: "4x1x3x4", antt: 3.9, violationRate: 0.1, seeds: [2, 5.8], ci95: 1 },
    ]);
    expect(frontNeighbours.map(({ shapes, toldApart }) => [shapes.join(), toldApart])).toEqual([
      ["1x1x3x4,2x1x3x4", true],
      ["2x1x3x4,4x1x3x4", false],
    ]);
  });
});

describe("the front", () => {
  it("can be of three objectives, which has no knee", () => {
    const sketches = [
      { shape: "1x1x3x4", antt: 3, violationRate: 0, cycles: 100 },
      { shape: "2x1x3x4", antt: 3, violationRate: 0, cycles: 100 },
      { shape: "1x2x3x4", antt: 3, violationRate: 0, cycles: 50 },
      { shape: "4x1x3x4", antt: 2, violationRate: 0, cycles: 60 },
    ];
    const exploration = explorationOf(sketches, { objectives: parseObjectives("pes,cycles,antt") });
    expect(exploration.points.map(({ onFront }) => onFront)).toEqual([true, false, true, true]);
    expect(exploration.knee).toBeNull();
    expect(answerOf(exploration)).toContain(
      "The front of PEs against cycles per inference and ANTT has 3 of 4 arrays.",
    );
  });

  it("is of the objectives that are asked for; utilisation is better the larger", () => {
    const sketches = [
      { shape: "1x1x3x4", antt: 1, violationRate: 0, cycles: 100 },
      { shape: "2x1x3x4", antt: 1, violationRate: 0, cycles: 40 },
      { shape: "1x2x3x4", antt: 1, violationRate: 0, cycles: 50 },
    ];
    const byCycles = explorationOf(sketches, { objectives: parseObjectives("pes,cycles") });
    expect(byCycles.points.map(({ onFront }) => onFront)).toEqual([true, true, false]);
    const byUse = explorationOf(sketches, { objectives: parseObjectives("utilisation,cycles") });
    expect(byUse.points.map(({ onFront }) => onFront)).toEqual([false, true, false]);
  });
});
