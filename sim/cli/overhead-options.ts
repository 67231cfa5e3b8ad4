import type { Options } from "yargs";
import { numberOption } from "./arguments.ts";
import { runOptions } from "./run-options.ts";

const { rate, slo, requests, seed, seeds, hardware, format, variant, rescoring, cache } = runOptions;

/** Options of `dysta overhead` besides those of every command. */
export const overheadOptions = {
  ...{ hardware, format, variant, rescoring, rate, slo, requests, seed, seeds, cache },
  depth: numberOption("depth", "requests that the unit holds (default 64)"),
  out: { type: "string", requiresArg: true, describe: "result folder: overhead.json, tables, plots" },
} as const satisfies Record<string, Options>;
