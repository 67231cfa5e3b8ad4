/** Figure: how normalised turnaround is spread over the requests, by scheduler. */
import { quantile } from "../../../../workloads/tables/statistics.ts";
import type { RunData } from "../../../study/run/run-data.ts";
import { nameAxis } from "../../plots/axes.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { ink } from "../../plots/look.ts";
import { schedulerColours } from "../../plots/scheduler-looks.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { schedulerNames } from "./summary-metrics.ts";

const shares = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;

interface Spread {
  readonly scheduler: string;
  /** Means over the seeds of each seed's quantile, as in `summary.json`; in the order of `shares`. */
  readonly quantiles: readonly number[];
}

export function turnaroundFigure(data: RunData): Figure {
  const spreads = schedulerNames(data).map((scheduler) => spreadOf(data, scheduler));
  const numbers: NumberTable = {
    title: "Normalised turnaround",
    columns: [
      { title: "scheduler" },
      ...shares.map((share) => ({ title: share === 1 ? "slowest" : `${share * 100} %`, digits: 2 })),
    ],
    rows: spreads.map(({ scheduler, quantiles }) => [scheduler, ...quantiles]),
  };
  return {
    id: "turnaround",
    title: "How long requests take, as a multiple of their time alone",
    caption:
      "Thin line: from 5 to 95 % of the requests; thick line: the middle half; gap in it: the median; dot: 99 %; cross: the " +
      "slowest request. Each is the mean over the seeds. A long way from gap to cross means that a few requests pay for the others.",
    plots: [{ name: "spread", label: "Quantiles of normalised turnaround by scheduler", spec: spec(spreads), numbers }],
    tables: [numbers],
  };
}

function spreadOf({ runs }: RunData, scheduler: string): Spread {
  const perSeed = runs
    .filter((run) => run.scheduler === scheduler)
    .map(({ turnaround }) => {
      const sorted = turnaround.toSorted();
      return shares.map((share) => quantile(sorted, share));
    });
  const mean = (k: number) => perSeed.reduce((sum, each) => sum + each[k], 0) / perSeed.length;
  return { scheduler, quantiles: shares.map((_, k) => mean(k)) };
}

function spec(spreads: readonly Spread[]): PlotSpec {
  const names = spreads.map(({ scheduler }) => scheduler);
  const values = spreads.map(({ scheduler, quantiles: [p5, p25, p50, p75, p95, p99, slowest] }) => ({
    ...{ scheduler, p5, p25, p50, p75, p95, p99, slowest },
    says: `${scheduler}: median ${p50.toFixed(2)}, 95 % ${p95.toFixed(1)}, 99 % ${p99.toFixed(1)}, slowest ${slowest.toFixed(1)}`,
  }));
  const least = Math.min(1, ...values.map(({ p5 }) => p5));
  const x = (field: string) =>
    ({
      field,
      type: "quantitative",
      title: "turnaround / time alone, logarithmic",
      scale: { type: "log", domainMin: least, nice: false },
    }) as const;
  const color = { field: "scheduler", type: "nominal", scale: schedulerColours(names), legend: null } as const;
  return {
    width: 560,
    height: 24 * names.length,
    data: { values },
    encoding: {
      y: { field: "scheduler", type: "nominal", sort: names, title: null, axis: nameAxis(names) },
    },
    layer: [
      { mark: { type: "rule", strokeWidth: 1.5 }, encoding: { x: x("p5"), x2: { field: "p95" }, color } },
      {
        mark: { type: "bar", height: 11, aria: true },
        encoding: { x: x("p25"), x2: { field: "p75" }, color, description: { field: "says" } },
      },
      { mark: { type: "tick", thickness: 2.5, height: 11, color: ink.paper }, encoding: { x: x("p50") } },
      { mark: { type: "point", filled: true, size: 40, opacity: 1 }, encoding: { x: x("p99"), color } },
      {
        mark: { type: "point", shape: "M-1,-1L1,1M-1,1L1,-1", size: 36, strokeWidth: 1.8, opacity: 1 },
        encoding: { x: x("slowest"), color },
      },
    ],
  };
}
