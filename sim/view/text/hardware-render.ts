/** What dispatch in hardware did, in words. */

import type { UnitSetup } from "../../core/unit-setup.ts";
import { type Agreement, agreementOf, type UnitCost, unitCostOf } from "../../study/run/agreement.ts";
import { type MonitorCost, type MonitorInPath, monitorCost, monitorInPath } from "../../study/run/monitor-cost.ts";
import type { Comparison, PreparedRun } from "../../study/run/run.ts";
import type { Estimate } from "../../study/run/summary.ts";

/** A paragraph on the unit, and one on its agreement with the software; none for dispatch in software. */
export function hardwareText({ setup, accelerator }: PreparedRun, comparison: Comparison): string[] {
  const agreement = agreementOf(comparison);
  const cost = unitCostOf(comparison);
  if (setup.unit === undefined || agreement === undefined || cost === undefined) return [];
  return [
    [
      unitLine(setup.unit),
      costLine(setup.unit, cost),
      rangeLine(cost),
      monitorLine(monitorInPath(accelerator), monitorCost(setup.networks.profiles)),
      ...agreementLines(agreement, setup.unit.unit.policy),
    ]
      .filter((line) => line !== "")
      .join("\n"),
  ];
}

function unitLine({ unit, decisionCost }: UnitSetup): string {
  const { policy, format, fifoDepth, variant, rescoring } = unit;
  return `${policy} was dispatched by the scheduling unit: ${format}, ${fifoDepth} requests deep, ${variant} multipliers, rescoring ${rescoring}, decisions ${decisionCost}.`;
}

function costLine({ unit, decisionCost }: UnitSetup, cost: UnitCost): string {
  if (decisionCost === "free") return "";
  const { cycles, exposedCycles, perDecision, hostWaitMeanS, hostWaitMaxS } = cost;
  const longest = perDecision[perDecision.length - 1];
  return (
    `A decision took ${cycles.toFixed(0)} cycles on average (${(cycles * unit.secondsPerTick * 1e6).toFixed(2)} µs), ${exposedCycles.toFixed(0)} of them before the layer could begin; ` +
    `with ${longest.queue} requests ${longest.exposedCycles.toFixed(0)}. ` +
    `A request waited ${micros(hostWaitMeanS)} for the port, at most ${micros(hostWaitMaxS)}.`
  );
}

function rangeLine({ timeSaturations, countSaturations, nonFiniteScores }: UnitCost): string {
  if (timeSaturations + countSaturations + nonFiniteScores === 0) return "";
  return `Out of the format's range: ${timeSaturations} time differences, ${countSaturations} counts, ${nonFiniteScores} scores.`;
}

function monitorLine(monitor: MonitorInPath | undefined, cost: MonitorCost | undefined): string {
  if (monitor !== undefined) {
    const place = monitor.tap === "ports" ? "partial-sum ports" : "channel";
    return `The monitor's ${monitor.lanes} zero detectors stand in the path of the outputs, at the ${place}: what they hold is in all times above.`;
  }
  if (cost === undefined) return "";
  const { lanes, maxCycles, maxShare } = cost;
  return `The monitor's ${lanes} zero detectors are not in these times: they could hold an inference ${maxCycles.toFixed(0)} cycles at most, ${percent(maxShare)}.`;
}

function agreementLines(agreement: Agreement, policy: string): string[] {
  const { picks, contestedPicks, equalShare, contestedEqualShare, firstDivergence, anttChange, violationChange } =
    agreement;
  const first =
    firstDivergence === null
      ? "No decision differs."
      : `The first of those that differ is decision ${firstDivergence.decision} of seed ${firstDivergence.seed}, among ${firstDivergence.queue} requests.`;
  return [
    `${percent(equalShare)} of ${picks} picks are the software's (${percent(contestedEqualShare)} of ${contestedPicks} among two or more). ${first}`,
    `Against ${policy} in software on the same requests: ANTT ${signed(anttChange, 1, 3)}, violations ${signed(violationChange, 100, 2)} points.`,
  ];
}

/** A share in percent; of one that is nearly 1 more digits. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.999 && share < 1 ? 4 : 2)} %`;
}

/** A change with its interval. */
export function signed({ mean, ci95 }: Estimate, scale: number, digits: number): string {
  const sign = mean < 0 ? "−" : "+";
  const interval = ci95 === null ? "" : ` ±${(ci95 * scale).toFixed(digits)}`;
  return `${sign}${Math.abs(mean * scale).toFixed(digits)}${interval}`;
}

function micros(seconds: number): string {
  return `${(seconds * 1e6).toFixed(2)} µs`;
}
