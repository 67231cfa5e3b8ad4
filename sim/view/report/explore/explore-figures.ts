/** Figures of `dysta explore`: the front with what it leaves behind, and every figure over the size of the array. */

import { cycleParts } from "../../../../hw/array/counters.ts";
import type { ExploredPoint } from "../../../study/explore/compared-points.ts";
import type { Exploration } from "../../../study/explore/explore.ts";
import type { Objective } from "../../../study/explore/objectives.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { labelled } from "../../plots/labels.ts";
import { categoryColours, palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

/** Each can be drawn by `svgOf(figure.plots[k].spec)`. */
export function exploreFigures(exploration: Exploration): Figure[] {
  return [
    frontFigure(exploration),
    causesFigure(exploration),
    sizesFigure(exploration),
    shapesFigure(exploration),
  ].filter((figure) => figure !== undefined);
}

const [width, height] = [600, 380];
const roles = ["on the front", "dominated"] as const;
const roleScale = { domain: [...roles], range: [palette.blue, palette.grey] };

function frontFigure(exploration: Exploration): Figure {
  const { objectives } = exploration;
  const [cost, ...gains] = objectives;
  const isPair = objectives.length === 2;
  return {
    id: "front",
    title: `${capital(gains.map(({ title }) => title).join(" and "))} against ${cost.title}`,
    caption:
      `Each point is an array. ${isPair ? betterText(cost, gains[0]) : "A plot for each pair of the objectives; the front is of all of them."} ` +
      "On the front is what no other array beats in one without losing in another; the rest is dominated, or beyond the limits. " +
      `${isPair ? `${kneeText(exploration)} ` : ""}Every point was run in full.`,
    plots: pairsOf(objectives).map(([across, up], k) => ({
      name: k === 0 ? "points" : `points-${across.name}-${up.name}`.toLowerCase(),
      label: `${up.title} over ${across.title} of all arrays, the Pareto front marked`,
      spec: frontSpec(exploration, across, up),
    })),
    tables: [pointsTable(exploration)],
  };
}

function pairsOf(objectives: readonly Objective[]): [Objective, Objective][] {
  return objectives.flatMap((first, k) =>
    objectives.slice(k + 1).map((second): [Objective, Objective] => [first, second]),
  );
}

function betterText(cost: Objective, gain: Objective): string {
  if (cost.best === "least" && gain.best === "least")
    return "Nearer to the lower left corner is better on both counts.";
  const half = ({ title, best }: Objective) => `${title}: the ${best === "least" ? "smaller" : "larger"} the better`;
  return `${capital(half(cost))}; ${half(gain)}.`;
}

function kneeText({ knee }: Exploration): string {
  return knee === null
    ? "The front has no knee: no point lies below the chord between its ends."
    : `The ring is the knee, ${knee.shape}: the point of the front that lies farthest below the chord between its ends.`;
}

interface PlacedPoint {
  readonly name: string;
  readonly role: (typeof roles)[number];
  readonly x: number;
  readonly y: number;
  readonly says: string;
}

function frontSpec({ points, objectives, knee }: Exploration, cost: Objective, gain: Objective): PlotSpec {
  const isWhole = objectives.length === 2;
  const placed = points.map((point): PlacedPoint => {
    const [x, y] = [cost.figureOf(point) ?? 0, gain.figureOf(point) ?? 0];
    const role = point.onFront ? roles[0] : roles[1];
    const says = `${point.shape}: ${cost.title} ${short(x)}, ${gain.title} ${short(y)}, ${role}`;
    return { name: nameOf(point, points), role, x, y, says };
  });
  const axes = {
    x: axisOf(
      cost,
      placed.map(({ x }) => x),
    ),
    y: axisOf(
      gain,
      placed.map(({ y }) => y),
    ),
  };
  const anchors = placed.map(({ name, x, y, role }) => ({
    text: name,
    colour: roleScale.range[roles.indexOf(role)],
    x: axes.x.place(x),
    y: 1 - axes.y.place(y),
  }));
  const [x, y] = [axes.x.encoding("x"), axes.y.encoding("y")];
  const front = placed.filter(({ role }) => role === roles[0]);
  const ring = placed.filter((_, k) => points[k] === knee);
  const spec = {
    width,
    height,
    data: { values: [...placed.filter(({ role }) => role !== roles[0]), ...front] },
    layer: [
      {
        data: { values: isWhole ? front : [] },
        mark: { type: "line", interpolate: "step-after", color: palette.blue, strokeWidth: 1.5, opacity: 0.6 },
        encoding: { x, y },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1, aria: true },
        encoding: {
          x,
          y,
          color: { field: "role", type: "nominal", title: null, scale: roleScale },
          shape: {
            field: "role",
            type: "nominal",
            title: null,
            scale: { domain: [...roles], range: ["circle", "square"] },
          },
          description: { field: "says" },
        },
      },
      {
        data: { values: ring },
        mark: { type: "point", size: 260, strokeWidth: 2, color: palette.vermilion, opacity: 1 },
        encoding: { x, y },
      },
    ],
  } as const satisfies PlotSpec;
  return labelled(spec, anchors);
}

/** An axis around all values, with room at both ends. */
function axisOf({ title, scale }: Objective, values: readonly number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isLog = scale === "log";
  const room = isLog ? (high / low) ** 0.08 * 1.05 : 0;
  const margin = (high - low) * 0.08 || 0.05;
  const domain: [number, number] = isLog ? [low / room, high * room] : [low - margin, high + margin];
  const raw = isLog ? Math.log : (value: number) => value;
  return {
    place: (value: number) => (raw(value) - raw(domain[0])) / (raw(domain[1]) - raw(domain[0])),
    encoding: (field: "x" | "y") =>
      ({
        field,
        type: "quantitative",
        title: isLog ? `${title}, logarithmic` : title,
        scale: isLog
          ? ({ type: "log", domain, nice: false } as const)
          : ({ type: "linear", domain, nice: false, zero: false } as const),
        axis: { labelOverlap: "greedy", format: "~s" },
      }) as const,
  };
}

/** Figures over the number of PEs. */
const panels: readonly {
  readonly title: string;
  readonly isLog: boolean;
  readonly of: (point: ExploredPoint) => number | null;
}[] = [
  { title: "ANTT", isLog: true, of: ({ antt }) => antt },
  { title: "violations, %", isLog: false, of: ({ violationRate }) => violationRate * 100 },
  { title: "cycles per inference", isLog: true, of: ({ cycles }) => cycles },
  { title: "utilisation, %", isLog: false, of: ({ utilisation }) => utilisation * 100 },
  {
    title: "energy per inference, µJ",
    isLog: false,
    of: ({ energyPj }) => (energyPj === null ? null : energyPj / 1e6),
  },
  { title: "energy × delay, µJ × Mcycles", isLog: true, of: ({ edp }) => (edp === null ? null : edp / 1e12) },
];

function sizesFigure(exploration: Exploration): Figure {
  const { points } = exploration;
  const shown = panels.filter(({ of }) => points.every((point) => of(point) !== null));
  return {
    id: "sizes",
    title: "What more PEs bring",
    caption:
      "Every array over its number of PEs; several at one number differ in shape or in MACs per PE. Cycles, utilisation and energy are means over the " +
      "mix; ANTT and violations are those of the scenario's requests, whose rate does not grow with the array.",
    plots: [
      {
        name: "panels",
        label: `${shown.map(({ title }) => title).join(", ")} over the number of PEs`,
        spec: {
          columns: 3,
          spacing: 24,
          concat: shown.map((panel) => panelSpec(panel, points)),
        },
        numbers: pointsTable(exploration),
      },
    ],
    tables: [],
  };
}

function panelSpec({ title, isLog, of }: (typeof panels)[number], points: readonly ExploredPoint[]) {
  const drawn = points.toSorted((a, b) => Number(a.onFront) - Number(b.onFront));
  const values = drawn.map((point) => ({
    pes: point.pes,
    value: of(point),
    role: point.onFront ? roles[0] : roles[1],
  }));
  const sizes = [...new Set(points.map(({ pes }) => pes))];
  return {
    width: 200,
    height: 150,
    data: { values },
    mark: { type: "point", filled: true, size: 45, opacity: 1 },
    encoding: {
      x: {
        field: "pes",
        type: "quantitative",
        title: "PEs",
        scale: { type: "log", base: 2, nice: false, padding: 8 },
        axis: { values: sizes, format: "d", labelOverlap: "greedy" },
      },
      y: {
        field: "value",
        type: "quantitative",
        title,
        scale: isLog ? ({ type: "log", padding: 6 } as const) : { zero: true },
        axis: { format: "~s", labelOverlap: "greedy", tickCount: 4 },
      },
      color: { field: "role", type: "nominal", title: null, scale: roleScale, legend: null },
    },
  } as const;
}

function shapesFigure(exploration: Exploration): Figure {
  const { points } = exploration;
  const values = points.map((point) => ({
    name: nameOf(point, points),
    percent: point.utilisation * 100,
    text: `${(point.utilisation * 100).toFixed(1)} %`,
    role: point.onFront ? roles[0] : roles[1],
  }));
  return {
    id: "shapes",
    title: "How well each shape is used",
    caption:
      "Effectual MACs (both operands non-zero) / (cycles × MACs the array could do), over the whole mix. The rest is lost to uneven work, " +
      "SPad loading, drains and waits for memory: dysta profile shows which.",
    plots: [
      {
        name: "utilisation",
        label: "Utilisation of every array",
        spec: {
          width: 480,
          height: 22 * points.length,
          data: { values },
          encoding: {
            y: {
              field: "name",
              type: "nominal",
              title: null,
              sort: values.map(({ name }) => name),
              axis: { ticks: false, domain: false },
            },
            x: {
              field: "percent",
              type: "quantitative",
              title: "utilisation, %",
              scale: { domain: [0, Math.max(...values.map(({ percent }) => percent)) * 1.15], nice: false },
            },
          },
          layer: [
            {
              mark: { type: "bar", height: { band: 0.75 } },
              encoding: { color: { field: "role", type: "nominal", title: null, scale: roleScale } },
            },
            { mark: { type: "text", align: "left", dx: 4 }, encoding: { text: { field: "text" } } },
          ],
        },
        numbers: pointsTable(exploration),
      },
    ],
    tables: [],
  };
}

/** Cycles of the mix by cause; undefined where these are not known. */
function causesFigure({ points }: Exploration): Figure | undefined {
  const parts = cycleParts.filter((part) => points.some(({ causes }) => (causes?.[part] ?? 0) > 0));
  if (parts.length === 0) return undefined;
  const names = points.map((point) => nameOf(point, points));
  const values = points.flatMap(({ causes }, k) =>
    parts.map((part, order) => ({
      ...{ name: names[k], part, order, percent: (causes?.[part] ?? 0) * 100 },
      says: `${names[k]}: ${part} ${((causes?.[part] ?? 0) * 100).toFixed(1)} %`,
    })),
  );
  return {
    id: "causes",
    title: "What the cycles of an inference go to on each array",
    caption:
      "Means over the mix, by the causes of dysta profile: compute is work spread evenly over all PEs, imbalance what the last PE has " +
      "more, drain, fill and spadLoad its set-up, the rest waiting for ports and DRAM. The table has the layer that takes most cycles.",
    plots: [
      {
        name: "shares",
        label: "Shares of the cycles by cause, a bar for each array",
        spec: {
          width: 480,
          height: 22 * points.length,
          data: { values },
          mark: { type: "bar", height: { band: 0.75 }, aria: true },
          encoding: {
            y: { field: "name", type: "nominal", title: null, sort: names, axis: { ticks: false, domain: false } },
            x: { field: "percent", type: "quantitative", title: "share of the cycles, %", scale: { domain: [0, 100] } },
            color: {
              field: "part",
              type: "nominal",
              title: null,
              scale: { domain: parts, range: parts.map(causeColour) },
            },
            order: { field: "order", type: "quantitative" },
            description: { field: "says" },
          },
        },
      },
    ],
    tables: [
      {
        title: "Causes",
        columns: [
          { title: "array" },
          ...parts.map((part) => ({ title: `${part} %`, digits: 1 })),
          { title: "layer of most cycles" },
          { title: "its share %", digits: 1 },
          { title: "most of them go to" },
        ],
        rows: points.map(({ causes, bindingLayer: { model, layer, share, boundBy } }, k) => [
          names[k],
          ...parts.map((part) => (causes === null ? null : causes[part] * 100)),
          `${model} ${layer}`,
          share * 100,
          boundBy,
        ]),
      },
    ],
  };
}

function causeColour(_: unknown, k: number): string {
  return categoryColours[k % categoryColours.length];
}

export function pointsTable({ points, knee }: Exploration): NumberTable {
  const hasArea = points.some(({ area }) => area !== undefined);
  return {
    title: "Arrays",
    columns: [
      { title: "shape" },
      { title: "front" },
      { title: "PEs", digits: 0 },
      { title: "MACs per PE", digits: 0 },
      { title: "SRAM, bytes", digits: 0 },
      ...(hasArea ? [{ title: "area, mm²" }] : []),
      { title: "cycles", digits: 0 },
      { title: "utilisation %", digits: 1 },
      { title: "energy, µJ" },
      { title: "energy × delay, µJ × Mcycles" },
      { title: "load", digits: 3 },
      { title: "inference, ms", digits: 3 },
      { title: "95th percentile of turnaround, ms", digits: 3 },
      { title: "target" },
      { title: "within limits" },
      { title: "violations %", digits: 2 },
      { title: "95 % from", digits: 2 },
      { title: "to", digits: 2 },
      { title: "ANTT", digits: 3 },
      { title: "95 % from", digits: 3 },
      { title: "to", digits: 3 },
    ],
    rows: points.map((point) => [
      nameOf(point, points),
      point === knee ? "knee" : point.onFront ? "on it" : "dominated",
      ...[point.pes, point.macsPerPe, point.sramBytes],
      ...(hasArea ? [point.area ?? null] : []),
      point.cycles,
      point.utilisation * 100,
      point.energyPj === null ? null : point.energyPj / 1e6,
      point.edp === null ? null : point.edp / 1e12,
      point.load,
      point.latencyMs,
      point.p95Ms,
      point.targetVerdict === "not told apart"
        ? `${point.reachesTarget ? "reached" : "missed"}, not told apart`
        : point.targetVerdict,
      point.withinLimits ? "yes" : "no",
      point.violationRate * 100,
      point.violationRateLow === null ? null : point.violationRateLow * 100,
      point.violationRateHigh === null ? null : point.violationRateHigh * 100,
      ...[point.antt, point.anttLow, point.anttHigh],
    ]),
  };
}

/** The shape, the MACs where they differ, and the values of keys that are varied. */
export function nameOf({ shape, macsPerPe, keys = {} }: ExploredPoint, points: readonly ExploredPoint[]): string {
  const macs = points.every((other) => other.macsPerPe === macsPerPe) ? "" : ` ·${macsPerPe}`;
  const values = Object.entries(keys).map(([key, value]) => ` ${key.split(".").at(-1)} ${value}`);
  return `${shape}${macs}${values.join("")}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}
