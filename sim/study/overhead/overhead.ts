/**
 * What the scheduling unit costs and whether it decides right, on the requests of a scenario: cycles on the critical path,
 * slowdown against a unit that is free, agreement with the software's doubles for every number format.
 */

import { rescorings, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { type DecisionCycles, decisionCycles } from "../../../hw/scheduling-unit/latencies.ts";
import { type FormatName, formatNames } from "../../../hw/scheduling-unit/number-format.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { isolatedTimes } from "../../core/metrics.ts";
import { unitSetup } from "../../core/unit-setup.ts";
import type { Workload } from "../../core/workload.ts";
import type { PoolOptions } from "../../threads/pool.ts";
import { type Agreement, agreementOf, type UnitCost, unitCostOf } from "../run/agreement.ts";
import { type Comparison, type PreparedRun, runComparison } from "../run/run.ts";
import { type SimulateResult, workloadOf } from "../run/simulate-job.ts";
import { type Estimate, estimate } from "../run/summary.ts";

export interface DecisionsReport {
  readonly unit: SchedulingUnit;
  readonly clockHz: number;
  /** By queue length, 1 … depth: after a layer that was not its request's last. */
  readonly perDecision: readonly ({ readonly queue: number } & DecisionCycles)[];
  /** Cycles of the layers that can be dispatched, over all networks and samples. */
  readonly layers: { readonly shortest: number; readonly mean: number; readonly shorterThanDecision: number };
  /** The unit in the run, for every way to renew scores. */
  readonly rescorings: readonly RescoringCost[];
  /** For every number format and way to renew scores. */
  readonly formats: readonly FormatAgreement[];
  /** Monitor and unit together, in the same run. */
  readonly whole: WholeCost;
}

/** Against the same requests on an array without a monitor, and a unit that is free. */
export interface WholeCost {
  /** Time that the accelerator is held by layers and exposed decisions / by layers without a monitor: together, and alone. */
  readonly slowdown: number;
  readonly monitorSlowdown: number;
  readonly decisionSlowdown: number;
  readonly anttChange: Estimate;
  readonly violationChange: Estimate;
}

export interface RescoringCost extends UnitCost {
  readonly rescoring: SchedulingUnit["rescoring"];
  /** Time that the accelerator is held by layers and exposed decisions / by layers. */
  readonly slowdown: number;
  /** Against the same unit, free. */
  readonly anttChange: Estimate;
  readonly violationChange: Estimate;
}

export interface FormatAgreement extends Agreement {
  readonly format: FormatName;
  readonly rescoring: SchedulingUnit["rescoring"];
  readonly timeSaturations: number;
  readonly countSaturations: number;
  readonly nonFiniteScores: number;
}

/**
 * Runs the unit's scheduler on the prepared scenario with every format and rescoring, and once more with a unit that is free.
 *
 * @param prepared of a scenario with dispatch in hardware.
 * @param bare the same without a monitor.
 * @throws ConfigError if the unit cannot hold the scenario in any of its forms.
 */
export async function decisionsReport(
  prepared: PreparedRun,
  bare: PreparedRun,
  pool: PoolOptions,
): Promise<DecisionsReport> {
  const chosen = unitOf(prepared);
  const free = await withUnit(prepared, { decisionCost: "free" }, pool);
  const rescoringCosts: RescoringCost[] = [];
  const formats: FormatAgreement[] = [];
  const bareAndFree = await withUnit(bare, { decisionCost: "free" }, pool);
  const wholes: WholeCost[] = [];
  for (const rescoring of rescoringsOf(chosen)) {
    for (const format of formatNames) {
      const comparison = await withUnit(prepared, { format, rescoring, decisionCost: "modelled" }, pool);
      const cost = present(unitCostOf(comparison));
      const { timeSaturations, countSaturations, nonFiniteScores } = cost;
      formats.push({
        format,
        rescoring,
        ...present(agreementOf(comparison)),
        timeSaturations,
        countSaturations,
        nonFiniteScores,
      });
      if (format !== chosen.format) continue;
      rescoringCosts.push({ rescoring, ...cost, ...slowdownOf(prepared, comparison, free) });
      if (rescoring === chosen.rescoring) wholes.push(wholeOf(prepared, bare, comparison, bareAndFree));
    }
  }
  return {
    unit: chosen,
    clockHz: Math.round(1 / chosen.secondsPerTick),
    perDecision: Array.from({ length: chosen.fifoDepth }, (_, k) => ({
      queue: k + 1,
      ...decisionCycles(chosen, k + 1),
    })),
    layers: layerCycles(prepared.setup.networks, chosen),
    rescorings: rescoringCosts,
    formats,
    whole: present(wholes.at(0)),
  };
}

/** A unit of `swp` has one way to renew scores. */
function rescoringsOf({ policy }: SchedulingUnit): readonly SchedulingUnit["rescoring"][] {
  return policy === "dysta" ? rescorings : ["before-dispatch"];
}

function unitOf({ setup }: PreparedRun): SchedulingUnit {
  if (setup.unit === undefined) throw new Error("the overhead is that of a run with a scheduling unit");
  return setup.unit.unit;
}

/** The comparison of the scheduler in hardware with the same in software, for a unit with these keys. */
async function withUnit(
  prepared: PreparedRun,
  keys: Partial<Scenario["unit"]>,
  pool: PoolOptions,
): Promise<Comparison> {
  const { scenario, setup } = prepared;
  const { timeShiftBits: _, scoreShiftBits: __, countShiftBits: ___, ...formatFree } = scenario.unit;
  const isOtherFormat = keys.format !== undefined && keys.format !== scenario.unit.format;
  const unit = { ...(isOtherFormat ? formatFree : scenario.unit), ...keys };
  const { networks, alpha, elasticities } = setup;
  const slopes = { alpha, elasticity: elasticities.map(({ value }) => value) };
  const chosen = unitSetup({ ...scenario, unit }, networks, slopes);
  if (chosen === undefined) throw new Error("dispatch is in hardware");
  const comparison = await runComparison(
    { ...prepared, setup: { ...setup, unit: chosen } },
    { ...pool, keepSchedules: false },
  );
  if (comparison.mistake !== undefined) throw comparison.mistake;
  return comparison;
}

function slowdownOf(prepared: PreparedRun, modelled: Comparison, free: Comparison) {
  return {
    slowdown: 1 + exposedSeconds(prepared, modelled) / layerSeconds(prepared),
    anttChange: change("antt", modelled, free),
    violationChange: change("violationRate", modelled, free),
  };
}

function wholeOf(prepared: PreparedRun, bare: PreparedRun, modelled: Comparison, bareAndFree: Comparison): WholeCost {
  const without = layerSeconds(bare);
  const monitorSlowdown = layerSeconds(prepared) / without;
  const decisionShare = exposedSeconds(prepared, modelled) / without;
  return {
    slowdown: monitorSlowdown + decisionShare,
    monitorSlowdown,
    decisionSlowdown: 1 + decisionShare,
    anttChange: change("antt", modelled, bareAndFree),
    violationChange: change("violationRate", modelled, bareAndFree),
  };
}

/** Time of the layers of all requests of all seeds. */
function layerSeconds({ setup, seeds }: PreparedRun): number {
  const times = seeds.map((seed) => isolatedTimes(workloadOf(setup, seed)).reduce((sum, time) => sum + time, 0));
  return times.reduce((sum, time) => sum + time, 0) * setup.networks.secondsPerTick;
}

/** Time of the parts of decisions that no layer hides. */
function exposedSeconds(prepared: PreparedRun, modelled: Comparison): number {
  const { decisions, exposedCycles } = present(unitCostOf(modelled));
  return decisions * exposedCycles * unitOf(prepared).secondsPerTick;
}

function change(metric: "antt" | "violationRate", { runs }: Comparison, against: Comparison): Estimate {
  const of = (result: SimulateResult) => result.metrics.overall[metric];
  return estimate(runs.map(({ result }, k) => of(result) - of(against.runs[k].result)));
}

function layerCycles(
  { profiles, secondsPerTick }: Pick<Workload, "profiles" | "secondsPerTick">,
  unit: SchedulingUnit,
) {
  const decision = decisionCycles(unit, 1).exposedCycles;
  let count = 0;
  let sum = 0;
  let shortest = Number.POSITIVE_INFINITY;
  let shorter = 0;
  for (const { latency, timeUnit } of profiles) {
    const cyclesPerTime = timeUnit === "cycles" ? 1 : secondsPerTick / unit.secondsPerTick;
    for (const time of latency) {
      const cycles = time * cyclesPerTime;
      count += 1;
      sum += cycles;
      if (cycles < shortest) shortest = cycles;
      if (cycles < decision) shorter += 1;
    }
  }
  return { shortest, mean: sum / count, shorterThanDecision: shorter / count };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new ConfigError("dysta did not finish on every seed");
  return value;
}
