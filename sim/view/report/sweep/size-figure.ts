/** Figure: every configuration's measures over the number of its PEs. */

import { hardwareFigures } from "../../../study/sweep/sweep.ts";
import type { SweepData } from "../../../study/sweep/sweep-data.ts";
import type { Figure, NumberTable, Plot } from "../../plots/figure.ts";
import { palette } from "../../plots/look.ts";
import { schedulerColours } from "../../plots/scheduler-looks.ts";
import { measureCells, measureColumns, type ShownMeasure } from "./shown-measure.ts";
import { type SweptAxis, sweptAxes } from "./swept-axes.ts";
import { valueAxis } from "./value-axis.ts";

/** More points than this hide each other. */
const maxConfigurations = 400;

/** Undefined where all configurations have as many PEs, or there are too many to be told apart. */
export function sizeFigure(data: SweepData, measures: readonly ShownMeasure[]): Figure | undefined {
  const { configurationCount } = data.sweep;
  if (configurationCount > maxConfigurations) return undefined;
  const configurations = Array.from({ length: configurationCount }, (_, k) => k);
  const pes = configurations.map((configuration) => hardwareOf(data, configuration).pes);
  if (pes.includes(null) || new Set(pes).size === 1) return undefined;
  const numbers = sizeTable(data, configurations, measures);
  return {
    id: "size",
    title: "Against the number of PEs",
    caption:
      "Every configuration of the sweep is a point. Where several have as many PEs, their other parameters differ: the table says which is which.",
    plots: measures.map((measure) => sizePlot(data, configurations, measure)),
    tables: [numbers],
  };
}

function sizeTable(data: SweepData, configurations: readonly number[], measures: readonly ShownMeasure[]): NumberTable {
  const axes = sweptAxes(data);
  return {
    title: "Configurations",
    columns: [
      ...axes.map(({ title }) => ({ title })),
      ...[
        { title: "PEs", digits: 0 },
        { title: "MACs per cycle", digits: 0 },
        { title: "SRAM bytes", digits: 0 },
      ],
      { title: "scheduler" },
      ...measures.flatMap(measureColumns),
    ],
    rows: configurations.flatMap((configuration) => sizeRows(data, axes, configuration, measures)),
  };
}

function hardwareOf({ sweep }: SweepData, configuration: number) {
  const row = sweep.hardwareOf(configuration);
  const of = (name: (typeof hardwareFigures)[number]) => row[hardwareFigures.indexOf(name)];
  return { pes: of("pes"), macsPerCycle: of("macsPerCycle"), sramBytes: of("sramBytes") };
}

function sizeRows(
  data: SweepData,
  axes: readonly SweptAxis[],
  configuration: number,
  measures: readonly ShownMeasure[],
) {
  const { pes, macsPerCycle, sramBytes } = hardwareOf(data, configuration);
  const places = data.placesOf(configuration);
  return data.schedulers.map((scheduler, k) => [
    ...axes.map(({ index, labels }) => labels[places[index]]),
    ...[pes, macsPerCycle, sramBytes, scheduler],
    ...measures.flatMap((measure) => measureCells(data, measure, configuration, k)),
  ]);
}

function sizePlot(data: SweepData, configurations: readonly number[], measure: ShownMeasure): Plot {
  const schedulers = measure.spread.isPerScheduler ? data.schedulers : data.schedulers.slice(0, 1);
  const values = configurations.flatMap((configuration) => {
    const { pes } = hardwareOf(data, configuration);
    return schedulers.flatMap((scheduler, k) => {
      const mean = data.estimate(measure, configuration, k)?.mean;
      if (mean === undefined) return [];
      return [{ pes, mean, scheduler, says: `${pes} PEs: ${measure.title} ${Number(mean.toPrecision(4))}` }];
    });
  });
  const y = valueAxis(
    measure.title,
    values.map(({ mean }) => mean),
  );
  return {
    name: measure.name,
    label: `${measure.title} over the number of PEs`,
    spec: {
      width: 560,
      height: 260,
      data: { values },
      mark: { type: "point", filled: true, size: 45, opacity: 0.75, aria: true },
      encoding: {
        x: {
          field: "pes",
          type: "quantitative",
          title: "PEs, logarithmic",
          scale: { type: "log", nice: false, padding: 12 },
        },
        y: { field: "mean", type: "quantitative", ...y },
        color: measure.spread.isPerScheduler
          ? { field: "scheduler", type: "nominal", title: null, scale: schedulerColours([...data.schedulers]) }
          : { value: palette.blue },
        description: { field: "says" },
      },
    },
  };
}
