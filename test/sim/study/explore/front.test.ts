/** Are front and knee what their definitions say? */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Costs, kneeOf, paretoFront } from "../../../../sim/study/explore/front.ts";
import { naiveDistances, naiveFront } from "../../../models/naive-front.ts";

/** Few values, so that ties are common. */
const coarse = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })), { minLength: 1 });
const fine = fc.array(
  fc.tuple(fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.double({ min: 0.01, max: 1e6, noNaN: true })),
  {
    minLength: 1,
  },
);
const log = ["log", "log"] as const;

describe("the front", () => {
  it.each([
    ["of points with many ties", coarse],
    ["of points anywhere", fine],
  ])("%s is what no other point dominates", (_, points) => {
    fc.assert(
      fc.property(points, (all) => {
        expect(paretoFront(all)).toEqual(naiveFront(all));
      }),
    );
  });

  it("does not depend on the order of the points", () => {
    fc.assert(
      fc.property(coarse, fc.nat(), (points, turn) => {
        const shift = turn % points.length;
        const turned = [...points.slice(shift), ...points.slice(0, shift)];
        const values = (all: readonly Costs[]) =>
          paretoFront(all)
            .map((k) => all[k].join())
            .sort();
        expect(values(turned)).toEqual(values(points));
      }),
    );
  });

  it("keeps equal points, and of one cost the points with the least other", () => {
    expect(
      paretoFront([
        [1, 5],
        [1, 5],
        [1, 6],
        [2, 5],
        [2, 4],
      ]),
    ).toEqual([0, 1, 4]);
  });
});

describe("the knee", () => {
  it("is the point farthest from the line between the ends, on the side of smaller costs", () => {
    fc.assert(
      fc.property(
        fine,
        fc.constantFrom(log, ["linear", "log"] as const, ["linear", "linear"] as const),
        (points, scales) => {
          const front = naiveFront(points).map((k) => points[k]);
          fc.pre(new Set(front.map(([cost]) => cost)).size > 1);
          const distances = naiveDistances(front, scales);
          fc.pre(distances.every(Number.isFinite));
          const knee = kneeOf(front, scales);
          const farthest = Math.max(...distances);
          if (knee === undefined) expect(farthest).toBeLessThan(1e-5);
          else expect(distances[knee]).toBeCloseTo(farthest, 5);
        },
      ),
    );
  });

  it("of a front by hand", () => {
    // On logarithmic axes the ends are (0, 1) and (1, 0); (2, 10) is at (0.25, 0.5), (8, 2) at (0.75, 0.15).
    const front: Costs[] = [
      [1, 100],
      [2, 10],
      [8, 2],
      [16, 1],
    ];
    expect(kneeOf(front, log)).toBe(1);
  });

  it("is not there where no point lies below the line: one point, two, a straight front, a hollow one", () => {
    expect(kneeOf([[3, 4]], log)).toBeUndefined();
    expect(
      kneeOf(
        [
          [1, 4],
          [4, 1],
        ],
        log,
      ),
    ).toBeUndefined();
    expect(
      kneeOf(
        [
          [1, 4],
          [2, 2],
          [4, 1],
        ],
        log,
      ),
    ).toBeUndefined();
    expect(
      kneeOf(
        [
          [1, 4],
          [3, 3],
          [4, 1],
        ],
        log,
      ),
    ).toBeUndefined();
    expect(
      kneeOf(
        [
          [1, 1],
          [1, 1],
        ],
        log,
      ),
    ).toBeUndefined();
  });

  it("is not made of the last digits of costs: an axis on which all agree to six digits is not scaled", () => {
    const front: Costs[] = [
      [0.01, 0.01000000000000001],
      [999999.999999997, 0.010000000000000009],
      [999999.9999999971, 0.01],
    ];
    expect(kneeOf(front, log)).toBeUndefined();
    expect(kneeOf(front, ["linear", "linear"])).toBeUndefined();
    // The same three costs where the digits mean something: the middle one is the knee.
    const meant: Costs[] = [
      [0.01, 1],
      [1, 0.02],
      [999999, 0.01],
    ];
    expect(kneeOf(meant, log)).toBe(1);
  });

  it("among equally far points is the one of smaller first cost", () => {
    const front: Costs[] = [
      [4, 0],
      [2, 1],
      [1, 2],
      [0, 4],
    ];
    expect(kneeOf(front, ["linear", "linear"])).toBe(2);
  });
});
