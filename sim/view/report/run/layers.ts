/** Figures: what the layers of the modelled networks wait for, and where they are on the roofline. */
import type { CyclePart } from "../../../../hw/array/counters.ts";
import type { LayerRow, ProfileDocument } from "../../../profile/profile-document.ts";
import { logAxis, nameAxis } from "../../plots/axes.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { ink, palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

/** What cycles go to, in the words of the figures. */
const causes = ["MACs", "barrier", "PE set-up", "buffer ports", "memory"] as const;
type Cause = (typeof causes)[number];

const causeOfPart: Readonly<Record<CyclePart, Cause>> = {
  compute: "MACs",
  imbalance: "barrier",
  drain: "PE set-up",
  fill: "PE set-up",
  spadLoad: "PE set-up",
  port: "buffer ports",
  load: "memory",
  store: "memory",
  prologue: "memory",
};

const unknownCause = "not known";
const causeScale = {
  domain: [...causes, unknownCause] as string[],
  // Dark and light in turn, so that neighbours differ without colour too.
  range: [
    palette.blueDeep,
    palette.vermilion,
    palette.greenDeep,
    palette.sky,
    palette.pinkDeep,
    palette.grey,
  ] as string[],
};
const shapeRange = ["circle", "diamond", "triangle-up", "cross", "square", "stroke"];

const causesExplained =
  "MACs: multiplying, as if the work were spread evenly. Barrier: waiting for the PE that has most to do. PE set-up: draining, " +
  "filling and loading PEs. Buffer ports, memory: waiting for the global buffer, for DRAM.";

export function layerFigures(profile: ProfileDocument): Figure[] {
  const hasRoofline = profile.layers.some(({ roofline }) => roofline !== null);
  return [utilisationFigure(profile), ...(hasRoofline ? [rooflineFigure(profile)] : [])];
}

function utilisationFigure({ layers, networks, hardware, samples, peakMacsPerCycle }: ProfileDocument): Figure {
  const tables = [networksTable(networks), layersTable(layers)];
  return {
    id: "utilisation",
    title: "How well the layers use the array, and what keeps them from it",
    caption:
      `${hardware}, mean of ${samples} inputs. First where the cycles of each network go, then each layer's utilisation: ` +
      `effectual MACs / (cycles × ${peakMacsPerCycle} MACs per cycle); its colour is what takes most of its cycles. ${causesExplained}`,
    plots: [
      {
        name: "networks",
        label: "Shares of each network's cycles by cause",
        spec: sharesSpec(networks),
        numbers: tables[0],
      },
      {
        name: "layers",
        label: "Utilisation of each layer, a small plot for each network",
        spec: utilisationSpec(layers),
        numbers: tables[1],
      },
    ],
    tables,
  };
}

function networksTable(networks: ProfileDocument["networks"]): NumberTable {
  return {
    title: "Cycles of the networks by cause",
    columns: [
      { title: "network" },
      { title: "cycles", digits: 0 },
      { title: "utilisation %", digits: 1 },
      ...causes.map((cause) => ({ title: `${cause} %`, digits: 1 })),
    ],
    rows: networks.map(({ model, pattern, totals: { cycles, utilisation, stalls } }) => [
      `${model}/${pattern}`,
      cycles,
      utilisation * 100,
      ...causes.map((cause) => (stalls === null ? null : (cyclesOf(stalls, cause) / cycles) * 100)),
    ]),
  };
}

function layersTable(layers: readonly LayerRow[]): NumberTable {
  return {
    title: "Layers",
    columns: [
      { title: "network" },
      { title: "layer" },
      { title: "cycles", digits: 0 },
      { title: "utilisation %", digits: 1 },
      { title: "most cycles go to" },
      { title: "input density", digits: 3 },
      { title: "weight density", digits: 3 },
      { title: "DRAM kB", digits: 1 },
    ],
    rows: layers.map((layer) => [
      networkOf(layer),
      layer.name,
      layer.cycles,
      layer.utilisation * 100,
      causeOf(layer),
      layer.inputDensity,
      layer.weightDensity,
      layer.dramBytes === null ? null : layer.dramBytes / 1e3,
    ]),
  };
}

function sharesSpec(networks: ProfileDocument["networks"]): PlotSpec {
  const values = networks.flatMap(({ model, pattern, totals: { cycles, stalls } }) =>
    causes.map((cause, order) => ({
      network: `${model}/${pattern}`,
      cause,
      order,
      percent: stalls === null ? 0 : (cyclesOf(stalls, cause) / cycles) * 100,
    })),
  );
  return {
    width: 440,
    height: 24 * networks.length,
    data: {
      values: values.map((each) => ({ ...each, says: `${each.network}: ${each.cause} ${each.percent.toFixed(1)} %` })),
    },
    mark: { type: "bar", height: 15, aria: true },
    encoding: {
      y: {
        field: "network",
        type: "nominal",
        sort: null,
        title: null,
        axis: nameAxis(values.map(({ network }) => network)),
      },
      x: {
        field: "percent",
        type: "quantitative",
        title: "share of the network's cycles, %",
        scale: { domain: [0, 100] },
      },
      color: { field: "cause", type: "nominal", title: null, scale: knownCauses() },
      order: { field: "order", type: "quantitative" },
      description: { field: "says" },
    },
  };
}

function utilisationSpec(layers: readonly LayerRow[]): PlotSpec {
  const networks = [...new Set(layers.map(networkOf))];
  const values = networks.flatMap((network) =>
    layers
      .filter((layer) => networkOf(layer) === network)
      .map((layer, k) => {
        const percent = layer.utilisation * 100;
        const cause = causeOf(layer);
        const says = `${network} ${layer.name}: ${percent.toFixed(1)} %, ${Math.round(layer.cycles)} cycles, mostly ${cause}`;
        return { network, layer: k + 1, percent, cause, says };
      }),
  );
  const shown = causeScale.domain.filter((cause) => values.some((value) => value.cause === cause));
  return {
    data: { values },
    facet: { field: "network", type: "nominal", sort: networks, title: null },
    columns: 1,
    spacing: { row: 10 },
    resolve: { scale: { x: "independent" } },
    spec: {
      width: 600,
      height: 64,
      mark: { type: "bar", aria: true },
      encoding: {
        x: {
          field: "layer",
          type: "ordinal",
          title: "layer",
          axis: { labelExpr: "datum.value % 10 == 0 ? datum.label : ''", labelAngle: 0, ticks: false },
        },
        y: { field: "percent", type: "quantitative", title: "utilis. %", axis: { tickCount: 3 } },
        color: { field: "cause", type: "nominal", title: "most cycles go to", scale: picked(shown, causeScale.range) },
        description: { field: "says" },
      },
    },
  };
}

function rooflineFigure({ layers, peakMacsPerCycle, dramBytesPerCycle, hardware }: ProfileDocument): Figure {
  const placed = layers.flatMap((layer) => (layer.roofline === null ? [] : [{ layer, roofline: layer.roofline }]));
  const numbers = rooflineTable(placed);
  const memoryBound = placed.filter(({ roofline }) => roofline.limit === "memory").length;
  return {
    id: "roofline",
    title: "The layers under the roofline of array and memory",
    caption:
      `${hardware}: at most ${peakMacsPerCycle} MACs per cycle, and ${short(dramBytesPerCycle ?? Number.NaN)} bytes of DRAM per cycle. Each point is a layer; on ` +
      `the roof it could not be faster with the traffic that it has. ${memoryBound} of ${placed.length} layers are under the slope, where memory is the limit. ` +
      "How far a point is below the roof is what barrier and PE set-up cost; its colour is what takes most cycles.",
    plots: [
      {
        name: "roof",
        label: "MACs per cycle over MACs per byte of DRAM traffic, a point for each layer, with the roofline",
        spec: rooflineSpec(placed, peakMacsPerCycle, dramBytesPerCycle ?? Number.NaN),
        numbers,
      },
    ],
    tables: [numbers],
  };
}

function rooflineTable(placed: readonly Placed[]): NumberTable {
  return {
    title: "Roofline",
    columns: [
      { title: "network" },
      { title: "layer" },
      { title: "MACs per DRAM byte", digits: 3 },
      { title: "MACs per cycle", digits: 2 },
      { title: "attainable", digits: 2 },
      { title: "limit" },
      { title: "most cycles go to" },
    ],
    rows: placed.map(({ layer, roofline }) => [
      networkOf(layer),
      layer.name,
      roofline.macsPerDramByte,
      roofline.achievedMacsPerCycle,
      roofline.attainableMacsPerCycle,
      roofline.limit,
      causeOf(layer),
    ]),
  };
}

type Placed = { readonly layer: LayerRow; readonly roofline: NonNullable<LayerRow["roofline"]> };

function rooflineSpec(placed: readonly Placed[], peak: number, bytesPerCycle: number): PlotSpec {
  const points = placed
    .filter(({ roofline }) => roofline.achievedMacsPerCycle > 0)
    .map(({ layer, roofline }) => ({
      x: roofline.macsPerDramByte,
      y: roofline.achievedMacsPerCycle,
      cause: causeOf(layer),
      says: `${networkOf(layer)} ${layer.name}: ${short(roofline.achievedMacsPerCycle)} of ${short(roofline.attainableMacsPerCycle)} MACs per cycle, mostly ${causeOf(layer)}`,
    }));
  const xs = points.map(({ x }) => x);
  const knee = peak / bytesPerCycle;
  const [left, right] = [Math.min(...xs, knee) / 1.5, Math.max(...xs, knee) * 2];
  const bottom = Math.min(...points.map(({ y }) => y)) / 1.5;
  // With memory without a limit there is no slope.
  const slopeX = Math.max(left, bottom / bytesPerCycle);
  const corners = [
    { x: slopeX, y: slopeX * bytesPerCycle },
    { x: knee, y: peak },
    { x: right, y: peak },
  ];
  const flat = [
    { x: left, y: peak },
    { x: right, y: peak },
  ];
  const shown = causeScale.domain.filter((cause) => points.some((point) => point.cause === cause));
  const x = logAxis("x", "effectual MACs per byte of DRAM traffic", [left, right]);
  const y = logAxis("y", "effectual MACs per cycle", [bottom, peak * 1.5]);
  return {
    width: 560,
    height: 340,
    layer: [
      {
        data: { values: Number.isFinite(bytesPerCycle) ? corners : flat },
        mark: { type: "line", color: ink.text, strokeWidth: 2 },
        encoding: { x, y },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 46, opacity: 0.8, aria: true },
        encoding: {
          x,
          y,
          color: {
            field: "cause",
            type: "nominal",
            title: "most cycles go to",
            scale: picked(shown, causeScale.range),
          },
          shape: { field: "cause", type: "nominal", title: "most cycles go to", scale: picked(shown, shapeRange) },
          description: { field: "says" },
        },
      },
    ],
  };
}

function picked(domain: readonly string[], range: readonly string[]): { domain: string[]; range: string[] } {
  return { domain: [...domain], range: domain.map((cause) => range[causeScale.domain.indexOf(cause)]) };
}

function knownCauses(): { domain: string[]; range: string[] } {
  return picked(causes, causeScale.range);
}

function cyclesOf(stalls: Readonly<Record<CyclePart, number>>, cause: Cause): number {
  const parts = Object.entries(stalls) as [CyclePart, number][];
  return parts.reduce((sum, [part, cycles]) => (causeOfPart[part] === cause ? sum + cycles : sum), 0);
}

function causeOf({ stalls }: LayerRow): Cause | typeof unknownCause {
  if (stalls === null) return unknownCause;
  return causes.reduce((a, b) => (cyclesOf(stalls, b) > cyclesOf(stalls, a) ? b : a));
}

function networkOf({ model, pattern }: LayerRow): string {
  return `${model}/${pattern}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
