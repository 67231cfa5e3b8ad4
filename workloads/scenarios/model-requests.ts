/** What an entry of a scenario's mix says of its requests: arrivals of its own, a deadline, whose end releases them. */
import { resolve } from "node:path";
import { ConfigError, didYouMean } from "../input/errors.ts";
import { shown } from "../input/schema-errors.ts";
import { patternName } from "../masks/weight-pattern.ts";
import { type Arrivals, periodOf } from "../requests/arrivals.ts";
import type { Cascade, MixShare, OwnArrivals, RequestSpec } from "../requests/request-spec.ts";
import { traceHasDeadlines } from "../requests/trace.ts";
import { quantity } from "./quantity.ts";
import type { ScenarioInput } from "./scenario-schema.ts";

/** Of one entry; times in seconds. Keys that are absent are as for all networks. */
export interface ModelRequests {
  readonly arrivals?: Arrivals;
  /** Instead of an SLO: seconds from arrival or release, the period of the chain's arrivals, or the chain's deadline. */
  readonly deadline?: number | "period" | "chain";
  readonly after?: { readonly model: string; readonly probability: number; readonly delay: number };
  readonly late?: "run" | "drop";
}

type ArrivalsInput = NonNullable<ScenarioInput["arrivals"]>;
type ModelInput = NonNullable<ScenarioInput["models"]>[number];

/** Where in a scenario a message is about. */
interface Place {
  readonly file: string;
  /** Relative paths begin here. */
  readonly folder: string;
  /** `arrivals`, `models[1].arrivals` */
  readonly key: string;
}

/**
 * Arrivals with quantities in base units and an absolute path.
 *
 * @throws ConfigError for a quantity out of range.
 */
export async function resolvedArrivals({ file, folder, key }: Place, arrivals: ArrivalsInput): Promise<Arrivals> {
  if (arrivals.kind === "trace") return { ...arrivals, file: resolve(folder, arrivals.file) };
  if (arrivals.kind === "periodic") return periodicArrivals(file, key, arrivals);
  const rate = await quantity(file, `${key}.rate`, "rate", arrivals.rate);
  if (arrivals.kind !== "bursty") return { kind: arrivals.kind, rate };
  const on = await quantity(file, `${key}.on`, "time", arrivals.on);
  const off = await quantity(file, `${key}.off`, "time", arrivals.off);
  return { kind: "bursty", rate, on, off };
}

async function periodicArrivals(
  file: string,
  key: string,
  { fps, period, jitter, offset }: Extract<ArrivalsInput, { kind: "periodic" }>,
): Promise<Arrivals> {
  const where = `scenario ${file}: ${key}`;
  if (fps !== undefined && period !== undefined) throw new ConfigError(`${where}: has both fps and period, needs one`);
  if (fps === undefined && period === undefined) throw new ConfigError(`${where}: needs fps or period`);
  const rate =
    fps === undefined
      ? 1 / (await quantity(file, `${key}.period`, "time", period as number | string))
      : await quantity(file, `${key}.fps`, "rate", fps);
  const arrivals = {
    kind: "periodic",
    fps: rate,
    jitter: await quantity(file, `${key}.jitter`, "time", jitter, { least: 0 }),
    offset: await quantity(file, `${key}.offset`, "time", offset, { least: 0 }),
  } as const;
  if (arrivals.jitter <= 1 / rate) return arrivals;
  const milliseconds = Number((1e3 / rate).toPrecision(6));
  throw new ConfigError(`${where}.jitter must be at most the period, ${milliseconds} ms, is ${shown(jitter)}`);
}

/**
 * @param place of the entry.
 * @throws ConfigError for keys that cannot stand together and quantities out of range.
 */
export async function resolvedModelRequests(place: Place, model: ModelInput): Promise<ModelRequests> {
  const { file, key } = place;
  const { arrivals, deadline, after, late, slo, weight } = model;
  const where = `scenario ${file}: ${key}`;
  if (arrivals !== undefined && after !== undefined) {
    throw new ConfigError(`${where}: has both arrivals and after, needs one of them at most`);
  }
  if (deadline !== undefined && slo !== undefined) {
    throw new ConfigError(`${where}: has both slo and deadline, needs one of them at most`);
  }
  if (weight !== undefined && (arrivals ?? after) !== undefined) {
    throw new ConfigError(
      `${where}: has both weight and ${after === undefined ? "arrivals" : "after"}: a weight shares out the scenario's arrivals`,
    );
  }
  const own =
    arrivals === undefined ? {} : { arrivals: await resolvedArrivals({ ...place, key: `${key}.arrivals` }, arrivals) };
  return {
    ...own,
    ...(deadline === undefined ? {} : { deadline: await resolvedDeadline(file, `${key}.deadline`, deadline) }),
    ...(after === undefined
      ? {}
      : { after: { ...after, delay: await quantity(file, `${key}.after.delay`, "time", after.delay, { least: 0 }) } }),
    ...(late === undefined ? {} : { late }),
  };
}

async function resolvedDeadline(file: string, key: string, deadline: number | string) {
  if (deadline === "period" || deadline === "chain") return deadline;
  return quantity(file, key, "time", deadline);
}

/** What of an entry of the mix says who its requests are. */
interface MixEntry extends ModelRequests {
  readonly model: string;
  readonly pattern?: string;
  readonly sparsity?: number;
}

interface RequestScenario {
  readonly file: string;
  readonly models?: readonly MixEntry[];
  readonly arrivals?: Arrivals;
  readonly semantics: "corrected" | "artifact";
  readonly faults: readonly unknown[];
}

/**
 * Whether the parts of a scenario that say who arrives fit together.
 *
 * @throws ConfigError naming the entry.
 */
export function requireArrivals(scenario: RequestScenario): void {
  const { file, models = [], arrivals, semantics, faults } = scenario;
  const isOwn = ({ arrivals: own, after }: MixEntry) => own !== undefined || after !== undefined;
  const needy = models.find((model) => !isOwn(model));
  if (arrivals === undefined && (needy !== undefined || models.length === 0)) {
    const whose = models.some(isOwn) && needy !== undefined ? `: ${needy.model} has none of its own` : "";
    throw new ConfigError(`scenario ${file}: arrivals is missing${whose}`);
  }
  if (arrivals !== undefined && models.length > 0 && needy === undefined) {
    throw new ConfigError(
      `scenario ${file}: arrivals: every network has its own or is released by another, so that none is left for these`,
    );
  }
  const special = models.find((model) => isOwn(model) || model.deadline !== undefined || model.late !== undefined);
  if (special !== undefined && (semantics === "artifact" || faults.length > 0)) {
    throw new ConfigError(
      `scenario ${file}: models: ${special.model}: arrivals, deadline, after and late need corrected semantics without faults`,
    );
  }
  for (const model of models) requireDeadline(scenario, model, chainOf(scenario, model));
}

/** An entry, the one whose end releases it, and so on up to the one that arrives by itself. */
function chainOf({ file, models = [] }: RequestScenario, model: MixEntry): MixEntry[] {
  const chain = [model];
  for (let last = model; last.after !== undefined; ) {
    const { after, model: name } = last;
    const parent = models.find((other) => other.model === after.model);
    if (parent === undefined) {
      const names = models.map((other) => other.model).filter((other) => other !== name);
      throw new ConfigError(
        `scenario ${file}: models: ${name} is after "${after.model}", which is not in the mix${didYouMean(after.model, names)}`,
      );
    }
    if (chain.some((each) => each.model === parent.model)) {
      const names = [...chain.map((each) => each.model), parent.model].reverse().join(" → ");
      throw new ConfigError(`scenario ${file}: models: ${names} is a loop, no request of it would ever begin`);
    }
    chain.push(parent);
    last = parent;
  }
  return chain;
}

function requireDeadline(scenario: RequestScenario, { model, deadline }: MixEntry, chain: readonly MixEntry[]): void {
  if (deadline === undefined) return;
  const where = `scenario ${scenario.file}: models: ${model}: deadline`;
  const first = chain[chain.length - 1];
  const arrivals = first.arrivals ?? scenario.arrivals;
  if (deadline === "chain") {
    if (chain.length === 1)
      throw new ConfigError(`${where} chain needs after: it is the deadline of the chain's first`);
    return;
  }
  if (deadline === "period" && (arrivals === undefined || periodOf(arrivals) === undefined)) {
    throw new ConfigError(
      `${where} period needs periodic or fixed arrivals, those of ${first.model} are ${arrivals?.kind}`,
    );
  }
  if (chain.length === 1 && arrivals?.kind === "trace" && traceHasDeadlines(arrivals.file)) {
    throw new ConfigError(`${where} cannot be given: the trace ${arrivals.file} has a column deadline`);
  }
}

/** What the mix adds to a run's requests. */
type MixedRequests = Pick<RequestSpec, "mix" | "own" | "cascades">;

/**
 * The requests of every entry of the mix.
 *
 * @param mix one share per profile, with its SLO.
 * @param entryOf the entry of each profile; all undefined in a scenario without a list of models.
 */
export function mixedRequests(
  scenario: RequestScenario,
  mix: readonly MixShare[],
  entryOf: readonly (MixEntry | undefined)[],
): MixedRequests {
  const membersOf = (wanted: (entry: MixEntry) => boolean) =>
    entryOf.flatMap((entry, index) => (entry !== undefined && wanted(entry) ? [index] : []));
  const models = scenario.models ?? [];
  const own = models.flatMap((entry): OwnArrivals[] =>
    entry.arrivals === undefined
      ? []
      : [{ name: entryName(entry), members: membersOf((other) => other === entry), arrivals: entry.arrivals }],
  );
  const cascades = models.flatMap((entry): Cascade[] => {
    const { after } = entry;
    if (after === undefined) return [];
    const { model, ...rest } = after;
    const [members, parents] = [membersOf((other) => other === entry), membersOf((other) => other.model === model)];
    return [{ name: entryName(entry), members, parents, ...rest }];
  });
  return {
    mix: mix.map((share, index) => ({ ...share, ...judgedBy(scenario, entryOf[index]) })),
    ...(own.length === 0 ? {} : { own }),
    ...(cascades.length === 0 ? {} : { cascades }),
  };
}

/** By which an entry's random streams are called. */
function entryName({ model, pattern, sparsity }: MixEntry): string {
  return pattern === undefined ? model : `${model}/${patternName(pattern, sparsity)}`;
}

function judgedBy(
  scenario: RequestScenario,
  entry: MixEntry | undefined,
): Pick<MixShare, "deadline" | "dropsWhenLate"> {
  if (entry === undefined) return {};
  const { deadline, late } = entry;
  return {
    ...(deadline === undefined ? {} : { deadline: deadline === "period" ? chainPeriod(scenario, entry) : deadline }),
    ...(late === "drop" ? { dropsWhenLate: true } : {}),
  };
}

function chainPeriod(scenario: RequestScenario, entry: MixEntry): number {
  const [first] = chainOf(scenario, entry).slice(-1);
  const arrivals = first.arrivals ?? scenario.arrivals;
  const period = arrivals && periodOf(arrivals);
  if (period === undefined) throw new Error(`${entry.model}: a deadline of one period was checked before`);
  return period;
}
