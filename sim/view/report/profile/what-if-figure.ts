/** Figure: what each change of the array alone would bring to a network. */
import type { ExplainDocument } from "../../../study/explain/explain-document.ts";
import { nameAxis } from "../../plots/axes.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

/** Changes drawn at most; the table has all. */
const maxBars = 20;

/** Changes listed for each layer. */
const perLayer = 3;

export function whatIfFigure(explanation: ExplainDocument): Figure {
  const { model, pattern } = explanation.network;
  const changes = changesTable(explanation);
  return {
    id: `what-if-${`${model}-${pattern}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
    title: `What each change would bring to ${model}/${pattern}`,
    caption:
      "One key of the hardware file changed alone, every layer mapped anew: the share of the cycles that it saves, less than 0 where it " +
      "costs some. Sizes and rates are doubled or without limit, mechanisms at their neutral value. Each is what dysta profile " +
      "says of the changed hardware.",
    plots: [
      {
        name: "gains",
        label: `Cycles saved by each change, ${model}/${pattern}`,
        spec: gainsSpec(explanation),
        numbers: changes,
      },
    ],
    tables: [changes, layersTable(explanation)],
  };
}

function gainsSpec({ whatIf }: ExplainDocument): PlotSpec {
  const drawn = whatIf.toSorted((a, b) => Math.abs(b.gain) - Math.abs(a.gain)).slice(0, maxBars);
  const values = whatIf
    .filter((each) => drawn.includes(each))
    .map(({ change, gain }) => ({
      change,
      percent: gain * 100,
      role: gain < 0 ? "costs" : "saves",
      says: `${change}: ${(gain * 100).toFixed(1)} % of the cycles`,
    }));
  const names = values.map(({ change }) => change);
  return {
    width: 420,
    height: 20 * values.length,
    data: { values },
    mark: { type: "bar", height: 13, aria: true },
    encoding: {
      y: { field: "change", type: "nominal", sort: names, title: null, axis: nameAxis(names) },
      x: { field: "percent", type: "quantitative", title: "cycles saved, %" },
      color: {
        field: "role",
        type: "nominal",
        title: null,
        scale: { domain: ["saves", "costs"], range: [palette.blue, palette.vermilion] },
      },
      description: { field: "says" },
    },
  };
}

function changesTable({ whatIf }: ExplainDocument): NumberTable {
  return {
    title: "Changes",
    columns: [
      { title: "change" },
      { title: "cycles", digits: 0 },
      { title: "cycles saved, %", digits: 2 },
      { title: "energy, µJ" },
      { title: "energy saved, %", digits: 2 },
      { title: "layers mapped otherwise", digits: 0 },
    ],
    rows: whatIf.map(({ change, cycles, gain, energyPj, energyGain, remapped }) => [
      change,
      cycles,
      gain * 100,
      energyPj === null ? null : energyPj / 1e6,
      energyGain === null ? null : energyGain * 100,
      remapped,
    ]),
  };
}

function layersTable({ layers }: ExplainDocument): NumberTable {
  return {
    title: "The changes that each layer gains most from",
    columns: [
      { title: "layer" },
      { title: "change" },
      { title: "cycles", digits: 0 },
      { title: "cycles saved, %", digits: 1 },
    ],
    rows: layers.flatMap(({ name, whatIf }) =>
      whatIf.slice(0, perLayer).map(({ change, cycles, gain }) => [name, change, cycles, gain * 100]),
    ),
  };
}
