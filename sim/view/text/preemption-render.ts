/** What modelled preemption cost each scheduler, as a table. */
import { type PreemptionCost, preemptionCosts } from "../../study/run/preemption-report.ts";
import type { Comparison, PreparedRun } from "../../study/run/run.ts";
import { percent, signed } from "./hardware-render.ts";
import { newTable } from "./table.ts";

const head = [
  "preemption\nmodelled",
  "spills\n",
  "of the\nheld",
  "cycles\n",
  "of busy\ntime",
  "DRAM\nMB",
  "energy\nmJ",
  "ANTT, against\nfree switches",
  "violations,\npoints",
  "ANTT advantage\nleft",
  "violation\nadvantage left",
];

/** None where switches are free. */
export function preemptionText({ setup }: PreparedRun, comparison: Comparison): string[] {
  const costs = preemptionCosts(comparison);
  if (setup.switchHardware === undefined || costs.length === 0) return [];
  const table = newTable(head);
  for (const cost of costs) table.push(row(cost));
  const kilobytes = setup.switchHardware.memory.bufferBytes / 1024;
  return [
    `${table}\nMeans per seed. A preempted request's activations stay in the ${kilobytes} KiB of buffer while they fit beside what runs, else they ` +
      "are\nspilled and reloaded over DRAM. Held: preemptions that left any there. Advantage: over fcfs, with modelled / with free switches.",
  ];
}

function row(cost: PreemptionCost): string[] {
  return [
    cost.scheduler,
    cost.spills.mean.toFixed(0),
    cost.held.mean.toFixed(0),
    cost.cycles.mean.toFixed(0),
    percent(cost.shareOfBusy.mean),
    (cost.bytes.mean / 1e6).toFixed(2),
    (cost.energyPj.mean / 1e9).toFixed(3),
    signed(cost.anttChange, 1, 3),
    signed(cost.violationChange, 100, 2),
    share(cost.anttAdvantageLeft),
    share(cost.violationAdvantageLeft),
  ];
}

function share(left: number | null): string {
  return left === null ? "" : percent(left);
}
