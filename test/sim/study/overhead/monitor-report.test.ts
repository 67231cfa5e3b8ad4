/** What the monitor costs in `dysta overhead`: held to the stepped array, which knows nothing of the report. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ArrayAccelerator } from "../../../../sim/profile/accelerator.ts";
import { placementsOf } from "../../../../sim/profile/modelled-networks.ts";
import { profileNetworks } from "../../../../sim/profile/profile.ts";
import { type MonitorReport, monitorReport } from "../../../../sim/study/overhead/monitor-report.ts";
import { monitorFigure } from "../../../../sim/view/report/overhead/monitor-figure.ts";
import { type Scenario, scenarioFrom } from "../../../../workloads/scenarios/scenario.ts";
import { folderWith } from "../../cli/dysta.ts";

const layer = { kind: "pointwise", inputChannels: 4, outputChannels: 24, inputHeight: 8, inputWidth: 40 };
const densities = { inputDensity: 0.1, weightDensity: 0.5, outputDensity: 0.1 };
const folder = folderWith({
  "network.yaml": JSON.stringify({
    name: "net",
    layers: [
      { ...layer, ...densities, name: "wide" },
      { ...layer, ...densities, name: "narrow", inputChannels: 24, outputChannels: 8, outputDensity: 0.9 },
    ],
  }),
});

function scenario(keys: object): Promise<Scenario> {
  const data = {
    name: "small",
    hardware: "eyeriss-v2",
    samples: 2,
    models: [{ network: "network.yaml" }],
    arrivals: { kind: "poisson", rate: 10 },
    ...keys,
  };
  return scenarioFrom({ file: "small", folder, data });
}

describe("the monitor's cost", () => {
  let report: MonitorReport;
  let withDetectors: Scenario;
  beforeAll(async () => {
    withDetectors = await scenario({ monitor: { lanes: 16 } });
    const found = await monitorReport(withDetectors, { workers: 1 });
    if (found === undefined) throw new Error("the network runs on an array");
    report = found;
  });

  it("is that of the stepped array with a monitor and without", async () => {
    const [{ accelerator, networks }] = await placementsOf(withDetectors, []);
    const array = accelerator as ArrayAccelerator;
    const cyclesWith = async (monitor: ArrayAccelerator["hardware"]["monitor"]) => {
      const stepped: ArrayAccelerator = { ...array, hardware: { ...array.hardware, monitor }, fidelity: "stepped" };
      const [{ layers }] = await profileNetworks(networks, stepped, { samples: 2, workers: 1 });
      return layers.map(({ samples }) => samples.reduce((sum, { cycles }) => sum + cycles, 0) / samples.length);
    };
    const held = await cyclesWith(array.hardware.monitor);
    const free = await cyclesWith(null);
    const total = (cycles: readonly number[]) => cycles.reduce((sum, each) => sum + each, 0);
    expect(report.all).toEqual({ cycles: total(held), without: total(free), slowdown: total(held) / total(free) });
    expect(report.all.slowdown).toBeGreaterThan(1.05);
    const shares = held.map((cycles, k) => cycles / free[k]);
    expect(report.networks[0].worstLayer.slowdown).toBe(Math.max(...shares));
  });

  it("falls with the number of lanes, and is nothing from the ports' width on", () => {
    const slowdowns = report.lanes.map(({ slowdown }) => slowdown);
    expect(slowdowns).toEqual([...slowdowns].sort((a, b) => b - a));
    expect(report.lanes.find(({ lanes }) => lanes === 16)?.slowdown).toBe(report.all.slowdown);
    for (const { lanes, slowdown } of report.lanes) expect(slowdown === 1).toBe(lanes >= 128);
  });

  it("is drawn with its numbers", () => {
    const [lanes, networks] = monitorFigure(report).tables;
    expect(lanes.rows.map(([count]) => count)).toEqual(report.lanes.map((each) => each.lanes));
    expect(networks.rows[0].slice(1, 3)).toEqual([report.all.without, report.all.cycles]);
  });
});

describe("a monitor in the path", () => {
  it("is there where the unit dispatches or one is named, and nowhere else", async () => {
    const lanesOf = async (keys: object) => {
      const [{ accelerator }] = await placementsOf(await scenario(keys), []);
      return accelerator.kind === "array" ? accelerator.hardware.monitor?.lanes : "no array";
    };
    expect(await lanesOf({})).toBeUndefined();
    expect(await lanesOf({ dispatch: "hardware" })).toBe(128);
    expect(await lanesOf({ dispatch: "hardware", monitor: { lanes: "none" } })).toBeUndefined();
    expect(await lanesOf({ monitor: { bufferOutputs: 4 } })).toBe(128);
    expect(await lanesOf({ dispatch: "hardware", hardware: { monitor: { lanes: 8 } } })).toBe(8);
    expect(await lanesOf({ hardware: { monitor: { lanes: 8 } }, monitor: { tap: "ports" } })).toBe(8);
  });

  it("is refused where no network runs on an array", async () => {
    const message =
      "scenario small: monitor: stands in the path of a modelled array's outputs, and no network runs on one";
    const named = await scenario({ hardware: "artifact-eyeriss-v2", monitor: { lanes: 8 } });
    await expect(placementsOf(named, [])).rejects.toMatchObject({ name: "ConfigError", message });
  });
});
