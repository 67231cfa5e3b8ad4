/** Figure: how many requests are in the system over time, by scheduler. */

import type { RequestColumns, RunColumns, RunData } from "../../../study/run/run-data.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { schedulerColours } from "../../plots/scheduler-looks.ts";
import type { PlotSpec } from "../../plots/svg.ts";
import { schedulerNames } from "./summary-metrics.ts";

/** Slices of the run's time; the plot shows the most requests within each. */
const sliceCount = 140;

interface QueueCurve {
  readonly scheduler: string;
  /** Requests that have arrived and are not finished: mean over time, and the most. */
  readonly mean: number;
  readonly most: number;
  readonly slices: Int32Array;
}

export function queueFigure(data: RunData): Figure {
  const [seed] = data.summary.seeds;
  const requests = data.requests.get(seed) as RequestColumns;
  const own = data.runs.filter((run) => run.seed === seed);
  const names = schedulerNames(data);
  const begin = requests.arrival[0];
  const end = own.reduce((latest, { finish }) => finish.reduce((most, time) => Math.max(most, time), latest), begin);
  const sliceTicks = (end - begin) / sliceCount;
  const curves = names.map((name) =>
    curveOf(own.find(({ scheduler }) => scheduler === name) as RunColumns, requests, { begin, end }),
  );
  const secondsAt = (slice: number) => (slice * sliceTicks * data.msPerTick) / 1e3;
  const slices: NumberTable = {
    title: "Most requests within each slice of time",
    columns: [{ title: "from, s", digits: 2 }, ...names.map((name) => ({ title: name, digits: 0 }))],
    rows: Array.from({ length: sliceCount }, (_, slice) => [
      secondsAt(slice),
      ...curves.map((curve) => curve.slices[slice]),
    ]),
  };
  return {
    id: "queue",
    title: "Requests in the system over time",
    caption:
      `Seed ${seed}: requests that have arrived and are not finished, the most within each of ${sliceCount} equal slices of time. ` +
      "The same requests for every scheduler; one that clears short requests first keeps the curve low.",
    plots: [
      {
        name: "curves",
        label: "Number of requests in the system over time, a small plot for each scheduler",
        spec: spec(curves, secondsAt),
        numbers: slices,
      },
    ],
    tables: [
      {
        title: "Requests in the system",
        columns: [{ title: "scheduler" }, { title: "mean over time", digits: 2 }, { title: "most", digits: 0 }],
        rows: curves.map(({ scheduler, mean, most }) => [scheduler, mean, most]),
      },
      slices,
    ],
  };
}

function curveOf(
  { scheduler, finish, arrival: released }: RunColumns,
  { arrival: given }: RequestColumns,
  { begin, end }: { readonly begin: number; readonly end: number },
): QueueCurve {
  const finishes = finish.toSorted();
  const arrival = released?.toSorted() ?? given;
  const slices = new Int32Array(sliceCount);
  const sliceOf = (time: number) => Math.min(sliceCount - 1, Math.floor(((time - begin) / (end - begin)) * sliceCount));
  let inSystem = 0;
  let slice = 0;
  let requestTime = 0;
  let before = begin;
  const moveTo = (time: number) => {
    requestTime += inSystem * (time - before);
    before = time;
    for (const last = sliceOf(time); slice < last; ) {
      slice += 1;
      slices[slice] = inSystem;
    }
  };
  let arrived = 0;
  for (const time of finishes) {
    for (; arrived < arrival.length && arrival[arrived] <= time; arrived++) {
      moveTo(arrival[arrived]);
      inSystem += 1;
      slices[slice] = Math.max(slices[slice], inSystem);
    }
    moveTo(time);
    inSystem -= 1;
  }
  return { scheduler, mean: requestTime / (end - begin), most: Math.max(...slices), slices };
}

function spec(curves: readonly QueueCurve[], secondsAt: (slice: number) => number): PlotSpec {
  const names = curves.map(({ scheduler }) => scheduler);
  const values = curves.flatMap(({ scheduler, slices }) =>
    Array.from(slices, (requests, slice) => ({ scheduler, s: Number(secondsAt(slice).toPrecision(5)), requests })),
  );
  return {
    data: { values },
    facet: { field: "scheduler", type: "nominal", sort: names, title: null },
    columns: 2,
    spacing: { row: 12, column: 24 },
    spec: {
      width: 280,
      height: 62,
      mark: { type: "area", interpolate: "step-after", line: { strokeWidth: 1 }, opacity: 0.55 },
      encoding: {
        x: {
          field: "s",
          type: "quantitative",
          title: "time, s",
          axis: { grid: false, tickCount: 6 },
          scale: { nice: false },
        },
        y: { field: "requests", type: "quantitative", title: "requests", axis: { tickCount: 3 } },
        color: { field: "scheduler", type: "nominal", scale: schedulerColours(names), legend: null },
      },
    },
  };
}
