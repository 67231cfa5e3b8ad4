/** Fig. 14: violations and ANTT over the SLO multiplier. */
import type { Item } from "./item.ts";
import type { PointQuestion } from "./points.ts";
import type { Workload } from "./published.ts";
import { scheduledRow, workloadNames } from "./scheduled.ts";

const rates: Readonly<Record<Workload, readonly number[]>> = { attnn: [30, 40], cnn: [3, 4] };
const multipliers = [10, 25, 50, 75, 100, 150];
const workloads = ["attnn", "cnn"] as const;

const series = workloads.flatMap((workload) => rates[workload].map((rate) => ({ workload, rate })));
const points = series.flatMap((each) => multipliers.map((slo): PointQuestion => ({ ...each, slo })));

export const fig14: Item = {
  title: "Fig. 14: violations and ANTT over the SLO multiplier",
  points,
  rows: (findings) =>
    series.flatMap(({ workload, rate }) => {
      const { violationPct, antt } = findings.published.fig14[workload][String(rate)];
      const place = `${workloadNames[workload]}, ${rate}/s`;
      return (["violationRate", "antt"] as const).flatMap((judged) => {
        const [panel, curves] = judged === "antt" ? [`${place}, ANTT`, antt] : [`${place}, violations %`, violationPct];
        return Object.entries(curves).flatMap(([scheduler, curve]) =>
          multipliers.map((slo) =>
            scheduledRow(findings, {
              ...{ panel, line: scheduler, scheduler, judged, column: `× ${slo}`, paper: curve[slo] },
              question: { workload, rate, slo },
            }),
          ),
        );
      });
    }),
  why:
    "Schedulers that do not know the deadline have one ANTT at every multiplier, in the paper as in ours. The text says that Dysta is the best over all multipliers; its own curves show " +
    "SJF, PREMA and Planaria ahead at loose ones (see the errata), and so do ours: slack pushes what waits back, and some of it waits for ever.",
};
