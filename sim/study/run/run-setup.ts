/** What all runs of a scenario share, once its networks are there. */
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { loadTables } from "../../../workloads/scenarios/load-tables.ts";
import { type Scenario, semanticsOf } from "../../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { unitSetup } from "../../core/unit-setup.ts";
import { elasticitiesOf } from "./elasticities.ts";
import { sdrm3Alpha } from "./sdrm3-alpha.ts";
import type { DispatchKind, RunSetup } from "./simulate-job.ts";
import { switchHardware } from "./switch-hardware.ts";

/**
 * The setup of a scenario's runs. Reads no file but a trace, and the hardware on which preemptions are priced.
 *
 * @param available its networks, from tables and hardware (`scenarioNetworks`).
 * @throws ConfigError for anything in the scenario that cannot be run on them.
 */
export async function runSetup(scenario: Scenario, available: readonly Profile[]): Promise<RunSetup> {
  const semantics = semanticsOf(scenario);
  const { lookupTables, mix, alpha, ...networks } = loadTables(scenario, available);
  const { timeUnit, secondsPerTick, profiles } = networks;
  const unit = unitSetup(scenario, { ...networks, tables: lookupTables }, alpha);
  const switches = await switchHardware(scenario, profiles);
  return {
    networks: { ...networks, tables: lookupTables },
    requests: {
      arrivals: scenario.arrivals,
      ...(scenario.requests === undefined ? {} : { requests: scenario.requests }),
      mix,
      timeUnit,
      secondsPerTick,
      semantics,
    },
    policies: { dysta: scenario.dysta, sdrm3: { alpha: sdrm3Alpha(scenario) }, semantics },
    predictor: predictorParameters(scenario.dysta, semantics),
    alpha,
    elasticities: elasticitiesOf(scenario, { profiles, tables: lookupTables }),
    preemptionCost: inTicks(scenario.preemptionCost, profiles[0]),
    ...(switches === undefined ? {} : { switchHardware: switches }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** @throws ConfigError if there is a scheduling unit and none of `schedulers` is the one that it dispatches for. */
export function requireDysta({ unit }: RunSetup, schedulers: readonly string[]): void {
  if (unit === undefined || schedulers.includes("dysta")) return;
  throw new ConfigError(`dispatch hardware is for the scheduler dysta, which is not among ${schedulers.join(", ")}`);
}

/** Who takes a scheduler's decisions. */
export function dispatchOf({ unit }: RunSetup, scheduler: string): DispatchKind {
  return unit !== undefined && scheduler === "dysta" ? "hardware" : "software";
}

function inTicks(seconds: number, { timeUnit, clockHz }: Pick<Profile, "timeUnit" | "clockHz">): number {
  return timeUnit === "cycles" ? Math.ceil(seconds * clockHz) : seconds;
}
