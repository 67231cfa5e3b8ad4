/** Does `dysta reproduce` say what it found in one document, one page and one table, and mistakes in one line? */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { dystaInProcess } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "reproduce-"));
const dysta = (...args: string[]) => dystaInProcess(["reproduce", ...args], folder);

test("document, page and table of a folder agree", async () => {
  const { status, stdout, stderr } = await dysta("table6,table2", "--out", "found", "--json");
  expect([status, stderr]).toEqual([0, ""]);
  const document = JSON.parse(stdout);
  expect(document.items.map(({ item }: { item: string }) => item)).toEqual(["table2", "table6"]);
  for (const { rows, verdict, why } of document.items) {
    expect(rows.length).toBeGreaterThan(0);
    expect(Object.keys(rows[0])).toEqual(expect.arrayContaining(["what", "paper", "artifact", "corrected", "unit"]));
    expect(verdict).toMatch(/^within 3 points, or 15 %/);
    expect(why.length).toBeGreaterThan(80);
  }
  expect(JSON.parse(readFileSync(join(folder, "found/reproduce.json"), "utf8"))).toEqual(document);
  const rows = parse(readFileSync(join(folder, "found/reproduce.csv"), "utf8"), { columns: true }) as object[];
  expect(rows).toHaveLength(4 + 6);
  expect(rows[0]).toMatchObject({ item: "table2", line: "GoogLeNet", paper: "28.3", artifact: "", corrected: "" });
  const figure = parse(readFileSync(join(folder, "found/figures/table6-lut.csv"), "utf8"), {
    columns: true,
  }) as object[];
  expect(figure.length).toBeGreaterThan(0);
  const page = readFileSync(join(folder, "found/reproduce.md"), "utf8");
  const shown = await dysta("table2,table6");
  expect(shown.stdout).toBe(page);
  expect(page).toMatch(/\| GoogLeNet +\| paper +\| +28\.3 \|/);
  expect(page).toContain("194 + 3 = 197, printed 196");
});

test("docs/reproduce.md prints what the command prints, as far as that takes no simulation", async () => {
  const { stdout } = await dysta("table2,fig3", "--seeds", "1");
  const page = readFileSync(packagePath("docs", "reproduce.md"), "utf8");
  const sections = stdout.split(/^(?=## )/m).slice(1);
  expect(sections.map((section) => section.split(":")[0])).toEqual([
    "## Table 2",
    "## Fig. 3",
    "## Errata\n\nTable 5 is cut after the first decimal, not rounded (and SJF's 15.52 became 15.2)",
  ]);
  for (const section of sections.slice(0, 2)) expect(page).toContain(section.trimEnd());
});

test.each([
  [["tabel5"], 'dysta: unknown item "tabel5" (did you mean "table5"?)'],
  [["table2,"], 'dysta: unknown item ""'],
  [["table2", "--seeds", "0"], "dysta: --seeds must be a whole number, 1 or more, is 0"],
  [["table2", "--requests", "few"], "dysta: --requests must be a number, is few"],
  [["table2", "--out", "notes"], "dysta: --out notes: holds files but is not a result folder"],
  [["table2", "--out", "swept"], "dysta: --out swept: holds the results of a sweep"],
  [["table2", "--out", "other"], "dysta: --out other: holds the results of another experiment (dysta run)"],
])("%j is a mistake, told in one line", async (args, message) => {
  for (const [name, file, text] of [
    ["notes", "notes.txt", "mine"],
    ["swept", "results.duckdb", ""],
    ["other", "summary.json", "{}"],
  ]) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, file), text);
    if (name !== "notes") writeFileSync(join(folder, name, "provenance.json"), '{"experiment":"x","command":["run"]}');
  }
  const { status, stdout, stderr } = await dysta(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain("\n");
});
