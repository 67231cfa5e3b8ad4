/** Does dysta report make the figures of any result folder anew for a paper, and say what it cannot make? */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const spec = {
  description: "Two points.",
  width: 600,
  height: 300,
  data: { values: [{ a: 1 }, { a: 2 }] },
  mark: "point",
  encoding: { x: { field: "a", type: "quantitative" } },
};

/** The folder `results` in a folder of its own: a result of explore, say, of which the figures are left. */
function withFigures(specs: Readonly<Record<string, string>>): string {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, "results", "figures"), { recursive: true });
  writeFileSync(join(cwd, "results", "provenance.json"), '{"state":"complete"}');
  for (const [name, text] of Object.entries(specs)) {
    writeFileSync(join(cwd, "results", "figures", `${name}.vl.json`), text);
  }
  return cwd;
}

const two = { front: JSON.stringify(spec), sizes: JSON.stringify(spec) };

describe("dysta report --figures", () => {
  it("writes the formats that are named, as wide as it is told, of the figures that are named", async () => {
    const cwd = withFigures(two);
    const words = ["report", "results", "--figures", "pdf,svg", "--width", "6cm", "--only", "front"];
    const { status, stdout, stderr } = await dystaInProcess(words, cwd);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe("results/figures/front.pdf\nresults/figures/front.svg\n");
    const folder = join(cwd, "results", "figures");
    expect(readdirSync(folder).sort()).toEqual(["front.pdf", "front.svg", "front.vl.json", "sizes.vl.json"]);
    expect(readFileSync(join(folder, "front.svg"), "utf8")).toContain('width="60mm"');
  });

  it("is 85 mm wide and has all figures where nothing else is said; one document with --json", async () => {
    const cwd = withFigures(two);
    const { status, stdout } = await dystaInProcess(["report", "results", "--figures", "svg", "--json"], cwd);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      folder: "results",
      widthMm: 85,
      figures: ["front", "sizes"],
      files: ["results/figures/front.svg", "results/figures/sizes.svg"],
    });
  });

  it.each([
    ["an unknown format", ["--figures", "pfd"], 'dysta: --figures: unknown format "pfd" (did you mean "pdf"?)'],
    ["no format", ["--figures", ","], 'dysta: --figures: unknown format "" (known: pdf, png, svg)'],
    [
      "a width without a unit",
      ["--figures", "pdf", "--width", "85"],
      'dysta: --width: must be a number with its unit (mm, cm, in or pt), such as 85mm, is "85"',
    ],
    ["no width", ["--figures", "pdf", "--width", "0mm"], "dysta: --width: must be from 30 to 1000 mm, is 0mm"],
    [
      "an unknown figure",
      ["--figures", "pdf", "--only", "frnt"],
      'dysta: --only: results/figures has no figure "frnt" (did you mean "front"?)',
    ],
    [
      "a width of nothing",
      ["--width", "85mm"],
      "dysta: --width is for figures: name their formats with --figures pdf,png,svg",
    ],
    [
      "a report of what is not read again",
      [],
      "dysta: report results: only the reports of dysta run and dysta sweep can be made anew; of this folder the figures can, with --figures",
    ],
  ])("refuses %s", async (_, words, line) => {
    const { status, stdout, stderr } = await dystaInProcess(["report", "results", ...words], withFigures(two));
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: `${line}\n` });
  });

  it.each([
    [
      "a folder without results",
      {},
      "dysta: report results: is not a result folder of dysta run (it has no summary.json)",
    ],
    [
      "a specification that is none",
      { a: '{"mark": "sausage"}' },
      "dysta: report results: figure a cannot be drawn from its specification: ",
    ],
    ["a damaged specification", { a: "{" }, "dysta: results/figures/a.vl.json: is damaged: "],
    [
      "data from elsewhere",
      { a: JSON.stringify({ ...spec, data: { url: "x.csv" } }) },
      "dysta: report results: figure a cannot be drawn from its specification: plot: data are inside the specification, not at x.csv",
    ],
  ])("refuses %s in one line", async (_, specs, begin) => {
    const words = ["report", "results", "--figures", "svg"];
    const { status, stdout, stderr } = await dystaInProcess(words, withFigures(specs as Record<string, string>));
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(stderr.startsWith(begin)).toBe(true);
  });
});
