/** Fig. 15: violations, throughput and ANTT over the arrival rate. */
import type { Findings, Item } from "./item.ts";
import type { Judged, PointQuestion } from "./points.ts";
import type { Panel, Workload } from "./published.ts";
import type { ReproducedRow } from "./row.ts";
import { scheduledRow, workloadNames } from "./scheduled.ts";

const fig15Rates: Readonly<Record<Workload, readonly number[]>> = {
  attnn: [10, 20, 30, 40],
  cnn: [2, 3, 4, 5, 6],
};
const workloads = ["attnn", "cnn"] as const;
const panels = [
  { judged: "violationRate", key: "violationPct", title: "violations %" },
  { judged: "throughputPerS", key: "throughputInfPerS", title: "inferences/s" },
  { judged: "antt", key: "antt", title: "ANTT" },
] as const satisfies readonly { judged: Judged; key: keyof Panel; title: string }[];

const points = workloads.flatMap((workload) =>
  fig15Rates[workload].map((rate): PointQuestion => ({ workload, rate, slo: 10 })),
);

export const fig15: Item = {
  title: "Fig. 15: violations, throughput and ANTT over the arrival rate (SLO × 10)",
  points,
  rows: (findings) =>
    workloads.flatMap((workload) =>
      panels.flatMap(({ judged, key, title }) => {
        const curves = findings.published.fig15[workload][key] ?? {};
        // Throughput is the same of all schedulers.
        const shown = Object.keys(curves).filter((scheduler) => key !== "throughputInfPerS" || scheduler === "FCFS");
        const panel = `${workloadNames[workload]}, ${title}`;
        return shown.flatMap((scheduler) =>
          curveRows(findings, { workload, panel, judged, scheduler, curve: curves[scheduler] }),
        );
      }),
    ),
  why:
    "The inferred latencies were chosen by the throughput and FCFS curves of this figure, so that those two agree by construction; all other curves are predicted by them. What is left is noise of the " +
    "paper's five seeds, which grows with the load, and what three or four constants leave out: Dysta at 40/s (15 % in the paper) has more violations in ours, because samples differ less.",
};

interface Curve {
  readonly workload: Workload;
  readonly panel: string;
  readonly judged: Judged;
  readonly scheduler: string;
  readonly curve: Readonly<Record<string, number>>;
}

function curveRows(findings: Findings, { workload, panel, judged, scheduler, curve }: Curve): ReproducedRow[] {
  const line = judged === "throughputPerS" ? "all schedulers" : scheduler;
  return fig15Rates[workload].map((rate) =>
    scheduledRow(findings, {
      ...{ panel, line, scheduler, judged, column: `${rate}/s`, paper: curve[rate] },
      question: { workload, rate, slo: 10 },
    }),
  );
}
