/** Array shapes for a mix of networks: every shape runs the mix and the scenario's requests, whole and exactly. */
import { availableParallelism } from "node:os";
import { type Hardware, sramBytes } from "../../../hw/array/description.ts";
import { type AreaTable, eyerissEnergy } from "../../../hw/array/energy.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Arrivals } from "../../../workloads/requests/arrivals.ts";
import type { RequestSpec } from "../../../workloads/requests/request-spec.ts";
import type { HardwareChoice, Scenario } from "../../../workloads/scenarios/scenario.ts";
import { type ArrayAccelerator, loadAccelerator, machineFacts } from "../../profile/accelerator.ts";
import { monitorKeysOf, networksToModel } from "../../profile/modelled-networks.ts";
import { profileOnEach, toProfile } from "../../profile/profile.ts";
import { type PoolOptions, type Threads, withThreads } from "../../threads/pool.ts";
import { type Conditions, conditionsOf } from "../run/conditions.ts";
import { chooseSchedulers, type PreparedRun, prepareProfiled, runComparison } from "../run/run.ts";
import { type ArrayPoint, arrayPoint, meanInference } from "./array-point.ts";
import type { DeadlineKind } from "./deadlines.ts";
import { kneeOf, paretoFront } from "./front.ts";
import type { Objective, ObjectivePair } from "./objectives.ts";
import { hardwareWithShape, isSameShape, type Shape, shapeOf, shapeText } from "./shape.ts";

export interface ExploreQuestion {
  /** Its hardware is the base array; it has one scheduler. */
  readonly scenario: Scenario;
  readonly shapes: readonly Shape[];
  readonly objectives: ObjectivePair;
  readonly deadlines: DeadlineKind;
  /** The arrival rate is such that the base array is busy for this share of the time; without it, the scenario's. */
  readonly loadOnBase?: number | undefined;
  readonly area?: AreaTable | undefined;
}

interface ExploreOptions extends PoolOptions {
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/** The arrays of a question, with a run on each that is ready to begin. */
interface ProfiledArrays {
  /** One per shape. */
  readonly arrays: readonly { readonly accelerator: ArrayAccelerator; readonly run: PreparedRun }[];
  /** With the arrival rate that is used. */
  readonly scenario: Scenario;
  readonly base: Hardware;
  readonly conditions: Conditions;
}

export interface ExploredPoint extends ArrayPoint {
  readonly onFront: boolean;
}

export interface Exploration {
  /** With the arrival rate that was used. */
  readonly scenario: Scenario;
  readonly scheduler: string;
  readonly requestCount: number;
  readonly seeds: readonly number[];
  readonly base: BaseArray;
  /** Of all points but for the array's shape; deadlines as multiples, before `deadlines` says of what. */
  readonly conditions: Conditions;
  readonly deadlines: DeadlineKind;
  readonly objectives: ObjectivePair;
  /** Where energies and, with a table, areas come from. */
  readonly sources: { readonly energy: string; readonly area: string | null };
  readonly points: readonly ExploredPoint[];
  readonly knee: ExploredPoint | null;
}

/** The hardware whose shape is changed. */
export interface BaseArray {
  readonly name: string;
  readonly shape: string;
  readonly macsPerPe: number;
  readonly clockHz: number;
}

/**
 * The hardware that a scenario's shapes are made from.
 *
 * @throws ConfigError if the scenario replays tables, or its hardware is no array of a shape.
 */
export async function baseArray(scenario: Scenario): Promise<ArrayAccelerator> {
  const { file, hardware, table, fidelity } = scenario;
  if (hardware === undefined || table.length > 0) {
    throw new ConfigError(
      `scenario ${file}: explore needs networks that run on hardware; its tables are the same for every array`,
    );
  }
  if (scenario.accelerators !== undefined) {
    throw new ConfigError(`scenario ${file}: accelerators: explore compares single arrays, the scenario has several`);
  }
  const accelerator = await loadAccelerator(hardware, fidelity, monitorKeysOf(scenario));
  if (accelerator.kind === "array") return accelerator;
  throw new ConfigError(
    `hardware ${machineFacts(accelerator).name} is an analytic model of one array: explore needs a modelled one`,
  );
}

/**
 * Runs the networks of the mix on every shape.
 *
 * @throws ConfigError for anything in the scenario that cannot be run, a layer that fits no PE, and an objective that is
 *   not known.
 */
export async function profileArrays(question: ExploreQuestion, options: ExploreOptions): Promise<ProfiledArrays> {
  const { scenario, shapes, deadlines, loadOnBase } = question;
  const base = { accelerator: await baseArray(scenario), hardware: scenario.hardware ?? "" };
  requireKnown(question, base.accelerator);
  const arrays = await Promise.all(shapes.map((shape) => shapedArray(base, scenario, shape)));
  const baseIndex = arrays.indexOf(base);
  const needsBase = deadlines === "base" || loadOnBase !== undefined;
  const extra = needsBase && baseIndex < 0 ? [base] : [];
  const prepared = await prepareOnEach(scenario, [...arrays, ...extra], options);
  const onBase = prepared.at(baseIndex) as PreparedRun;
  const arrivals = loadOnBase === undefined ? {} : { arrivals: arrivalsFor(loadOnBase, onBase, base) };
  return {
    arrays: arrays.map(({ accelerator }, k) => {
      const run = prepared[k];
      const mix = deadlines === "base" ? mixWithDeadlinesOf(onBase, run) : run.setup.requests.mix;
      return { accelerator, run: withRequests(run, { ...arrivals, mix }) };
    }),
    scenario: { ...scenario, ...arrivals },
    base: base.accelerator.hardware,
    conditions: conditionsOf({ ...prepared[0], scenario: { ...scenario, ...arrivals } }),
  };
}

/**
 * Runs the scenario's requests on every array, and compares the arrays.
 *
 * @throws ConfigError if the user's scheduler misbehaves.
 */
export async function explore(
  { objectives, deadlines, area }: ExploreQuestion,
  { arrays, scenario, base, conditions }: ProfiledArrays,
  options: PoolOptions,
): Promise<Exploration> {
  const points = await runEach(arrays, area, options);
  const [{ schedulers, seeds, requestCount }] = arrays.map(({ run }) => run);
  const { name, grid, macsPerPe, clockHz } = base;
  return {
    scenario,
    scheduler: schedulers[0].name,
    requestCount,
    seeds,
    conditions,
    base: { name, shape: shapeText(grid), macsPerPe, clockHz },
    deadlines,
    objectives,
    sources: { energy: eyerissEnergy.source, area: area?.source ?? null },
    ...comparedPoints(objectives, points),
  };
}

/** Refuses objectives that no point will have, before anything runs. */
function requireKnown({ objectives, scenario, area }: ExploreQuestion, { hardware }: ArrayAccelerator): void {
  const names = objectives.map(({ name }) => name);
  if (names.includes("area") && area === undefined) {
    throw new ConfigError("--objectives: area is known with a table of areas only (--area FILE)");
  }
  const size = names.find((name) => name === "area" || name === "sramBytes");
  if (size !== undefined && !Number.isFinite(sramBytes(hardware))) {
    throw new ConfigError(`--objectives: ${size} is not known of hardware ${hardware.name}, whose SRAM is unlimited`);
  }
  const energy = names.find((name) => name === "energyPj" || name === "edp");
  if (energy !== undefined && scenario.fidelity === "expected") {
    throw new ConfigError(`--objectives: ${energy} is not known with --fidelity expected`);
  }
}

interface ShapedArray {
  readonly accelerator: ArrayAccelerator;
  /** As a scenario names it. */
  readonly hardware: HardwareChoice;
}

/** The base itself where it has this shape. */
async function shapedArray(base: ShapedArray, scenario: Scenario, shape: Shape): Promise<ShapedArray> {
  if (isSameShape(shape, shapeOf(base.accelerator.hardware))) return base;
  const hardware = hardwareWithShape(base.hardware, shape);
  const accelerator = await loadAccelerator(hardware, scenario.fidelity, monitorKeysOf(scenario));
  if (accelerator.kind !== "array") throw new Error("keys of a hardware file describe an array");
  return { accelerator, hardware };
}

/** The scenario's run on each array, its networks run on it. */
async function prepareOnEach(
  scenario: Scenario,
  arrays: readonly ShapedArray[],
  { cache, ...pool }: ExploreOptions,
): Promise<PreparedRun[]> {
  const schedulers = await chooseSchedulers(scenario.schedulers, scenario.schedulerParameters);
  if (schedulers.length !== 1) {
    const names = schedulers.map(({ name }) => name).join(", ");
    throw new ConfigError(`--scheduler: explore compares arrays under one scheduler, is ${names}`);
  }
  const { samples } = scenario;
  const modelled = networksToModel(scenario, []);
  const profiles = await profileOnEach(
    modelled,
    arrays.map(({ accelerator }) => accelerator),
    { samples, cache, ...pool },
  );
  return Promise.all(
    arrays.map(({ accelerator, hardware }, k) =>
      prepareProfiled({ ...scenario, hardware }, schedulers, {
        profiles: profiles[k].map((profile) => toProfile(profile, accelerator)),
        document: undefined,
        accelerator,
        modelled,
      }),
    ),
  );
}

/** Arrivals at the rate, to two digits, that keeps the base array busy for this share of the time. */
function arrivalsFor(load: number, onBase: PreparedRun, { accelerator }: ShapedArray): Arrivals {
  const { arrivals } = onBase.scenario;
  if (arrivals === undefined || !("rate" in arrivals)) throw new Error("the arrivals of a mix of names have a rate");
  const rate = (load * accelerator.hardware.clockHz) / meanInference(onBase).cycles;
  return { ...arrivals, rate: Number(rate.toPrecision(2)) };
}

/** Deadlines are multiples of a run's own latencies; the multiples here come to those of `onBase`. */
function mixWithDeadlinesOf(onBase: PreparedRun, { setup }: PreparedRun): RequestSpec["mix"] {
  const [onThat, onThis] = [onBase.setup.networks.tables, setup.networks.tables];
  return setup.requests.mix.map((share, k) => ({
    ...share,
    slo: share.slo * (onThat[k].modelIsolatedLatency / onThis[k].modelIsolatedLatency),
  }));
}

function withRequests(run: PreparedRun, { mix, ...arrivals }: Pick<RequestSpec, "arrivals" | "mix">): PreparedRun {
  const { scenario, setup } = run;
  return {
    ...run,
    scenario: { ...scenario, ...arrivals },
    setup: { ...setup, requests: { ...setup.requests, ...arrivals, mix } },
  };
}

async function runEach(
  arrays: ProfiledArrays["arrays"],
  area: AreaTable | undefined,
  { workers = availableParallelism(), onDone }: PoolOptions,
): Promise<ArrayPoint[]> {
  let done = 0;
  onDone?.(done, arrays.length);
  const runCount = arrays.reduce((sum, { run }) => sum + run.seeds.length, 0);
  const runOn = async ({ accelerator, run }: ProfiledArrays["arrays"][number], threads: Threads) => {
    const { summaries, mistake } = await runComparison(run, { threads, keepSchedules: false });
    if (mistake !== undefined) throw mistake;
    done += 1;
    onDone?.(done, arrays.length);
    return arrayPoint(accelerator, run, summaries[0], area);
  };
  return withThreads(Math.min(workers, runCount), (threads) =>
    Promise.all(arrays.map((array) => runOn(array, threads))),
  );
}

/** The points with those on the front marked, and its knee. */
export function comparedPoints(
  objectives: ObjectivePair,
  points: readonly ArrayPoint[],
): Pick<Exploration, "points" | "knee"> {
  const costOf = (point: ArrayPoint, { name, figureOf, best }: Objective) => {
    const value = figureOf(point);
    if (value === null) throw new Error(`${name} is not known`);
    return best === "most" ? -value : value;
  };
  const costs = points.map((point) => [costOf(point, objectives[0]), costOf(point, objectives[1])] as const);
  const front = paretoFront(costs);
  const knee = kneeOf(
    front.map((k) => costs[k]),
    [objectives[0].scale, objectives[1].scale],
  );
  const explored = points.map((point, k) => ({ ...point, onFront: front.includes(k) }));
  return { points: explored, knee: knee === undefined ? null : explored[front[knee]] };
}
