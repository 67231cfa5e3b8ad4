/** Can every CSV of every result folder be read by anybody, and does columns.md say what each column is? */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { parse } from "csv-parse/sync";
import { beforeAll, expect, it } from "vitest";
import { tableColumns } from "../../../sim/results/columns.ts";
import { resultFigures } from "../../../sim/study/sweep/result-tables.ts";
import { hardwareFigures } from "../../../sim/study/sweep/sweep.ts";
import { strictCsv } from "../../models/rfc4180.ts";
import { scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const cwd = scratchFolder();

/** A mix in which one request releases another; one name needs quotes. */
const scenario = `
name: two
table: table.csv
models: [{ model: 'a "b", c', pattern: p }, { model: d, pattern: p, after: { model: 'a "b", c', probability: 0.5 } }]
arrivals: { kind: poisson, rate: 100 }
requests: 12
`;
const table = `# clock: 1 MHz
model,pattern,sample,layer,cycles,input_density
"a ""b"", c",p,0,0,900,0.5
"a ""b"", c",p,0,1,700,0.5
d,p,0,0,500,0.25
`;
const sweep = `
name: rates
scenario: multi-attnn-inferred
axes: { arrivals.rate: [20, 30] }
schedulers: [sjf, dysta]
seeds: 1
columns: { late: 100 * violationRate }
`;

const commands: Readonly<Record<string, readonly string[]>> = {
  run: ["run", "scenario.yaml", "--scheduler", "fcfs,dysta", "--seeds", "2"],
  profile: ["profile", "--models", "antispoof", "--samples", "1"],
  explore: ["explore", "--models", "antispoof", "--requests", "20", "--rate", "100", "--shapes", "2x1x3x4,2x2x3x4"],
  capacity: ["capacity", "scenario.yaml", "--scheduler", "fcfs,sjf", "--seeds", "2", "--target", "50%"],
  sweep: ["sweep", "sweep.yaml"],
  reproduce: ["reproduce", "table2"],
};

beforeAll(async () => {
  writeFileSync(join(cwd, "scenario.yaml"), scenario);
  writeFileSync(join(cwd, "table.csv"), table);
  writeFileSync(join(cwd, "sweep.yaml"), sweep);
  for (const [name, words] of Object.entries(commands)) {
    const { status, stderr } = await dystaInProcess([...words, "--out", name], cwd);
    expect([status, stderr], name).toEqual([0, ""]);
  }
}, 60_000);

function csvFilesOf(folder: string): string[] {
  return readdirSync(join(cwd, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".csv"));
}

/** Lines that begin with # stand before the header of profile tables. */
function withoutComments(text: string): string {
  return text.replace(/^(#.*\n)+/, "");
}

async function duckdbCells(file: string): Promise<string[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  // A path in which no quote needs escaping: the scratch folder's.
  const read = `read_csv('${file}', comment = '#', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)`;
  const reader = await connection.runAndReadAll(`SELECT * FROM ${read}`);
  const rows = reader.getRows().map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
  const names = reader.columnNames();
  connection.closeSync();
  instance.closeSync();
  return [names, ...rows];
}

it.each(Object.keys(commands))("%s: every table is the same to three readers", async (folder) => {
  const files = csvFilesOf(folder);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const path = join(cwd, folder, file);
    const text = readFileSync(path, "utf8");
    const cells = strictCsv(withoutComments(text));
    expect(cells.length, file).toBeGreaterThan(0);
    expect(parse(text, { comment: "#", comment_no_infix: true }), file).toEqual(cells);
    // A column whose names differ in letters' case only, or a table without rows, DuckDB shows in its own way.
    if (cells.length > 1) expect(await duckdbCells(path), file).toEqual(cells);
  }
});

it.each(Object.keys(commands))("%s: columns.md says of every column of every table what it is", (folder) => {
  const sectionsOf = (page: string) =>
    readFileSync(join(cwd, folder, page), "utf8")
      .split(/^## /m)
      .slice(1);
  for (const file of csvFilesOf(folder)) {
    const isOfFigure = file.startsWith("figures/");
    const sections = sectionsOf(isOfFigure ? "figures/columns.md" : "columns.md");
    const name = file.replace(/^eyerissv2\/.*/, "eyerissv2/*.csv").replace(/^figures\//, "");
    const section = sections.find((each) => each.split("\n", 1)[0].split(", ").includes(name));
    const described = new Map(
      [...(section ?? "").matchAll(/^\| `(.*)` \| (.*) \| (.*) \|$/gm)].map(([, column, , meaning]) => [
        column,
        meaning,
      ]),
    );
    const [header] = strictCsv(withoutComments(readFileSync(join(cwd, folder, file), "utf8")));
    for (const column of header) {
      const meaning = described.get(column.replaceAll("|", "\\|")) ?? "";
      expect(meaning.length, `${file}: ${column}`).toBeGreaterThan(3);
    }
    expect(described.size, file).toBe(header.length);
  }
});

it("every figure that a point of a sweep can have is described, whatever the sweep keeps", () => {
  const names = [...hardwareFigures, ...resultFigures];
  expect(tableColumns("points.csv", names).filter(({ meaning }) => meaning === "")).toEqual([]);
});

it("units stand beside names: of a run, a sweep's axis and its derived column", () => {
  const run = readFileSync(join(cwd, "run/columns.md"), "utf8");
  expect(run).toContain("| `turnaround_ms` | ms | finish − arrival |");
  const points = readFileSync(join(cwd, "sweep/columns.md"), "utf8");
  expect(points).toContain("| `arrivals.rate` | that of the key | axis: the scenario's key arrivals.rate |");
  expect(points).toContain("| `late` |  | derived column of the sweep file |");
});
