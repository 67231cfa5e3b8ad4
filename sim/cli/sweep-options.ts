import type { InferredOptionTypes, Options } from "yargs";
import { type LogLevel, numberOption } from "./arguments.ts";
import { runOptions } from "./run-options.ts";
import { unitOptions } from "./unit-options.ts";

const { scheduler, rate, slo, requests, seed, seeds } = runOptions;

/** Options that give keys of the sweep's scenario anew, for all points. */
export const sweptScenarioOptions = { scheduler, rate, slo, requests, seed, seeds, ...unitOptions } as const;

/** Options of `dysta sweep`. */
export const sweepOptions = {
  out: { type: "string", requiresArg: true, describe: "result folder: database, exports, report; resumed if begun" },
  ...sweptScenarioOptions,
  "dry-run": {
    type: "boolean",
    describe: "how many points there are, how many are done, how long the others may take",
  },
  shard: { type: "string", requiresArg: true, describe: "only this part of the points, e.g. 3/7 (see dysta merge)" },
  restart: { type: "boolean", describe: "start over: what is computed in the result folder is lost" },
  "retry-failed": { type: "boolean", describe: "run points again that failed before" },
  cache: {
    type: "string",
    requiresArg: true,
    describe: "folder of kept layer profiles (default .dysta-cache; --no-cache)",
  },
  engine: {
    choices: ["local", "slurm"] as const,
    default: "local" as const,
    describe: "where it runs: worker threads here, or a job array of Slurm",
  },
  shards: numberOption("shards", "parts of the sweep on Slurm (default 8)"),
  sbatch: { type: "string", requiresArg: true, describe: "options of sbatch, e.g. --sbatch='--partition=long'" },
} as const satisfies Record<string, Options>;

export type SweepArguments = InferredOptionTypes<typeof sweepOptions> & {
  readonly sweep: string;
  readonly json: boolean;
  readonly workers?: number | undefined;
  readonly logLevel: LogLevel;
};
