/** The scheduling unit of a run: its description from the scenario's keys, and its tables from the networks. */
import {
  checkUnit,
  defaultUnit,
  type SchedulingUnit,
  type UnitPolicy,
  unitPolicies,
} from "../../hw/scheduling-unit/description.ts";
import { type NetworkAverages, type Tables, tablesOf } from "../../hw/scheduling-unit/tables.ts";
import { Dysta } from "../../sched/dysta.ts";
import { Swp } from "../../sched/swp.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import type { Scenario } from "../../workloads/scenarios/scenario.ts";
import { tailSums } from "../../workloads/tables/lookup-table.ts";
import { observedOutputs } from "../../workloads/tables/observed-outputs.ts";
import type { ScoredPolicy } from "./hardware-dispatcher.ts";
import type { Workload } from "./workload.ts";

/** What the unit and its decisions are in a run with hardware dispatch. */
export interface UnitSetup {
  readonly unit: SchedulingUnit;
  /** `free`: decisions take no time and requests no words. */
  readonly decisionCost: "modelled" | "free";
}

type Networks = Omit<Workload, "requests">;

/** How strongly density turns into latency, per profile. */
interface NetworkSlopes {
  /** α of Dysta's predictor. */
  readonly alpha: ArrayLike<number>;
  /** ε of the elastic predictor. */
  readonly elasticity: ArrayLike<number>;
}

/** Whom the unit dispatches for: the first of Dysta, `swp` and `swp_plus` that is among the schedulers. */
export function unitPolicyOf(schedulers: readonly string[]): UnitPolicy | undefined {
  if (schedulers.includes("all")) return "dysta";
  return unitPolicies.find((policy) => schedulers.includes(policy));
}

/**
 * The scheduling unit that the scenario asks for; undefined for dispatch in software.
 *
 * @throws ConfigError if the unit cannot work, cannot hold the networks, or cannot do what the scenario asks of Dysta.
 */
export function unitSetup(scenario: Scenario, networks: Networks, slopes: NetworkSlopes): UnitSetup | undefined {
  if (scenario.dispatch === "software") return undefined;
  const policy = unitPolicyOf(scenario.schedulers) ?? "dysta";
  requireHardwareRules(scenario, policy);
  const { decisionCost, format, clock: ownClock, ...keys } = scenario.unit;
  const slowest = Math.min(...networks.profiles.map(({ clockHz, acceleratorHz = clockHz }) => acceleratorHz));
  const clockHz = ownClock ?? slowest;
  // Free and in doubles the unit is the reference: its clock counts whatever the run's does.
  const isReference = decisionCost === "free" && format === "fp64";
  const clock = isReference ? { secondsPerTick: networks.secondsPerTick, timeBits: 52 } : {};
  const unit = {
    ...defaultUnit(format, clockHz),
    ...clock,
    ...keys,
    policy,
    eta: scenario.dysta.eta,
    clampSlack: scenario.dysta.clampSlack,
  };
  checkUnit(unit);
  unitTables(unit, networks, slopes);
  return { unit, decisionCost };
}

/** The software that a unit is compared with, decision by decision. */
export function unitRival(policy: UnitPolicy, dysta: Pick<Scenario["dysta"], "eta" | "clampSlack">): ScoredPolicy {
  return policy === "dysta" ? new Dysta("dysta", dysta) : new Swp(policy);
}

/** Dysta's unit computes Algorithm 2 with the last layer's density, that of `swp` its own prediction, and nothing else. */
function requireHardwareRules({ file, semantics, faults, dysta }: Scenario, policy: UnitPolicy): void {
  const complain = (what: string) => new ConfigError(`scenario ${file}: dispatch hardware ${what}`);
  if (semantics !== "corrected") throw complain(`needs corrected semantics, has ${semantics}`);
  if (faults.length > 0) throw complain(`cannot have faults, has ${faults.join(", ")}`);
  if (policy === "dysta" && dysta.predictor !== "last-one")
    throw complain(`needs dysta.predictor last-one, has ${dysta.predictor}`);
}

/**
 * What the host loads into the unit's tables. A table without numbers of outputs feeds its density to the monitor as a
 * count out of 2^countShiftBits.
 *
 * @throws ConfigError if the networks do not fit.
 */
export function unitTables(
  unit: SchedulingUnit,
  { tables, profiles, secondsPerTick }: Networks,
  { alpha, elasticity }: NetworkSlopes,
): Tables {
  const networks = tables.map((table, index): NetworkAverages => {
    const { averageLatency, averageDensity, layerCount } = table;
    const { model, pattern, outputs } = profiles[index];
    const averages = tailSums(averageLatency).map((ticks) => ticks * secondsPerTick);
    return {
      name: `${model}/${pattern}`,
      remainingSeconds: unit.policy === "dysta" ? averages.map((seconds) => alpha[index] * seconds) : averages,
      isolatedSeconds: averages[0],
      density: unit.policy === "dysta" ? averageDensity : observedOutputs(profiles[index], table).average,
      elasticity: elasticity[index],
      outputs: outputs ?? new Float64Array(layerCount).fill(2 ** unit.countShiftBits),
    };
  });
  return tablesOf(unit, networks);
}
