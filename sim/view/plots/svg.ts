/** Plots: Vega-Lite specifications drawn as SVG text, without a canvas or a browser. The only file that loads Vega. */
import { escaped } from "./escape.ts";
import { colourVariables, plotConfig } from "./look.ts";

export type PlotSpec = import("vega-lite").TopLevelSpec;

/** How a plot is drawn where not as on a screen. */
interface Drawing {
  readonly config: import("vega-lite").Config;
  /** Width of a text in pixels at a size of so many; absent: Vega's estimate, which is a third too wide. */
  readonly textWidth?: (text: string, pixels: number) => number;
}

/**
 * The drawing of `spec` in the look of all plots: a whole SVG document on white. The same specification gives the same
 * bytes. Marks that say their values have them as titles, which viewers show under the pointer.
 *
 * @throws Error for a specification that Vega-Lite warns about: that is a fault of ours, or of who has changed it.
 */
export function svgOf(spec: PlotSpec, drawing?: Drawing): Promise<string> {
  if (drawing !== undefined) return draw(spec, drawing);
  const known = screenDrawings.get(spec);
  if (known !== undefined) return known;
  const drawn = draw(spec, { config: plotConfig });
  screenDrawings.set(spec, drawn);
  return drawn;
}

/** Each is needed twice, for the page and as a file. */
const screenDrawings = new WeakMap<PlotSpec, Promise<string>>();

async function draw(spec: PlotSpec, drawing: Drawing): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const complain = (...words: readonly unknown[]): never => {
    throw new Error(`plot: ${words.join(" ")}`);
  };
  const strict = vega.logger(vega.Warn);
  strict.warn = complain;
  strict.error = complain;
  requireOwnData(spec);
  const compiled = compile({ ...spec, config: drawing.config }, { logger: strict });
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger: strict });
  const metrics = (vega as unknown as VegaMetrics).textMetrics;
  const { width } = metrics;
  const { textWidth } = drawing;
  if (textWidth !== undefined) {
    metrics.width = ({ fontSize = 11, text }, line) => textWidth(String(line ?? text ?? ""), fontSize);
  }
  try {
    return withTitles(await view.toSVG());
  } finally {
    metrics.width = width;
    view.finalize();
  }
}

/** A specification holds its data: what it names elsewhere is not fetched. */
function requireOwnData(part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  const { url } = part as { readonly url?: unknown };
  if (typeof url === "string") throw new Error(`plot: data are inside the specification, not at ${url}`);
  for (const [key, inner] of Object.entries(part)) if (key !== "values") requireOwnData(inner);
}

/** What Vega measures texts with; its types leave it out. */
interface VegaMetrics {
  readonly textMetrics: {
    width: (item: { readonly fontSize?: number; readonly text?: unknown }, line?: unknown) => number;
  };
}

const titledMark = /<path aria-label="([^"]*)"([^>]*)\/>/g;

function withTitles(svg: string): string {
  return svg.replaceAll(
    titledMark,
    (_, says, rest) => `<path aria-label="${says}"${rest}><title>${says}</title></path>`,
  );
}

/**
 * A drawing of `svgOf` for the inside of a page: colours are the page's variables, the font is the page's, ids begin with `id` so that no two
 * drawings of a page share one, and `label` is read aloud in its place. The page shows what marks say by itself.
 */
export function inlineSvg(svg: string, id: string, label: string): string {
  let text = svg.replaceAll(/<title>[^<]*<\/title>/g, "");
  // The parts of a picture with a name are silent: whoever cannot see it has the tables.
  text = text.replaceAll(/ role="graphics-[a-z]+"| aria-roledescription="[^"]*"/g, "");
  text = text.replaceAll(' aria-label="', ' data-says="');
  text = text.replace("<svg ", `<svg role="img" aria-label="${escaped(label)}" `);
  for (const { variable, light } of colourVariables) {
    text = text.replaceAll(`="${light}"`, `="var(${variable})"`);
  }
  text = text.replaceAll(/ font-family="[^"]*"/g, "");
  return text.replaceAll(/ id="([^"]+)"/g, ` id="${id}-$1"`).replaceAll(/url\(#([^)]+)\)/g, `url(#${id}-$1)`);
}
