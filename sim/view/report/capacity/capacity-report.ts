/** The report of `dysta capacity`: the curve of requests on time over the rate, and the rates. */
import { shareText } from "../../../../workloads/input/share.ts";
import type { CurvePoint } from "../../../study/capacity/capacity.ts";
import type { CapacityDocument } from "../../../study/capacity/capacity-document.ts";
import { figureHtml, htmlPage, numberTable, section } from "../../html/html.ts";
import { escaped } from "../../plots/escape.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { categoryColours, categoryShapes, ink } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

/** One self-contained page. The same result gives the same bytes. */
export async function capacityReport(document: CapacityDocument): Promise<string> {
  const figure = capacityFigure(document);
  const { name, target, requests, seeds } = document;
  const body = [
    `<header><h1>Capacity of ${escaped(name)}</h1>
<p>The highest rate, all rates scaled together, at which ${escaped(shareText(target))} of the requests are on time. ${requests} requests per seed, ${seeds.length} seed${seeds.length === 1 ? "" : "s"}; every rate was tried with the same seeds.</p></header>`,
    section(
      "capacities",
      "Capacities",
      "Rates in requests per second, as --rate takes them, with 95 % intervals over the seeds. Load: seconds of work that arrive per second.",
      numberTable(capacitiesTable(document)),
    ),
    section(
      "differences",
      "Differences on the same requests",
      "How many requests per second more than the other, seed by seed, with 95 % intervals.",
      numberTable(differencesTable(document)),
    ),
    await figureHtml(figure),
  ];
  return htmlPage(`${name}: capacity – dysta`, body.join("\n"));
}

/** Can be drawn by `svgOf(figure.plots[0].spec)`. */
export function capacityFigure(document: CapacityDocument): Figure {
  const { target, seeds } = document;
  return {
    id: "curve",
    title: "Requests on time as the rate grows",
    caption:
      `Every point is a rate that was tried, with all ${seeds.length} seeds; the line is the target, ${shareText(target)}. ` +
      "The search halves the gap around it, so that points are dense there.",
    plots: [
      {
        name: "share",
        label: "Share of requests on time over the rate, a line for each scheduler",
        spec: curveSpec(document),
      },
    ],
    tables: [curveTable(document)],
  };
}

function curveSpec({ schedulers, target }: CapacityDocument): PlotSpec {
  const names = Object.keys(schedulers);
  const values = names.flatMap((scheduler) =>
    schedulers[scheduler].curve.map(({ rate, onTimeRate }) => ({
      scheduler,
      rate,
      percent: onTimeRate * 100,
      says: `${scheduler}: ${(onTimeRate * 100).toFixed(2)} % on time at ${Number(rate.toPrecision(4))} requests/s`,
    })),
  );
  const x = {
    field: "rate",
    type: "quantitative",
    title: "requests per second, logarithmic",
    scale: { type: "log", nice: false, padding: 10 },
    axis: { format: "~s", labelOverlap: "greedy" },
  } as const;
  const y = {
    field: "percent",
    type: "quantitative",
    title: "on time, %",
    scale: { zero: false, nice: true },
  } as const;
  const color = { field: "scheduler", type: "nominal", title: null, scale: scaleOf(names, categoryColours) } as const;
  return {
    width: 600,
    height: 340,
    data: { values },
    layer: [
      { mark: { type: "line", strokeWidth: 1.5 }, encoding: { x, y, color } },
      {
        mark: { type: "point", filled: true, size: 40, opacity: 1, aria: true },
        encoding: {
          ...{ x, y, color },
          shape: { field: "scheduler", type: "nominal", title: null, scale: scaleOf(names, categoryShapes) },
          description: { field: "says" },
        },
      },
      {
        data: { values: [{ percent: target * 100 }] },
        mark: { type: "rule", color: ink.text, strokeDash: [4, 3] },
        encoding: { y },
      },
    ],
  };
}

function scaleOf(names: readonly string[], marks: readonly string[]): { domain: string[]; range: string[] } {
  return { domain: [...names], range: names.map((_, k) => marks[k % marks.length]) };
}

function curveTable({ schedulers }: CapacityDocument): NumberTable {
  return {
    title: "Requests on time",
    columns: [
      { title: "scheduler" },
      { title: "requests/s" },
      { title: "on time %", digits: 3 },
      { title: "± 95 %", digits: 3 },
    ],
    rows: Object.entries(schedulers).flatMap(([scheduler, { curve }]) =>
      curve.map((point) => curveRow(scheduler, point)),
    ),
  };
}

function curveRow(scheduler: string, { rate, onTimeRate, onTimeCi95 }: CurvePoint): (string | number | null)[] {
  return [scheduler, rate, onTimeRate * 100, onTimeCi95 === null ? null : onTimeCi95 * 100];
}

function capacitiesTable({ schedulers }: CapacityDocument): NumberTable {
  return {
    title: "Capacities",
    columns: [
      { title: "scheduler" },
      { title: "requests/s" },
      { title: "± 95 %" },
      { title: "load", digits: 3 },
      { title: "on time %", digits: 3 },
      { title: "rates tried", digits: 0 },
      { title: "target met" },
    ],
    rows: Object.entries(schedulers).map(([scheduler, { rate, rateCi95, load, onTimeRate, evaluations, reached }]) => [
      ...[scheduler, rate, rateCi95, load],
      onTimeRate === null ? null : onTimeRate * 100,
      evaluations,
      { found: "up to this rate", never: "at no rate", always: "at any rate" }[reached],
    ]),
  };
}

function differencesTable({ differences }: CapacityDocument): NumberTable {
  return {
    title: "Differences",
    columns: [
      { title: "scheduler" },
      { title: "against" },
      { title: "requests/s more" },
      { title: "± 95 %" },
      { title: "told apart" },
    ],
    rows: differences.map(({ scheduler, against, rate, rateCi95, toldApart }) => [
      ...[scheduler, against, rate, rateCi95],
      toldApart ? "yes" : "no",
    ]),
  };
}
