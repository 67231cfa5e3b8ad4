/** What predictors of a scenario's networks are reported to do, and how it is shown. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schedulerNames } from "../../../../sched/registry.ts";
import { type PredictorName, predictorNames } from "../../../../sim/study/prediction/prediction-figures.ts";
import { predictionMeans } from "../../../../sim/study/prediction/prediction-means.ts";
import { weightedDensities } from "../../../../sim/study/prediction/prediction-quantities.ts";
import { networkPrediction, predictionReport } from "../../../../sim/study/prediction/prediction-report.ts";
import { predictionTables } from "../../../../sim/view/text/prediction-render.ts";
import { loadScenario, type Scenario } from "../../../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../../../workloads/tables/profile.ts";
import { naiveErrors, naivePredictions, type Rows } from "../../../models/naive-prediction.ts";
import { folderWith } from "../../../workloads/temporary-folder.ts";

const perLayer = ["none", "last-one", "last-one-input", "last-3", "average-all"];

async function scenarioOf(lines: readonly string[], table = ""): Promise<Scenario> {
  const text = ["name: s", ...lines, "arrivals: { kind: fixed, rate: 1 }", "requests: 1"].join("\n");
  const folder = folderWith({ "s.yaml": text, "t.csv": table });
  return loadScenario(join(folder, "s.yaml"), schedulerNames);
}

/** Two samples of two layers at 1 kHz; last-one predicts the second layer exactly. */
const byHand: Profile = {
  name: "mine_x",
  model: "mine",
  pattern: "x",
  timeUnit: "cycles",
  clockHz: 1000,
  source: "by hand",
  sampleIds: Int32Array.of(0, 1),
  layerCount: 2,
  latency: Float64Array.of(10, 200, 10, 400),
  inputDensity: Float64Array.of(0.5, 0.5, 0.5, 0.5),
  outputDensity: Float64Array.of(0.25, 1, 0.5, 1),
  extra: { effectual_macs: Float64Array.of(1, 30, 1, 10) },
};

describe("the report of a network", () => {
  const { predictors, ...facts } = networkPrediction(byHand);

  it("says what was judged", () => {
    expect(facts).toEqual({
      model: "mine",
      pattern: "x",
      source: "by hand",
      samples: 2,
      layers: 2,
      monitored: "output",
      layersReadByNext: null,
      meanIsolatedS: 0.31,
      density: { relativeDeviation: (1 / 3 + 0) / 2, layerCorrelation: null },
    });
    expect(Object.keys(predictors)).toEqual(perLayer);
  });

  it("has errors in seconds and as shares, by hand", () => {
    const none = predictors.none?.remaining;
    expect(none?.leaveOneOut).toMatchObject({ count: 2, rmseS: 0.2, meanErrorS: 0, elasticity: null });
    expect(none?.leaveOneOut.relativeRmse).toBeCloseTo(200 / 300, 12);
    expect(none?.leaveOneOut.meanRelativeError).toBeCloseTo((1 - 0.5) / 2, 12);
    expect(none?.leaveOneOut.meanAbsoluteRelativeError).toBeCloseTo((1 + 0.5) / 2, 12);
    expect(none?.inSample.rmseS).toBeCloseTo(0.1, 12);
    expect(predictors["last-one"]?.next.leaveOneOut).toMatchObject({ rmseS: 0 });
    expect(predictors["last-one"]?.next.leaveOneOut.elasticity?.value).toBeCloseTo(1, 12);
    expect(predictors["last-one-input"]?.next.leaveOneOut.rmseS).toBe(none?.leaveOneOut.rmseS);
    expect(predictors.none?.nextMacsRelativeRmse).toBeCloseTo(20 / 20, 12);
    // γ = 1/2 and 2 on averages of 10 and 30 MACs: 5 − 30 and 60 − 10.
    expect(predictors["last-one"]?.nextMacsRelativeRmse).toBeCloseTo(Math.sqrt((25 ** 2 + 50 ** 2) / 2) / 20, 12);
  });

  it("watches the input where the table has no output, and says so", () => {
    const { outputDensity: _, extra: __, ...blind } = byHand;
    const report = networkPrediction({ ...blind, extra: {} });
    expect(report.monitored).toBe("input");
    expect(report.predictors["last-one"]).toEqual(report.predictors["last-one-input"]);
    expect(report.predictors["last-one"]?.nextMacsRelativeRmse).toBeNull();
  });

  it("is averaged with equal weight for every network", () => {
    const slow = networkPrediction({ ...byHand, latency: byHand.latency.map((time) => time * 100) });
    const flat = networkPrediction({ ...byHand, latency: Float64Array.of(10, 300, 10, 300) });
    const [means] = predictionMeans([slow, flat]);
    expect(means).toMatchObject({ networks: 2, channelCounts: false });
    expect(means.predictors.none?.next.relativeRmse).toBeCloseTo(200 / 300 / 2, 12);
    expect(means.predictors["last-one"]?.next.betterThanNone).toBe(1);
    expect(means.predictors["last-one"]?.next.elasticity).toBeCloseTo((1 + 0) / 2, 12);
    expect(means.predictors["last-one-input"]?.next.elasticity).toBeNull();
    expect(means.predictors["last-one-input"]?.next.betterThanNone).toBe(0);
    expect(means.predictors.none?.next.inSampleRelativeRmse).toBeCloseTo(100 / 300 / 2, 12);
  });
});

describe("each predictor by its name", () => {
  const value = (k: number) => 1 + ((k * 37 + k * k * 11) % 29);
  const rows = (seed: number): number[][] =>
    [0, 1, 2].map((sample) => [0, 1, 2, 3, 4, 5].map((layer) => value(seed + sample * 6 + layer)));
  const [latency, input, output] = [rows(0), rows(100), rows(200)];
  const profile: Profile = {
    ...byHand,
    sampleIds: Int32Array.of(0, 1, 2),
    layerCount: 6,
    latency: Float64Array.from(latency.flat()),
    inputDensity: Float64Array.from(input.flat(), (density) => density / 40),
    outputDensity: Float64Array.from(output.flat(), (density) => density / 40),
    extra: {},
  };
  const channels = [0, 1, 2, 3, 4, 5].map((layer) => ({
    shape: [40, 5, 6],
    nonZeros: [0, 1, 2].map((sample) => Array.from({ length: 40 }, (_, k) => value(layer * 7 + sample * 3 + k))),
    nextWeights: Array.from({ length: 40 }, (_, k) => value(layer + 5 * k)),
  }));
  const inRows = (values: Float64Array) => [0, 1, 2].map((sample) => [...values.subarray(sample * 6, sample * 6 + 6)]);
  const grouped = (groups: number) => inRows(weightedDensities(profile, channels, groups));
  const { predictors } = networkPrediction(profile, channels);

  it.each<[PredictorName, Rows | undefined, number]>([
    ["none", undefined, 1],
    ["last-one", output, 1],
    ["last-one-input", input, 1],
    ["last-3", output, 3],
    ["average-all", output, 6],
    ["groups-4", grouped(4), 1],
    ["groups-16", grouped(16), 1],
    ["per-channel", grouped(40), 1],
  ])("%s", (name, measured, window) => {
    for (const target of ["remaining", "next"] as const) {
      const naive = naiveErrors(naivePredictions(latency, measured, window, target, true));
      expect(predictors[name]?.[target].leaveOneOut.rmseS).toBeCloseTo(naive.rmse / 1000, 12);
    }
  });

  it("has errors of its own", () => {
    expect(new Set(Object.values(predictors).map(({ next }) => next.leaveOneOut.rmseS)).size).toBe(8);
  });
});

describe("the report of a scenario", () => {
  const table = [
    "# clock: 1 kHz",
    "model,pattern,sample,layer,cycles,input_density",
    ...["mine,x,0,0,10,0.5", "mine,x,0,1,20,0.5", "mine,x,1,0,10,0.25", "mine,x,1,1,30,0.5"],
    ...["single,x,0,0,10,0.5", "single,x,0,1,10,0.5", "short,x,0,0,10,0.5", "short,x,1,0,10,0.5"],
  ].join("\n");
  const onHardware = ["hardware: eyeriss-v2", "samples: 2", "table: t.csv"];
  const models =
    "models: [{ model: antispoof }, { model: mine }, { model: single }, { model: short }, { model: selfie, pattern: unstructured, sparsity: 0.8 }]";

  it("has channel groups for what runs from masks, and leaves out what cannot be judged", async () => {
    const scenario = await scenarioOf([...onHardware, models], table);
    const cache = folderWith({});
    const report = await predictionReport(scenario, { cache, workers: 2 });
    expect(report.networks.map(({ model, predictors }) => [model, Object.keys(predictors)])).toEqual([
      ["antispoof", [...predictorNames]],
      ["mine", perLayer],
      ["selfie", [...predictorNames]],
    ]);
    expect(report.leftOut.map(({ model }) => model)).toEqual(["short", "single"]);
    expect(report.means.map(({ networks, channelCounts }) => [networks, channelCounts])).toEqual([
      [2, true],
      [1, false],
    ]);
    const { predictors } = report.networks[2];
    const macs = (["last-one", "groups-4", "per-channel"] as const).map(
      (name) => predictors[name]?.nextMacsRelativeRmse,
    );
    expect(new Set(macs).size).toBe(3);
    expect(Math.min(...macs.map(Number))).toBe(macs[2]);
    expect(await predictionReport(scenario, { workers: 1 })).toEqual(report);
    const text = predictionTables(report);
    expect(text).toContain("selfie/unstructured_0.8");
    expect(text).toContain("Left out: short/x, a single sample or layer.");
    expect(text).toContain("No output density is known of mine: input density instead.");
    expect(text).toContain("mean over 2 networks with channel counts");
    expect(text).toContain("mean over 1 network without channel counts");
  });

  it("has no channel groups where cycles are estimated from densities", async () => {
    const scenario = await scenarioOf([
      "hardware: eyeriss-v2",
      "samples: 2",
      "fidelity: expected",
      "models: [{ model: antispoof }]",
    ]);
    const { networks } = await predictionReport(scenario, { workers: 1 });
    expect(networks.map(({ predictors }) => Object.keys(predictors))).toEqual([perLayer]);
  });
});

describe("the tables", () => {
  it("star the best of each network and show what is unknown as a dash", () => {
    const report = { scenario: "s", networks: [networkPrediction(byHand)], means: [], leftOut: [] };
    const rows = predictionTables(report)
      .split("\n")
      .filter((line) => line.startsWith("mine/x"));
    expect(rows.map((row) => row.trim().split(/\s{2,}/))).toEqual([
      ["mine/x", "2", "2", "–", "310.000", "16.67", "–"],
      ["mine/x", "66.67", "0.00 *", "66.67", "0.00 *", "0.00 *", "1.00"],
      ["mine/x", "66.67", "0.00 *", "66.67", "0.00 *", "0.00 *", "1.00"],
    ]);
  });
});
