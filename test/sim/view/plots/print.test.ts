/** Is a plot for paper as wide as it is asked to be, with every letter, and told apart without colour? */
import { describe, expect, it } from "vitest";
import { schedulerNames } from "../../../../sched/registry.ts";
import { labelled } from "../../../../sim/view/plots/labels.ts";
import { palette } from "../../../../sim/view/plots/look.ts";
import { printedPlot } from "../../../../sim/view/plots/print.ts";
import { pdfOf, pngOf } from "../../../../sim/view/plots/print-files.ts";
import { schedulerColours, schedulerDashes, schedulerShapes } from "../../../../sim/view/plots/scheduler-looks.ts";
import type { PlotSpec } from "../../../../sim/view/plots/svg.ts";
import { pdfTexts } from "./pdf-text.ts";

const names = ["fcfs β ≤ η", "dysta_oracle", "résumé µJ ±", "№ 4 – γ·T"];
const axes = {
  x: {
    field: "x",
    type: "quantitative",
    title: "a title that is much too long for the axis of a narrow column, β ≤ 1",
  },
  y: { field: "y", type: "quantitative", title: "violations, %" },
} as const;
const values = names.map((name, k) => ({ name, x: k, y: k * k }));
const color = { field: "name", type: "nominal", title: "a legend with names that need several lines" } as const;
const scatter = {
  width: 600,
  height: 380,
  data: { values },
  layer: [
    { mark: { type: "point" }, encoding: { ...axes, color } },
    { mark: { type: "line", strokeDash: [1, 0] }, encoding: axes },
  ],
} as const satisfies PlotSpec;
const panels: PlotSpec = {
  data: { values },
  facet: { field: "name", type: "nominal", title: null },
  columns: 4,
  spec: { width: 300, height: 90, mark: { type: "bar" }, encoding: axes },
};

function sizeIn(svg: string): number[] {
  const [, ...sizes] =
    /^<svg [^>]*width="([\d.]+)mm" height="([\d.]+)mm" viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  return sizes.map(Number);
}

/** Every label of the drawing. */
function labelsIn(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>|<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, a, b]) => a ?? b);
}

describe("a plot for paper", () => {
  it.each([
    ["of points", scatter, 85],
    ["of points", scatter, 170],
    ["of panels", panels, 85],
    ["of panels", panels, 60],
  ])("%s has the width that is asked for, and letters of 7.5 points", async (_, spec, widthMm) => {
    const { svg, width } = await printedPlot(spec as PlotSpec, widthMm);
    const [mm, , pixels] = sizeIn(svg);
    expect(mm).toBe(widthMm);
    expect(width).toBeCloseTo((widthMm / 25.4) * 72, 6);
    // 12 pixels of the drawing, in points on paper.
    const letters = 12 * (width / pixels);
    expect(Math.abs(letters - 7.5)).toBeLessThan(0.06);
    expect(svg).toContain('font-family="DejaVu Sans" font-size="12px"');
  });

  it("places names anew for its size", async () => {
    const anchors = names.map((text, k) => ({ text, colour: palette.blue, x: k / 4, y: 1 - k / 4 }));
    const plot = labelled(scatter, anchors);
    const { svg } = await printedPlot(plot as unknown as PlotSpec, 85);
    expect(labelsIn(svg).filter((text) => text === "dysta_oracle").length).toBeGreaterThanOrEqual(2);
    expect(Math.abs(sizeIn(svg)[2] - 385.5)).toBeLessThan(2);
  });

  it("has every label of the drawing as text in its PDF, and the same bytes every time", async () => {
    const plot = await printedPlot(scatter, 85);
    const pdf = await pdfOf(plot, "β");
    const texts = pdfTexts(pdf);
    const labels = labelsIn(plot.svg);
    expect(labels).toEqual(expect.arrayContaining(names));
    const squeezed = texts.join("").replaceAll(" ", "");
    for (const label of labels) expect(squeezed).toContain(label.replaceAll(" ", ""));
    expect(squeezed).not.toContain("\ufffd");
    expect(Buffer.from(pdf).equals(Buffer.from(await pdfOf(plot, "β")))).toBe(true);
    expect(Buffer.from(pdf).toString("latin1")).toMatch(/MediaBox \[0 0 240\.9/);
  });

  it("has 600 dots per inch as PNG", async () => {
    const png = Buffer.from(await pngOf(await printedPlot(scatter, 85)));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(Math.round((85 / 25.4) * 600));
  });
});

describe("schedulers", () => {
  it("look different from each other, without colour as well within a family", () => {
    const all = [...schedulerNames, "mine", "yours"];
    const [colours, shapes, dashes] = [schedulerColours, schedulerShapes, schedulerDashes].map((of) => of(all).range);
    const looks = all.map((_, k) => `${colours[k]} ${shapes[k]} ${dashes[k]}`);
    expect(new Set(looks).size).toBe(all.length);
    const dystas = all.filter((name) => name.startsWith("dysta"));
    expect(new Set(dystas.map((name) => shapes[all.indexOf(name)])).size).toBe(dystas.length);
  });
});
