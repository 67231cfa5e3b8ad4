/** Figure: what decisions of the scheduling unit cost in a run, and how often they are the software's. */

import type { HardwareParts } from "../../../study/run/run-document.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { pairColours, palette } from "../../plots/look.ts";
import type { PlotSpec } from "../../plots/svg.ts";

type Unit = NonNullable<HardwareParts["unit"]>;
type AgreementNumbers = NonNullable<HardwareParts["agreement"]>;

export function agreementFigure(unit: Unit, agreement: AgreementNumbers): Figure {
  const { format, fifoDepth, variant, rescoring, decisionCost, perDecision } = unit;
  const cycles = cyclesTable(unit);
  const { picks, contestedPicks, equalShare, contestedEqualShare, firstDivergence } = agreement;
  const percent = (share: number) => `${Number((share * 100).toFixed(4))} %`;
  const first =
    firstDivergence === null
      ? "No decision differs."
      : `The first that differs is decision ${firstDivergence.decision} of seed ${firstDivergence.seed}.`;
  return {
    id: "agreement",
    title: "The scheduling unit against the software: decisions and their cycles",
    caption:
      `dysta was dispatched by a unit of ${fifoDepth} requests in ${format}, ${variant} multipliers, rescoring ${rescoring}, decisions ${decisionCost}. ` +
      `${percent(equalShare)} of ${picks} picks are those of the software's doubles, ${percent(contestedEqualShare)} of the ${contestedPicks} among two requests or more. ${first} ` +
      "Below: how often decisions were among so many requests, and their mean cycles.",
    plots: [
      {
        name: "cycles",
        label: "Cycles of a decision over the number of waiting requests, and how often each number occurred",
        spec: spec(perDecision),
        numbers: cycles,
      },
    ],
    tables: [agreementTable(agreement), cycles],
  };
}

function agreementTable(agreement: AgreementNumbers): NumberTable {
  const { equalShare, contestedEqualShare } = agreement;
  return {
    title: "Agreement with the software",
    columns: [{ title: "what" }, { title: "value", digits: 5 }, { title: "± 95 %", digits: 5 }],
    rows: [
      ["picks that are equal, %", equalShare * 100, null],
      ["of those among two or more, %", contestedEqualShare * 100, null],
      ["ANTT, hardware − software", agreement.anttChange, agreement.anttChangeCi95],
      ["violations, hardware − software, points", ...scaled(agreement.violationChange, agreement.violationChangeCi95)],
      ["score lost by a different pick, mean over all, µs", agreement.regretMeanS * 1e6, null],
      ["… and at most, µs", agreement.regretMaxS * 1e6, null],
    ],
  };
}

function cyclesTable({ perDecision, secondsPerTick }: Unit): NumberTable {
  return {
    title: "Cycles of decisions",
    columns: [
      { title: "requests waiting", digits: 0 },
      { title: "decisions", digits: 0 },
      { title: "cycles, mean", digits: 1 },
      { title: "of these exposed", digits: 1 },
      { title: "exposed, µs", digits: 3 },
    ],
    rows: perDecision.map(({ queue, decisions, cycles, exposedCycles }) => [
      queue,
      decisions,
      cycles,
      exposedCycles,
      exposedCycles * secondsPerTick * 1e6,
    ]),
  };
}

function scaled(value: number, ci95: number | null): [number, number | null] {
  return [value * 100, ci95 === null ? null : ci95 * 100];
}

const width = 520;

function spec(perDecision: Unit["perDecision"]): PlotSpec {
  const parts = ["the unit works", "the accelerator waits"];
  const cycles = perDecision.flatMap((each) => [
    {
      queue: each.queue,
      part: parts[0],
      cycles: each.cycles,
      says: `among ${each.queue}: ${each.cycles.toFixed(1)} cycles`,
    },
    {
      queue: each.queue,
      part: parts[1],
      cycles: each.exposedCycles,
      says: `among ${each.queue}: ${each.exposedCycles.toFixed(1)} exposed`,
    },
  ]);
  const longest = Math.max(...perDecision.map((each) => each.queue));
  const domain = [0, longest + 1];
  const queue = {
    field: "queue",
    type: "quantitative",
    title: "requests waiting",
    axis: { tickMinStep: 1 },
    scale: { domain, nice: false },
  } as const;
  return {
    vconcat: [
      {
        width,
        height: 90,
        data: { values: [...perDecision] },
        mark: { type: "bar", width: Math.max(1, (0.7 * width) / longest), color: palette.grey },
        encoding: { x: { ...queue, title: null }, y: { field: "decisions", type: "quantitative", title: "decisions" } },
      },
      {
        width,
        height: 200,
        data: { values: cycles },
        mark: { type: "point", size: 70, filled: false, strokeWidth: 2, opacity: 1, aria: true },
        encoding: {
          x: queue,
          y: { field: "cycles", type: "quantitative", title: "cycles, mean" },
          color: {
            field: "part",
            type: "nominal",
            title: "while",
            scale: { domain: parts, range: [...pairColours] },
          },
          shape: {
            field: "part",
            type: "nominal",
            title: "while",
            scale: { domain: parts, range: ["circle", "cross"] },
          },
          description: { field: "says" },
        },
      },
    ],
    resolve: { scale: { x: "shared" } },
  };
}
