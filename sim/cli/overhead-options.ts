import type { Options } from "yargs";
import { monitorOptions } from "./monitor-options.ts";
import { mixOptions } from "./network-options.ts";
import { runOptions } from "./run-options.ts";
import { unitOptions } from "./unit-options.ts";

const { scheduler, rate, slo, requests, seed, seeds, hardware, cache, restart } = runOptions;

/** Options of `dysta overhead` besides those of every command. */
export const overheadOptions = {
  ...mixOptions,
  hardware,
  ...unitOptions,
  ...monitorOptions,
  scheduler: { ...scheduler, describe: "whom the unit dispatches for: dysta (default), swp, swp_plus" },
  ...{ rate, slo, requests, seed, seeds, cache },
  out: { type: "string", requiresArg: true, describe: "result folder: overhead.json, tables, plots" },
  restart,
} as const satisfies Record<string, Options>;
