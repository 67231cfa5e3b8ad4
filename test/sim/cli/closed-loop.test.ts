/** One scenario in three fidelities, with the scheduling unit and priced preemptions in the loop: one schedule. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const keys = [
  "name: closed-loop",
  "hardware: eyeriss-v2",
  "models: [{ model: antispoof }, { model: sparse-mobilenet-0.5 }]",
  "arrivals: { kind: poisson, rate: 1500 }",
  "requests: 60",
  "schedulers: [fcfs, dysta, sdrm3]",
  "dispatch: hardware",
  "preemption: modelled",
  "seeds: 2",
];
const project = folderWith({
  "modelled.yaml": [...keys, "samples: 2", ""].join("\n"),
  "replayed.yaml": [...keys, "table: profiled/profile.csv", ""].join("\n"),
});

/** Everything that its layers and decisions follow from, and they themselves. */
async function filesOf(scenario: string, ...options: string[]): Promise<Record<string, string>> {
  const out = join(scratchFolder(), "out");
  const { status, stderr } = await dystaInProcess(["run", scenario, "--no-cache", "--out", out, ...options], project);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const names = ["requests.csv", "results.csv", "dispatch.csv", "prediction.csv", "timeline.json", "summary.json"];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(out, name), "utf8")]));
}

describe("counted", async () => {
  const { "summary.json": summary, ...counted } = await filesOf("modelled.yaml");

  it("moves activations at preemptions, and decides in the unit's cycles", () => {
    const { schedulers, unit } = JSON.parse(summary);
    expect(schedulers.sdrm3.preemption.bytes).toBeGreaterThan(0);
    expect(unit.exposedCycles).toBeGreaterThan(0);
  });

  it("gives the schedule that stepped gives", async () => {
    const { "summary.json": _, ...stepped } = await filesOf("modelled.yaml", "--fidelity", "stepped");
    expect(stepped).toEqual(counted);
  });

  it("gives the schedule that its own tables give", async () => {
    const profiled = ["--models", "antispoof,sparse-mobilenet-0.5", "--samples", "2", "--out", "profiled"];
    expect((await dystaInProcess(["profile", "--no-cache", ...profiled], project)).status).toBe(0);
    const { "summary.json": _, ...replayed } = await filesOf("replayed.yaml");
    expect(replayed).toEqual(counted);
  });

  it.each([1, 2, 4])("gives the same bytes with %d workers", async (workers) => {
    expect(await filesOf("modelled.yaml", "--workers", String(workers))).toEqual({
      "summary.json": summary,
      ...counted,
    });
  });
});
