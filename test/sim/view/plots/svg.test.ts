/** Is a plot the same bytes every time, in the colours of the page it is put into, and refused where it is wrong? */
import { describe, expect, it } from "vitest";
import { colourVariables, palette } from "../../../../sim/view/plots/look.ts";
import { inlineSvg, type PlotSpec, svgOf } from "../../../../sim/view/plots/svg.ts";

const spec: PlotSpec = {
  width: 100,
  height: 50,
  data: {
    values: [
      { a: 1, b: 2 },
      { a: 200, b: 3 },
    ],
  },
  mark: { type: "line", clip: true },
  encoding: { x: { field: "a", type: "quantitative" }, y: { field: "b", type: "quantitative" } },
};

/** Contrast ratio of two colours, as WCAG 2.2 defines it. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe("a plot", () => {
  it("is a whole SVG document, the same bytes every time", async () => {
    const first = await svgOf(spec);
    expect(first).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>$/);
    expect(first).toContain("clip-path");
    expect(await svgOf(spec)).toBe(first);
  });

  it("is refused where Vega-Lite would leave something out", async () => {
    const wrong = { ...spec, encoding: { x: { field: "a", type: "quantitative" }, theta: { field: "b" } } } as PlotSpec;
    await expect(svgOf(wrong)).rejects.toThrow(/^plot: /);
  });

  it("inside a page has its colours, ids of its own and a name", async () => {
    const inline = inlineSvg(await svgOf(spec), "one", 'rise of "b"');
    expect(inline).toContain('role="img" aria-label="rise of &quot;b&quot;"');
    for (const { light } of colourVariables) expect(inline).not.toContain(light);
    expect(inline).toContain("var(--blue)");
    expect(inline.match(/ id="(?!one-)/g)).toBeNull();
    expect(inline).toContain("url(#one-clip");
    expect(inline.match(/url\(#(?!one-)/g)).toBeNull();
  });

  it("has a light and a dark form of every colour", () => {
    const lights = colourVariables.map(({ light }) => light);
    expect(new Set(lights).size).toBe(lights.length);
    for (const colour of Object.values(palette)) expect(lights).toContain(colour);
  });

  it("has colours that stand out by 3 : 1 against white and against the dark (WCAG 2.2, 1.4.11), text by 4.5 : 1", () => {
    const paper = colourVariables.find(({ variable }) => variable === "--paper") as (typeof colourVariables)[number];
    const text = ["--text", "--faint"];
    for (const { variable, light, dark } of colourVariables) {
      if (["--paper", "--grid"].includes(variable)) continue;
      const least = text.includes(variable) ? 4.5 : 3;
      expect(contrast(light, paper.light), variable).toBeGreaterThanOrEqual(least);
      expect(contrast(dark, paper.dark), variable).toBeGreaterThanOrEqual(least);
    }
  });
});
