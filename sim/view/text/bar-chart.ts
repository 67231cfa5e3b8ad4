/** Violations and ANTT of each scheduler as bars, for the terminal. */
import type { SchedulerSummary } from "../../study/run/summary.ts";
import { colours } from "./terminal.ts";

interface Measure {
  readonly title: string;
  readonly value: (summary: SchedulerSummary) => number;
  readonly digits: number;
}

const measures: readonly Measure[] = [
  { title: "violations %", value: ({ overall }) => overall.violationRate.mean * 100, digits: 2 },
  { title: "ANTT", value: ({ overall }) => overall.antt.mean, digits: 2 },
];

const maxColumns = 78;
const longestName = 20;
const gap = "  ";

/** One line per scheduler under a head; bars are in proportion, from 0; the shortest is green. At most 78 columns. */
export function barChart(summaries: readonly SchedulerSummary[], columns: number): string {
  const names = summaries.map(({ scheduler }) => shortened(scheduler));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const halfWidth = Math.floor((Math.min(columns - 1, maxColumns) - nameWidth) / measures.length) - gap.length;
  const halves = measures.map((measure) => barsOf(summaries, measure, halfWidth));
  const head = measures.map(({ title }) => title.padEnd(halfWidth));
  const lines = summaries.map((_, k) => [names[k].padEnd(nameWidth), ...halves.map((half) => half[k])]);
  return [["".padEnd(nameWidth), ...head], ...lines].map((cells) => cells.join(gap).trimEnd()).join("\n");
}

function barsOf(summaries: readonly SchedulerSummary[], { value, digits }: Measure, width: number): string[] {
  const values = summaries.map(value);
  const texts = values.map((each) => each.toFixed(digits));
  const textWidth = Math.max(...texts.map((text) => text.length));
  const longest = Math.max(width - textWidth - 1, 1);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((each, k) => {
    const bar = barOf(most === 0 ? 0 : (each / most) * longest);
    const paint = each === least && least < most ? colours.green : (text: string) => text;
    return `${texts[k].padStart(textWidth)} ${paint(bar)}${"".padEnd(longest - bar.length)}`;
  });
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of so many columns, to an eighth; the thinnest for anything but 0. */
function barOf(length: number): string {
  const parts = length > 0 ? Math.max(Math.round(length * 8), 1) : 0;
  return "█".repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}
