import type { Options } from "yargs";
import { monitorOptions } from "./monitor-options.ts";
import { mixOptions } from "./network-options.ts";
import { runOptions } from "./run-options.ts";
import { dispatchOptions } from "./unit-options.ts";

const { scheduler, slo, requests, seed, semantics, hardware, fidelity, preemption, restart, cache, fault } = runOptions;

/** Options of `dysta capacity` besides those of every command. */
export const capacityOptions = {
  target: {
    type: "string",
    requiresArg: true,
    default: "99%",
    describe: "share of the requests that must be on time, e.g. 99% or 0.999",
  },
  precision: {
    type: "string",
    requiresArg: true,
    describe: "add seeds until every interval is at most this share of its rate, e.g. 1%",
  },
  ...mixOptions,
  ...{ scheduler, slo, requests, seed },
  seeds: { ...runOptions.seeds, describe: "number of seeds: seed, seed + 1, … (default 20)" },
  ...{ semantics, hardware, fidelity, preemption },
  ...dispatchOptions,
  ...monitorOptions,
  out: {
    type: "string",
    requiresArg: true,
    describe: "result folder: capacity.json, capacity.csv, figures, HTML report",
  },
  ...{ restart, cache, fault },
} as const satisfies Record<string, Options>;
