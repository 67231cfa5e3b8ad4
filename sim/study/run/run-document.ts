/** The result of a comparison as the JSON document of the command-line contract. */

import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import type { UnitSetup } from "../../core/unit-setup.ts";
import { type Agreement, agreementOf, type UnitCost, unitCostOf } from "./agreement.ts";
import { type Conditions, conditionsOf } from "./conditions.ts";
import { estimatedMetrics, seedMetrics } from "./metrics-document.ts";
import { type MonitorCost, type MonitorInPath, monitorCost, monitorInPath } from "./monitor-cost.ts";
import { type PreemptionCost, preemptionCosts } from "./preemption-report.ts";
import { type Comparison, type PreparedRun, profileHash } from "./run.ts";
import type { RunSetup } from "./run-setup.ts";
import type { Estimate } from "./summary.ts";

/** `dysta run --json`, and `summary.json` of a result folder. Holds no times of day and no durations. */
export function runDocument(prepared: PreparedRun, comparison: Comparison) {
  const { scenario, setup, seeds, requestCount } = prepared;
  const { summaries, differences, mistake } = comparison;
  const conditions: Conditions = conditionsOf(prepared);
  const costs = preemptionCosts(comparison);
  return {
    name: scenario.name,
    semantics: scenario.semantics,
    faults: scenario.faults,
    dispatch: scenario.dispatch,
    preemption: scenario.preemption,
    timeUnit: setup.networks.timeUnit,
    clockHz: setup.networks.timeUnit === "cycles" ? setup.networks.profiles[0].clockHz : null,
    requests: requestCount,
    seeds,
    conditions,
    ...(mistake === undefined ? {} : { failed: mistake.message }),
    ...(comparison.isInterrupted ? { interrupted: completion(prepared, comparison) } : {}),
    networks: setup.networks.profiles.map((profile) => ({
      model: profile.model,
      pattern: profile.pattern,
      latencies: profile.source,
      sha256: profileHash(profile),
      ...(profile.note === undefined ? {} : { note: profile.note }),
    })),
    schedulers: Object.fromEntries(
      summaries.map(({ scheduler, overall, perSeed, perModel }) => [
        scheduler,
        {
          ...estimatedMetrics(overall),
          ...preemptionPart(costs.find((cost) => cost.scheduler === scheduler)),
          perSeed: perSeed.map(({ seed, metrics }) => ({ seed, ...seedMetrics(metrics) })),
          perModel: Object.fromEntries(
            Object.entries(perModel).map(([model, metrics]) => [model, estimatedMetrics(metrics)]),
          ),
        },
      ]),
    ),
    ...(comparison.standings.length === 0 ? {} : { standings: comparison.standings }),
    ...(comparison.bounds === undefined ? {} : { bounds: comparison.bounds }),
    ...elasticityPart(setup, comparison),
    ...hardwareParts(prepared, comparison),
    differences: differences.map(({ scheduler, against, antt, violationRate }) => ({
      scheduler,
      against,
      antt: antt.mean,
      anttCi95: antt.ci95,
      violationRate: violationRate.mean,
      violationRateCi95: violationRate.ci95,
    })),
  };
}

interface UsedElasticity {
  readonly value: number;
  /** What the samples of the profile alone would give; null with one sample. */
  readonly fitted: number | null;
  readonly samples: number;
}

/** What the elastic predictor of swp and swp_plus was given, by `model/pattern`, where it was used. */
function elasticityPart(
  { networks, elasticities, predictor }: RunSetup,
  { summaries }: Comparison,
): { readonly elasticity?: Readonly<Record<string, UsedElasticity>> } {
  const isUsed = predictor.isElastic === true || summaries.some(({ scheduler }) => scheduler.startsWith("swp"));
  if (!isUsed) return {};
  return {
    elasticity: Object.fromEntries(
      networks.profiles.map(({ model, pattern }, index) => {
        const { value, fitted, samples } = elasticities[index];
        return [`${model}/${pattern}`, { value, fitted: Number.isNaN(fitted) ? null : fitted, samples }];
      }),
    ),
  };
}

/** How many of the runs that were asked for have finished. */
export function completion({ schedulers, seeds }: PreparedRun, { runs }: Comparison) {
  return { finishedRuns: runs.length, runs: schedulers.length * seeds.length };
}

export type RunDocument = ReturnType<typeof runDocument>;

/** What a scheduler of a run with modelled preemption has besides. */
function preemptionPart(cost: PreemptionCost | undefined): { readonly preemption?: Readonly<Record<string, unknown>> } {
  if (cost === undefined) return {};
  const { scheduler: _, anttAdvantageLeft, violationAdvantageLeft, perSeed, ...estimates } = cost;
  return { preemption: { ...flat(estimates), anttAdvantageLeft, violationAdvantageLeft, perSeed } };
}

/** What a run with dispatch in hardware has besides. */
export interface HardwareParts {
  readonly unit?: SchedulingUnit & UnitCost & Pick<UnitSetup, "decisionCost">;
  /** In the path of the outputs; where there is none, what one could cost at most. */
  readonly monitor?: MonitorInPath | MonitorCost;
  /** Changes are means over the seeds, as everywhere in the document. */
  readonly agreement?: Omit<Agreement, "anttChange" | "violationChange"> & {
    readonly anttChange: number;
    readonly anttChangeCi95: number | null;
    readonly violationChange: number;
    readonly violationChangeCi95: number | null;
  };
}

function hardwareParts({ setup, accelerator }: PreparedRun, comparison: Comparison): HardwareParts {
  const { unit, networks } = setup;
  const agreement = agreementOf(comparison);
  const cost = unitCostOf(comparison);
  if (unit === undefined || agreement === undefined || cost === undefined) return {};
  const { anttChange, violationChange, ...shares } = agreement;
  const monitor = monitorInPath(accelerator) ?? monitorCost(networks.profiles);
  return {
    unit: { ...unit.unit, decisionCost: unit.decisionCost, ...cost },
    ...(monitor === undefined ? {} : { monitor }),
    agreement: {
      ...shares,
      anttChange: anttChange.mean,
      anttChangeCi95: anttChange.ci95,
      violationChange: violationChange.mean,
      violationChangeCi95: violationChange.ci95,
    },
  };
}

/**
 * `{ antt: { mean, ci95, ends } }` → `{ antt, anttCi95, anttLow, anttHigh }`: Ci95 is the half-width of Student's t on the
 * mean, Low and High are the ends of the interval that does not leave the metric's range.
 */
function flat(metrics: Readonly<Record<string, Estimate>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, { mean, ci95, ends }]) => [
      [name, mean],
      [`${name}Ci95`, ci95],
      ...(ends === undefined
        ? []
        : [
            [`${name}Low`, ends.low],
            [`${name}High`, ends.high],
          ]),
    ]),
  );
}
