/**
 * Prints the measures of the source that reviews ask for: files and lines per folder, the longest files and functions,
 * functions of many parameters or levels, casts, and exports that no file imports. `npm run structure`, or
 * `npm run structure -- FOLDER` for another checkout.
 */
import { dirname, resolve } from "node:path";
import { maxDepth, maxParameters, measuredFiles, unusedExports } from "./measures.ts";

const all = measuredFiles(resolve(process.argv[2] ?? "."));
const source = all.filter(({ file }) => !file.startsWith("test/"));
const functions = source.flatMap(({ file, functions: own }) => own.map((each) => ({ file, ...each })));

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printList(title: string, rows: readonly string[]): void {
  print(`\n${title}`);
  for (const row of rows) print(`  ${row}`);
}

const folders = new Map<string, { files: number; lines: number }>();
for (const { file, lines } of all) {
  const folder = dirname(file);
  const before = folders.get(folder) ?? { files: 0, lines: 0 };
  folders.set(folder, { files: before.files + 1, lines: before.lines + lines });
}
const where = ({ file, line, name }: (typeof functions)[number]) => `${file}:${line} ${name}`;
printList(
  "files, lines per folder",
  [...folders]
    .sort()
    .map(([name, { files, lines }]) => `${String(files).padStart(4)} ${String(lines).padStart(6)}  ${name}`),
);
printList(
  "longest files",
  [...source]
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 8)
    .map(({ file, lines }) => `${lines} ${file}`),
);
printList(
  "longest functions",
  [...functions]
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 8)
    .map((each) => `${each.lines} ${where(each)}`),
);
printList(
  `functions of more than ${maxParameters} parameters`,
  functions.filter(({ parameters }) => parameters > maxParameters).map((each) => `${each.parameters} ${where(each)}`),
);
printList(
  `functions of more than ${maxDepth} levels`,
  functions.filter(({ depth }) => depth > maxDepth).map((each) => `${each.depth} ${where(each)}`),
);
const unused = unusedExports(all).filter((name) => !name.startsWith("test/"));
printList("exports that no file imports", unused);
const lineCount = source.reduce((sum, { lines }) => sum + lines, 0);
const castCount = source.reduce((sum, { casts }) => sum + casts, 0);
print(
  `\n${source.length} source files, ${lineCount} lines, ${functions.length} functions, ${castCount} casts, ` +
    `${unused.length} unused exports`,
);
