/** Do the figures of `dysta overhead` hold its numbers? */
import { describe, expect, it } from "vitest";
import { defaultUnit, rescorings } from "../../../../hw/scheduling-unit/description.ts";
import { decisionCycles } from "../../../../hw/scheduling-unit/latencies.ts";
import { formatNames } from "../../../../hw/scheduling-unit/number-format.ts";
import type { DecisionsReport } from "../../../../sim/study/overhead/overhead.ts";
import { networkPrediction } from "../../../../sim/study/prediction/prediction-report.ts";
import { svgOf } from "../../../../sim/view/plots/svg.ts";
import { overheadFigures } from "../../../../sim/view/report/overhead/overhead-figures.ts";
import { handMadeWorkload } from "../../hand-made.ts";

const unit = { ...defaultUnit("fp16"), secondsPerTick: 5e-9 };

function report(): DecisionsReport {
  const formats = formatNames.flatMap((format, f) =>
    rescorings.map((rescoring, r) => ({
      ...{ format, rescoring, picks: 1000, contestedPicks: 500, firstDivergence: null },
      ...{ equalShare: 0.99, contestedEqualShare: 1 - (f + 2 * r) / 100, regretMeanS: 0, regretMaxS: 0 },
      ...{ anttChange: { mean: 0.1, ci95: null }, violationChange: { mean: 0.01, ci95: 0.02 } },
      ...{ timeSaturations: 0, countSaturations: 0, nonFiniteScores: 0 },
    })),
  );
  const layers = { shortest: 1, mean: 2, shorterThanDecision: 0 };
  const change = { mean: 0.1, ci95: null };
  const whole = {
    slowdown: 1.03,
    monitorSlowdown: 1.02,
    decisionSlowdown: 1.01,
    anttChange: change,
    violationChange: change,
  };
  return { unit, clockHz: 200e6, perDecision: [], layers, rescorings: [], formats, whole };
}

const network = networkPrediction(
  handMadeWorkload({
    networks: [
      {
        model: "a",
        layers: [
          [1, 2, 3],
          [1, 4, 5],
        ],
        densities: [
          [0.4, 0.5, 0.6],
          [0.6, 0.7, 0.8],
        ],
      },
    ],
    requests: [],
  }).profiles[0],
);

describe("figures of the overhead", () => {
  const [cycles, agreement, prediction] = overheadFigures(report(), { networks: [network] });

  it("have the cycles of both rescorings at every queue length", () => {
    const [{ rows }] = cycles.tables;
    expect(rows).toHaveLength(unit.fifoDepth);
    const deepest = rescorings.map((rescoring) => decisionCycles({ ...unit, rescoring }, unit.fifoDepth));
    const [before, overlapped] = deepest;
    expect(before.exposedCycles).toBeGreaterThan(overlapped.exposedCycles);
    expect(rows[unit.fifoDepth - 1].slice(1)).toEqual([
      ...[before.cycles, before.exposedCycles, before.exposedCycles / 200],
      ...[overlapped.cycles, overlapped.exposedCycles, overlapped.exposedCycles / 200],
    ]);
  });

  it("have the agreement of every format", () => {
    const [{ columns, rows }] = agreement.tables;
    expect(rows).toHaveLength(formatNames.length * rescorings.length);
    expect(rows[1]).toEqual(["fp16", "overlapped", 1000, 99, 98, 0.1, null, 1, 2]);
    expect(rows[0]).toHaveLength(columns.length);
  });

  it("have the errors of every predictor, and none without networks", () => {
    const [{ rows }] = prediction.tables;
    expect(rows.map((row) => row[1])).toEqual(["none", "last-one", "last-one-input", "last-3", "average-all"]);
    const { leaveOneOut, inSample } = network.predictors["last-one"]?.remaining ?? {};
    const errors = [leaveOneOut, inSample].map((each) => (each?.relativeRmse ?? Number.NaN) * 100);
    expect(rows[1]).toEqual(["a/x", "last-one", ...errors]);
    expect(overheadFigures(report(), { networks: [] })).toHaveLength(2);
  });

  it("can be drawn, and say what is on the axes", async () => {
    const texts = await Promise.all([cycles, agreement, prediction].map(({ plots }) => svgOf(plots[0].spec)));
    expect(texts[0]).toContain("requests waiting");
    expect(texts[1]).toContain("contested decisions that differ, %");
    expect(texts[2]).toContain("error, %");
    for (const format of formatNames) expect(texts[1]).toContain(format);
  });
});
