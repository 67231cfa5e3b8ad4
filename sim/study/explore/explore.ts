/** Array shapes for a mix of networks: every shape runs the mix and the scenario's requests, whole and exactly. */
import { availableParallelism } from "node:os";
import { type Hardware, sramBytes } from "../../../hw/array/description.ts";
import { type AreaTable, eyerissEnergy } from "../../../hw/array/energy.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Arrivals } from "../../../workloads/requests/arrivals.ts";
import { sharesOf } from "../../../workloads/requests/rates.ts";
import type { RequestSpec } from "../../../workloads/requests/request-spec.ts";
import type { HardwareChoice, Scenario } from "../../../workloads/scenarios/scenario.ts";
import { type ArrayAccelerator, loadAccelerator, machineFacts } from "../../profile/accelerator.ts";
import { monitorKeysOf, networksToModel } from "../../profile/modelled-networks.ts";
import { type NetworkProfile, profileOnEach, toProfile } from "../../profile/profile.ts";
import { type PoolOptions, type Threads, withThreads } from "../../threads/pool.ts";
import { type Conditions, conditionsOf } from "../run/conditions.ts";
import { chooseSchedulers, type PreparedRun, prepareProfiled, runComparison } from "../run/run.ts";
import { arrayCapacities } from "./array-capacity.ts";
import { type ArrayChoice, hardwareOfChoice } from "./array-choice.ts";
import { type ArrayPoint, arrayPoint, meanInference } from "./array-point.ts";
import { type MixCauses, mixCauses } from "./causes.ts";
import { comparedPoints, type ExploredPoint, type FrontNeighbours } from "./compared-points.ts";
import type { DeadlineKind } from "./deadlines.ts";
import { bySize, isAnswer, judgedPoint } from "./judged-point.ts";
import { isWithin, type Limits, pointFacts, requireSomeWithin, sizeFacts, staticLimits } from "./limits.ts";
import type { Objective } from "./objectives.ts";
import { isSameShape, shapeOf, shapeText } from "./shape.ts";
import { maxTrials, searchSizes } from "./size-search.ts";

export interface ExploreQuestion {
  /** Its hardware is the base array; it has one scheduler. */
  readonly scenario: Scenario;
  readonly choices: readonly ArrayChoice[];
  /** Two or more. */
  readonly objectives: readonly Objective[];
  readonly deadlines: DeadlineKind;
  /** The arrival rate is such that the base array is busy for this share of the time; without it, the scenario's. */
  readonly loadOnBase?: number | undefined;
  readonly area?: AreaTable | undefined;
  /** Share of the requests that must be on time, above 0 and at most 1. */
  readonly target: number;
  /** Whether the highest rate that reaches the target is sought on every array. */
  readonly seeksCapacity: boolean;
  readonly limits: Limits;
  /** Sizes between those chosen are tried, of so many PEs at least; absent: none are. */
  readonly search?: { readonly least: number } | undefined;
}

interface ExploreOptions extends PoolOptions {
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/** An array with a run on it that is ready to begin. */
interface ReadyArray {
  readonly choice: ArrayChoice;
  readonly accelerator: ArrayAccelerator;
  readonly run: PreparedRun;
  readonly networks: RunNetworks;
  readonly mix: MixCauses;
}

type RunNetworks = Parameters<typeof prepareProfiled>[2];

/** The arrays of a question. */
interface ProfiledArrays {
  /** One per choice that is within the limits. */
  readonly arrays: readonly ReadyArray[];
  /** How many of those chosen are beyond the limits and have not been run. */
  readonly beyondLimits: number;
  /** Runs the networks on another array, for the same requests; undefined if it is beyond the limits or cannot run them. */
  readonly another: (choice: ArrayChoice, options: ExploreOptions) => Promise<ReadyArray | undefined>;
  /** With the arrival rate that is used. */
  readonly scenario: Scenario;
  readonly base: Hardware;
  readonly conditions: Conditions;
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
  readonly objectives: readonly Objective[];
  /** Share of the requests that must be on time, 0..1. */
  readonly target: number;
  readonly limits: Limits;
  /** Of those chosen, not run. */
  readonly beyondLimits: number;
  /** How many of the points, the last ones, are sizes that a search tried beside those chosen. */
  readonly foundCount: number;
  /** Where energies and, with a table, areas come from. */
  readonly sources: { readonly energy: string; readonly area: string | null };
  /** Every array that was run, those that were found last. */
  readonly points: readonly ExploredPoint[];
  /** With two objectives only. */
  readonly knee: ExploredPoint | null;
  /** Arrays of the front that are next to each other in the first objective. */
  readonly frontNeighbours: readonly FrontNeighbours[];
  /** Where several schedulers are asked for: arrays are compared under the first. */
  readonly onAnswer: SchedulersOnAnswer | null;
}

/** The scenario's schedulers on the smallest array that is what was asked for. */
export interface SchedulersOnAnswer {
  readonly shape: string;
  readonly schedulers: readonly {
    readonly scheduler: string;
    readonly violationRate: number;
    readonly antt: number;
    readonly p95Ms: number;
  }[];
  /** On the same requests, with those that the seeds do not tell apart from it; null with one seed. */
  readonly fewestViolations: string | null;
  readonly notToldApart: readonly string[];
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
 * Runs the networks of the mix on every array that is within the limits.
 *
 * @throws ConfigError for anything in the scenario that cannot be run, a layer that fits no PE, an objective that is not
 *   known, and limits that none of the arrays is within.
 */
export async function profileArrays(question: ExploreQuestion, options: ExploreOptions): Promise<ProfiledArrays> {
  const { scenario, deadlines, loadOnBase } = question;
  const base = { accelerator: await baseArray(scenario), hardware: scenario.hardware ?? "" };
  requireKnown(question, base.accelerator);
  const all = await Promise.all(question.choices.map((choice) => chosenArray(base, scenario, choice)));
  const chosen = withinLimits(all, question);
  const baseIndex = chosen.findIndex(({ hardware }) => hardware === base.hardware);
  const needsBase = deadlines === "base" || loadOnBase !== undefined;
  const extra = needsBase && baseIndex < 0 ? [base] : [];
  const prepared = await prepareOnEach(scenario, [...chosen, ...extra], options);
  const onBase = (prepared.at(baseIndex) as (typeof prepared)[number]).run;
  const arrivals = loadOnBase === undefined ? {} : { arrivals: arrivalsFor(loadOnBase, onBase, base) };
  const ready = ({ choice, accelerator }: ChosenArray, { run, networks, profiles }: PreparedArray): ReadyArray => {
    const mix = deadlines === "base" ? mixWithDeadlinesOf(onBase, run) : run.setup.requests.mix;
    return {
      choice,
      accelerator,
      run: withRequests(run, { ...arrivals, mix }),
      networks,
      mix: causesOf(run, profiles),
    };
  };
  return {
    arrays: chosen.map((array, k) => ready(array, prepared[k])),
    beyondLimits: all.length - chosen.length,
    another: async (choice, pool) => {
      const array = await chosenArray(base, scenario, choice);
      if (!isWithin(sizeFacts(array.accelerator.hardware, question.area), staticLimits(question.limits)))
        return undefined;
      return unlessMistake(async () => ready(array, (await prepareOnEach(scenario, [array], pool))[0]));
    },
    scenario: { ...scenario, ...arrivals },
    base: base.accelerator.hardware,
    conditions: conditionsOf({ ...prepared[0].run, scenario: { ...scenario, ...arrivals } }),
  };
}

/** Nobody has asked for the sizes between: one that a layer does not fit is passed over. */
async function unlessMistake<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** @throws ConfigError if none is. */
function withinLimits(all: readonly ChosenArray[], { limits, area }: ExploreQuestion): ChosenArray[] {
  const sized = all.map((array) => ({
    array,
    name: shapeText(array.choice.shape),
    facts: sizeFacts(array.accelerator.hardware, area),
  }));
  requireSomeWithin(sized, staticLimits(limits));
  return sized.filter(({ facts }) => isWithin(facts, staticLimits(limits))).map(({ array }) => array);
}

function causesOf(run: PreparedRun, profiles: readonly NetworkProfile[]): MixCauses {
  const { networks, requests } = run.setup;
  const shares = sharesOf(requests);
  return mixCauses(profiles, (k) => {
    const { model, pattern } = profiles[k].network;
    return shares[networks.profiles.findIndex((each) => each.model === model && each.pattern === pattern)] ?? 0;
  });
}

/**
 * Runs the scenario's requests on every array, looks for smaller ones that reach the target, and compares the arrays.
 *
 * @throws ConfigError if the user's scheduler misbehaves, and if no array takes as little energy as it may.
 */
export async function explore(
  question: ExploreQuestion,
  profiled: ProfiledArrays,
  options: ExploreOptions,
): Promise<Exploration> {
  const { objectives, deadlines, area, target, limits } = question;
  const { arrays, scenario, base, conditions, beyondLimits } = profiled;
  const chosen = await runEach(arrays, area, options);
  const found = await foundPoints(question, profiled, chosen, options);
  const all = [...arrays, ...found.map(({ array }) => array)];
  const { onDone: _, ...quiet } = options;
  const capacities = question.seeksCapacity ? await arrayCapacities(all, scenario, target, quiet) : [];
  const points = [...chosen, ...found.map(({ point }) => point)].map((point, k) => ({
    ...judgedPoint(point, target, limits),
    ...(question.seeksCapacity ? { capacity: capacities[k] } : {}),
  }));
  requireSomeWithin(
    points.map((point) => ({ name: point.shape, facts: pointFacts(point) })),
    limits,
  );
  const [answer] = points.filter(isAnswer).toSorted((a, b) => bySize(a, b) || a.antt - b.antt);
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
    ...{ target, limits, beyondLimits, foundCount: found.length },
    sources: { energy: eyerissEnergy.source, area: area?.source ?? null },
    ...comparedPoints(objectives, points),
    onAnswer: await schedulersOn(all[points.indexOf(answer)], scenario, options),
  };
}

interface FoundPoint {
  readonly array: ReadyArray;
  readonly point: ArrayPoint;
}

/** All schedulers of the scenario on the smallest array that is what was asked for; none where there is one scheduler. */
async function schedulersOn(
  answer: ReadyArray | undefined,
  { schedulers: names, schedulerParameters }: Scenario,
  { workers }: ExploreOptions,
): Promise<SchedulersOnAnswer | null> {
  const schedulers = await chooseSchedulers(names, schedulerParameters);
  if (answer === undefined || schedulers.length === 1) return null;
  const { summaries, standings, mistake } = await runComparison(
    { ...answer.run, schedulers },
    { workers, keepSchedules: false },
  );
  if (mistake !== undefined) throw mistake;
  const [best] = standings.filter(({ metric }) => metric === "violationRate");
  return {
    shape: shapeText(answer.choice.shape),
    schedulers: summaries.map(({ scheduler, overall: { violationRate, antt, p95Ms } }) => ({
      scheduler,
      violationRate: violationRate.mean,
      antt: antt.mean,
      p95Ms: p95Ms.mean,
    })),
    fewestViolations: best === undefined ? null : best.best,
    notToldApart: best?.tied ?? [],
  };
}

/** The sizes that a search runs beside those chosen: with the MACs and keys of the smallest that reaches the target. */
async function foundPoints(
  { search, target, limits, area }: ExploreQuestion,
  { arrays, another }: ProfiledArrays,
  chosen: readonly ArrayPoint[],
  options: ExploreOptions,
): Promise<FoundPoint[]> {
  if (search === undefined) return [];
  const judged = chosen.map((point, k) => ({ ...judgedPoint(point, target, limits), choice: arrays[k].choice }));
  const smallest = judged.filter(isAnswer).toSorted(bySize)[0];
  if (smallest === undefined) return [];
  const {
    keys,
    shape: { macsPerPe },
  } = smallest.choice;
  const alike = judged.filter(({ choice }) => choice.keys === keys && choice.shape.macsPerPe === macsPerPe);
  const found: FoundPoint[] = [];
  const { onDone: _, ...quiet } = options;
  await searchSizes(
    alike.map((point) => ({ shape: point.choice.shape, reaches: isAnswer(point) })),
    search.least,
    async (shape) => {
      const array = await another({ shape, keys }, quiet);
      if (array === undefined) return undefined;
      const [point] = await runEach([array], area, quiet);
      found.push({ array, point });
      options.onDone?.(chosen.length + found.length, chosen.length + maxTrials);
      return isAnswer(judgedPoint(point, target, limits));
    },
  );
  return found;
}

/** Refuses objectives that no point will have, before anything runs. */
function requireKnown({ objectives, scenario, area, limits }: ExploreQuestion, { hardware }: ArrayAccelerator): void {
  const names = objectives.map(({ name }) => name);
  if (names.includes("area") && area === undefined) {
    throw new ConfigError("--objectives: area is known with a table of areas only (--area FILE)");
  }
  const size = names.find((name) => name === "area" || name === "sramBytes");
  if (size !== undefined && !Number.isFinite(sramBytes(hardware))) {
    throw new ConfigError(`--objectives: ${size} is not known of hardware ${hardware.name}, whose SRAM is unlimited`);
  }
  if (limits.energyPj !== undefined && scenario.fidelity === "expected") {
    throw new ConfigError("--max-energy: energy is not known with --fidelity expected");
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

interface ChosenArray extends ShapedArray {
  readonly choice: ArrayChoice;
}

/** An array whose networks have run. */
interface PreparedArray {
  readonly run: PreparedRun;
  readonly networks: RunNetworks;
  readonly profiles: readonly NetworkProfile[];
}

/** The base itself where nothing of it is changed. */
async function chosenArray(base: ShapedArray, scenario: Scenario, choice: ArrayChoice): Promise<ChosenArray> {
  const isBase = choice.keys.length === 0 && isSameShape(choice.shape, shapeOf(base.accelerator.hardware));
  if (isBase) return { choice, ...base };
  const hardware = hardwareOfChoice(base.hardware, choice);
  const accelerator = await loadAccelerator(hardware, scenario.fidelity, monitorKeysOf(scenario));
  if (accelerator.kind !== "array") throw new Error("keys of a hardware file describe an array");
  return { choice, accelerator, hardware };
}

/** The scenario's run on each array, its networks run on it. */
async function prepareOnEach(
  scenario: Scenario,
  arrays: readonly ShapedArray[],
  { cache, ...pool }: ExploreOptions,
): Promise<PreparedArray[]> {
  const [leading] = await chooseSchedulers(scenario.schedulers, scenario.schedulerParameters);
  const schedulers = [leading];
  const { samples } = scenario;
  const modelled = networksToModel(scenario, []);
  const profiles = await profileOnEach(
    modelled,
    arrays.map(({ accelerator }) => accelerator),
    { samples, cache, ...pool },
  );
  return Promise.all(
    arrays.map(async ({ accelerator, hardware }, k) => {
      const networks = {
        profiles: profiles[k].map((profile) => toProfile(profile, accelerator)),
        document: undefined,
        accelerator,
        modelled,
      };
      const run = await prepareProfiled({ ...scenario, hardware }, schedulers, networks);
      return { profiles: profiles[k], run, networks };
    }),
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
  arrays: readonly ReadyArray[],
  area: AreaTable | undefined,
  { workers = availableParallelism(), onDone }: PoolOptions,
): Promise<ArrayPoint[]> {
  let done = 0;
  onDone?.(done, arrays.length);
  const runCount = arrays.reduce((sum, { run }) => sum + run.seeds.length, 0);
  const runOn = async ({ choice, accelerator, run, mix }: ReadyArray, threads: Threads) => {
    const { summaries, mistake } = await runComparison(run, { threads, keepSchedules: false });
    if (mistake !== undefined) throw mistake;
    done += 1;
    onDone?.(done, arrays.length);
    const keys = Object.fromEntries(choice.keys.map(({ key, shown }) => [key, shown]));
    return {
      ...arrayPoint(accelerator, run, summaries[0], area),
      ...mix,
      ...(choice.keys.length === 0 ? {} : { keys }),
    };
  };
  return withThreads(Math.min(workers, runCount), (threads) =>
    Promise.all(arrays.map((array) => runOn(array, threads))),
  );
}
