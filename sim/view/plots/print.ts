/**
 * A plot laid out anew for a width on paper. Its texts, lines and marks keep their sizes against each other, so that
 * letters are 7.5 points high at any width; what gives way is the room of the axes, the panels beside each other and the
 * columns of the legend.
 */
import { printFont, printTextWidth } from "./font.ts";
import { relabelled } from "./labels.ts";
import { plotConfig } from "./look.ts";
import { type PlotSpec, svgOf } from "./svg.ts";

/** A pixel of a plot on paper, in points: letters of 12 pixels are 7.5 points high. */
const pointsPerPixel = 7.5 / 12;
const pointsPerMm = 72 / 25.4;

/** Panels beside each other are this wide or wider, in pixels. */
const minPanel = 110;

/** A specification as far as its layout is concerned. */
interface Node {
  readonly [key: string]: unknown;
  readonly width?: unknown;
  readonly height?: unknown;
  readonly columns?: number;
  readonly spec?: Node;
}

export interface PrintedPlot {
  readonly svg: string;
  /** Of the page it fills, in points. */
  readonly width: number;
  readonly height: number;
}

/**
 * The drawing of `spec`, `widthMm` wide.
 *
 * @throws Error as `svgOf`.
 */
export async function printedPlot(spec: PlotSpec, widthMm: number): Promise<PrintedPlot> {
  const target = (widthMm * pointsPerMm) / pointsPerPixel;
  const textWidth = await printTextWidth();
  let best: Drawn | undefined;
  for (const columns of [6, 4, 3, 2, 1]) {
    const drawn = await fitted(withoutLegendColumns(spec as unknown as Node), target, (node) =>
      svgOf(node as unknown as PlotSpec, { config: printConfig(columns), textWidth }),
    );
    if (best === undefined || drawn.excess < best.excess) best = drawn;
    if (best.excess < 1) break;
  }
  return paged((best as Drawn).svg, widthMm);
}

interface Drawn {
  readonly svg: string;
  /** Pixels that it is wider than asked for. */
  readonly excess: number;
}

/** Draws with fewer panels beside each other until they have room. */
async function fitted(spec: Node, target: number, draw: (spec: Node) => Promise<string>): Promise<Drawn> {
  const most = typeof spec.columns === "number" ? spec.columns : 1;
  for (let columns = most; ; columns--) {
    const arranged = most > 1 ? { ...spec, columns } : spec;
    let room = target / panelsAcross(arranged) - 60;
    let svg = "";
    let excess = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 4 && Math.abs(excess) >= 1; attempt++) {
      svg = await draw(resized(arranged, room));
      excess = sizeOf(svg).width - target;
      if (Math.abs(excess) >= 1) room = Math.max(minPanel / 2, room - excess / panelsAcross(arranged));
    }
    if (columns === 1 || room >= minPanel) return { svg, excess };
  }
}

function panelsAcross({ columns, facet }: Node): number {
  const across = (facet as { readonly column?: { readonly sort?: readonly unknown[] } } | undefined)?.column;
  return columns ?? across?.sort?.length ?? 1;
}

/** Every panel `room` pixels wide; large ones become lower with it. */
function resized(node: Node, room: number): Node {
  const parts = ["concat", "vconcat", "hconcat"].filter((name) => Array.isArray(node[name]));
  const inner = {
    ...Object.fromEntries(parts.map((name) => [name, (node[name] as Node[]).map((part) => resized(part, room))])),
    ...(node.spec === undefined ? {} : { spec: resized(node.spec, room) }),
  };
  const { width, height } = node;
  if (typeof width === "object") return { ...node, ...inner, width: { step: steps(node, room) } };
  if (typeof width !== "number") return { ...node, ...inner };
  const ratio = Math.max(0.6, Math.min(1, room / width));
  const isPicture = typeof height === "number" && height > 140 && !isOfNames(node);
  const size = { width: room, ...(isPicture ? { height: Math.round(height * ratio) } : {}) };
  return wrapped(relabelled({ ...node, ...inner, ...size }), room);
}

/** Whether its height is that of a row for each name. */
function isOfNames({ encoding }: Node): boolean {
  return (encoding as { readonly y?: { readonly type?: string } } | undefined)?.y?.type === "nominal";
}

/** Pixels of each step of an axis of words, all of which have `room`. */
function steps({ layer }: Node, room: number): number {
  const [first] = layer as { readonly encoding: { readonly x: { readonly sort: readonly unknown[] } } }[];
  return Math.max(8, room / first.encoding.x.sort.length);
}

/** The titles of axes in lines that are as long as the axes. */
function wrapped(node: Node, room: number): Node {
  const { height } = node;
  const lengths = { x: room, y: typeof height === "number" ? height : Number.POSITIVE_INFINITY };
  const inside = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(inside);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => {
        if (key !== "x" && key !== "y") return [key, key === "data" ? value : inside(value)];
        const { title } = value as { readonly title?: unknown };
        return [key, typeof title === "string" ? { ...value, title: linesOf(title, lengths[key]) } : value];
      }),
    );
  };
  return { ...node, ...(inside({ encoding: node.encoding, layer: node.layer }) as object) };
}

/** Pixels of a letter of a title on the average. */
const letterWidth = 7;

function linesOf(title: string, length: number): string | string[] {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && (last.length + 1 + word.length) * letterWidth <= length)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length === 1 ? title : lines;
}

/** The legends of a plot stand above it in as many columns as there is room for. */
function withoutLegendColumns(part: Node): Node {
  const inside = (value: unknown, key: string): unknown => {
    if (typeof value !== "object" || value === null || key === "data") return value;
    if (Array.isArray(value)) return value.map((each) => inside(each, ""));
    if (key === "legend") {
      const { columns: _, orient: __, ...rest } = value as Node;
      return rest;
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inside(each, name)]));
  };
  return inside(part, "") as Node;
}

function printConfig(columns: number): import("vega-lite").Config {
  return {
    ...plotConfig,
    font: printFont,
    padding: { left: 2, right: 5, top: 6, bottom: 3 },
    legend: { ...plotConfig.legend, columns },
  };
}

function sizeOf(svg: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (height === undefined) throw new Error("plot: a drawing without a size");
  return { width: Number(width), height: Number(height) };
}

/** With its size on paper. */
function paged(svg: string, widthMm: number): PrintedPlot {
  const { width, height } = sizeOf(svg);
  const heightMm = Number(((height / width) * widthMm).toFixed(3));
  // Vega's word for a line without gaps, which PDF does not know.
  const solid = svg.replaceAll(/ stroke-dasharray="[\d.]+,0"/g, "");
  return {
    svg: solid.replace(/ width="[\d.]+" height="[\d.]+"/, ` width="${widthMm}mm" height="${heightMm}mm"`),
    width: widthMm * pointsPerMm,
    height: heightMm * pointsPerMm,
  };
}
