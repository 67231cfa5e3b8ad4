/** The networks of a scenario that no table has, run on its hardware. */
import { eyerissEnergy } from "../../hw/array/energy.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { parseWeightPattern, patternName } from "../../workloads/masks/weight-pattern.ts";
import { networkOf } from "../../workloads/networks/networks.ts";
import { modelsWithoutTable, readTables } from "../../workloads/scenarios/load-tables.ts";
import type { MonitorKeys } from "../../workloads/scenarios/monitor-keys.ts";
import type { HardwareChoice, Scenario, ScenarioModel } from "../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../workloads/tables/profile.ts";
import type { PoolOptions } from "../threads/pool.ts";
import { type Accelerator, loadAccelerator, withShareOfBandwidth } from "./accelerator.ts";
import {
  areMostLikelyKept,
  type NetworkProfile,
  type NetworkToProfile,
  profileNetworks,
  toProfile,
} from "./profile.ts";
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

/** The networks that run on one accelerator. */
interface Placement {
  readonly accelerator: Accelerator;
  readonly networks: readonly NetworkToProfile[];
  /** Whether it is other hardware than the scenario's. */
  readonly isOwn: boolean;
}

/**
 * Every network of the scenario.
 *
 * @throws ConfigError for a network that is in neither table nor hardware, or cannot run on the hardware.
 */
export async function scenarioNetworks(scenario: Scenario, options: ModellingOptions): Promise<ScenarioNetworks> {
  const tables = readTables(scenario);
  const { samples } = scenario;
  const placements = await placementsOf(scenario, tables);
  const modelled: { readonly accelerator: Accelerator; readonly profiles: readonly NetworkProfile[] }[] = [];
  for (const { accelerator, networks } of placements) {
    modelled.push({ accelerator, profiles: await profileNetworks(networks, accelerator, { ...options, samples }) });
  }
  const [only, ...others] = modelled;
  return {
    profiles: [
      ...tables,
      ...modelled.flatMap(({ accelerator, profiles }) => profiles.map((profile) => toProfile(profile, accelerator))),
    ],
    // Layers of several accelerators, each with its own peak and clock, are not one document.
    document:
      only === undefined || others.length > 0 || only.profiles.length === 0
        ? undefined
        : profileDocument(only.profiles, only.accelerator, { samples, energy: eyerissEnergy }),
    accelerator: await acceleratorOf(scenario),
    modelled: placements.flatMap(({ networks, isOwn }) => (isOwn ? [] : networks)),
  };
}

/**
 * The networks that no table has, by the accelerator that each runs on: its own, else the scenario's.
 *
 * @throws ConfigError for an unknown network, pattern or hardware, and a network without hardware.
 */
export async function placementsOf(scenario: Scenario, tables: readonly Profile[]): Promise<Placement[]> {
  const { hardware: common, models = [] } = scenario;
  if (common === undefined && models.every(({ hardware }) => hardware === undefined))
    return requireMonitored(scenario, []);
  const byHardware = new Map<string, { readonly choice: HardwareChoice; readonly models: ScenarioModel[] }>();
  for (const model of modelsWithoutTable(scenario, tables)) {
    const choice = model.hardware ?? common;
    if (choice === undefined) {
      throw new ConfigError(`scenario ${scenario.file}: models: ${model.model} has neither a table nor hardware`);
    }
    const key = JSON.stringify(choice);
    const placed = byHardware.get(key) ?? { choice, models: [] };
    byHardware.set(key, placed);
    placed.models.push(model);
  }
  const placements = await Promise.all(
    [...byHardware.values()].map(async ({ choice, models }) => ({
      accelerator: await oneOf(scenario, choice),
      networks: models.map((model) => toProfileOf(scenario, model)),
      isOwn: common === undefined || JSON.stringify(choice) !== JSON.stringify(common),
    })),
  );
  return requireMonitored(scenario, placements);
}

/** What the scenario says of the monitor: one stands in the path wherever the unit dispatches. */
export function monitorKeysOf({ monitor, dispatch }: Scenario): MonitorKeys | undefined {
  return monitor ?? (dispatch === "hardware" ? {} : undefined);
}

/** @throws ConfigError for a monitor where no array runs that could have one. */
function requireMonitored({ file, monitor }: Scenario, placements: Placement[]): Placement[] {
  const isArray = ({ accelerator, networks }: Placement) => accelerator.kind === "array" && networks.length > 0;
  if (monitor === undefined || monitor.lanes === "none" || placements.some(isArray)) return placements;
  throw new ConfigError(
    `scenario ${file}: monitor: stands in the path of a modelled array's outputs, and no network runs on one`,
  );
}

/**
 * The scenario's hardware; undefined if it names none.
 *
 * @throws ConfigError if it cannot be loaded.
 */
export async function acceleratorOf(scenario: Scenario): Promise<Accelerator | undefined> {
  const { hardware } = scenario;
  return hardware === undefined ? undefined : oneOf(scenario, hardware);
}

/** One of the scenario's accelerators. */
async function oneOf(scenario: Scenario, choice: HardwareChoice): Promise<Accelerator> {
  const accelerator = await loadAccelerator(choice, scenario.fidelity, monitorKeysOf(scenario));
  return withShareOfBandwidth(accelerator, scenario.accelerators?.count ?? 1);
}

/**
 * Whether `scenarioNetworks` most likely has nothing to run (`areMostLikelyKept`).
 *
 * @throws ConfigError as `scenarioNetworks` does before anything is run.
 */
export async function areNetworksKept(scenario: Scenario, cache: string | undefined): Promise<boolean> {
  const { samples } = scenario;
  return (await placementsOf(scenario, readTables(scenario))).every(({ accelerator, networks }) =>
    areMostLikelyKept(networks, accelerator, { cache, samples }),
  );
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
  const { hardware, models = [] } = scenario;
  if (hardware === undefined && models.every((model) => model.hardware === undefined)) return [];
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
