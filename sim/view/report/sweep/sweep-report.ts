/** The report of a sweep's result folder: one HTML file, and the same numbers as a document. */

import { differenceMeasures, type SweepData } from "../../../study/sweep/sweep-data.ts";
import { figureHtml, htmlPage, numberTable, section } from "../../html/html.ts";
import { escaped } from "../../plots/escape.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import type { Report } from "../run/report.ts";
import { heatFigure } from "./heat-figures.ts";
import { lineFigure } from "./line-figures.ts";
import { measureCells, measureColumns, type ShownMeasure } from "./shown-measure.ts";
import { sizeFigure } from "./size-figure.ts";
import { axisValueText, loadAxis, type SweptAxis, sweptAxes } from "./swept-axes.ts";

/** Axes with a figure of their own, pairs of axes with one, failures that are listed. */
const maxAxes = 6;
const maxPairs = 3;
const maxFailures = 20;

/** The report of a sweep, as far as it has come. */
export async function sweepReport(data: SweepData): Promise<Report> {
  const measures = data.measures.map((measure): ShownMeasure => ({ ...measure, spread: data.spread(measure) }));
  const axes = sweptAxes(data);
  const figures = figuresOf(data, axes, measures);
  const tables = [extremesTable(data, measures), ...(axes.length === 0 ? [schedulersTable(data, measures)] : [])];
  const missing = missingLines(data, axes, measures, figures);
  const drawn: string[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure));
  const { name } = data.sweep;
  const body = [
    header(data, figures),
    summarySection(tables),
    ...drawn,
    failuresSection(data),
    missingSection(missing),
  ];
  return {
    html: htmlPage(`${name} – dysta`, body.filter((part) => part !== "").join("\n")),
    document: {
      name,
      tables,
      figures: figures.map(({ id, title, tables }) => ({ id, title, tables })),
      missing,
    },
    figures,
  };
}

function figuresOf(data: SweepData, axes: readonly SweptAxis[], measures: readonly ShownMeasure[]): Figure[] {
  const varied = measures.filter(({ spread }) => spread.isVaried);
  if (varied.length === 0) return [];
  const size = sizeFigure(data, varied);
  const load = loadAxis(data, axes);
  return [
    ...(size === undefined ? [] : [size]),
    ...axes.slice(0, maxAxes).map((axis) => lineFigure(data, axes, axis, varied)),
    ...(load === undefined ? [] : [lineFigure(data, axes, load, varied)]),
    ...differenceFigures(data, axes),
    ...pairsOf(axes).map((pair) => heatFigure(data, axes, pair, varied)),
  ].filter(({ plots }) => plots.length > 0);
}

/** How the schedulers differ on the same requests, over each axis. */
function differenceFigures(data: SweepData, axes: readonly SweptAxis[]): Figure[] {
  const measures = differenceMeasures(data).map((measure) => {
    // Also where there is but one other scheduler.
    return { ...measure, spread: { ...data.spread(measure), isPerScheduler: true } };
  });
  if (!measures.some(({ spread }) => spread.isVaried)) return [];
  return axes.slice(0, maxAxes).map((axis) => {
    const figure = lineFigure(data, axes, axis, measures);
    return {
      ...figure,
      id: `${figure.id}-differences`,
      title: `Differences on the same requests, against ${axis.title}`,
      caption: `Every scheduler and ${data.schedulers[Math.max(0, data.schedulers.indexOf("dysta"))]} had the same requests: these differences, seed by seed, are surer than those of the means above. Below 0 is better. ${figure.caption}`,
    };
  });
}

function pairsOf(axes: readonly SweptAxis[]): [SweptAxis, SweptAxis][] {
  const pairs = axes.flatMap((across, k) => axes.slice(k + 1).map((up): [SweptAxis, SweptAxis] => [across, up]));
  return pairs.slice(0, maxPairs);
}

function missingLines(
  data: SweepData,
  axes: readonly SweptAxis[],
  measures: readonly ShownMeasure[],
  figures: readonly Figure[],
): string[] {
  const open = data.sweep.pointCount - data.done - data.errors.size;
  const constant = measures.filter(({ spread }) => !spread.isVaried);
  const pairs = (axes.length * (axes.length - 1)) / 2;
  return [
    ...(open > 0 ? [`${open} points have not run: the sweep is not finished, or this is one shard of it.`] : []),
    ...constant.map(({ title, spread }) => `${title}: ${Number(spread.least.toPrecision(4))} at every point.`),
    ...axes
      .slice(0, maxAxes)
      .filter(({ id }) => !figures.some((figure) => figure.id === id))
      .map(({ title }) => `A figure of ${title}: it changes none of what is shown.`),
    ...(axes.length > maxAxes ? [`Figures of the axes after the first ${maxAxes}.`] : []),
    ...(pairs > maxPairs ? [`${pairs - maxPairs} more pairs of axes.`] : []),
  ];
}

function header(data: SweepData, figures: readonly Figure[]): string {
  const { sweep, schedulers, seedCount, done, errors } = data;
  const { axes, firstSeed } = sweep.source;
  const seeds = seedCount === 1 ? `seed ${firstSeed}` : `seeds ${firstSeed} … ${firstSeed + seedCount - 1}`;
  const facts: [string, string][] = [
    ...(sweep.description === "" ? [] : [["about", sweep.description] as [string, string]]),
    [
      "points",
      `${done} done, ${errors.size} failed of ${sweep.pointCount} (configurations × schedulers × seeds: ${sweep.configurationCount} × ${schedulers.length} × ${seedCount})`,
    ],
    ...axes.map(({ keys }): [string, string] => ["axis", keys.map(keyText).join("; ")]),
    ["schedulers", schedulers.join(", ")],
    ["seeds", seeds],
    ["all results", "points.csv and points.parquet, layers.csv and layers.parquet, results.duckdb (in this folder)"],
  ];
  return `<header><h1>${escaped(sweep.name)}</h1>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>
<nav aria-label="Figures"><ul>${figures.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join("\n")}</ul></nav></header>`;
}

/** `slo: 5, 10, 20`; of many values the first and the last. */
function keyText({ name, shown }: { readonly name: string; readonly shown: readonly unknown[] }): string {
  if (shown.length <= 12) return `${name}: ${shown.join(", ")}`;
  return `${name}: ${shown.slice(0, 3).join(", ")}, … ${shown[shown.length - 1]} (${shown.length} values)`;
}

/** Where each measure is least and most. */
function extremesTable(data: SweepData, measures: readonly ShownMeasure[]): NumberTable {
  return {
    title: "Where each figure is least and most",
    columns: [{ title: "figure" }, { title: "least" }, { title: "at" }, { title: "most" }, { title: "at" }],
    rows: measures.map((measure) => {
      const { least, most } = measure.spread;
      return [measure.title, least, whereText(data, measure, least), most, whereText(data, measure, most)];
    }),
  };
}

/** The first configuration and scheduler with a mean of `value`, and how many more there are. */
function whereText(data: SweepData, measure: ShownMeasure, value: number): string {
  const { isPerScheduler, isVaried } = measure.spread;
  if (!isVaried) return "every point";
  const schedulers = isPerScheduler ? data.schedulers : data.schedulers.slice(0, 1);
  let first: string | undefined;
  let count = 0;
  for (let configuration = 0; configuration < data.sweep.configurationCount; configuration++) {
    for (const [k, scheduler] of schedulers.entries()) {
      if (data.estimate(measure, configuration, k)?.mean !== value) continue;
      first ??= placeText(data, configuration, isPerScheduler ? scheduler : undefined);
      count += 1;
    }
  }
  return count > 1 ? `${first} and ${count - 1} more` : `${first}`;
}

function placeText(data: SweepData, configuration: number, scheduler: string | undefined): string {
  const places = data.placesOf(configuration);
  const values = sweptAxes(data).map((axis) => axisValueText(axis, places[axis.index]));
  return [...values, ...(scheduler === undefined ? [] : [scheduler])].join(", ");
}

/** Of a sweep without axes. */
function schedulersTable(data: SweepData, measures: readonly ShownMeasure[]): NumberTable {
  return {
    title: "Schedulers compared",
    columns: [{ title: "scheduler" }, ...measures.flatMap(measureColumns)],
    rows: data.schedulers.map((scheduler, k) => [
      scheduler,
      ...measures.flatMap((measure) => measureCells(data, measure, 0, k)),
    ]),
  };
}

function summarySection(tables: readonly NumberTable[]): string {
  const caption =
    "Violations: requests that finish after their deadline. ANTT: mean of turnaround / time alone. Cycles, utilisation and energy: " +
    "one inference, mean over the mix. Means over the seeds that have run.";
  return section("summary", "Least and most", caption, tables.map((table) => numberTable(table)).join("\n"));
}

function failuresSection({ sweep, errors }: SweepData): string {
  if (errors.size === 0) return "";
  const first = [...errors].slice(0, maxFailures);
  const caption = `${errors.size} points failed${errors.size > first.length ? `; the first ${first.length}` : ""}. All are in failures.csv.`;
  const table: NumberTable = {
    title: "Failed points",
    columns: [{ title: "point", digits: 0 }, { title: "scheduler" }, { title: "seed", digits: 0 }, { title: "error" }],
    rows: first.map(([point, error]) => [point, sweep.point(point).scheduler, sweep.point(point).seed, error]),
  };
  return section("failures", "Failed points", caption, numberTable(table));
}

function missingSection(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const items = lines.map((line) => `<li>${escaped(line)}</li>`).join("\n");
  return section("missing", "Not shown", "What the figures leave out.", `<ul>${items}</ul>`);
}
