/** Fig. 12: violations against ANTT at four points. */
import type { Item } from "./item.ts";
import type { PointQuestion } from "./points.ts";
import { scheduledRow, workloadNames } from "./scheduled.ts";

const points = [
  { workload: "attnn", rate: 30, slo: 10 },
  { workload: "attnn", rate: 40, slo: 10 },
  { workload: "cnn", rate: 3, slo: 10 },
  { workload: "cnn", rate: 4, slo: 10 },
] as const satisfies readonly PointQuestion[];

export const fig12: Item = {
  title: "Fig. 12: violations and ANTT at four points (SLO × 10)",
  points,
  // The markers of Fig. 12 are those of Fig. 14 at SLO × 10; the oracle is in the latter only.
  rows: (findings) =>
    points.flatMap((question) => {
      const { violationPct, antt } = findings.published.fig14[question.workload][String(question.rate)];
      const panel = `${workloadNames[question.workload]}, ${question.rate}/s`;
      return Object.keys(antt).flatMap((scheduler) => {
        const value = { panel, line: scheduler, question, scheduler };
        return [
          scheduledRow(findings, {
            ...{ ...value, column: "violations %", judged: "violationRate" },
            paper: violationPct[scheduler][10],
          }),
          scheduledRow(findings, { ...value, column: "ANTT", judged: "antt", paper: antt[scheduler][10] }),
        ];
      });
    }),
  why:
    "At 40/s and 4/s more arrives than can be served (load 1.27 and 1.10), so that ANTT measures how long 1000 requests pile up. There the paper's Dysta on attention has " +
    "fewer violations than ours, and less turnaround; its networks probably differ more between samples than our three do. On the modelled array patterns differ more than in the inferred tables, which is what Dysta uses: " +
    "its ANTT there is half of that on the tables. Past saturation the oracle is no bound: in the paper it loses to Dysta",
};
