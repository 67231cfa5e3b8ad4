/** The networks of a scenario that no table has, run on its hardware. */
import { ConfigError } from "../workloads/errors.ts";
import { modelsWithoutTable, readTables } from "../workloads/load-tables.ts";
import { parseWeightPattern, patternName } from "../workloads/masks/weight-pattern.ts";
import { networkOf } from "../workloads/networks.ts";
import type { Profile } from "../workloads/profile.ts";
import type { Scenario, ScenarioModel } from "../workloads/scenario.ts";
import { loadAccelerator } from "./accelerator.ts";
import type { PoolOptions } from "./pool.ts";
import { type NetworkToProfile, profileNetworks, toProfile } from "./profile.ts";

export interface ModellingOptions extends PoolOptions {
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/** Weights and activations are drawn from this seed, whatever the seeds of the requests. */
const maskSeed = 1;

/**
 * Profiles of every network of the scenario: those of its tables, then those run on its hardware.
 *
 * @throws ConfigError for a network that is in neither, or cannot run on the hardware.
 */
export async function networksOf(scenario: Scenario, options: ModellingOptions): Promise<Profile[]> {
  const tables = readTables(scenario);
  if (scenario.hardware === undefined) return tables;
  const accelerator = await loadAccelerator(scenario.hardware, scenario.fidelity);
  const { samples } = scenario;
  const networks = networksToModel(scenario, tables);
  const modelled = await profileNetworks(networks, accelerator, { ...options, samples });
  return [...tables, ...modelled.map((profile) => toProfile(profile, accelerator))];
}

/**
 * The networks that `networksOf` runs on the scenario's hardware.
 *
 * @throws ConfigError for an unknown network or weight pattern.
 */
export function networksToModel(scenario: Scenario, tables: readonly Profile[]): NetworkToProfile[] {
  if (scenario.hardware === undefined) return [];
  return modelsWithoutTable(scenario, tables).map((model) => toProfileOf(scenario, model));
}

function toProfileOf({ file }: Scenario, { model, pattern, rate }: ScenarioModel): NetworkToProfile {
  try {
    const weights = pattern === undefined ? {} : { pattern: parseWeightPattern(pattern, rate) };
    const { name } = networkOf(model);
    return {
      model,
      pattern: patternName(pattern, rate),
      target: { kind: "network", name, seed: maskSeed, ...weights },
    };
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`scenario ${file}: models: ${error.message}`);
    throw error;
  }
}
