/** Figure of `dysta overhead`: how much longer inferences take for a monitor of so many lanes. */
import type { MonitorReport } from "../../../study/overhead/monitor-report.ts";
import type { Figure } from "../../plots/figure.ts";
import { palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

const series = {
  all: "all networks",
  network: "the network that loses most",
  layer: "the layer that loses most",
} as const;

export function monitorFigure({ hardware, monitor, lanes, networks }: MonitorReport): Figure {
  const values = lanes.flatMap(({ lanes: count, slowdown, worstNetwork, worstLayer }) => [
    { lanes: count, of: series.all, percent: beyond(slowdown) },
    { lanes: count, of: series.network, percent: beyond(worstNetwork) },
    { lanes: count, of: series.layer, percent: beyond(worstLayer) },
  ]);
  return {
    id: "monitor-lanes",
    title: "How many lanes the monitor needs",
    caption:
      `Cycles with a monitor at the ${monitor.tap} of ${hardware} beyond those without one, by the outputs that it looks at in a ` +
      "cycle. As many lanes as the array's partial-sum ports pass outputs hold nothing.",
    plots: [
      {
        name: "lanes",
        label: "Percent that layers and networks take longer, over the number of lanes",
        spec: spec(values),
      },
    ],
    tables: [
      {
        title: "Lanes",
        columns: [
          { title: "lanes", digits: 0 },
          { title: "all networks, longer %", digits: 3 },
          { title: "worst network, longer %", digits: 3 },
          { title: "worst layer, longer %", digits: 3 },
        ],
        rows: lanes.map(({ lanes: count, slowdown, worstNetwork, worstLayer }) => [
          count,
          ...[slowdown, worstNetwork, worstLayer].map(beyond),
        ]),
      },
      {
        title: `Networks, ${monitor.lanes} lanes`,
        columns: [
          { title: "network" },
          { title: "cycles without", digits: 0 },
          { title: "cycles with", digits: 0 },
          { title: "longer %", digits: 3 },
          { title: "worst layer" },
          { title: "longer %", digits: 3 },
        ],
        rows: networks.map(({ model, without, cycles, slowdown, worstLayer }) => [
          ...[model, without, cycles, beyond(slowdown)],
          ...[worstLayer.name, beyond(worstLayer.slowdown)],
        ]),
      },
    ],
  };
}

function beyond(slowdown: number): number {
  return (slowdown - 1) * 100;
}

function spec(values: readonly object[]): PlotSpec {
  return {
    width: 520,
    height: 260,
    data: { values: [...values] },
    mark: { type: "line", point: true, strokeWidth: 2.5 },
    encoding: {
      x: { field: "lanes", type: "ordinal", title: "lanes", axis: { grid: false, labelAngle: 0 } },
      y: { field: "percent", type: "quantitative", title: "longer, %", scale: { type: "symlog" } },
      color: {
        field: "of",
        type: "nominal",
        title: null,
        scale: { domain: Object.values(series), range: [palette.blue, palette.orange, palette.vermilion] },
      },
    },
  };
}
