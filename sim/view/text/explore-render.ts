/** `dysta explore` for people. */

import { cycleParts } from "../../../hw/array/counters.ts";
import { shareText } from "../../../workloads/input/share.ts";
import { answerOf } from "../../study/explore/answer.ts";
import type { ExploredPoint } from "../../study/explore/compared-points.ts";
import type { Exploration } from "../../study/explore/explore.ts";
import { nameOf } from "../report/explore/explore-figures.ts";
import { fits, newTable, tight } from "./table.ts";
import { colours, wrapped } from "./terminal.ts";

interface Column {
  readonly title: string;
  readonly text: (point: ExploredPoint) => string;
}

const columns: readonly Column[] = [
  { title: "PEs", text: ({ pes }) => String(pes) },
  { title: "SRAM KiB", text: ({ sramBytes }) => (sramBytes === null ? "–" : (sramBytes / 1024).toFixed(0)) },
  { title: "mm²", text: ({ area }) => (area === undefined ? "–" : String(Number(area.toPrecision(3)))) },
  { title: "Mcycles", text: ({ cycles }) => String(Number((cycles / 1e6).toPrecision(4))) },
  { title: "util %", text: ({ utilisation }) => (utilisation * 100).toFixed(1) },
  { title: "µJ", text: ({ energyPj }) => (energyPj === null ? "–" : (energyPj / 1e6).toFixed(0)) },
  { title: "µJ·Mcycles", text: ({ edp }) => (edp === null ? "–" : String(Number((edp / 1e12).toPrecision(4)))) },
  { title: "ms", text: ({ latencyMs }) => String(Number(latencyMs.toPrecision(3))) },
  { title: "p95 ms", text: ({ p95Ms }) => String(Number(p95Ms.toPrecision(3))) },
  {
    title: "bound by",
    text: ({ causes }) => (causes === null ? "–" : cycleParts.reduce((a, b) => (causes[b] > causes[a] ? b : a))),
  },
  {
    title: "serves /s",
    text: ({ capacity }) => (typeof capacity === "number" ? String(Number(capacity.toPrecision(4))) : "–"),
  },
  { title: "load", text: ({ load }) => (load === null ? "–" : load.toFixed(2)) },
  {
    title: "violations %",
    text: (point) => withInterval(point.violationRate, point.violationRateLow, point.violationRateHigh, 100),
  },
  { title: "ANTT", text: (point) => withInterval(point.antt, point.anttLow, point.anttHigh, 1) },
];

/** What a narrow terminal goes without, first to last. */
const expendable = ["µJ·Mcycles", "SRAM KiB", "serves /s", "load", "bound by", "p95 ms", "µJ", "util %", "mm²"];

/**
 * The arrays, and the answer.
 *
 * @param candidateCount shapes that could have been chosen; undefined where the user named them
 * @param width columns of the terminal, if it is one
 */
export function exploreText(
  exploration: Exploration,
  candidateCount: number | undefined,
  width: number | undefined,
): string {
  const notes = [frontNote(exploration), ...choiceNote(exploration, candidateCount)];
  return [
    arraysTable(exploration, width),
    wrapped(notes.join("\n"), width),
    wrapped(answerOf(exploration), width),
  ].join("\n\n");
}

function arraysTable(exploration: Exploration, width: number | undefined): string {
  const known = columns.filter(({ text }) => exploration.points.some((point) => text(point) !== "–"));
  let shown = known;
  let text = tight(tableOf(exploration, shown), width);
  for (const title of expendable) {
    if (fits(text, width)) break;
    shown = shown.filter((column) => column.title !== title);
    text = tight(tableOf(exploration, shown), width);
  }
  const left = known.filter((column) => !shown.includes(column)).map(({ title }) => title);
  if (left.length === 0) return text;
  return `${text}\n${wrapped(`no room for ${left.join(", ")}: a wider terminal has them, and --json`, width)}`;
}

function tableOf({ points, knee }: Exploration, shown: readonly Column[]): string {
  const table = newTable(["shape", ...shown.map(({ title }) => title), "front"], {
    alignment: ["left", ...shown.map(() => "right" as const), "left"],
  });
  for (const point of points) {
    const outside = point.withinLimits ? "" : "beyond the limits";
    const mark = point === knee ? colours.green("* knee") : point.onFront ? "*" : outside;
    table.push([nameOf(point, points), ...shown.map(({ text }) => text(point)), mark]);
  }
  return table.toString();
}

function frontNote({ objectives, sources, points, target }: Exploration): string {
  const [cost, ...gains] = objectives.map(({ title }) => title);
  const area = sources.area === null ? "" : ` Area: ${sources.area}.`;
  const isServed = points.some(({ capacity }) => capacity !== undefined);
  const serves = isServed ? ` serves /s: the highest rate with ${shareText(target)} of the requests on time.` : "";
  return `* on the front of ${cost} against ${gains.join(" and ")}. Shape: cluster rows x columns x PE rows x columns. Energy: ${sources.energy}.${area}${serves}`;
}

function choiceNote({ points, foundCount }: Exploration, candidateCount: number | undefined): string[] {
  const shapes = new Set(points.slice(0, points.length - foundCount).map(({ shape }) => shape)).size;
  if (candidateCount === undefined || candidateCount === shapes) return [];
  return [
    `${shapes} of ${candidateCount} shapes that the budget rules choose from were run: --limit runs more, --shapes others.`,
  ];
}

/** @param low, high ends of the 95 % interval, if there is one. */
function withInterval(mean: number, low: number | null, high: number | null, scale: number): string {
  const text = (value: number) => (value * scale).toFixed(2);
  return low === null || high === null ? text(mean) : `${text(mean)} (${text(low)}–${text(high)})`;
}
