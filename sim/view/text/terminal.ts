/** What stdout is. */
import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";

/** Colours on a terminal only (and not with NO_COLOR), wherever picocolors itself would have them. */
export const colours = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** Columns of the terminal; undefined when stdout is none, or does not say. */
export function terminalColumns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || undefined : undefined;
}

/** Breaks lines between words where they are longer than the terminal is wide. */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text
    .split("\n")
    .flatMap((line) => wrappedLine(line, columns))
    .join("\n");
}

function wrappedLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && shownLength(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Characters on the screen. */
export function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
