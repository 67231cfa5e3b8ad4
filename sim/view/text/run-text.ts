/** What `dysta run` prints for people. */

import { conditionLines, conditionsOf } from "../../study/run/conditions.ts";
import { defaultWorkload } from "../../study/run/named-scenario.ts";
import type { Comparison, PreparedRun } from "../../study/run/run.ts";
import { requestsOf } from "../../study/run/summary.ts";
import { barChart } from "./bar-chart.ts";
import { hardwareText } from "./hardware-render.ts";
import { preemptionText } from "./preemption-render.ts";
import { sourceLines } from "./source-lines.ts";
import { standingsText } from "./standings-render.ts";
import { comparisonTable, differenceTable, perModelTable } from "./summary-render.ts";
import { colours, wrapped } from "./terminal.ts";
import { waveformLine, waveformRun } from "./waveform-render.ts";

/** The words of the command line that the text repeats. */
interface RunWords {
  /** The scenario or the networks as they were named; neither where nothing was. */
  readonly scenario?: string | undefined;
  readonly models?: string | undefined;
  /** The waveform file, if one was drawn. */
  readonly vcd?: string | undefined;
}

/** The result of a comparison in tables and sentences. @param columns of the terminal, if it goes to one. */
export function runText(
  args: RunWords,
  prepared: PreparedRun,
  comparison: Comparison,
  columns: number | undefined,
): string {
  const { scenario, seeds } = prepared;
  const { summaries, differences } = comparison;
  const sentences = (text: string) => wrapped(text, columns);
  const parts = [sentences(`${colours.bold(scenario.name)}  ${scenario.description}`.trimEnd())];
  if (summaries.length > 0) {
    parts.push(
      comparisonTable(summaries, columns),
      ...[...noViolationText(summaries), ...droppedText(summaries)].map(sentences),
      ...standingsText(comparison).map(sentences),
      sentences(legend(seeds.length)),
    );
    if (columns !== undefined) parts.push(barChart(summaries, columns));
    parts.push(perModelTable(summaries, columns));
  }
  if (differences.length > 0) {
    parts.push(`${differenceTable(differences)}\non the same requests; ! = the 95 % interval excludes 0`);
  }
  const drawn = waveformRun(comparison);
  const waveform = drawn === undefined ? [] : [waveformLine(args.vcd ?? "", `dysta, seed ${drawn.seed}`, drawn.report)];
  const paragraphs = [...hardwareText(prepared, comparison), ...waveform, whatWasRun(prepared)];
  parts.push(...preemptionText(prepared, comparison), ...paragraphs.map(sentences), howToRepeat(args));
  return parts.join("\n\n");
}

/** How sure it is that nothing is late where nothing was. */
function noViolationText(summaries: Comparison["summaries"]): string[] {
  const spotless = summaries.filter(({ overall }) => overall.violationRate.mean === 0);
  const most = spotless[0]?.overall.violationRate.ends?.high;
  if (most === undefined) return [];
  return [
    `No request of ${requestsOf(spotless[0])} was late under ${spotless.map(({ scheduler }) => scheduler).join(", ")}: at most ${Number((most * 100).toPrecision(2))} % are, at 95 % (late requests come in clusters, taken as 8).`,
  ];
}

function droppedText(summaries: Comparison["summaries"]): string[] {
  const shares = summaries.flatMap(({ scheduler, overall, perModel }) => {
    const rate = overall.dropRate.mean;
    if (rate === 0) return [];
    const networks = Object.entries(perModel).flatMap(([model, { dropRate }]) =>
      dropRate.mean === 0 ? [] : [`${model} ${(dropRate.mean * 100).toFixed(2)} %`],
    );
    return [`${scheduler} ${(rate * 100).toFixed(2)} % (${networks.join(", ")})`];
  });
  if (shares.length === 0) return [];
  return [
    `Dropped unserved: ${shares.join(", ")}; violated, without a share in ANTT and quantiles, which the bound of ANTT does not hold for.`,
  ];
}

function legend(seedCount: number): string {
  const interval = seedCount > 1 ? `mean over ${seedCount} seeds (95 % interval); ` : "one seed, no interval; ";
  return (
    `${interval}* = best of its column. ms: turnaround, from arrival to end. ANTT, p50 … max: turnaround / time alone.\n` +
    "req/s: first arrival to last finish. STP: Eyerman–Eeckhout, sum of time alone / turnaround. Jain: fairness of that share, 1 = equal."
  );
}

function whatWasRun(prepared: PreparedRun): string {
  const lines = conditionLines(conditionsOf(prepared), prepared.scenario);
  return [...lines, ...sourceLines(prepared.setup.networks.profiles)].join("\n");
}

function howToRepeat({ scenario, models }: RunWords): string {
  const words = process.argv.slice(2);
  // A later version may have another default.
  const said = scenario ?? (models === undefined ? defaultWorkload.scenario : undefined);
  const isSaid = said === undefined || words.includes(said);
  const command = isSaid ? words : [...words.slice(0, 1), said, ...words.slice(1)];
  return `Repeat: dysta ${command.map(shellWord).join(" ")}`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
