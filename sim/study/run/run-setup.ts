/** What all runs of a scenario share, once its networks are there. */

import { unitPolicies } from "../../../hw/scheduling-unit/description.ts";
import { predictorParameters, type RunPredictor } from "../../../sched/artifact/predictor.ts";
import type { Elasticity } from "../../../sched/elasticity.ts";
import type { PolicyParameters } from "../../../sched/parameters.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { meanRate } from "../../../workloads/requests/arrivals.ts";
import type { RequestSpec } from "../../../workloads/requests/request-spec.ts";
import {
  hasWholeTicks,
  inWholeTicks,
  maxTicks,
  type TimeBase,
  type TimedNetworks,
  ticksPerSecond,
} from "../../../workloads/requests/time.ts";
import { traceSpanSeconds } from "../../../workloads/requests/trace.ts";
import { loadTables } from "../../../workloads/scenarios/load-tables.ts";
import { mixedRequests } from "../../../workloads/scenarios/model-requests.ts";
import { arrivalsOf, type Scenario, semanticsOf } from "../../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { SwitchHardware } from "../../core/switch-costs.ts";
import { type UnitSetup, unitPolicyOf, unitSetup } from "../../core/unit-setup.ts";
import type { Workload } from "../../core/workload.ts";
import type { ScenarioNetworks } from "../../profile/modelled-networks.ts";
import { elasticitiesOf } from "./elasticities.ts";
import { sdrm3Alpha } from "./sdrm3-alpha.ts";
import { switchHardware } from "./switch-hardware.ts";

/** What all runs of one comparison share. */
export interface RunSetup {
  /** Networks and tables of the workload; its requests follow from `requests` and the seed. */
  readonly networks: Omit<Workload, "requests">;
  readonly requests: RequestSpec;
  readonly policies: PolicyParameters;
  readonly predictor: RunPredictor;
  /** α of each profile. */
  readonly alpha: readonly number[];
  /** ε of each profile, for the elastic predictor, and what it was fitted on. */
  readonly elasticities: readonly Elasticity[];
  /** In the workload's time unit. */
  readonly preemptionCost: number;
  /** The array on which preemptions are priced, if they are. */
  readonly switchHardware?: SwitchHardware;
  /** Identical arrays that requests run on, 1 or more. */
  readonly arrays: number;
  /** The scheduling unit, if the run has one, and with it the scheduler that it dispatches for. */
  readonly unit?: UnitSetup;
}

/** Who takes a scheduler's decisions. */
export type DispatchKind = "software" | "hardware";

/**
 * The setup of a scenario's runs. Reads no file.
 *
 * @param available its networks, from tables and hardware (`scenarioNetworks`), and that hardware.
 * @throws ConfigError for anything in the scenario that cannot be run on them.
 */
export function runSetup(
  scenario: Scenario,
  { profiles: available, accelerator }: Pick<ScenarioNetworks, "profiles" | "accelerator">,
): RunSetup {
  const semantics = semanticsOf(scenario);
  const { lookupTables: tables, mix, entryOf, alpha, ...loaded } = loadTables(scenario, available);
  const longest = Math.max(...loaded.profiles.map(longestInference)) * loaded.secondsPerTick;
  const networks = inRunTime(scenario, { ...loaded, tables }, longest);
  const { timeUnit, secondsPerTick, profiles } = networks;
  const elasticities = elasticitiesOf(scenario, networks);
  const unit = unitSetup(scenario, networks, { alpha, elasticity: elasticities.map(({ value }) => value) });
  if (unit !== undefined) requireNoDrops(scenario);
  const switches = switchHardware(scenario, accelerator, profiles);
  return {
    networks,
    requests: {
      ...(scenario.arrivals === undefined ? {} : { arrivals: scenario.arrivals }),
      ...(scenario.requests === undefined ? {} : { requests: scenario.requests }),
      ...mixedRequests(scenario, mix, entryOf),
      timeUnit,
      secondsPerTick,
      semantics,
    },
    policies: { dysta: scenario.dysta, sdrm3: { alpha: sdrm3Alpha(scenario) }, semantics },
    predictor: predictorParameters(scenario.dysta, semantics),
    alpha,
    elasticities,
    arrays: scenario.accelerators?.count ?? 1,
    preemptionCost: wholeTicks(scenario.preemptionCost, networks),
    ...(switches === undefined ? {} : { switchHardware: switches }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** @throws ConfigError if requests can be dropped: the unit has no way to give one up. */
function requireNoDrops({ file, models = [] }: Scenario): void {
  const model = models.find(({ late }) => late === "drop");
  if (model === undefined) return;
  throw new ConfigError(
    `scenario ${file}: models: ${model.model}: late drop needs dispatch software: the scheduling unit cannot give a request up`,
  );
}

/** @throws ConfigError if there is a scheduling unit and none of `schedulers` is one that it can dispatch for. */
export function requireUnitPolicy({ unit }: RunSetup, schedulers: readonly string[]): void {
  if (unit === undefined || unitPolicyOf(schedulers) !== undefined) return;
  throw new ConfigError(
    `dispatch hardware is for the schedulers ${unitPolicies.join(", ")}, none of which is among ${schedulers.join(", ")}`,
  );
}

/** Who takes a scheduler's decisions: the unit those of one scheduler, every other one is in software. */
export function dispatchOf({ unit }: RunSetup, scheduler: string): DispatchKind {
  return scheduler === unit?.unit.policy ? "hardware" : "software";
}

/** The networks in whole ticks; in doubles as they are for the artifact's semantics. */
function inRunTime(scenario: Scenario, networks: TimedNetworks, longestSeconds: number): TimedNetworks {
  return scenario.semantics === "artifact" ? networks : inWholeTicks(networks, spanSeconds(scenario, longestSeconds));
}

/** How long a run takes at most, roughly: its arrivals, and then all of its work. */
function spanSeconds(scenario: Scenario, longestSeconds: number): number {
  const { requests = 0, slo, models = [] } = scenario;
  const delays = models.reduce((sum, { after, deadline }) => sum + (after?.delay ?? 0) + seconds(deadline), 0);
  const released = models.filter(({ after }) => after !== undefined).length;
  const work = (requests * (1 + released) + slo) * longestSeconds;
  return arrivingSeconds(scenario, requests) + delays * (1 + requests) + work;
}

function seconds(deadline: number | string | undefined): number {
  return typeof deadline === "number" ? deadline : 0;
}

/** Until about when requests arrive: as many come from all together as are wanted. */
function arrivingSeconds(scenario: Scenario, requests: number): number {
  const all = arrivalsOf(scenario);
  const traces = all.flatMap((each) => (each.kind === "trace" ? [traceSpanSeconds(each)] : []));
  const rates = all.flatMap((each) => (each.kind === "trace" ? [] : [meanRate(each)]));
  const offset = Math.max(0, ...all.map((each) => (each.kind === "periodic" ? each.offset : 0)));
  const rate = rates.reduce((sum, each) => sum + each, 0);
  return Math.max(0, ...traces) + (rate === 0 ? 0 : (2 * requests) / rate) + offset;
}

/** @throws ConfigError for an inference that takes longer than can be counted. */
function longestInference({ model, pattern, timeUnit, latency, layerCount, sampleIds }: Profile): number {
  const totals = Array.from(sampleIds, (_, sample) =>
    latency.subarray(sample * layerCount, (sample + 1) * layerCount).reduce((sum, layer) => sum + layer, 0),
  );
  const longest = totals.reduce((most, total) => Math.max(most, total), 0);
  if (longest <= maxTicks) return longest;
  throw new ConfigError(
    `${model}/${pattern}: an inference of ${longest} ${timeUnit} is longer than can be counted (2^53)`,
  );
}

function wholeTicks(seconds: number, base: TimeBase): number {
  return hasWholeTicks(base) ? Math.ceil(seconds * ticksPerSecond(base)) : seconds;
}
