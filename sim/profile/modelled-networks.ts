/** The networks of a scenario that no table has, run on its hardware. */
import { eyerissEnergy } from "../../hw/array/energy.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { parseWeightPattern, patternName } from "../../workloads/masks/weight-pattern.ts";
import { networkOf } from "../../workloads/networks/networks.ts";
import { modelsWithoutTable, readTables } from "../../workloads/scenarios/load-tables.ts";
import type { Scenario, ScenarioModel } from "../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../workloads/tables/profile.ts";
import type { PoolOptions } from "../threads/pool.ts";
import { type Accelerator, loadAccelerator } from "./accelerator.ts";
import { areMostLikelyKept, type NetworkToProfile, profileNetworks, toProfile } from "./profile.ts";
import { type ProfileDocument, profileDocument } from "./profile-document.ts";

export interface ModellingOptions extends PoolOptions {
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/** Weights and activations are drawn from this seed, whatever the seeds of the requests. */
const maskSeed = 1;

/** Networks with what is known of their layers. */
export interface ScenarioNetworks {
  /** Those of the scenario's tables, then those run on its hardware. */
  readonly profiles: readonly Profile[];
  /** The latter, layer by layer as `dysta profile` has them; undefined if there are none. */
  readonly document: ProfileDocument | undefined;
  /** The scenario's hardware; undefined if it names none. */
  readonly accelerator: Accelerator | undefined;
  /** What ran on it. */
  readonly modelled: readonly NetworkToProfile[];
}

/**
 * Every network of the scenario.
 *
 * @throws ConfigError for a network that is in neither table nor hardware, or cannot run on the hardware.
 */
export async function scenarioNetworks(scenario: Scenario, options: ModellingOptions): Promise<ScenarioNetworks> {
  const tables = readTables(scenario);
  const accelerator = await acceleratorOf(scenario);
  if (accelerator === undefined) return { profiles: tables, document: undefined, accelerator, modelled: [] };
  const { samples } = scenario;
  const modelled = networksToModel(scenario, tables);
  const profiled = await profileNetworks(modelled, accelerator, { ...options, samples });
  return {
    profiles: [...tables, ...profiled.map((profile) => toProfile(profile, accelerator))],
    document:
      profiled.length === 0 ? undefined : profileDocument(profiled, accelerator, { samples, energy: eyerissEnergy }),
    accelerator,
    modelled,
  };
}

/**
 * The scenario's hardware; undefined if it names none.
 *
 * @throws ConfigError if it cannot be loaded.
 */
export async function acceleratorOf({ hardware, fidelity }: Scenario): Promise<Accelerator | undefined> {
  return hardware === undefined ? undefined : loadAccelerator(hardware, fidelity);
}

/**
 * Whether `scenarioNetworks` most likely has nothing to run (`areMostLikelyKept`).
 *
 * @throws ConfigError as `scenarioNetworks` does before anything is run.
 */
export async function areNetworksKept(scenario: Scenario, cache: string | undefined): Promise<boolean> {
  const accelerator = await acceleratorOf(scenario);
  if (accelerator === undefined) return true;
  const networks = networksToModel(scenario, readTables(scenario));
  return areMostLikelyKept(networks, accelerator, { cache, samples: scenario.samples });
}

/** The profiles of `scenarioNetworks`. */
export async function networksOf(scenario: Scenario, options: ModellingOptions): Promise<readonly Profile[]> {
  return (await scenarioNetworks(scenario, options)).profiles;
}

/**
 * The networks that `scenarioNetworks` runs on the scenario's hardware.
 *
 * @throws ConfigError for an unknown network or weight pattern.
 */
export function networksToModel(scenario: Scenario, tables: readonly Profile[]): NetworkToProfile[] {
  if (scenario.hardware === undefined) return [];
  return modelsWithoutTable(scenario, tables).map((model) => toProfileOf(scenario, model));
}

function toProfileOf({ file }: Scenario, { model, network, pattern, sparsity }: ScenarioModel): NetworkToProfile {
  try {
    const weights = pattern === undefined ? {} : { pattern: parseWeightPattern(pattern, sparsity) };
    const name = network ?? model;
    networkOf(name);
    return {
      model,
      pattern: patternName(pattern, sparsity),
      target: { kind: "network", name, seed: maskSeed, ...weights },
    };
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`scenario ${file}: models: ${error.message}`);
    throw error;
  }
}
