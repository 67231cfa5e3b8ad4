import type { InferredOptionTypes, Options } from "yargs";
import { type LogLevel, listOption, numberOption } from "./arguments.ts";
import { monitorOptions } from "./monitor-options.ts";
import { mixOptions } from "./network-options.ts";
import { dispatchOptions } from "./unit-options.ts";

/** Options of `dysta run` besides those of every command; those that override a key of the scenario carry its name. */
export const runOptions = {
  out: {
    type: "string",
    requiresArg: true,
    describe: "result folder: summary, requests, results, dispatch sequence, timeline, HTML report",
  },
  ...mixOptions,
  restart: { type: "boolean", describe: "replace the results in the folder, even of another experiment" },
  timeline: {
    type: "string",
    requiresArg: true,
    describe: "the scheduler whose first seed the result folder's timeline.json shows (default dysta, else the first)",
  },
  "timeline-layers": { type: "boolean", describe: "timeline.json shows every layer by itself" },
  "dispatch-seeds": numberOption(
    "dispatch-seeds",
    "seeds whose turns dispatch.csv keeps, from the first (default: as many as have 300,000 turns)",
  ),
  scheduler: listOption("schedulers, separated by commas; `all`, or the path of a module of your own"),
  rate: numberOption("rate", "arrivals in requests per second (default: the scenario's)"),
  slo: numberOption("slo", "deadline as a multiple of the model's mean isolated latency (default: the scenario's)"),
  requests: numberOption("requests", "requests per seed (default: the scenario's)"),
  seed: numberOption("seed", "first seed (default: the scenario's, most often 1)"),
  seeds: numberOption("seeds", "number of seeds: seed, seed + 1, … (default: the scenario's)"),
  semantics: {
    type: "string",
    requiresArg: true,
    describe: "corrected (what the papers say, default) or artifact (what the public code does)",
  },
  hardware: {
    type: "string",
    requiresArg: true,
    describe: "another preset or hardware file for the networks on hardware",
  },
  fidelity: {
    type: "string",
    requiresArg: true,
    describe: "how the hardware's cycles are found: counted (default), stepped, expected",
  },
  preemption: {
    type: "string",
    requiresArg: true,
    describe: "free (default), or modelled: activations that a preemption displaces are spilled and reloaded",
  },
  bounds: {
    type: "boolean",
    describe: "bounds that no scheduler can beat (default: up to 5000 requests; --no-bounds)",
  },
  ...dispatchOptions,
  ...monitorOptions,
  vcd: {
    type: "string",
    requiresArg: true,
    describe: "waveform of the scheduling unit, first seed (and of the array, with --fidelity stepped)",
  },
  cache: {
    type: "string",
    requiresArg: true,
    describe: "folder of kept layer profiles (default .dysta-cache; --no-cache)",
  },
  fault: listOption("single faults of the artifact, separated by commas (see dysta list faults)"),
} as const satisfies Record<string, Options>;

export type RunArguments = InferredOptionTypes<typeof runOptions> & {
  readonly scenario?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
  readonly logLevel: LogLevel;
};
