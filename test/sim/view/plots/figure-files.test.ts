import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ResultsFolder } from "../../../../sim/results/folder.ts";
import type { ResourcesReport } from "../../../../sim/study/overhead/overhead-resources.ts";
import { writeFigures } from "../../../../sim/view/plots/figure-files.ts";
import { resourcesFigure } from "../../../../sim/view/report/overhead/resources-figure.ts";

test("every plot of a figure is a drawing, every table a CSV file with its numbers", async () => {
  const ratio = { lut: 1, ff: 1, dsp: 1 };
  const figures = { lut: 100, ff: 50, dsp: 4, memoryBits: 7, relative: ratio, published: ratio };
  const designs = ["Non_Opt_FP32", "Opt_FP32", "Opt_FP16"].flatMap((design) =>
    [64, 512].map((depth) => ({ design, depth, ...figures })),
  );
  const folder = mkdtempSync(join(tmpdir(), "figures-"));
  await writeFigures(new ResultsFolder(folder), [resourcesFigure({ designs } as unknown as ResourcesReport)]);
  expect(readdirSync(join(folder, "plots")).sort()).toEqual(["resources-relative.svg", "resources.csv"]);
  expect(readFileSync(join(folder, "plots/resources-relative.svg"), "utf8")).toMatch(
    /^<svg [\s\S]*Opt_FP16[\s\S]*<\/svg>\s*$/,
  );
  const lines = readFileSync(join(folder, "plots/resources.csv"), "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(1 + designs.length);
  expect(lines[1]).toBe("Non_Opt_FP32,64,100,50,4,7,1,1,1,1,1,1");
});
