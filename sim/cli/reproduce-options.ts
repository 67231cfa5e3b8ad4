import type { Options } from "yargs";
import { numberOption } from "./arguments.ts";
import { runOptions } from "./run-options.ts";

const { cache, restart } = runOptions;

/** Options of `dysta reproduce` besides those of every command. */
export const reproduceOptions = {
  seeds: { ...numberOption("seeds", "number of seeds, from seed 1 on"), default: "50" },
  requests: { ...numberOption("requests", "requests per seed, as in the paper"), default: "1000" },
  cache,
  out: { type: "string", requiresArg: true, describe: "result folder: reproduce.json, reproduce.csv, reproduce.md" },
  restart,
} as const satisfies Record<string, Options>;
