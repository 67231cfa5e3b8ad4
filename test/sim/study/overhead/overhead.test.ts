/** Does `dysta overhead` report what the unit and the runs say? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { eyerissV2 } from "../../../../hw/presets/eyeriss-v2.ts";
import { CountedDriver } from "../../../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit, optFp16, rescorings, unitPolicies } from "../../../../hw/scheduling-unit/description.ts";
import { decisionCycles } from "../../../../hw/scheduling-unit/latencies.ts";
import { tablesOf } from "../../../../hw/scheduling-unit/tables.ts";
import { resourcesReport } from "../../../../sim/study/overhead/overhead-resources.ts";
import { folderWith, smallProject } from "../../cli/dysta.ts";
import { dystaInProcess } from "../../cli/in-process.ts";

describe("cycles of a decision", () => {
  it.each(rescorings)("are those of the unit with that many requests, rescoring %s", (rescoring) => {
    for (const variant of ["shared", "separate"] as const) {
      for (const count of [1, 2, 7, 64]) {
        const unit = { ...defaultUnit("fp16"), rescoring, variant };
        const averages = {
          name: "n",
          remainingSeconds: [0.02, 0.01],
          isolatedSeconds: 0.02,
          density: [1, 1],
          outputs: [9, 9],
        };
        // All arrive at once, and the first decision is long over when the layer ends.
        const requests = Array.from({ length: count }, (_, tag) => ({
          tag,
          row: 0,
          deadlineTicks: 1e7,
          initialScore: 0,
          arrivalTicks: 0,
        }));
        const loop = new CountedDriver(unit, tablesOf(unit, [averages]), {
          request: (tag) => requests[tag],
          admitted: () => {},
        });
        const first = loop.next(undefined);
        const second = loop.next({ atTicks: first.startTicks + 100_000, nonZeros: 5, isLastLayer: false });
        const third = loop.next({ atTicks: second.startTicks + 100_000, nonZeros: 5, isLastLayer: false });
        expect(second.queueLength).toBe(count);
        const { cycles, exposedCycles } = decisionCycles(unit, count);
        expect(second.exposedCycles).toBe(exposedCycles);
        // Beside the layer the unit has renewed the scores for the decision before: the third has a whole round behind it.
        expect(third.busyCycles).toBe(cycles);
      }
    }
  });
});

describe("the command", () => {
  const project = folderWith(smallProject);
  let document: Record<string, never>;
  beforeAll(async () => {
    const { stdout, stderr, status } = await dystaInProcess(
      ["overhead", "scenario.yaml", "--json", "--no-cache", "--out", "overhead"],
      project,
    );
    expect([status, stderr]).toEqual([0, ""]);
    document = JSON.parse(stdout);
  });

  it("has the parts of the contract", () => {
    expect(Object.keys(document)).toEqual(expect.arrayContaining(["cycles", "resources", "agreement", "prediction"]));
    const { perDecision, slowdown } = document.cycles as { perDecision: object[]; slowdown: number };
    expect(perDecision[2]).toEqual({ queue: 3, ...decisionCycles(defaultUnit("fp16"), 3) });
    expect(slowdown).toBeGreaterThan(1);
  });

  it("adds up monitor and decisions, where tables have no monitor", () => {
    const { whole, slowdown } = document.cycles as Record<string, never>;
    expect(whole).toMatchObject({ monitorSlowdown: 1 });
    expect((whole as { decisionSlowdown: number }).decisionSlowdown).toBeCloseTo(slowdown, 12);
    expect((whole as { slowdown: number }).slowdown).toBeCloseTo(slowdown, 12);
  });

  it("gives the memory of monitor and unit as a share of the published chip's", () => {
    const { unit, monitor, relative } = document.resources as Record<string, never>;
    const bits = (unit as { memoryBits: number }).memoryBits + (monitor as { memoryBits: number }).memoryBits;
    expect((relative as { toPublished: { memory: number } }).toPublished.memory).toBeCloseTo(
      bits / (140 * 1024 * 8),
      12,
    );
  });

  it("writes a report that begins with one number per resource", () => {
    const page = readFileSync(join(project, "overhead", "report.html"), "utf8");
    const [, answer] = page.match(/<p id="answer">([^<]*)<\/p>/) ?? [];
    const share = ((document.cycles as unknown as { slowdown: number }).slowdown - 1) * 100;
    expect(answer).toContain(`hold the accelerator ${share.toFixed(2)} % longer`);
    expect(answer).toMatch(
      /KiB of memory \(9\.\d\d % .* LUTs .* DSPs .* flip-flops .* the largest share is that of memory/,
    );
    for (const id of ["cycles", "shares", "timing"]) expect(page).toContain(`id="${id}"`);
  });

  it("agrees with dysta run on the same requests", async () => {
    const run = JSON.parse(
      (await dystaInProcess(["run", "scenario.yaml", "--json", "--dispatch=hardware", "--scheduler=dysta"], project))
        .stdout,
    );
    const { equalShare, anttChange, firstDivergence } = run.agreement;
    expect(document.agreement).toMatchObject({ equalShare, anttChange, firstDivergence, format: "fp16" });
    const layers = run.unit.perDecision.reduce((sum: number, each: { decisions: number }) => sum + each.decisions, 0);
    expect(layers).toBe(run.agreement.picks);
  });

  it("has the paper's designs beside the paper's figures", () => {
    const { designs, unit, published } = document.resources as {
      designs: { design: string; depth: number; lut: number; dsp: number }[];
      unit: { lut: number; dsp: number; memoryBits: number };
      published: { scheduler: { lut: number } };
    };
    expect(designs.map(({ design, depth }) => `${design} ${depth}`)).toEqual(
      [512, 64].flatMap((depth) => ["Non_Opt_FP32", "Opt_FP32", "Opt_FP16"].map((design) => `${design} ${depth}`)),
    );
    expect(published.scheduler.lut).toBe(553);
    expect(unit.lut).toBeGreaterThan(500);
    // FIFOs and tables: at least the deadline, last run and score of 64 requests and three tables of 16 bits.
    expect(unit.memoryBits).toBeGreaterThan(64 * (48 + 48 + 16) + 3 * 16 * 128 * 16);
  });
});

describe("resources", () => {
  it("are those of the unit of swp, beside all three units of the paper's size", async () => {
    const unit = { ...optFp16, policy: "swp" as const };
    const report = await resourcesReport(unit, eyerissV2, undefined, { workers: 1 });
    if ("unavailable" in report) throw new Error(report.unavailable);
    expect(report.units.map(({ policy }) => policy)).toEqual(unitPolicies);
    expect(report.units[1]).toEqual({ policy: "swp", ...report.unit });
    // One multiplier against three.
    expect(report.units.map(({ dsp }) => dsp)).toEqual([3, 1, 1]);
  });
});
