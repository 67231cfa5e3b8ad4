/**
 * A user's own scheduler: an ES module whose default export is `{ name, pick(ready, now) → index }`, and may have
 * `parameters`, `finished(request, now)` and `drop(ready, now) → ids`.
 */
import { pathToFileURL } from "node:url";
import { ConfigError, didYouMean } from "../workloads/input/errors.ts";
import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/** What a user's `pick` sees of a ready request; times in seconds. Read-only, always up to date. */
export interface RequestView {
  /** Row of the request in `requests.csv`. */
  readonly id: number;
  readonly model: string;
  readonly pattern: string;
  readonly priority: number;
  readonly arrival: number;
  readonly deadline: number;
  readonly layersDone: number;
  readonly layersTotal: number;
  /** Average time of the layers not yet run, of this (model, pattern); not scaled by the measured density. */
  readonly estimatedRemaining: number;
  readonly estimatedIsolated: number;
  /** The same averages over the model, whatever its pattern. */
  readonly estimatedRemainingOfModel: number;
  readonly estimatedIsolatedOfModel: number;
  /** Average time of the next layer, of this (model, pattern). */
  readonly nextLayer: number;
  /** Density that the monitor saw in the layer that ran last, and the table average for it; undefined before. */
  readonly measuredDensity: number | undefined;
  readonly averageDensity: number | undefined;
  /** Density of the output of the layer that ran last; undefined before. */
  readonly outputDensity: number | undefined;
  /** End of the request's last layer; its arrival before the first. */
  readonly lastRun: number;
}

type Parameters = Readonly<Record<string, unknown>>;

/** What the default export of a scheduler's module has to be. */
export interface UserScheduler {
  readonly name: string;
  /** Names and defaults of what a scenario may set; all functions get the values as their last argument. */
  readonly parameters?: Parameters;
  /** Index in `ready` (order of admission) of the request to run now. */
  pick(ready: readonly RequestView[], now: number, parameters: Parameters): number;
  /** Told of every request whose last layer has run. */
  finished?(request: RequestView, now: number, parameters: Parameters): void;
  /** Ids of requests that are never to run: none of them may have begun. Asked before every pick. */
  drop?(ready: readonly RequestView[], now: number, parameters: Parameters): readonly number[];
}

/** What is told of a request's network besides the columns of the queue. */
export interface RequestNetwork {
  readonly model: string;
  readonly pattern: string;
  /** Average seconds of the layers from l on, over the model whatever its pattern. */
  readonly remainingOfModel: ArrayLike<number>;
  /** Density of the output of a layer that has run. */
  outputDensity(layer: number): number;
}

/**
 * Loads a scheduler from a module path. What a module remembers would reach the next run of the same thread: the worker
 * pool gives each run of a user's scheduler a thread of its own.
 *
 * @param given parameters of the scenario, laid over the module's own.
 * @throws ConfigError if the module cannot be loaded, does not export a scheduler, or has no such parameter.
 */
export async function loadUserScheduler(path: string, given: Parameters = {}): Promise<UserScheduler> {
  requireRunnable(path);
  try {
    const { default: scheduler } = await import(pathToFileURL(path).href);
    const complaint = complaintOf(scheduler);
    if (complaint === undefined) return withParameters(path, scheduler, given);
    throw new ConfigError(`scheduler ${path}: ${complaint}`);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`scheduler ${path}: cannot be loaded: ${firstLine(error)}${placeIn(error)}`);
  }
}

/** The scheduler with the values of its parameters. Functions are called on the module's own object. */
function withParameters(path: string, scheduler: UserScheduler, given: Parameters): UserScheduler {
  const own = scheduler.parameters ?? {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(own, name));
  if (unknown !== undefined) {
    const hint = Object.keys(own).length === 0 ? " (it has none)" : didYouMean(unknown, Object.keys(own));
    throw new ConfigError(`scheduler ${path}: has no parameter "${unknown}"${hint}`);
  }
  const parameters = Object.freeze({ ...own, ...given });
  const { name, finished, drop } = scheduler;
  return {
    name,
    parameters,
    pick: (ready, now) => scheduler.pick(ready, now, parameters),
    ...(finished && { finished: (request, now) => finished.call(scheduler, request, now, parameters) }),
    ...(drop && { drop: (ready, now) => drop.call(scheduler, ready, now, parameters) }),
  };
}

/** Runs a user's scheduler as a policy, checking every answer. Serves one run. */
export class UserPolicy implements Policy {
  readonly name: string;
  readonly estimates = "pattern";
  readonly monitored = true;
  private readonly scheduler: UserScheduler;
  private readonly networkOf: (request: number) => RequestNetwork;
  private readonly parameters: Parameters;
  /** By request. */
  private readonly views: LiveView[] = [];
  private decisions = 0;

  /** @param networkOf the network of a request. */
  constructor(scheduler: UserScheduler, networkOf: (request: number) => RequestNetwork) {
    this.name = scheduler.name;
    this.scheduler = scheduler;
    this.networkOf = networkOf;
    this.parameters = scheduler.parameters ?? {};
  }

  pick(queue: ReadyQueue, now: number): number {
    this.decisions += 1;
    const { scheduler, parameters } = this;
    const ready = this.viewsOf(queue);
    const index = this.ask("pick", () => scheduler.pick(ready, now * queue.secondsPerTick, parameters));
    if (!(Number.isInteger(index) && index >= 0 && index < queue.count)) {
      throw this.complaint("pick", `returned ${describe(index)}, not an index below ${queue.count}`);
    }
    return index;
  }

  drop(queue: ReadyQueue, now: number): readonly number[] {
    const { scheduler, parameters } = this;
    if (scheduler.drop === undefined || queue.count === 0) return [];
    const ready = this.viewsOf(queue);
    const ids: unknown = this.ask("drop", () => scheduler.drop?.(ready, now * queue.secondsPerTick, parameters));
    if (!Array.isArray(ids)) throw this.complaint("drop", `returned ${describe(ids)}, not a list of ids`);
    const positions = new Set(ids.map((id: unknown) => this.droppable(queue, id)));
    return [...positions].sort((a, b) => a - b);
  }

  finished(queue: ReadyQueue, position: number, now: number): void {
    const { scheduler, parameters } = this;
    if (scheduler.finished === undefined) return;
    const view = this.viewOf(queue, position);
    this.ask("finished", () => scheduler.finished?.(view, now * queue.secondsPerTick, parameters));
  }

  /** The position of a request that may be dropped. */
  private droppable(queue: ReadyQueue, id: unknown): number {
    const position = typeof id === "number" ? queue.order.subarray(0, queue.count).indexOf(id) : -1;
    if (position < 0) throw this.complaint("drop", `returned ${describe(id)}, not the id of a ready request`);
    const done = queue.layersDone[position];
    if (done === 0) return position;
    throw this.complaint("drop", `returned request ${id}, which has begun: ${done} of its layers have run`);
  }

  private viewsOf(queue: ReadyQueue): readonly RequestView[] {
    return Object.freeze(Array.from({ length: queue.count }, (_, position) => this.viewOf(queue, position)));
  }

  private ask<Answer>(what: string, call: () => Answer): Answer {
    try {
      return call();
    } catch (error) {
      throw this.complaint(what, `threw ${firstLine(error)}${placeIn(error)}`);
    }
  }

  /** What happens before the first pick counts as of decision 1. */
  private complaint(name: string, what: string): ConfigError {
    return new ConfigError(`scheduler "${this.name}": decision ${Math.max(1, this.decisions)}: ${name} ${what}`);
  }

  private viewOf(queue: ReadyQueue, position: number): RequestView {
    const request = queue.order[position];
    this.views[request] ??= new LiveView(queue, request, this.networkOf(request));
    return LiveView.at(this.views[request], position);
  }
}

/** What a request is now, read from the queue at the request's position of the latest decision. */
class LiveView implements RequestView {
  readonly id: number;
  readonly model: string;
  readonly pattern: string;
  readonly #queue: ReadyQueue;
  readonly #network: RequestNetwork;
  #position = 0;

  constructor(queue: ReadyQueue, request: number, network: RequestNetwork) {
    this.#queue = queue;
    this.#network = network;
    this.id = request;
    this.model = network.model;
    this.pattern = network.pattern;
    Object.freeze(this);
  }

  /** The view, moved to where its request now is. */
  static at(view: LiveView, position: number): LiveView {
    view.#position = position;
    return view;
  }

  get priority() {
    return this.#queue.priority[this.#position];
  }
  get arrival() {
    return this.#queue.arrival[this.#position] * this.#queue.secondsPerTick;
  }
  get deadline() {
    return this.#queue.deadline[this.#position] * this.#queue.secondsPerTick;
  }
  get layersDone() {
    return this.#queue.layersDone[this.#position];
  }
  get layersTotal() {
    return this.#queue.layersTotal[this.#position];
  }
  get estimatedRemaining() {
    return this.#queue.remainingSeconds[this.#position];
  }
  get estimatedIsolated() {
    return this.#queue.isolatedSeconds[this.#position];
  }
  get estimatedRemainingOfModel() {
    return this.#network.remainingOfModel[this.layersDone];
  }
  get estimatedIsolatedOfModel() {
    return this.#network.remainingOfModel[0];
  }
  get outputDensity() {
    return this.layersDone === 0 ? undefined : defined(this.#network.outputDensity(this.layersDone - 1));
  }
  get nextLayer() {
    return this.#queue.nextLayerSeconds[this.#position];
  }
  get measuredDensity() {
    return defined(this.#queue.measuredDensity[this.#position]);
  }
  get averageDensity() {
    return defined(this.#queue.averageDensity[this.#position]);
  }
  get lastRun() {
    return this.#queue.lastRun[this.#position] * this.#queue.secondsPerTick;
  }
}

function defined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function describe(value: unknown): string {
  if (value instanceof Promise) return "a promise (pick must not be async)";
  return typeof value === "number" || value === undefined || value === null ? String(value) : `a ${typeof value}`;
}

/** What is wrong with a default export; undefined if it is a scheduler. */
function complaintOf(value: unknown): string | undefined {
  const { name, pick, parameters, finished, drop } = (value ?? {}) as Partial<Record<keyof UserScheduler, unknown>>;
  if (typeof name !== "string" || !/^\S(.*\S)?$/.test(name) || typeof pick !== "function") {
    return "the default export must be { name: one line of text, pick(ready, now) }";
  }
  if (
    parameters !== undefined &&
    (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
  ) {
    return "parameters must be a mapping of names to defaults";
  }
  const wrong = Object.entries({ finished, drop }).find(([, own]) => own !== undefined && typeof own !== "function");
  return wrong === undefined ? undefined : `${wrong[0]} must be a function, is a ${typeof wrong[1]}`;
}

/** Node runs TypeScript from 22.18 on; before that its own message does not say so. */
function requireRunnable(path: string): void {
  const isTypeScript = /\.[mc]?ts$/.test(path);
  if (!isTypeScript || (Reflect.get(process.features, "typescript") ?? false) !== false) return;
  throw new ConfigError(
    `scheduler ${path}: Node ${process.versions.node} cannot run TypeScript; compile it to JavaScript, or use Node 22.18 or later`,
  );
}

/** ` (mine.mjs:3:10)`: where in a module of the user's it was thrown, if that is known. */
function placeIn(error: unknown): string {
  const stack = error instanceof Error ? String(error.stack) : "";
  const places = [...stack.matchAll(/file:\/\/[^\s)]+?:\d+(?::\d+)?(?=[\s)]|$)/g)].map(([place]) => place);
  const own = places.find((place) => !place.startsWith(ownFiles));
  return own === undefined ? "" : ` (${decodeURIComponent(own.slice(own.lastIndexOf("/") + 1))})`;
}

/** The folder of the built program, or of its sources. */
const ownFiles = new URL("../", import.meta.url).href;

/** Whatever was thrown, as one line; without the place in our own files. */
function firstLine(error: unknown): string {
  try {
    return String(error)
      .split("\n", 1)[0]
      .replace(/ imported from .*$/, "");
  } catch {
    return "something that cannot be printed";
  }
}
