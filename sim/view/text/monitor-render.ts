/** What the monitor costs in cycles, for people. */
import type { MonitorReport } from "../../study/overhead/monitor-report.ts";
import type { NoResources, ResourcesReport } from "../../study/overhead/overhead-resources.ts";
import { newTable } from "./table.ts";

/** Two tables: the networks with the monitor in the path, and the numbers of lanes. */
export function monitorTables(report: MonitorReport, resources: ResourcesReport | NoResources): string {
  const { hardware, monitor, all, networks } = report;
  const table = newTable(["network", "cycles without", "with", "longer %", "layer that loses most", "longer %"]);
  for (const { model, pattern, worstLayer, ...network } of networks) {
    const worst = worstLayer.slowdown > 1 ? [worstLayer.name, longer(worstLayer.slowdown)] : ["none", ""];
    table.push([
      `${model} ${pattern}`,
      cycles(network.without),
      cycles(network.cycles),
      longer(network.slowdown),
      ...worst,
    ]);
  }
  table.push(["all", cycles(all.without), cycles(all.cycles), longer(all.slowdown), "", ""]);
  const waiting = monitor.bufferOutputs === 0 ? "none waiting" : `${monitor.bufferOutputs} waiting`;
  return [
    `${monitor.lanes} lanes at the ${monitor.tap} of ${hardware}, ${waiting}; an inference each, mean over the samples`,
    table.toString(),
    lanesTable(report, resources),
  ].join("\n\n");
}

function lanesTable({ lanes }: MonitorReport, resources: ResourcesReport | NoResources): string {
  const monitors = "unavailable" in resources ? [] : resources.monitors;
  const table = newTable(["lanes", "all longer %", "worst network %", "worst layer %", "LUT", "FF"]);
  for (const { lanes: count, slowdown, worstNetwork, worstLayer } of lanes) {
    const own = monitors.find((each) => each.lanes === count);
    table.push([count, longer(slowdown), longer(worstNetwork), longer(worstLayer), own?.lut ?? "", own?.ff ?? ""]);
  }
  return table.toString();
}

/** A slowdown as percent beyond 1. */
export function longer(slowdown: number): string {
  return ((slowdown - 1) * 100).toFixed(3);
}

function cycles(mean: number): string {
  return Math.round(mean).toLocaleString("en");
}
