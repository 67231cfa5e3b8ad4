/** Under which conditions requests were run: all that a repetition needs, in a document and in sentences. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import type { Arrivals } from "../../../workloads/requests/arrivals.ts";
import { ratesOf } from "../../../workloads/requests/rates.ts";
import { hasWholeTicks, tickName } from "../../../workloads/requests/time.ts";
import { traceHasDeadlines } from "../../../workloads/requests/trace.ts";
import type { ModelRequests } from "../../../workloads/scenarios/model-requests.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { thisProgram } from "../../results/version.ts";
import type { PreparedRun } from "./run.ts";

export interface Conditions {
  /** That networks share; null where each has its own. Those of a trace with its file's name and SHA-256: results travel. */
  readonly arrivals: TravellingArrivals | null;
  /** What networks have of their own: arrivals, deadlines, whose end releases them, what becomes of late requests. */
  readonly requestsOf?: Readonly<Record<string, OwnConditions>>;
  /** Requests per second of each `model/pattern` in the mean; null with the arrivals of a trace. */
  readonly rates: Readonly<Record<string, number>> | null;
  /** `slo`: arrival + SLO × the model's mean isolated latency. `trace`: those of the trace file. */
  readonly deadlines: "slo" | "trace";
  readonly slo: number;
  /** SLO of the `model/pattern`s that have another one. */
  readonly sloOf: Readonly<Record<string, number>>;
  readonly preemption: Scenario["preemption"];
  /** Seconds for each preemption, besides. */
  readonly preemptionCost: number;
  readonly semantics: Scenario["semantics"];
  readonly faults: Scenario["faults"];
  /** The scenario's accelerator, a file by its name and SHA-256; null where every network comes from tables. */
  readonly hardware: Scenario["hardware"] | null;
  /** Identical arrays, each with its part of the DRAM bandwidth; absent: one. */
  readonly accelerators?: NonNullable<Scenario["accelerators"]>;
  /** Hz, by `model/pattern`. */
  readonly clockHz: Readonly<Record<string, number>>;
  /** How times are counted, and what is rounded. */
  readonly time: string;
  readonly requests: number;
  readonly seeds: readonly number[];
  readonly version: string;
  /** SHA-256 of the code that results follow from. */
  readonly code: string;
}

type TravellingArrivals = Arrivals & { readonly sha256?: string };

/** Times in seconds. */
interface OwnConditions extends Omit<ModelRequests, "arrivals"> {
  readonly arrivals?: TravellingArrivals;
}

/** The conditions of a prepared run. */
export function conditionsOf({ scenario, setup, seeds, requestCount, modelled }: PreparedRun): Conditions {
  const { arrivals, slo, preemption, preemptionCost, semantics, faults, hardware } = scenario;
  const { profiles } = setup.networks;
  const { mix } = setup.requests;
  const keys = profiles.map(({ model, pattern }) => `${model}/${pattern}`);
  const rates = ratesOf(setup.requests);
  const others = keys.map((key, k) => [key, mix[k].slo] as const).filter(([, own]) => own !== slo);
  return {
    arrivals: arrivals === undefined ? null : travelling(arrivals),
    ...ownConditions(scenario),
    rates: rates === undefined ? null : Object.fromEntries(keys.map((key, k) => [key, rates[k]])),
    deadlines: arrivals?.kind === "trace" && traceHasDeadlines(arrivals.file) ? "trace" : "slo",
    slo,
    sloOf: Object.fromEntries(others),
    ...{ preemption, preemptionCost, semantics, faults },
    hardware: modelled.length === 0 ? null : travellingHardware(hardware),
    ...(scenario.accelerators === undefined ? {} : { accelerators: scenario.accelerators }),
    clockHz: Object.fromEntries(keys.map((key, k) => [key, profiles[k].acceleratorHz ?? profiles[k].clockHz])),
    time: timeSentence({ setup }),
    requests: requestCount,
    seeds,
    ...thisProgram(),
  };
}

/** What all points of a sweep share, with the axes' keys, whose values are in the points. */
export function sweepConditions(scenario: Scenario, axes: readonly string[], seeds: readonly number[]) {
  const { arrivals, slo, preemption, preemptionCost, semantics, faults, hardware, requests } = scenario;
  return {
    axes,
    arrivals: arrivals === undefined ? null : travelling(arrivals),
    ...ownConditions(scenario),
    ...(scenario.accelerators === undefined ? {} : { accelerators: scenario.accelerators }),
    ...{ slo, preemption, preemptionCost, semantics, faults, hardware: travellingHardware(hardware), requests, seeds },
    ...thisProgram(),
  };
}

export type SweepConditions = ReturnType<typeof sweepConditions>;

/** By model; of those that say anything of their requests. */
function ownConditions({ models = [] }: Scenario): Pick<Conditions, "requestsOf"> {
  const own = models.flatMap(({ model, pattern, arrivals, deadline, after, late }): [string, OwnConditions][] => {
    const said = {
      ...(arrivals === undefined ? {} : { arrivals: travelling(arrivals) }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(after === undefined ? {} : { after }),
      ...(late === undefined ? {} : { late }),
    };
    const name = pattern === undefined ? model : `${model}/${pattern}`;
    return Object.keys(said).length === 0 ? [] : [[name, said]];
  });
  return own.length === 0 ? {} : { requestsOf: Object.fromEntries(own) };
}

function travelling(arrivals: Arrivals): TravellingArrivals {
  if (arrivals.kind !== "trace") return arrivals;
  return { ...arrivals, file: basename(arrivals.file), sha256: fileHash(arrivals.file) };
}

function travellingHardware(hardware: Scenario["hardware"]): Scenario["hardware"] | null {
  if (typeof hardware !== "string" || !isAbsolute(hardware)) return hardware ?? null;
  return `${basename(hardware)} (SHA-256 ${fileHash(hardware)})`;
}

function fileHash(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** How times are counted, and what is rounded. */
function timeSentence({ setup: { networks } }: Pick<PreparedRun, "setup">): string {
  if (!hasWholeTicks(networks)) return "doubles in seconds, as the artifact counts";
  const rounded = networks.timeUnit === "cycles" ? "drawn arrivals are" : "drawn arrivals and computed latencies are";
  return `whole ticks of ${tickName(networks)}; decimals in files are read exactly, ${rounded} rounded once`;
}

/** What is not said by the figures: one sentence or clause each. */
export function conditionLines(conditions: Conditions, { hardware }: Pick<Scenario, "hardware">): string[] {
  const { requests, seeds, semantics, faults, preemption, preemptionCost } = conditions;
  const range = seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]}..${seeds[seeds.length - 1]}`;
  const extra = faults.length === 0 ? "" : ` with ${faults.join(", ")}`;
  const cost = preemptionCost === 0 ? "" : ` and ${Number((preemptionCost * 1e6).toPrecision(6))} µs each`;
  return [
    `${requests} requests per seed, ${arrivalsText(conditions)}, ${deadlinesText(conditions)}, ` +
      `${range}, preemption ${preemption}${cost}, ${semantics} semantics${extra}, version ${conditions.version}.`,
    ...ownLines(conditions),
    ...(conditions.accelerators === undefined
      ? []
      : [
          `${conditions.accelerators.count} arrays, each with 1/${conditions.accelerators.count} of the DRAM bandwidth; a request stays on the array that it began on.`,
        ]),
    ...clockLine(conditions),
    ...(hardware !== undefined && conditions.hardware === null
      ? ["hardware: has run nothing; the tables supply every network."]
      : []),
    `Time: ${conditions.time}.`,
  ];
}

function arrivalsText({ arrivals }: Conditions): string {
  return arrivals === null ? "every network's arrivals its own" : arrivalsPhrase(arrivals);
}

function arrivalsPhrase(arrivals: TravellingArrivals): string {
  if (arrivals.kind === "trace") return `arrivals from ${arrivals.file}`;
  if (arrivals.kind === "periodic") {
    const from = arrivals.offset === 0 ? "" : ` from ${milliseconds(arrivals.offset)}`;
    const jitter = arrivals.jitter === 0 ? "" : ` ± ${milliseconds(arrivals.jitter)}`;
    return `${Number(arrivals.fps.toPrecision(6))} frames/s${jitter}${from}`;
  }
  if (arrivals.kind !== "bursty") return `${arrivals.kind} at ${arrivals.rate}/s`;
  return `bursts at ${arrivals.rate}/s of ${arrivals.on} s, pauses of ${arrivals.off} s in the mean`;
}

function milliseconds(seconds: number): string {
  return `${Number((seconds * 1e3).toPrecision(6))} ms`;
}

/** One line on each network that says anything of its own requests. */
function ownLines({ requestsOf = {} }: Conditions): string[] {
  return Object.entries(requestsOf).map(([name, { arrivals, deadline, after, late }]) => {
    const parts = [
      ...(arrivals === undefined ? [] : [arrivalsPhrase(arrivals)]),
      ...(after === undefined ? [] : [afterPhrase(after)]),
      ...(deadline === undefined ? [] : [deadlinePhrase(deadline)]),
      ...(late === "drop" ? ["dropped if not begun by then"] : []),
    ];
    return `${name}: ${parts.join(", ")}.`;
  });
}

function afterPhrase({ model, probability, delay }: NonNullable<OwnConditions["after"]>): string {
  const chance = probability === 1 ? "" : ` with probability ${probability}`;
  return `after ${model}${chance}${delay === 0 ? "" : `, ${milliseconds(delay)} later`}`;
}

function deadlinePhrase(deadline: number | "period" | "chain"): string {
  if (deadline === "period") return "deadline one period later";
  return deadline === "chain" ? "deadline of its chain" : `deadline ${milliseconds(deadline)} later`;
}

function deadlinesText({ deadlines, slo, sloOf }: Conditions): string {
  if (deadlines === "trace") return "deadlines of the trace";
  const others = Object.entries(sloOf).map(([key, own]) => `${key} ${own}`);
  return `SLO ${slo} × isolated latency${others.length === 0 ? "" : ` (${others.join(", ")})`}`;
}

function clockLine({ clockHz }: Conditions): string[] {
  const clocks = new Map<number, string[]>();
  for (const [key, hertz] of Object.entries(clockHz)) clocks.set(hertz, [...(clocks.get(hertz) ?? []), key]);
  if (clocks.size < 2) return [];
  const parts = [...clocks].map(([hertz, keys]) => `${keys.join(", ")} at ${hertz / 1e6} MHz`);
  return [`The networks have different clocks: ${parts.join("; ")}.`];
}
