/** What was really run: all that a repetition needs, in every document and in the sentences for people. */

import { meanRate } from "../../../workloads/requests/arrivals.ts";
import { hasWholeTicks, tickName } from "../../../workloads/requests/time.ts";
import { readTraceColumns } from "../../../workloads/requests/trace.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { machineFacts } from "../../profile/accelerator.ts";
import { packageVersion } from "../../results/version.ts";
import type { PreparedRun } from "./run.ts";

/** Durations are in seconds, rates per second; `null` where there is none. */
export interface Conditions {
  readonly arrivals: PreparedRun["scenario"]["arrivals"];
  /** Requests per second: of all, and of each network by its share of the mix; null for a trace. */
  readonly rates: { readonly all: number; readonly perModel: Readonly<Record<string, number>> } | null;
  /** `slo`: arrival + multiple of the model's mean isolated latency. `trace`: the column of the trace file. */
  readonly deadlines: "slo" | "trace";
  /** The multiple of each network; null where the trace has the deadlines. */
  readonly slo: Readonly<Record<string, number>> | null;
  readonly preemption: string;
  readonly preemptionCost: number;
  readonly semantics: string;
  readonly faults: readonly string[];
  readonly dispatch: string;
  /** The array that networks ran on; null if every one comes from a table. */
  readonly hardware: string | null;
  /** The clocks that the networks were costed at, Hz, smallest first. */
  readonly clockHz: readonly number[];
  /** How times are counted. */
  readonly time: string;
  readonly requests: number;
  readonly seeds: readonly number[];
  readonly version: string;
  /** What is easily taken for something else, one sentence each. */
  readonly notes: readonly string[];
}

export function conditionsOf(prepared: PreparedRun): Conditions {
  const { scenario, setup, seeds, requestCount, modelled, accelerator } = prepared;
  const { arrivals, preemption, preemptionCost, semantics, faults, dispatch } = scenario;
  const hasTraceDeadlines = arrivals.kind === "trace" && readTraceColumns(arrivals.file).includes("deadline");
  const { profiles } = setup.networks;
  const clocks = [...new Set(profiles.map(({ clockHz }) => clockHz))].sort((a, b) => a - b);
  return {
    arrivals,
    rates: ratesOf(prepared),
    deadlines: hasTraceDeadlines ? "trace" : "slo",
    slo: hasTraceDeadlines ? null : byNetwork(profiles, (k) => setup.requests.mix[k].slo),
    preemption,
    preemptionCost,
    semantics,
    faults,
    dispatch,
    hardware: accelerator === undefined || modelled.length === 0 ? null : machineFacts(accelerator).name,
    clockHz: clocks,
    time: timeSentence(prepared),
    requests: requestCount,
    seeds,
    version: packageVersion(),
    notes: [...clockNote(clocks), ...hardwareNote(prepared)],
  };
}

/** The conditions in lines for people. */
export function conditionLines(prepared: PreparedRun): string[] {
  const { arrivals, deadlines, slo, preemption, preemptionCost, requests, seeds, semantics, faults, notes, time } =
    conditionsOf(prepared);
  const when = arrivals.kind === "trace" ? `arrivals from ${arrivals.file}` : `${arrivals.kind} at ${arrivals.rate}/s`;
  const due = deadlines === "trace" ? "deadlines from the trace" : `SLO ${multiples(slo ?? {})} × isolated latency`;
  const price = preemptionCost === 0 ? [] : [`every preemption costs ${preemptionCost * 1e6} us`];
  const moved = preemption === "free" ? [] : ["preemptions pay for the data they move"];
  const withFaults = faults.length === 0 ? "" : ` with ${faults.join(", ")}`;
  const seedRange = `seeds ${seeds[0]}..${seeds[seeds.length - 1]}`;
  const first = [`${requests} requests per seed`, when, due, ...price, ...moved, seedRange];
  return [`${first.join(", ")}, ${semantics} semantics${withFaults}.`, ...notes, `Time: ${time}.`];
}

/** `10`, or where networks differ `10 (resnet50/dense 5)`. */
function multiples(slo: Readonly<Record<string, number>>): string {
  const entries = Object.entries(slo);
  const counts = new Map<number, number>();
  for (const [, value] of entries) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [common] = [...counts].sort(([, a], [, b]) => b - a)[0];
  const others = entries.filter(([, value]) => value !== common).map(([network, value]) => `${network} ${value}`);
  return others.length === 0 ? `${common}` : `${common} (${others.join(", ")})`;
}

function ratesOf({ scenario: { arrivals }, setup }: PreparedRun): Conditions["rates"] {
  if (arrivals.kind === "trace") return null;
  const all = meanRate(arrivals);
  const { mix } = setup.requests;
  const total = mix.reduce((sum, { weight }) => sum + weight, 0);
  return { all, perModel: byNetwork(setup.networks.profiles, (k) => (all * mix[k].weight) / total) };
}

function byNetwork(profiles: readonly Profile[], at: (index: number) => number): Record<string, number> {
  return Object.fromEntries(profiles.map(({ model, pattern }, k) => [`${model}/${pattern}`, at(k)]));
}

function timeSentence({ setup: { networks } }: PreparedRun): string {
  if (!hasWholeTicks(networks)) return "doubles in seconds, as the artifact counts";
  const drawn = networks.timeUnit === "cycles" ? "drawn arrivals" : "drawn arrivals and computed latencies";
  return `whole ticks of ${tickName(networks)}; decimals in files are read exactly, ${drawn} are rounded once`;
}

function clockNote(clocks: readonly number[]): string[] {
  if (clocks.length < 2) return [];
  const all = clocks.map((hz) => `${hz / 1e6} MHz`).join(" and ");
  return [`The networks were costed at different clocks (${all}): their times in seconds run on one accelerator.`];
}

function hardwareNote({ scenario, setup, modelled, accelerator }: PreparedRun): string[] {
  if (accelerator === undefined || modelled.length === setup.networks.profiles.length) return [];
  const name = machineFacts(accelerator).name;
  const fromTables = setup.networks.profiles
    .filter(({ model, pattern }) => !modelled.some((each) => each.model === model && each.pattern === pattern))
    .map(({ model, pattern }) => `${model}/${pattern}`);
  if (modelled.length > 0) return [`From tables, not run on ${name}: ${fromTables.join(", ")}.`];
  const use = scenario.preemption === "free" ? "is not used" : "only prices preemptions";
  return [`The hardware ${name} ${use}: every network comes from a table.`];
}
