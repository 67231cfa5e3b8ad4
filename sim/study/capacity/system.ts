/** A scenario whose rates can be turned up and down, its networks run once. */
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { ratesOf } from "../../../workloads/requests/rates.ts";
import { applyOverrides, statedRate } from "../../../workloads/scenarios/overrides.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { type RunSetup, runSetup } from "../run/run-setup.ts";

export interface RatedSystem {
  /** What all runs share when arrivals come at a rate, as `--rate` takes it. */
  setupAt(rate: number): RunSetup;
  /** The rate, as `--rate` takes it, that keeps the machine busy for a share of the time; above 1 it cannot keep up. */
  rateOfLoad(load: number): number;
  loadOfRate(rate: number): number;
}

/**
 * @param networks as `scenarioNetworks` has them
 * @param adapted the setup with what the scenario does not say; default: as it is
 * @throws ConfigError for a scenario whose arrivals have no rate, and as `runSetup`.
 */
export function ratedSystem(
  scenario: Scenario,
  networks: Parameters<typeof runSetup>[1],
  adapted: (setup: RunSetup) => RunSetup = (setup) => setup,
): RatedSystem {
  const nominal = requireRate(scenario);
  const setups = new Map<number, RunSetup>();
  const setupAt = (rate: number): RunSetup => {
    const known = setups.get(rate);
    if (known !== undefined) return known;
    const setup = adapted(runSetup(applyOverrides(scenario, { rate }, schedulerNames), networks));
    setups.set(rate, setup);
    return setup;
  };
  const loadPerRate = loadOf(setupAt(nominal)) / nominal;
  return {
    setupAt,
    rateOfLoad: (load) => load / loadPerRate,
    loadOfRate: (rate) => rate * loadPerRate,
  };
}

/** The rate that a scenario states. @throws ConfigError for one whose arrivals come from a trace. */
export function requireRate(scenario: Scenario): number {
  const rate = statedRate(scenario);
  if (rate !== undefined) return rate;
  throw new ConfigError(`scenario ${scenario.file}: its arrivals come from a trace, which has no rate to be scaled`);
}

/** Seconds of work that arrive per second. */
function loadOf({ requests, networks }: RunSetup): number {
  const { profiles, tables, secondsPerTick } = networks;
  const rates = ratesOf(requests) ?? [];
  return profiles.reduce((sum, _, k) => sum + rates[k] * tables[k].isolatedLatency * secondsPerTick, 0);
}
