/** The HTML report of `dysta overhead`: the sentence, what each resource is a share of, the figures. */
import type { Overhead } from "../../../study/overhead/overhead-document.ts";
import { figureHtml, htmlPage, numberTable, section } from "../../html/html.ts";
import { escaped } from "../../plots/escape.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { overheadSentence } from "../../text/overhead-sentence.ts";

/** One self-contained page. The same overhead gives the same bytes. */
export async function overheadReport(name: string, overhead: Overhead, figures: readonly Figure[]): Promise<string> {
  const drawn: string[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure));
  const sections = [cyclesSection(overhead), ...resourcesSection(overhead), timingSection(overhead)];
  const body = [header(name, overhead, figures), ...sections, ...drawn];
  return htmlPage(`${name}: overhead – dysta`, body.join("\n"));
}

function header(name: string, overhead: Overhead, figures: readonly Figure[]): string {
  const { unit, clockHz } = overhead.decisions;
  const { format, fifoDepth, variant, rescoring } = unit;
  const facts: [string, string][] = [
    [
      "unit",
      `${format}, ${fifoDepth} requests deep, ${variant} multipliers, rescoring ${rescoring}, ${clockHz / 1e6} MHz`,
    ],
    ["monitor", monitorFact(overhead)],
  ];
  const links = figures.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`);
  return `<header><h1>Overhead of monitor and unit, ${escaped(name)}</h1>
<p id="answer">${escaped(overheadSentence(overhead))}</p>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>
<nav aria-label="Figures"><ul>${links.join("\n")}</ul></nav></header>`;
}

function monitorFact({ monitor }: Overhead): string {
  if (monitor === undefined) return "none in the path: no network runs on an array with one";
  const { lanes, bufferOutputs, tap } = monitor.monitor;
  return `${lanes} lanes at the ${tap} of ${monitor.hardware}, ${bufferOutputs} outputs can wait`;
}

function cyclesSection({ decisions }: Overhead): string {
  const { slowdown, monitorSlowdown, decisionSlowdown, anttChange, violationChange } = decisions.whole;
  const caption =
    "Time that the accelerator is held, against the layers of the same requests on an array without a monitor; ANTT and violations " +
    "against that array with a unit that is free, with 95 % intervals.";
  const table: NumberTable = {
    title: "Cycles",
    columns: [
      { title: "" },
      { title: "held longer %", digits: 4 },
      { title: "ANTT", digits: 4 },
      { title: "± 95 %", digits: 4 },
      { title: "violations, points", digits: 3 },
      { title: "± 95 %", digits: 3 },
    ],
    rows: [
      ["monitor", (monitorSlowdown - 1) * 100, null, null, null, null],
      ["decisions", (decisionSlowdown - 1) * 100, null, null, null, null],
      [
        ...["both", (slowdown - 1) * 100, anttChange.mean, anttChange.ci95, violationChange.mean * 100],
        violationChange.ci95 === null ? null : violationChange.ci95 * 100,
      ],
    ],
  };
  return section("cycles", "Cycles of monitor and unit", caption, numberTable(table));
}

function resourcesSection({ resources }: Overhead): string[] {
  if ("unavailable" in resources) return [];
  const { unit, monitor, relative } = resources;
  const { toPublished, toOneMacArray } = relative;
  const percent = (share: number) => share * 100;
  const table: NumberTable = {
    title: "Shares",
    columns: [
      { title: "" },
      { title: "monitor", digits: 0 },
      { title: "unit", digits: 0 },
      { title: "of the published Eyeriss v2, %", digits: 2 },
      { title: "of as many PEs of one MAC, %", digits: 2 },
    ],
    rows: [
      ["memory bits", monitor.memoryBits, unit.memoryBits, percent(toPublished.memory), null],
      ["LUTs", monitor.lut, unit.lut, percent(toPublished.lut), percent(toOneMacArray.lut)],
      ["flip-flops", monitor.ff, unit.ff, null, percent(toOneMacArray.ff)],
      ["DSPs", monitor.dsp, unit.dsp, percent(toPublished.dsp), percent(toOneMacArray.dsp)],
    ],
  };
  const caption = "Synthesised from our RTL by Yosys for UltraScale+, before place and route.";
  return [section("shares", "Resources of monitor and unit", caption, numberTable(table))];
}

function timingSection({ timing }: Overhead): string {
  const { library, speedUpTo65nm, blocks } = timing;
  const caption = `Static timing in ${library}, without wires and layout; at 65 nm by the rule that gates are ${speedUpTo65nm} times as fast.`;
  const table: NumberTable = {
    title: "Timing",
    columns: [
      { title: "block" },
      { title: "ns", digits: 2 },
      { title: "at 65 nm by the rule, ns", digits: 2 },
      { title: "gate equivalents", digits: 0 },
      { title: "longest path from" },
      { title: "to" },
    ],
    rows: blocks.map(({ block, periodNs, scaledNs, gateEquivalents, from, to }) => [
      ...[block, periodNs, scaledNs, gateEquivalents],
      ...[from, to],
    ]),
  };
  return section("timing", "Static timing", caption, numberTable(table));
}
