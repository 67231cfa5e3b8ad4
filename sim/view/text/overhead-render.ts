/** `dysta overhead` for people. */
import type { AttentionMonitor } from "../../study/overhead/attention-monitor.ts";
import type { DecisionsReport } from "../../study/overhead/overhead.ts";
import type { Overhead } from "../../study/overhead/overhead-document.ts";
import type { TimingReport } from "../../study/overhead/timing-report.ts";
import { percent, signed } from "./hardware-render.ts";
import { longer, monitorTables } from "./monitor-render.ts";
import { overheadSentence } from "./overhead-sentence.ts";
import { predictionTables } from "./prediction-render.ts";
import { resourcesText } from "./resources-render.ts";
import { newTable } from "./table.ts";
import { colours } from "./terminal.ts";

export function overheadText(overhead: Overhead): string {
  const { decisions, resources, prediction, attentionMonitor, monitor, timing } = overhead;
  return [
    overheadSentence(overhead),
    wholeTable(overhead),
    ...(monitor === undefined
      ? []
      : [title("The monitor in the path of the outputs"), monitorTables(monitor, resources)]),
    title("Cycles of a decision"),
    cyclesTable(decisions),
    layersLine(decisions),
    title("The unit on the requests of the scenario"),
    costTable(decisions),
    title("Resources on UltraScale+, synthesised from our RTL"),
    resourcesText(resources),
    title("Static timing before layout"),
    timingTable(timing),
    title("Picks of the unit against the software's doubles"),
    agreementTable(decisions),
    title("What the monitor's density buys"),
    predictionTables(prediction),
    ...(attentionMonitor === undefined
      ? []
      : [title("A monitor at the write-back of the predicted mask"), lanesTable(attentionMonitor)]),
  ].join("\n\n");
}

function wholeTable({ decisions, resources }: Overhead): string {
  const { whole } = decisions;
  const table = newTable(["", "accelerator held longer %", "ANTT", "violations, points"]);
  table.push(["monitor", longer(whole.monitorSlowdown), "", ""]);
  table.push(["decisions", longer(whole.decisionSlowdown), "", ""]);
  table.push(["both", longer(whole.slowdown), signed(whole.anttChange, 1, 4), signed(whole.violationChange, 100, 2)]);
  const against = "against the same requests on the array without a monitor and a unit that is free";
  return "unavailable" in resources ? `${table}\n${against}` : `${table}\n${against}; resources are below`;
}

function timingTable({ library, speedUpTo65nm, blocks }: TimingReport): string {
  const table = newTable(["block", "ns", "MHz", "at 65 nm by the rule: ns", "MHz", "gate equivalents"]);
  for (const { block, periodNs, scaledNs, gateEquivalents } of blocks) {
    table.push([
      block,
      periodNs.toFixed(2),
      megahertz(periodNs),
      scaledNs.toFixed(2),
      megahertz(scaledNs),
      gateEquivalents,
    ]);
  }
  return `${library}; the rule: gates of 65 nm are ${speedUpTo65nm} times as fast. No wires, no layout.\n\n${table}`;
}

function megahertz(periodNs: number): string {
  return (1000 / periodNs).toFixed(0);
}

function lanesTable({ hardware, network, layer, cycles, lanes }: AttentionMonitor): string {
  const table = newTable(["lanes", "stall cycles", "drain cycles", "share of the layer"]);
  for (const { lanes: count, stallCycles, drainCycles, share } of lanes) {
    table.push([count, stallCycles, drainCycles, percent(share)]);
  }
  return `${network}, ${layer} on ${hardware}: ${cycles} cycles\n\n${table}`;
}

function title(text: string): string {
  return colours.bold(text);
}

function cyclesTable({ unit, perDecision, clockHz }: DecisionsReport): string {
  const table = newTable(["requests waiting", "cycles", "exposed", "µs exposed"]);
  const shown = perDecision.filter(({ queue }) => Number.isInteger(Math.log2(queue)) || queue === unit.fifoDepth);
  for (const { queue, cycles, exposedCycles } of shown) {
    table.push([queue, cycles, exposedCycles, ((exposedCycles / clockHz) * 1e6).toFixed(2)]);
  }
  return `${unit.format}, ${unit.fifoDepth} deep, ${unit.variant} multipliers, rescoring ${unit.rescoring}, ${clockHz / 1e6} MHz\n\n${table}`;
}

function layersLine({ layers, perDecision, unit }: DecisionsReport): string {
  const deepest = perDecision[perDecision.length - 1].exposedCycles;
  return (
    `Layers take ${Math.round(layers.mean)} cycles on average, the shortest ${Math.round(layers.shortest)}; ` +
    `${percent(layers.shorterThanDecision)} are shorter than a decision among one request. ` +
    `With ${unit.fifoDepth} requests a decision is ${percent(deepest / layers.mean)} of an average layer.`
  );
}

function costTable({ rescorings }: DecisionsReport): string {
  const table = newTable([
    "rescoring",
    "cycles",
    "exposed",
    "slowdown %",
    "ANTT against free",
    "violations, points",
    "wait for port, µs",
  ]);
  for (const each of rescorings) {
    table.push([
      each.rescoring,
      each.cycles.toFixed(1),
      each.exposedCycles.toFixed(1),
      ((each.slowdown - 1) * 100).toFixed(4),
      signed(each.anttChange, 1, 4),
      signed(each.violationChange, 100, 2),
      (each.hostWaitMeanS * 1e6).toFixed(3),
    ]);
  }
  return `${table}\nmeans over all decisions; slowdown: exposed cycles / cycles of layers`;
}

function agreementTable({ formats }: DecisionsReport): string {
  const table = newTable([
    "format",
    "rescoring",
    "equal %",
    "of contested %",
    "first different",
    "ANTT against software",
    "violations, points",
    "out of range",
  ]);
  for (const each of formats) {
    const first = each.firstDivergence;
    table.push([
      each.format,
      each.rescoring,
      (each.equalShare * 100).toFixed(4),
      (each.contestedEqualShare * 100).toFixed(4),
      first === null ? "none" : `seed ${first.seed}, decision ${first.decision}`,
      signed(each.anttChange, 1, 4),
      signed(each.violationChange, 100, 2),
      each.timeSaturations + each.countSaturations + each.nonFiniteScores,
    ]);
  }
  return `${table}\ncontested: among two requests or more; the software's decisions take no time`;
}
