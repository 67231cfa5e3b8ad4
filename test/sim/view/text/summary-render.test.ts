/** Do the tables on the terminal mark the right values, on the right side, in the right unit? */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type MetricName, metricNames } from "../../../../sim/core/metrics.ts";
import type { Estimate, MetricEstimates, SchedulerSummary } from "../../../../sim/study/run/summary.ts";
import { comparisonTable, differenceTable } from "../../../../sim/view/text/summary-render.ts";

function summaryOf(scheduler: string, metrics: Partial<Record<MetricName, Estimate>>): SchedulerSummary {
  const alike: Estimate = { mean: 1, ci95: null };
  const overall = Object.fromEntries(metricNames.map((name) => [name, metrics[name] ?? alike])) as MetricEstimates;
  return { scheduler, overall, perModel: {}, perSeed: [] };
}

/** The cells of each row, by the title of their column, keyed by the text in the first column. */
function rowsOf(table: string): Record<string, Record<string, string>> {
  const [head, , ...rows] = stripVTControlCharacters(table)
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));
  return Object.fromEntries(
    rows.map(([name, ...cells]) => [name, Object.fromEntries(cells.map((cell, k) => [head[k + 1], cell]))]),
  );
}

describe("a comparison", () => {
  const { careful, quick } = rowsOf(
    comparisonTable(
      [
        summaryOf("careful", {
          violationRate: { mean: 0.0625, ci95: 0.01, ends: { low: 0.0534, high: 0.0734 } },
          antt: { mean: 5, ci95: 0.25, ends: { low: 4.76, high: 5.26 } },
          p95: { mean: 9, ci95: 1 },
          throughputPerS: { mean: 3.5, ci95: null },
          preemptions: { mean: 80, ci95: null },
          jain: { mean: 0.75, ci95: null },
          onTimeRate: { mean: 0.9375, ci95: null },
          p95Ms: { mean: 123.4, ci95: null },
        }),
        summaryOf("quick", {
          violationRate: { mean: 0.25, ci95: 0.02, ends: { low: 0.23, high: 1 } },
          antt: { mean: 2, ci95: 0.5, ends: { low: 1.6, high: 2.6 } },
          p95: { mean: 30, ci95: 1 },
          throughputPerS: { mean: 4.5, ci95: null },
          preemptions: { mean: 10, ci95: null },
          jain: { mean: 0.5, ci95: null },
          onTimeRate: { mean: 0.75, ci95: null },
          p95Ms: { mean: 12.34, ci95: null },
        }),
      ],
      300,
    ),
  );

  it("shows violations and their interval in per cent, turnaround as it is", () => {
    expect([careful["violations %"], quick["violations %"]]).toEqual(["6.25 (5.3–7.3) *", "25.00 (23–100)"]);
    expect([careful.ANTT, quick.ANTT]).toEqual(["5.00 (4.76–5.26)", "2.00 (1.6–2.6) *"]);
  });

  it("shows the share on time, and turnarounds in milliseconds", () => {
    expect([careful["on time %"], quick["on time %"]]).toEqual(["93.75", "75.00"]);
    expect([careful["p95 ms"], quick["p95 ms"]]).toEqual(["123.4", "12.3 *"]);
  });

  it("stars the least where less is better and the most where more is", () => {
    expect([careful.p95, quick.p95]).toEqual(["9.0 *", "30.0"]);
    expect([careful["req/s"], quick["req/s"]]).toEqual(["3.50", "4.50 *"]);
    expect([careful.Jain, quick.Jain]).toEqual(["0.750 *", "0.500"]);
  });

  it("stars nothing where neither end is better, and nothing where all look alike", () => {
    expect([careful["preempt."], quick["preempt."]]).toEqual(["80", "10"]);
    expect([careful.p50, quick.p50]).toEqual(["1.00", "1.00"]);
  });
});

describe("differences", () => {
  const against = "dysta";
  const rows = rowsOf(
    differenceTable([
      { scheduler: "worse", against, violationRate: { mean: 0.05, ci95: 0.02 }, antt: { mean: 0.3, ci95: 0.4 } },
      { scheduler: "better", against, violationRate: { mean: -0.01, ci95: 0.04 }, antt: { mean: -3, ci95: 2.5 } },
      { scheduler: "alike", against, violationRate: { mean: -1e-6, ci95: null }, antt: { mean: 0.5, ci95: null } },
    ]),
  );

  it("are in points of a per cent and marked where their interval excludes 0, whatever their sign", () => {
    expect(rows.worse).toEqual({ "violations, points": "+5.00 ±2.00 !", ANTT: "+0.30 ±0.40" });
    expect(rows.better).toEqual({ "violations, points": "-1.00 ±4.00", ANTT: "-3.00 ±2.50 !" });
  });

  it("of one seed have no interval and no mark; what rounds to nothing has no sign", () => {
    expect(rows.alike).toEqual({ "violations, points": "0.00", ANTT: "+0.50" });
  });
});
