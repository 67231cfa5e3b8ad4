import type { Options } from "yargs";

/** Options of `dysta merge`. */
export const mergeOptions = {
  out: { type: "string", requiresArg: true, demandOption: true, describe: "result folder of the whole sweep" },
} as const satisfies Record<string, Options>;
