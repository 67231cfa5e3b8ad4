/** A batch of points in a worker thread: what each point's figures are, or why it has none. */

import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { acceleratorOf } from "../../profile/modelled-networks.ts";
import { task } from "../../threads/task.ts";
import { highestRate, rateTolerance, startLoad } from "../capacity/highest-rate.ts";
import { onTimeShare } from "../capacity/on-time.ts";
import { type RatedSystem, ratedSystem } from "../capacity/system.ts";
import { seedBounds } from "../run/run-bounds.ts";
import { dispatchOf, type RunSetup, requireUnitPolicy, runSetup } from "../run/run-setup.ts";
import { type SchedulerChoice, type SimulateJob, type SimulateResult, simulateJob } from "../run/simulate-job.ts";
import { inferenceFiguresOf } from "./inference-figures.ts";
import {
  type BoundFigure,
  boundFigures,
  type CapacityFigure,
  hardwareFigures,
  type Point,
  type PointOutcome,
  type ResultFigure,
} from "./sweep.ts";
import type { LoadedSweep, SweepSource } from "./sweep-source.ts";
import { sweepFrom } from "./sweep-source.ts";

/** Points whose configurations have the same networks. */
export interface SweepPointsJob {
  readonly sweep: SweepSource;
  /** Of all their configurations; the arrays are in shared memory. */
  readonly networks: readonly Profile[];
  readonly points: readonly number[];
}

/** What became of a batch. */
export interface SweepPointsResult {
  readonly outcomes: readonly PointOutcome[];
  /** How long they took in this thread, by the wall clock. */
  readonly elapsedMs: number;
}

export const sweepPointsTask = task<SweepPointsJob, SweepPointsResult>("sweep-points");

/** The sweep that this thread is at. */
let current: LoadedSweep | undefined;

/** Never throws for what is wrong with a point: that is its outcome. */
export async function sweepPoints({ sweep: source, networks, points }: SweepPointsJob): Promise<SweepPointsResult> {
  const beganMs = performance.now();
  if (current?.identity !== source.identity) current = sweepFrom(source);
  const batch = new Batch(current, networks);
  const outcomes: PointOutcome[] = [];
  for (const point of points) outcomes.push(await batch.outcomeOf(current.point(point)));
  return { outcomes, elapsedMs: performance.now() - beganMs };
}

interface Configuration {
  readonly number: number;
  readonly scenario: Scenario;
  readonly setup: RunSetup;
  readonly inference: ReturnType<typeof inferenceFiguresOf>;
  /** Where capacities are asked for. */
  readonly system?: RatedSystem;
  /** By seed, made when first needed: schedulers share them. */
  readonly bounds: Map<number, Record<BoundFigure, number | null>>;
}

class Batch {
  private readonly sweep: LoadedSweep;
  private readonly networks: readonly Profile[];
  /** Points of one configuration follow one another. */
  private latest: Configuration | undefined;

  constructor(sweep: LoadedSweep, networks: readonly Profile[]) {
    this.sweep = sweep;
    this.networks = networks;
  }

  async outcomeOf(point: Point): Promise<PointOutcome> {
    try {
      return { point: point.point, figures: await this.figuresOf(point) };
    } catch (error) {
      return { point: point.point, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private async figuresOf({
    configuration,
    scheduler: name,
    seed,
  }: Point): Promise<Record<ResultFigure, number | null>> {
    const chosen = await this.configuration(configuration);
    const { scenario, setup, inference } = chosen;
    const scheduler = this.sweep.source.schedulers.find((choice) => choice.name === name) as SchedulerChoice;
    const dispatch = dispatchOf(setup, name);
    const { preemption } = scenario;
    const result = await simulateJob({
      setup,
      seed,
      scheduler,
      dispatch,
      preemption,
      keep: "metrics",
    });
    const capacity = await this.capacityFigures(chosen, { scheduler, dispatch, preemption, seed });
    const bounds = this.boundsOf(chosen, seed);
    return { ...result.metrics.overall, ...inference, ...unitFiguresOf(result), ...bounds, ...capacity };
  }

  /** The highest rate at which this seed's requests reach the target, if the sweep asks for one and there is one. */
  private async capacityFigures(
    { system }: Configuration,
    job: Pick<SimulateJob, "scheduler" | "dispatch" | "preemption" | "seed">,
  ): Promise<Record<CapacityFigure, number | null>> {
    const { target } = this.sweep.source.capacity ?? {};
    if (target === undefined || system === undefined) return { capacity: null, capacityLoad: null };
    const { rate } = await highestRate(
      { start: system.rateOfLoad(startLoad), target, tolerance: rateTolerance },
      (rate) => onTimeShare({ ...job, setup: system.setupAt(rate) }),
    );
    if (rate === undefined) return { capacity: null, capacityLoad: null };
    return { capacity: rate, capacityLoad: system.loadOfRate(rate) };
  }

  private boundsOf({ setup, bounds }: Configuration, seed: number): Record<BoundFigure, number | null> {
    if (this.sweep.keep.bounds !== true) return noBounds;
    const known = bounds.get(seed);
    if (known !== undefined) return known;
    const { violationRate, antt } = seedBounds(setup, seed) ?? { violationRate: null, antt: null };
    const figures = {
      violationRateLower: violationRate?.lower ?? null,
      violationRateFeasible: violationRate?.feasible ?? null,
      anttLower: antt?.lower ?? null,
      anttFeasible: antt?.feasible ?? null,
    };
    bounds.set(seed, figures);
    return figures;
  }

  private async configuration(number: number): Promise<Configuration> {
    if (this.latest?.number === number) return this.latest;
    const { sweep } = this;
    const scenario = await sweep.scenarioOf(number);
    const networks = { profiles: this.networks, accelerator: await acceleratorOf(scenario) };
    const setup = runSetup(scenario, networks);
    requireUnitPolicy(
      setup,
      sweep.source.schedulers.map(({ name }) => name),
    );
    const macsPerCycle = sweep.hardwareOf(number)[hardwareFigures.indexOf("macsPerCycle")];
    const rated = sweep.source.capacity === undefined ? {} : { system: ratedSystem(scenario, networks) };
    const inference = inferenceFiguresOf(setup, macsPerCycle);
    this.latest = { number, scenario, setup, inference, bounds: new Map(), ...rated };
    return this.latest;
  }
}

const noBounds = Object.fromEntries(boundFigures.map((name) => [name, null])) as Record<BoundFigure, null>;

function unitFiguresOf({ unit }: SimulateResult) {
  if (unit === undefined) return { decisionCycles: null, exposedCycles: null, equalPickShare: null };
  const mean = (cycles: "busyCycles" | "exposedCycles") =>
    unit.byQueue.reduce((sum, each) => sum + each[cycles], 0) / unit.decisions;
  return {
    decisionCycles: mean("busyCycles"),
    exposedCycles: mean("exposedCycles"),
    equalPickShare: unit.equal / unit.decisions,
  };
}
