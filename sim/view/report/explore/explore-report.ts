/** The HTML report of an exploration: the answer, the arrays, the figures. */

import { answerOf } from "../../../study/explore/answer.ts";
import type { Exploration } from "../../../study/explore/explore.ts";
import { figureHtml, htmlPage, numberTable, section } from "../../html/html.ts";
import { escaped } from "../../plots/escape.ts";
import type { Figure } from "../../plots/figure.ts";
import { pointsTable } from "./explore-figures.ts";

/** One self-contained page. The same exploration gives the same bytes. */
export async function exploreReport(exploration: Exploration, figures: readonly Figure[]): Promise<string> {
  const drawn: string[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure));
  const body = [header(exploration, figures), arraysSection(exploration), ...drawn];
  return htmlPage(`${exploration.scenario.name}: array sizes – dysta`, body.join("\n"));
}

function header(exploration: Exploration, figures: readonly Figure[]): string {
  const { scenario, scheduler, requestCount, seeds, base, sources, points } = exploration;
  const { models = [], samples, fidelity } = scenario;
  const mix = models.map(({ model, pattern, sparsity }) =>
    [model, pattern, sparsity].filter((part) => part !== undefined).join(" "),
  );
  const facts: [string, string][] = [
    [
      "arrays",
      `${points.length}, all run in full: ${fidelity}, ${samples} sample${samples === 1 ? "" : "s"} per network`,
    ],
    [
      "base",
      `${base.name} (${base.shape}, ${base.macsPerPe} MACs per PE, ${base.clockHz / 1e6} MHz); clock, DRAM, SPads of a PE and buffers of a cluster stay`,
    ],
    ["mix", mix.join(", ")],
    [
      "requests",
      `${requestCount} for each of ${seeds.length} seed${seeds.length === 1 ? "" : "s"}, scheduler ${scheduler}`,
    ],
    ["energy", sources.energy],
    ...(sources.area === null ? [] : [["area", sources.area] as [string, string]]),
  ];
  const links = [{ id: "arrays", title: "Arrays" }, ...figures];
  return `<header><h1>Array sizes for ${escaped(scenario.name)}</h1>
<p id="answer">${escaped(answerOf(exploration))}</p>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>
<nav aria-label="Figures"><ul>${links.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join("\n")}</ul></nav></header>`;
}

function arraysSection(exploration: Exploration): string {
  const caption =
    "Shape: cluster rows × cluster columns × PE rows × PE columns. Cycles, utilisation and energy: one inference, mean over the mix. " +
    "Load: arrival rate × time of an inference; from 1 on the queue grows for as long as requests arrive. Means over the seeds with 95 % intervals.";
  return section("arrays", "Arrays", caption, numberTable(pointsTable(exploration)));
}
