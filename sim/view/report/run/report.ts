/** The report of a `dysta run` result folder: one HTML file, and the same numbers as a document. */

import type { RunData } from "../../../study/run/run-data.ts";
import { dataBlock, figureHtml, htmlPage, numberTable, scrolling, section } from "../../html/html.ts";
import { escaped } from "../../plots/escape.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { agreementFigure } from "./agreement-figure.ts";
import { layerFigures } from "./layers.ts";
import { predictionFigure } from "./prediction-figure.ts";
import { queueFigure } from "./queue.ts";
import { type EmbeddedSchedules, embeddedSchedules } from "./schedules.ts";
import { schedulerNames } from "./summary-metrics.ts";
import { boundsTable, differencesTable, isBestOf, metricsTable, networkTables } from "./summary-section.ts";
import { tradeoffFigure } from "./tradeoff.ts";
import { turnaroundFigure } from "./turnaround.ts";

export interface Report {
  readonly html: string;
  readonly document: ReportDocument;
  readonly figures: readonly Figure[];
}

/** The numbers behind a report, and what could not be shown. */
export interface ReportDocument {
  readonly name: string;
  readonly tables: readonly NumberTable[];
  readonly figures: readonly { readonly id: string; readonly title: string; readonly tables: readonly NumberTable[] }[];
  readonly missing: readonly string[];
}

/**
 * The report of what a result folder says. A folder of an older version has what its files allow, and a line for each
 * figure that they do not.
 */
export async function runReport(data: RunData): Promise<Report> {
  const schedules = embeddedSchedules(data);
  const { figures, missing } = figuresOf(data);
  const metrics = metricsTable(data);
  const optional = [boundsTable(data), differencesTable(data)];
  const tables = [metrics, ...networkTables(data), ...optional.filter((table) => table !== undefined)];
  const lines = [...missing, ...missingSchedules(schedules, data)];
  const document = {
    name: data.summary.name,
    tables,
    figures: figures.map(({ id, title, tables }) => ({ id, title, tables })),
    missing: lines,
  };
  const drawn: string[] = [];
  for (const figure of figures) {
    drawn.push(await figureHtml(figure));
    if (figure.id === "queue" && schedules !== undefined) drawn.push(scheduleSection(schedules));
  }
  const body = [
    header(data, figures, schedules !== undefined),
    summarySection(tables),
    ...drawn,
    missingSection(lines),
  ];
  const html = htmlPage(`${data.summary.name} – dysta`, body.filter((part) => part !== "").join("\n"));
  return { html, document, figures };
}

function figuresOf(data: RunData): { figures: Figure[]; missing: string[] } {
  if (schedulerNames(data).length === 0)
    return { figures: [], missing: ["Figures: no scheduler finished on every seed."] };
  const figures = [tradeoffFigure(data), turnaroundFigure(data), queueFigure(data)];
  const missing: string[] = [];
  const add = (made: Figure[] | undefined, reason: string) => {
    if (made === undefined) missing.push(reason);
    else figures.push(...made);
  };
  const { profile, predictions, summary } = data;
  const { unit, agreement } = summary;
  add(
    profile && layerFigures(profile),
    "Utilisation and roofline: the folder has no profile.json; only networks run on modelled hardware have layers to show.",
  );
  add(
    predictions === undefined || predictions.real.length === 0 ? undefined : [predictionFigure(data, predictions)],
    "Predicted against actual latency: the folder has no prediction.csv, or its networks have one layer only.",
  );
  add(
    unit && agreement && [agreementFigure(unit, agreement)],
    summary.dispatch === "hardware"
      ? "Agreement of hardware and software: dysta did not finish on every seed both ways."
      : "Agreement of hardware and software: every decision was the software's; run with --dispatch hardware.",
  );
  return { figures, missing };
}

function whyNoSchedules({ runs }: RunData): string {
  if (runs.some(({ turns }) => turns?.array !== undefined)) {
    return "the requests ran on several arrays; dispatch.csv has who ran where and when.";
  }
  if (runs.some(({ arrival }) => arrival !== undefined)) {
    return "some requests are released by the end of others, at other times under every scheduler; timeline.json shows one run.";
  }
  return "the folder's dispatch.csv does not say when turns begin and end, or is too large to be shown.";
}

function missingSchedules(schedules: EmbeddedSchedules | undefined, data: RunData): string[] {
  if (schedules === undefined) return [`Who runs when: ${whyNoSchedules(data)}`];
  const {
    runs,
    summary: { seeds },
  } = data;
  const unkept = seeds.filter((seed) => runs.some((run) => run.seed === seed && run.turns === undefined));
  const kept =
    unkept.length === 0
      ? []
      : [
          `Who runs when: dispatch.csv has no turns of ${unkept.length} of the ${seeds.length} seeds (--dispatch-seeds).`,
        ];
  const { leftOut } = schedules;
  if (leftOut.length === 0) return kept;
  const some = leftOut.slice(0, 3).join("; ");
  const others = leftOut.length > 3 ? ` and ${leftOut.length - 3} more` : "";
  return [...kept, `Who runs when: left out, since the file would be too large: ${some}${others}.`];
}

function header({ summary }: RunData, figures: readonly Figure[], hasSchedules: boolean): string {
  const { name, semantics, faults, dispatch, requests, seeds, networks } = summary;
  const sources = [...new Set((networks ?? []).map(({ latencies }) => latencies))];
  const facts: [string, string][] = [
    [
      "requests",
      `${requests} for each of ${seeds.length} seed${seeds.length === 1 ? "" : "s"} (${seeds[0]} … ${seeds[seeds.length - 1]})`,
    ],
    ["semantics", [semantics, ...(faults ?? [])].join(", ")],
    ["decisions of dysta", dispatch === "hardware" ? "by the scheduling unit" : "in software"],
    ["networks", (networks ?? []).map(({ model, pattern }) => `${model}/${pattern}`).join(", ")],
    ["latencies", sources.join("; ")],
    ["repeat", "dysta run config.yaml (in this folder)"],
  ];
  const links = figures.flatMap(({ id, title }) => [
    { id, title },
    ...(id === "queue" && hasSchedules ? [{ id: "schedule", title: scheduleTitle }] : []),
  ]);
  return `<header><h1>${escaped(name)}</h1>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>
<nav aria-label="Figures"><ul>${links.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join("\n")}</ul></nav></header>`;
}

function summarySection([metrics, ...others]: readonly NumberTable[]): string {
  const caption =
    "Means over the seeds with 95 % intervals; * is the best of a column. Violations: requests that finish after their deadline. " +
    "ms: turnaround, from arrival to end; ANTT, p50 … max: turnaround / time alone. STP: sum of time alone / turnaround. Jain: fairness of that share, 1 if all are slowed down alike.";
  const more = others.map(
    (table) => `<details><summary>${escaped(table.title)}</summary>${numberTable(table)}</details>`,
  );
  return section(
    "summary",
    "Schedulers compared",
    caption,
    [numberTable(metrics, isBestOf(metrics)), ...more].join("\n"),
  );
}

const scheduleTitle = "Who runs when";

function scheduleSection({ page }: EmbeddedSchedules): string {
  const caption =
    "A window of one schedule. A row is a request: a thin line in the colour of its network while it waits, a block while it runs, " +
    "a dark bar at its deadline, a dashed line when it is late. Above, the requests in the system over the whole run; click there to move the window.";
  return section(
    "schedule",
    scheduleTitle,
    caption,
    `<noscript><p>This view needs JavaScript; nothing is loaded from anywhere.</p></noscript>
<form id="schedule-controls" hidden>
<label>scheduler<select id="schedule-scheduler"></select></label>
<label>seed<select id="schedule-seed"></select></label>
<label>window<select id="schedule-length"></select></label>
<button type="button" id="schedule-earlier">← earlier</button>
<button type="button" id="schedule-later">later →</button>
<button type="button" id="schedule-crowd">longest queue</button>
<button type="button" id="schedule-late-before">← late</button>
<button type="button" id="schedule-late">next late →</button>
<label class="wide">position<input type="range" id="schedule-from" min="0" max="1000" step="1"></label>
</form>
<p id="schedule-says" role="status"></p>
<figure>
${scrolling("Queue over the whole run", '<div id="schedule-overview"></div>')}
<div id="schedule-legend"></div>
${scrolling("Requests within the window", '<div id="schedule-gantt"></div>')}
</figure>
<details><summary>Numbers: requests within the window</summary>${scrolling("Requests within the window", '<div id="schedule-numbers"></div>')}</details>
${dataBlock("schedules", page)}`,
  );
}

function missingSection(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const items = lines.map((line) => `<li>${escaped(line)}</li>`).join("\n");
  return section("missing", "Not shown", "What this folder has no data for.", `<ul>${items}</ul>`);
}
