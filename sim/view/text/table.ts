/** Tables of text, as wide as the terminal allows. */
import Table from "cli-table3";
import { shownLength } from "./terminal.ts";

/** A table with a line under its head and none between the columns: the first column left, the others right. */
export function newTable(head: readonly string[], { alignment }: { alignment?: ("left" | "right")[] } = {}) {
  return new Table({
    head: [...head],
    colAligns: alignment ?? head.map((_, k) => (k === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: { ...noLines, ...(head.length === 0 ? {} : { mid: "─", "mid-mid": "─" }) },
  });
}

const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;

/** Whether no line is longer than the terminal is wide. */
export function fits(text: string, columns: number | undefined): boolean {
  return columns === undefined || text.split("\n").every((line) => shownLength(line) <= columns);
}

/** On a terminal nothing stands to the right of the last column, not even the line under the head. */
export function tight(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  const lines = text.split("\n").map((line) => line.trimEnd());
  const isRule = (line: string) => line.startsWith("─");
  const width = Math.max(...lines.filter((line) => !isRule(line)).map(shownLength));
  return lines.map((line) => (isRule(line) ? "─".repeat(width) : line)).join("\n");
}
