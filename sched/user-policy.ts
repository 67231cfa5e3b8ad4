/** A user's own scheduler: an ES module whose default export is `{ name, pick(ready, now) → index }`. */
import { pathToFileURL } from "node:url";
import { ConfigError } from "../workloads/input/errors.ts";
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
  /** Average time of the next layer, of this (model, pattern). */
  readonly nextLayer: number;
  /** Density that the monitor saw in the layer that ran last, and the table average for it; undefined before. */
  readonly measuredDensity: number | undefined;
  readonly averageDensity: number | undefined;
  /** End of the request's last layer; its arrival before the first. */
  readonly lastRun: number;
}

/** What the default export of a scheduler's module has to be. */
export interface UserScheduler {
  readonly name: string;
  /** Index in `ready` (order of admission) of the request to run now. */
  pick(ready: readonly RequestView[], now: number): number;
}

/**
 * Loads a scheduler from a module path. What a module remembers would reach the next run of the same thread: the worker
 * pool gives each run of a user's scheduler a thread of its own.
 *
 * @throws ConfigError if the module cannot be loaded or does not export a scheduler.
 */
export async function loadUserScheduler(path: string): Promise<UserScheduler> {
  let scheduler: unknown;
  requireRunnable(path);
  try {
    ({ default: scheduler } = await import(pathToFileURL(path).href));
    if (isScheduler(scheduler)) return scheduler;
  } catch (error) {
    throw new ConfigError(`scheduler ${path}: cannot be loaded: ${firstLine(error)}${placeIn(error)}`);
  }
  throw new ConfigError(`scheduler ${path}: the default export must be { name: one line of text, pick(ready, now) }`);
}

/** Runs a user's scheduler as a policy, checking every answer. Serves one run. */
export class UserPolicy implements Policy {
  readonly name: string;
  readonly estimates = "pattern";
  readonly monitored = true;
  private readonly scheduler: UserScheduler;
  private readonly networkOf: (request: number) => { model: string; pattern: string };
  /** By request. */
  private readonly views: LiveView[] = [];
  private decisions = 0;

  /** `networkOf` names the network of a request. */
  constructor(scheduler: UserScheduler, networkOf: (request: number) => { model: string; pattern: string }) {
    this.name = scheduler.name;
    this.scheduler = scheduler;
    this.networkOf = networkOf;
  }

  pick(queue: ReadyQueue, now: number): number {
    this.decisions += 1;
    const ready: RequestView[] = [];
    for (let position = 0; position < queue.count; position++) ready.push(this.viewOf(queue, position));
    const index = this.ask(Object.freeze(ready), now * queue.secondsPerTick);
    if (!(Number.isInteger(index) && index >= 0 && index < queue.count)) {
      throw this.complaint(`returned ${describe(index)}, not an index below ${queue.count}`);
    }
    return index;
  }

  private ask(ready: readonly RequestView[], nowSeconds: number): number {
    try {
      return this.scheduler.pick(ready, nowSeconds);
    } catch (error) {
      throw this.complaint(`threw ${firstLine(error)}${placeIn(error)}`);
    }
  }

  private complaint(what: string): ConfigError {
    return new ConfigError(`scheduler "${this.name}": decision ${this.decisions}: pick ${what}`);
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
  #position = 0;

  constructor(queue: ReadyQueue, request: number, { model, pattern }: { model: string; pattern: string }) {
    this.#queue = queue;
    this.id = request;
    this.model = model;
    this.pattern = pattern;
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

function isScheduler(value: unknown): value is UserScheduler {
  const { name, pick } = (value ?? {}) as Partial<UserScheduler>;
  return typeof name === "string" && /^\S(.*\S)?$/.test(name) && typeof pick === "function";
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
