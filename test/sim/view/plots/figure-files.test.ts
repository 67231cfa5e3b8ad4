/** Are the files of a figure what other programs read: a drawing, a table by RFC 4180, a specification with its data? */
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import type { ResourcesReport } from "../../../../sim/study/overhead/overhead-resources.ts";
import type { Figure } from "../../../../sim/view/plots/figure.ts";
import { figureFiles } from "../../../../sim/view/plots/figure-files.ts";
import { type PlotSpec, svgOf } from "../../../../sim/view/plots/svg.ts";
import { resourcesFigure } from "../../../../sim/view/report/overhead/resources-figure.ts";

const spec: PlotSpec = {
  data: { values: [{ a: 1 }] },
  mark: { type: "point", aria: true },
  encoding: { x: { field: "a", type: "quantitative" }, description: { value: "one & only" } },
};

async function textsOf(figure: Figure): Promise<Map<string, string>> {
  const files = await figureFiles([figure]);
  return new Map(files.map(({ name, content }) => [name, String(content)]));
}

test("a figure with one plot has its own name, a drawing, its numbers and a specification that draws the same", async () => {
  const ratio = { lut: 1, ff: 1, dsp: 1 };
  const figures = { lut: 100, ff: 50, dsp: 4, memoryBits: 7, relative: ratio, published: ratio };
  const designs = ["Non_Opt_FP32", "Opt_FP32", "Opt_FP16"].flatMap((design) =>
    [64, 512].map((depth) => ({ design, depth, ...figures })),
  );
  const texts = await textsOf(resourcesFigure({ designs } as unknown as ResourcesReport));
  expect([...texts.keys()]).toEqual(["resources.svg", "resources.vl.json", "resources.csv", "columns.md"]);
  expect(texts.get("resources.svg")).toMatch(/^<svg [\s\S]*Opt_FP16[\s\S]*<\/svg>$/);
  const lines = (texts.get("resources.csv") as string).split("\r\n");
  expect(lines).toHaveLength(1 + designs.length + 1);
  expect(lines[1]).toBe("Non_Opt_FP32,64,100,50,4,7,1,1,1,1,1,1");
  expect(texts.get("columns.md")).toContain("## resources.csv\n");
  expect(texts.get("columns.md")).toContain("| `LUTs, paper` |");
  const written = JSON.parse(texts.get("resources.vl.json") as string);
  expect(written.$schema).toBe("https://vega.github.io/schema/vega-lite/v6.json");
  expect(await svgOf(written)).toBe(texts.get("resources.svg"));
});

test("each of several plots has its numbers, and tables that no plot shows are there too", async () => {
  const table = (title: string) => ({ title, columns: [{ title: "a" }], rows: [[title]] });
  const tables = [table("first"), table("second"), table("third")];
  const plots = ["x", "y"].map((name, k) => ({ name, label: name, spec, numbers: tables[k] }));
  const texts = await textsOf({ id: "many", title: "", caption: "", plots, tables });
  const csv = [...texts].filter(([name]) => name.endsWith(".csv"));
  expect(csv).toEqual([
    ["many-x.csv", "a\r\nfirst\r\n"],
    ["many-y.csv", "a\r\nsecond\r\n"],
    ["many-table-3.csv", "a\r\nthird\r\n"],
  ]);
});

test("a table has columns of different names, quotes where they are needed, and nothing for a value that there is not", async () => {
  const columns = ["", "violations, %", "± 95 %", "ANTT", "± 95 %", 'say "x"'].map((title) => ({ title }));
  const rows = [
    ["a,b", 0.1, null, 1e-7, Number.NaN, "line\nbreak"],
    ["=1+1", 0, 2, 3, 4, " end "],
  ];
  const plots = [{ name: "p", label: "p", spec }];
  const texts = await textsOf({ id: "one", title: "", caption: "", plots, tables: [{ title: "t", columns, rows }] });
  expect(parse(texts.get("one.csv") as string)).toEqual([
    ["row", "violations, %", "± 95 % (violations, %)", "ANTT", "± 95 % (ANTT)", 'say "x"'],
    ["a,b", "0.1", "", "1e-7", "", "line\nbreak"],
    ["'=1+1", "0", "2", "3", "4", " end "],
  ]);
});

test("marks that say their values have them as titles, which a viewer of the drawing shows", async () => {
  expect(await svgOf(spec)).toContain("<title>one &amp; only</title>");
});

test("data from elsewhere are refused", async () => {
  const elsewhere = { ...spec, data: { url: "https://example.org/data.csv" } } as PlotSpec;
  await expect(svgOf(elsewhere)).rejects.toThrow(
    "plot: data are inside the specification, not at https://example.org/data.csv",
  );
});
