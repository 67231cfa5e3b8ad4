/** A question about capacity as users put it, and its answer. */
import { schedulerNames } from "../../../sched/registry.ts";
import { parseShare } from "../../../workloads/input/share.ts";
import { applyOverrides, type Overrides } from "../../../workloads/scenarios/overrides.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { type ModellingOptions, scenarioNetworks } from "../../profile/modelled-networks.ts";
import type { PoolOptions } from "../../threads/pool.ts";
import { type Conditions, conditionsOf } from "../run/conditions.ts";
import { defaultWorkload, namedScenario, type ScenarioWords } from "../run/named-scenario.ts";
import { chooseSchedulers, type PreparedRun, prepareProfiled } from "../run/run.ts";
import { type Capacities, type CapacityQuestion, findCapacities } from "./capacity.ts";
import { ratedSystem, requireRate } from "./system.ts";

const defaultTarget = 0.99;
const defaultSeeds = 20;

/** The words of `dysta capacity`; what is left out has the command's default, a scenario that of `dysta run`. */
export interface CapacityWords extends ScenarioWords, Omit<Overrides, "rate"> {
  /** Share of requests on time, e.g. `99%`; default 99 %. */
  readonly target?: string | undefined;
  /** Of the rate, e.g. `1%`. */
  readonly precision?: string | undefined;
}

/** A scenario and what is asked of it. */
interface AskedCapacity {
  readonly scenario: Scenario;
  readonly target: number;
  readonly precision?: number;
}

export interface Capacity extends Capacities {
  readonly scenario: Scenario;
  readonly target: number;
  readonly conditions: Conditions;
}

/** @throws ConfigError for words that are wrong, and for anything that the scenario has wrong. */
export async function capacityQuestion({ target, precision, ...words }: CapacityWords): Promise<AskedCapacity> {
  const share = target === undefined ? defaultTarget : parseShare(target, "--target");
  const wanted = precision === undefined ? {} : { precision: parseShare(precision, "--precision") };
  const scenario = applyOverrides(
    await namedScenario(words, defaultWorkload),
    { ...words, seeds: words.seeds ?? defaultSeeds },
    schedulerNames,
  );
  return { scenario, target: share, ...wanted };
}

/** What `findCapacity` begins with: the networks have run. */
interface PreparedCapacity extends AskedCapacity {
  readonly prepared: PreparedRun;
  readonly question: CapacityQuestion;
}

/** @throws ConfigError for anything in the scenario that cannot be run, and for arrivals without a rate. */
export async function prepareCapacity(asked: AskedCapacity, modelling: ModellingOptions): Promise<PreparedCapacity> {
  const { scenario, target, precision } = asked;
  requireRate(scenario);
  const chosen = await chooseSchedulers(scenario.schedulers, scenario.schedulerParameters);
  const networks = await scenarioNetworks(scenario, modelling);
  const prepared = await prepareProfiled(scenario, chosen, networks);
  const system = ratedSystem(scenario, networks);
  const { schedulers, seeds } = prepared;
  return {
    ...asked,
    prepared,
    question: { system, schedulers, preemption: scenario.preemption, seeds, target, precision },
  };
}

/** @throws ConfigError if a user's scheduler misbehaves. */
export async function findCapacity(
  { scenario, target, prepared, question }: PreparedCapacity,
  options: PoolOptions,
): Promise<Capacity> {
  const found = await findCapacities(question, options);
  return { ...found, scenario, target, conditions: conditionsOf({ ...prepared, seeds: found.seeds }) };
}
