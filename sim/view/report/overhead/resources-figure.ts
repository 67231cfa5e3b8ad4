/** Figure of `dysta overhead`: the paper's three designs, ours beside Fig. 16. */
import type { ResourcesReport } from "../../../study/overhead/overhead-resources.ts";
import type { Figure } from "../../plots/figure.ts";
import { pairColours } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

const kinds = ["lut", "ff", "dsp"] as const;
const titles = { lut: "LUTs", ff: "flip-flops", dsp: "DSPs" } as const;

export function resourcesFigure({ designs }: ResourcesReport): Figure {
  const values = designs.flatMap(({ design, depth, relative, published }) =>
    kinds.flatMap((kind) => [
      { design, depth: `depth ${depth}`, kind: titles[kind], whose: "ours", share: relative[kind] },
      { design, depth: `depth ${depth}`, kind: titles[kind], whose: "paper, Fig. 16", share: published[kind] },
    ]),
  );
  return {
    id: "resources",
    title: "Resources of the paper's three designs, relative to the unoptimised one",
    caption:
      "Ours are synthesised from our RTL by Yosys for UltraScale+, before place and route; the paper's are read off its Fig. 16. " +
      "Ours shrinks less: FIFOs, tables, controller and the wide clocks do not become smaller with the number format.",
    plots: [
      {
        name: "relative",
        label:
          "LUTs, flip-flops and DSPs of three designs at two depths relative to Non_Opt_FP32, ours and the paper's",
        spec: spec(values),
      },
    ],
    tables: [
      {
        title: "Resources",
        columns: [
          { title: "design" },
          { title: "depth", digits: 0 },
          { title: "LUTs", digits: 0 },
          { title: "flip-flops", digits: 0 },
          { title: "DSPs", digits: 0 },
          { title: "memory bits", digits: 0 },
          ...kinds.flatMap((kind) => [
            { title: `${titles[kind]}, relative`, digits: 3 },
            { title: `${titles[kind]}, paper`, digits: 3 },
          ]),
        ],
        rows: designs.map(({ design, depth, lut, ff, dsp, memoryBits, relative, published }) => [
          ...[design, depth, lut, ff, dsp, memoryBits],
          ...kinds.flatMap((kind) => [relative[kind], published[kind]]),
        ]),
      },
    ],
  };
}

function spec(values: readonly object[]): PlotSpec {
  return {
    data: { values: [...values] },
    facet: {
      row: { field: "depth", type: "nominal", title: null },
      column: { field: "kind", type: "nominal", title: null, sort: [titles.lut, titles.ff, titles.dsp] },
    },
    spec: {
      width: 290,
      height: 150,
      mark: "bar",
      encoding: {
        x: {
          field: "design",
          type: "nominal",
          title: null,
          sort: ["Non_Opt_FP32", "Opt_FP32", "Opt_FP16"],
          axis: { labelAngle: 0 },
        },
        xOffset: { field: "whose", type: "nominal" },
        y: { field: "share", type: "quantitative", title: "relative to Non_Opt_FP32" },
        color: {
          field: "whose",
          type: "nominal",
          title: null,
          scale: { domain: ["ours", "paper, Fig. 16"], range: [...pairColours] },
        },
      },
    },
  };
}
