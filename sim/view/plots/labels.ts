/** Names beside the points of a plot, where they hide neither a point nor another name. */
import { ink } from "./look.ts";

interface LabelledPoint {
  /** Pixels from the top left corner. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Of the line to a name that is not right beside it. */
  readonly colour: string;
}

interface PlacedLabel extends LabelledPoint {
  /** Middle of the left end of the text. */
  readonly labelX: number;
  readonly labelY: number;
  /** End of a line from the point to a name that is not right beside it. */
  readonly line: { readonly x: number; readonly y: number } | undefined;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const charWidth = 7;
const textHeight = 14;
const pointRadius = 7;
/** Directions, the best first. */
const angles = [0, 180, -30, 30, -90, 90, -60, 60, 150, -150, 120, -120].map((degrees) => (degrees * Math.PI) / 180);
const distances = [10, 20, 32, 46, 62, 80, 100, 130];

/** Places the names one after another, each as near as there is room within `width` × `height`. */
export function placeLabels(points: readonly LabelledPoint[], width: number, height: number): PlacedLabel[] {
  const taken: Box[] = points.map(({ x, y }) => around(x, y, pointRadius));
  return points.map((point) => {
    const places = distances.flatMap((distance) => angles.map((angle) => placeAt(point, angle, distance)));
    const free = places.find(({ box }) => isInside(box, width, height) && !taken.some((other) => overlap(box, other)));
    const { box, distance } = free ?? places[0];
    taken.push(box);
    const labelY = (box.top + box.bottom) / 2;
    const nearest = { x: Math.min(Math.max(point.x, box.left), box.right), y: labelY };
    return { ...point, labelX: box.left, labelY, line: distance > distances[0] ? nearest : undefined };
  });
}

/** A name and its point, as shares of the plot's width from the left and of its height from the top. */
interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** That of the point. */
  readonly colour: string;
}

type Layers = { readonly layer: readonly unknown[]; readonly width: number; readonly height: number };

/**
 * A plot of layers with names beside its points. The specification keeps the anchors, so that `relabelled` can place the
 * names anew in a plot of another size.
 */
export function labelled<Spec extends Layers>(spec: Spec, anchors: readonly Anchor[]): Spec {
  const layer = [...spec.layer, ...labelLayers(anchors, spec.width, spec.height)];
  return { ...spec, layer, usermeta: { anchors } };
}

/** The plot with its names placed for its size; a plot without names as it is. */
export function relabelled<Spec extends object>(spec: Spec): Spec {
  const { layer, width, height, usermeta } = spec as Layers & { usermeta?: { anchors?: readonly Anchor[] } };
  if (usermeta?.anchors === undefined) return spec;
  const own = layer.filter((each) => !isLabelLayer(each));
  return { ...spec, layer: [...own, ...labelLayers(usermeta.anchors, width, height)] };
}

const layerNames = ["name-lines", "name-halos", "names"] as const;

function isLabelLayer(layer: unknown): boolean {
  return layerNames.some((name) => (layer as { readonly name?: string }).name === name);
}

function labelLayers(anchors: readonly Anchor[], width: number, height: number) {
  const points = anchors.map(({ x, y, ...rest }) => ({ x: x * width, y: y * height, ...rest }));
  const labels = placeLabels(points, width, height);
  const pixels = { type: "quantitative", scale: null } as const;
  const lines = labels.flatMap(({ x, y, line, colour }) =>
    line === undefined ? [] : [{ x, y, x2: line.x, y2: line.y, colour }],
  );
  const text = { type: "text", align: "left", baseline: "middle" } as const;
  const names = (name: string, mark: object) => ({
    name,
    data: { values: labels },
    mark: { ...text, ...mark },
    encoding: {
      x: { field: "labelX", ...pixels },
      y: { field: "labelY", ...pixels },
      text: { field: "text", type: "nominal" } as const,
    },
  });
  return [
    {
      name: layerNames[0],
      data: { values: lines },
      mark: { type: "rule", strokeWidth: 1 } as const,
      encoding: {
        x: { field: "x", ...pixels },
        y: { field: "y", ...pixels },
        x2: { field: "x2" },
        y2: { field: "y2" },
        color: { field: "colour", type: "nominal", scale: null } as const,
      },
    },
    // What is behind a name does not run through its letters.
    names(layerNames[1], { stroke: ink.paper, strokeWidth: 3.5, strokeJoin: "round", opacity: 0.85 }),
    names(layerNames[2], {}),
  ];
}

function placeAt({ x, y, text }: LabelledPoint, angle: number, distance: number): { box: Box; distance: number } {
  const textWidth = text.length * charWidth;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  // The text hangs on its nearer end; straight above and below on its middle.
  const shift = Math.abs(dx) < 0.2 ? textWidth / 2 : dx < 0 ? textWidth : 0;
  const left = x + dx * distance - shift;
  const middle = y + dy * distance;
  return {
    box: { left, right: left + textWidth, top: middle - textHeight / 2, bottom: middle + textHeight / 2 },
    distance,
  };
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

function isInside({ left, right, top, bottom }: Box, width: number, height: number): boolean {
  return left >= 0 && top >= 0 && right <= width && bottom <= height;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
