/** Drawings of a schedule as SVG text: the requests within a window, and the queue of the whole run above it. */
import { escaped } from "../../plots/escape.ts";
import type { RequestLife, Schedule } from "./schedule.ts";

export interface View {
  /** Window, in ticks. */
  readonly from: number;
  readonly to: number;
  readonly tickMs: number;
  readonly width: number;
  readonly networks: readonly string[];
  readonly colours: readonly string[];
}

/** Room for the numbers beside the overview, and for numbers and names of networks beside rows that are high enough. */
const left = 44;
const leftOfNames = 170;
const right = 12;
const axisHeight = 34;
/** More rows than this are not drawn. */
export const maxRows = 5000;
/** Rows that are this high, in pixels, have their number and network in front. */
const namedHeight = 10;
/** Of all rows together, in pixels, as long as each has a third of one. */
const drawnHeight = 620;

/** One row per request: when it waits, when it runs, its deadline. */
export function ganttSvg(lives: readonly RequestLife[], view: View): string {
  const rows = lives.slice(0, maxRows);
  const rowHeight = Math.max(1 / 3, Math.min(18, drawnHeight / Math.max(1, rows.length)));
  const height = rows.length * rowHeight + axisHeight;
  const begin = leftOf(view, rowHeight);
  const x = placing(view, begin);
  const lines = ticksOf(view, begin).map((ms) => {
    const at = x(ms / view.tickMs);
    return `<line x1="${at}" x2="${at}" y1="0" y2="${height - axisHeight}" stroke="var(--grid)"/><text x="${at}" y="${height - axisHeight + 15}" text-anchor="middle">${ms}</text>`;
  });
  const bars = rows.map((life, row) => rowSvg(life, Number((row * rowHeight).toFixed(2)), rowHeight, view));
  const title = `<text x="${(begin + view.width - right) / 2}" y="${height - 3}" text-anchor="middle">time, ms</text>`;
  return `<svg viewBox="0 0 ${view.width} ${height}" width="${view.width}" height="${height}" role="img" aria-label="Requests within the window: waiting, running, deadlines">${lines.join("")}${bars.join("")}${title}</svg>`;
}

/** Where time begins, in pixels: names need room, which narrow pages do not have. */
function leftOf({ width }: View, rowHeight: number): number {
  return rowHeight >= namedHeight && width >= 640 ? leftOfNames : left;
}

/** `12 resnet50/block4`, cut to the room in front of a row. */
function rowName({ request, network }: RequestLife, { networks }: View, begin: number): string {
  if (begin === left) return String(request);
  const name = `${request} ${networks[network]}`;
  return name.length <= 23 ? name : `${name.slice(0, 22)}…`;
}

function rowSvg(life: RequestLife, top: number, height: number, view: View): string {
  const { arrival, finish, deadline } = life;
  const begin = leftOf(view, height);
  const x = placing(view, begin);
  const middle = top + height / 2;
  const line = (from: number, to: number, style: string) =>
    to > from ? `<line x1="${x(from)}" x2="${x(to)}" y1="${middle}" y2="${middle}" ${style}/>` : "";
  const within = (time: number) => time >= view.from && time <= view.to;
  const thin = Math.min(1, height / 6);
  const label =
    height >= namedHeight
      ? `<text x="${begin - 6}" y="${middle + 4}" text-anchor="end">${escaped(rowName(life, view, begin))}</text>`
      : "";
  const deadlineMark = within(deadline)
    ? `<line x1="${x(deadline)}" x2="${x(deadline)}" y1="${round(top + height * 0.05)}" y2="${round(top + height * 0.95)}" stroke="var(--text)" stroke-width="${height >= 3 ? 2 : 1}"/>`
    : "";
  const waits = `stroke="${colourOf(life.network, view)}" stroke-width="${round(1.5 * thin)}"`;
  const lateness = `stroke="var(--late)" stroke-width="${round(2.5 * thin)}" stroke-dasharray="4 2"`;
  const runs = turnSpans(life, x, view).map(
    ([from, to]) =>
      `<rect x="${from}" y="${round(top + height * 0.15)}" width="${round(Math.max(0.5, to - from))}" height="${Math.max(0.3, round(height * 0.7))}"/>`,
  );
  return (
    `<g data-says="${escaped(sayingOf(life, view))}"><rect x="${begin}" y="${top}" width="${view.width - begin - right}" height="${round(height)}" fill="transparent"/>` +
    `${label}${line(arrival, Math.min(finish, deadline), waits)}` +
    `${line(Math.max(arrival, deadline), finish, lateness)}` +
    `<g ${fillOf(life.network, view)}>${runs.join("")}</g>${deadlineMark}</g>`
  );
}

/** Turns within the window in pixels; what is less than half a pixel apart is one. */
function turnSpans({ turns }: RequestLife, x: (time: number) => number, view: View): [number, number][] {
  const spans: [number, number][] = [];
  for (const { from, to } of turns) {
    if (to <= view.from || from >= view.to) continue;
    const last = spans[spans.length - 1];
    if (last !== undefined && x(from) - last[1] < 0.5) last[1] = x(to);
    else spans.push([x(from), x(to)]);
  }
  return spans;
}

/** What a row says in words. */
function sayingOf({ request, network, arrival, finish, deadline, turns }: RequestLife, view: View): string {
  const ms = (ticks: number) => shownMs(ticks * view.tickMs);
  const late = finish > deadline ? `, ${ms(finish - deadline)} ms late` : "";
  return (
    `request ${request}, ${view.networks[network]}: arrives at ${ms(arrival)} ms, begins at ${ms(turns[0]?.from ?? arrival)}, ` +
    `done at ${ms(finish)} in ${turns.length} turn${turns.length === 1 ? "" : "s"}${late}`
  );
}

/** Networks beyond the number of colours take them again, lighter inside. */
export function fillOf(network: number, view: Pick<View, "colours">): string {
  const colour = colourOf(network, view);
  const isAgain = network >= view.colours.length;
  return `fill="${colour}"${isAgain ? ` fill-opacity="0.5" stroke="${colour}"` : ""}`;
}

function colourOf(network: number, { colours }: Pick<View, "colours">): string {
  return colours[network % colours.length];
}

/** Requests in the system over the whole run, the window marked. */
export function overviewSvg({ queue, end }: Schedule, view: View): string {
  const height = 74;
  const bottom = height - 16;
  const most = queue.reduce((largest, { count }) => Math.max(largest, count), 1);
  const columns = new Array<number>(Math.max(1, Math.floor(view.width - left - right))).fill(0);
  const columnOf = (time: number) =>
    Math.min(columns.length - 1, Math.max(0, Math.floor((time / end) * columns.length)));
  for (const [k, { at, count }] of queue.entries()) {
    const last = columnOf(queue[k + 1]?.at ?? end);
    for (let column = columnOf(at); column <= last; column++) columns[column] = Math.max(columns[column], count);
  }
  const y = (count: number) => round(bottom - (count / most) * (bottom - 6));
  const area = columns.map((count, column) => `L${left + column},${y(count)}h1`).join("");
  const [from, to] = [view.from, view.to].map((time) => left + (time / end) * columns.length);
  return (
    `<svg viewBox="0 0 ${view.width} ${height}" width="${view.width}" height="${height}" role="img" aria-label="Requests in the system over the whole run, at most ${most}">` +
    `<path d="M${left},${bottom}${area}L${left + columns.length},${bottom}Z" fill="var(--faint)" fill-opacity="0.8"/>` +
    `<rect x="${round(from)}" y="0" width="${round(Math.max(2, to - from))}" height="${bottom}" fill="var(--blue)" fill-opacity="0.25" stroke="var(--blue)"/>` +
    `<text x="${left - 6}" y="14" text-anchor="end">${most}</text><text x="${left - 6}" y="${bottom}" text-anchor="end">0</text>` +
    `<text x="${left}" y="${height - 3}">0</text><text x="${left + columns.length}" y="${height - 3}" text-anchor="end">${shownMs(end * view.tickMs)} ms</text></svg>`
  );
}

/** The time at a pixel of the overview, in ticks. */
export function overviewTime(pixel: number, { end }: Schedule, width: number): number {
  return ((pixel - left) / (width - left - right)) * end;
}

/** @param begin pixel of the window's first time */
function placing({ from, to, width }: View, begin: number): (time: number) => number {
  const scale = (width - begin - right) / (to - from);
  return (time) => round(begin + (Math.min(Math.max(time, from), to) - from) * scale);
}

/** Round times within the window, in ms. */
function ticksOf({ from, to, tickMs, width }: View, begin: number): number[] {
  const span = (to - from) * tickMs;
  const least = (span * 80) / (width - begin - right);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= least) as number;
  const first = Math.ceil((from * tickMs) / step);
  const count = Math.floor((to * tickMs) / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** A time with one decimal, short ones with more. */
export function shownMs(ms: number): string {
  return String(ms >= 100 ? Number(ms.toFixed(1)) : Number(ms.toPrecision(4)));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
