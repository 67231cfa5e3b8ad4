/** Keys of a scenario given anew on the command line, checked by the same rules as those of a file. */
import type { z } from "zod";
import { ConfigError, didYouMean } from "../input/errors.ts";
import { shown } from "../input/schema-errors.ts";
import { type Arrivals, meanRate, scaledArrivals } from "../requests/arrivals.ts";
import { allFaults, currentFaults, formerFaultNames } from "../semantics/faults.ts";

import { requireArrivals } from "./model-requests.ts";
import { type MonitorKeys, monitorBufferSchema, monitorLanesSchema, monitorTapSchema } from "./monitor-keys.ts";
import {
  arrivalsOf,
  type HardwareChoice,
  requireDispatchable,
  requireSchedulers,
  resolveHardware,
  resolveScheduler,
  type Scenario,
  type ScenarioModel,
} from "./scenario.ts";
import {
  countSchema,
  decisionCostSchema,
  dispatchSchema,
  fidelitySchema,
  formatSchema,
  positiveSchema,
  preemptionSchema,
  rescoringSchema,
  schedulersSchema,
  seedSchema,
  semanticsSchema,
  unitCount,
  variantSchema,
} from "./scenario-schema.ts";

/** Values as typed; unset ones leave the scenario as it is. */
export interface Overrides {
  /** Requests per second; of bursty arrivals while on. Where networks have arrivals of their own, of all in the mean. */
  readonly rate?: number | undefined;
  /** Leaves the `slo` of single models as it is. */
  readonly slo?: number | undefined;
  readonly requests?: number | undefined;
  /** Paths of modules are relative to the working directory. */
  readonly schedulers?: readonly string[] | undefined;
  readonly semantics?: string | undefined;
  /** Preset, or path relative to the working directory. */
  readonly hardware?: string | undefined;
  readonly fidelity?: string | undefined;
  readonly dispatch?: string | undefined;
  readonly preemption?: string | undefined;
  readonly unit?: UnitOverrides | undefined;
  readonly monitor?: MonitorOverrides | undefined;
  /** Replace the scenario's list. */
  readonly faults?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly seeds?: number | undefined;
}

/** A scenario's dispatch in hardware gives way to options that it cannot be had with; only when asked for is that a mistake. */
function impliedDispatch({ dispatch }: Scenario, { schedulers, semantics, faults }: Overrides): Scenario["dispatch"] {
  const hasDysta = schedulers === undefined || schedulers.includes("dysta") || schedulers.includes("all");
  const isCorrected = (semantics ?? "corrected") === "corrected" && (faults ?? []).length === 0;
  return hasDysta && isCorrected ? dispatch : "software";
}

/** Of the scheduling unit. */
export interface UnitOverrides {
  readonly format?: string | undefined;
  readonly fifoDepth?: number | undefined;
  readonly variant?: string | undefined;
  readonly rescoring?: string | undefined;
  readonly decisionCost?: string | undefined;
}

/** Of the monitor in the path of the outputs. */
export interface MonitorOverrides {
  /** A number, `unlimited` or `none`. */
  readonly lanes?: string | undefined;
  readonly bufferOutputs?: number | undefined;
  readonly tap?: string | undefined;
}

/**
 * The scenario with `overrides`.
 *
 * @param schedulerNames as in `loadScenario`
 * @throws ConfigError naming the option (`--rate must be …`).
 */
export function applyOverrides(scenario: Scenario, overrides: Overrides, schedulerNames: readonly string[]): Scenario {
  const { rate, schedulers, hardware, unit, monitor, ...keys } = checkedOverrides(overrides, schedulerNames);
  const changed = { ...scenario, dispatch: impliedDispatch(scenario, overrides), ...keys };
  requireArrivals(changed);
  requireDispatchable(changed);
  return {
    ...changed,
    ...(rate === undefined ? {} : withRate(scenario, rate)),
    ...(schedulers === undefined
      ? {}
      : { schedulers: schedulers.map((entry) => resolveScheduler(process.cwd(), entry)) }),
    ...(hardware === undefined ? {} : { hardware: replacedHardware(scenario, hardware) }),
    ...(unit === undefined ? {} : { unit: { ...scenario.unit, ...unit } }),
    ...(monitor === undefined ? {} : { monitor: { ...scenario.monitor, ...monitor } }),
  };
}

/**
 * The overrides that are set, each checked by the rule of its key.
 *
 * @throws ConfigError naming the option (`--rate must be …`).
 */
export function checkedOverrides(overrides: Overrides, schedulerNames: readonly string[]) {
  const { rate, slo, requests, schedulers, semantics, hardware, fidelity, faults, seed, seeds } = overrides;
  const { dispatch, preemption, unit, monitor } = overrides;
  const monitorKeys = monitor === undefined ? undefined : checkedMonitor(monitor);
  if (schedulers !== undefined) requireSchedulers("--scheduler", schedulers, schedulerNames);
  return {
    ...(rate === undefined ? {} : { rate: checked("--rate", positiveSchema, rate) }),
    ...(slo === undefined ? {} : { slo: checked("--slo", positiveSchema, slo) }),
    ...(requests === undefined ? {} : { requests: checked("--requests", countSchema, requests) }),
    ...(schedulers === undefined ? {} : { schedulers: checked("--scheduler", schedulersSchema, [...schedulers]) }),
    ...(semantics === undefined ? {} : { semantics: checked("--semantics", semanticsSchema, semantics) }),
    ...(hardware === undefined ? {} : { hardware }),
    ...(fidelity === undefined ? {} : { fidelity: checked("--fidelity", fidelitySchema, fidelity) }),
    ...(dispatch === undefined ? {} : { dispatch: checked("--dispatch", dispatchSchema, dispatch) }),
    ...(preemption === undefined ? {} : { preemption: checked("--preemption", preemptionSchema, preemption) }),
    ...(unit === undefined ? {} : { unit: unitOverrides(unit) }),
    ...(monitorKeys === undefined ? {} : { monitor: monitorKeys }),
    ...(faults === undefined ? {} : { faults: currentFaults(faults.map(knownFault)) }),
    ...(seed === undefined ? {} : { seed: checked("--seed", seedSchema, seed) }),
    ...(seeds === undefined ? {} : { seeds: checked("--seeds", countSchema, seeds) }),
  };
}

function unitOverrides({ format, fifoDepth, variant, rescoring, decisionCost }: UnitOverrides) {
  return {
    ...(format === undefined ? {} : { format: checked("--format", formatSchema, format) }),
    ...(fifoDepth === undefined ? {} : { fifoDepth: checked("--fifo-depth", unitCount, fifoDepth) }),
    ...(variant === undefined ? {} : { variant: checked("--variant", variantSchema, variant) }),
    ...(rescoring === undefined ? {} : { rescoring: checked("--rescoring", rescoringSchema, rescoring) }),
    ...(decisionCost === undefined
      ? {}
      : { decisionCost: checked("--decision-cost", decisionCostSchema, decisionCost) }),
  };
}

/**
 * The keys of a monitor that are set; undefined if none is.
 *
 * @throws ConfigError naming the option.
 */
export function checkedMonitor({ lanes, bufferOutputs, tap }: MonitorOverrides): MonitorKeys | undefined {
  const keys = {
    ...(lanes === undefined ? {} : { lanes: checked("--monitor-lanes", monitorLanesSchema, numberOr(lanes)) }),
    ...(bufferOutputs === undefined
      ? {}
      : { bufferOutputs: checked("--monitor-buffer", monitorBufferSchema, bufferOutputs) }),
    ...(tap === undefined ? {} : { tap: checked("--monitor-tap", monitorTapSchema, tap) }),
  };
  return Object.keys(keys).length === 0 ? undefined : keys;
}

/** A text as a number where it is one. */
function numberOr(text: string): number | string {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The rate that `--rate` stands in for; undefined for a scenario whose arrivals come from a trace. */
export function statedRate(scenario: Pick<Scenario, "arrivals" | "models">): number | undefined {
  const { arrivals } = scenario;
  const all = arrivalsOf(scenario);
  if (all.some(({ kind }) => kind === "trace")) return undefined;
  if (all.length === 1 && arrivals !== undefined && "rate" in arrivals) return arrivals.rate;
  return all.reduce((total, each) => total + (each.kind === "trace" ? 0 : meanRate(each)), 0);
}

function withRate(scenario: Scenario, rate: number): Pick<Scenario, "arrivals" | "models"> {
  const stated = statedRate(scenario);
  if (stated === undefined) {
    throw new ConfigError(`--rate cannot be given for scenario ${scenario.file}: its arrivals come from a trace`);
  }
  const { arrivals } = scenario;
  if (arrivalsOf(scenario).length === 1 && arrivals !== undefined && "rate" in arrivals) {
    return { arrivals: { ...arrivals, rate } };
  }
  return scaledRates(scenario, rate / stated);
}

/** The arrivals of a scenario, all rates `factor` times as high; those of traces as they are. */
function scaledRates(
  { arrivals, models }: Pick<Scenario, "arrivals" | "models">,
  factor: number,
): Pick<Scenario, "arrivals" | "models"> {
  const own = (model: ScenarioModel) =>
    model.arrivals === undefined ? model : { ...model, arrivals: scaled(model.arrivals, factor) };
  return {
    ...(arrivals === undefined ? {} : { arrivals: scaled(arrivals, factor) }),
    ...(models === undefined ? {} : { models: models.map(own) }),
  };
}

function scaled(arrivals: Arrivals, factor: number): Arrivals {
  return arrivals.kind === "trace" ? arrivals : scaledArrivals(arrivals, factor);
}

function replacedHardware(scenario: Scenario, hardware: string): HardwareChoice {
  if (scenario.hardware !== undefined) return resolveHardware(process.cwd(), hardware);
  throw new ConfigError(`--hardware cannot be given for scenario ${scenario.file}: its networks come from tables`);
}

function checked<Schema extends z.ZodType>(option: string, schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(`${option} ${result.error.issues[0].message}, is ${shown(value)}`);
}

function knownFault(name: string) {
  const fault = [...allFaults, ...formerFaultNames].find((known) => known === name);
  if (fault !== undefined) return fault;
  throw new ConfigError(`--fault: unknown fault "${name}"${didYouMean(name, allFaults)}`);
}
