/** Plots: Vega-Lite specifications drawn as SVG text, without a canvas or a browser. The only file that loads Vega. */
import { escaped } from "./escape.ts";
import { colourVariables, plotConfig } from "./look.ts";

export type PlotSpec = import("vega-lite").TopLevelSpec;

/**
 * The drawing of `spec` in the look of all plots: a whole SVG document on white. The same specification gives the same
 * bytes.
 *
 * @throws Error for a specification that Vega-Lite warns about: that is a fault of ours.
 */
export async function svgOf(spec: PlotSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const complain = (...words: readonly unknown[]): never => {
    throw new Error(`plot: ${words.join(" ")}`);
  };
  const strict = vega.logger(vega.Warn);
  strict.warn = complain;
  strict.error = complain;
  const compiled = compile({ ...spec, config: plotConfig }, { logger: strict });
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger: strict });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * A drawing of `svgOf` for the inside of a page: colours are the page's variables, the font is the page's, ids begin with `id` so that no two
 * drawings of a page share one, and `label` is read aloud in its place.
 */
export function inlineSvg(svg: string, id: string, label: string): string {
  let text = svg.replace("<svg ", `<svg role="img" aria-label="${escaped(label)}" `);
  for (const { variable, light } of colourVariables) {
    text = text.replaceAll(`="${light}"`, `="var(${variable})"`);
  }
  text = text.replaceAll(/ font-family="[^"]*"/g, "");
  return text.replaceAll(/ id="([^"]+)"/g, ` id="${id}-$1"`).replaceAll(/url\(#([^)]+)\)/g, `url(#${id}-$1)`);
}
