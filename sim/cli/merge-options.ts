import type { Options } from "yargs";

/** Options of `dysta merge`. */
export const mergeOptions = {
  out: {
    type: "string",
    requiresArg: true,
    demandOption: true,
    // As for every command the last of several counts.
    coerce: (paths: string | string[]): string => [paths].flat().slice(-1)[0],
    describe: "result folder of the whole sweep",
  },
} as const satisfies Record<string, Options>;
