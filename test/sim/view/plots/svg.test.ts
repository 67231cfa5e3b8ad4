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
});
