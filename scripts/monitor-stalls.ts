/**
 * What the monitor costs in cycles: how long it would hold the write-back, for several widths, measured by stepping one
 * sample of every network of a scenario (default: ar-vr-measured) through the array. Prints a Markdown table.
 *
 *     npm run monitor [-- SCENARIO]
 */

import type { ArrayState } from "../hw/array/stepped.ts";
import { channelRuns, layerMonitor, Monitor } from "../hw/monitor/monitor.ts";
import { schedulerNames } from "../sched/registry.ts";
import { loadAccelerator } from "../sim/profile/accelerator.ts";
import { networksToModel } from "../sim/profile/modelled-networks.ts";
import { observeLayer } from "../sim/profile/profile-layer.ts";
import { targetLayers } from "../sim/profile/profile-target.ts";
import { cacheFolder } from "../sim/results/cache.ts";
import { readTables } from "../workloads/scenarios/load-tables.ts";
import { loadScenario } from "../workloads/scenarios/scenario.ts";

/** Lanes, and outputs that wait in front of them. */
const widths: readonly (readonly [lanes: number, bufferOutputs: number])[] = [
  [64, 0],
  [128, 0],
  [128, 4096],
  [256, 0],
  [512, 0],
];

const scenario = await loadScenario(process.argv[2] ?? "ar-vr-measured", schedulerNames);
const accelerator = await loadAccelerator(scenario.hardware ?? "eyeriss-v2", "stepped");
if (accelerator.kind !== "array") throw new Error("the artifact's model has no write-back to watch");

const lines = [
  `| network | cycles | ${widths.map(([lanes, waiting]) => `${lanes} lanes${waiting > 0 ? `, ${waiting} wait` : ""}`).join(" | ")} |`,
  `|---|---|${"---|".repeat(widths.length)}`,
];
for (const { model, target } of networksToModel(scenario, readTables(scenario))) {
  let cycles = 0;
  const held = widths.map(() => 0);
  for (const index of targetLayers(target).keys()) {
    const monitors = widths.map(([lanes, bufferOutputs]) => new Monitor({ ...layerMonitor, lanes, bufferOutputs }));
    const job = { accelerator, target, layer: index, cache: cacheFolder(undefined) };
    const layer = observeLayer(job, 0, {
      observer: {
        written: (...stream) => {
          for (const monitor of monitors) monitor.written(...stream);
        },
      },
      arrayObserver: {
        layerBegins: ({ nest, passes }: ArrayState) => {
          for (const monitor of monitors) monitor.beginLayer(nest.groups * nest.filters, channelRuns(nest, passes));
        },
        cycleBegins: () => {},
      },
    });
    cycles += layer.cycles;
    for (const [k, monitor] of monitors.entries()) held[k] += monitor.stallCycles + monitor.drainCycles;
  }
  const shares = held.map((stalls) => `${stalls} (${((stalls / cycles) * 100).toFixed(2)} %)`);
  lines.push(`| ${model} | ${cycles} | ${shares.join(" | ")} |`);
}
process.stdout.write(`${lines.join("\n")}\n`);
